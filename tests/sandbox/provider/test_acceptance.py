"""Acceptance tests of other people, restated, through our provider."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.acceptance import SCENARIOS
from tests.support.acceptance.live import agree, know_keys
from tests.support.acceptance.model import Scenario, Step
from tests.support.acceptance.world import surroundings, with_keys
from tests.support.embedded_aws import embedded_aws

from tablewright_emulator.server import Emulator


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    """An embedded AWS that waits for nothing; its limits over time bind."""
    with embedded_aws(durations="none") as running:
        yield running


class Deployment:
    """The resources of a scenario, brought from step to step as the engine does it."""

    def __init__(self, engine: Any, client: Any, keys: dict[str, str]) -> None:
        self.engine, self.client, self.keys = engine, client, keys
        self.states: dict[str, Any] = {}
        self.toks: dict[str, str] = {}

    def bring(self, step: Step) -> None:
        resources = with_keys(step.resources, self.keys)
        for name in step.gone:
            self.client("dynamodb").delete_table(TableName=name)
            self._refresh()
        for logical in [name for name in reversed(self.states) if name not in resources]:
            self.engine.delete(self.states.pop(logical))
        before = dict(self.states)
        for logical, (tok, inputs) in resources.items():
            self._one(logical, tok, inputs, step)
        replaced = {name for name in before if self.states[name] is not before[name]}
        assert replaced == set(step.replaced)
        for logical, (tok, inputs) in resources.items():
            self._check(logical, tok, inputs, step)

    def end(self) -> None:
        for logical in reversed(list(self.states)):
            self.engine.delete(self.states[logical])
        assert self.client("dynamodb").list_tables()["TableNames"] in ([], ["target"])

    def _refresh(self) -> None:
        for logical in list(self.states):
            state = self.states[logical]
            if self.engine.read(self.toks[logical], state.identifier, state) is None:
                del self.states[logical]

    def _one(self, logical: str, tok: str, inputs: dict[str, Any], step: Step) -> None:
        self.toks[logical] = tok
        state = self.states.get(logical)
        ignored = step.ignored if logical == "it" else ()
        if state is None:
            self.states[logical] = self.engine.create(tok, inputs, logical)
            return
        checked = self.engine.check(state, inputs)
        found = self.engine.diff(state, checked, ignored)
        if not step.changes:
            assert found.paths == {}
        elif found.replaces:
            self.engine.delete(state)
            self.states[logical] = self.engine.create(tok, inputs, logical)
        elif found.some:
            given = {**inputs, **{n: state.inputs[n] for n in ignored if n in state.inputs}}
            for name in ignored:
                if name not in state.inputs:
                    given.pop(name, None)
            self.engine.update(state, given, ignore=ignored)

    def _check(self, logical: str, tok: str, inputs: dict[str, Any], step: Step) -> None:
        state = self.states[logical]
        ignored = step.ignored if logical == "it" else ()
        assert self.engine.settled(state, inputs, ignored)
        refreshed = self.engine.read(tok, state.identifier, state)
        refreshed.urn = state.urn
        if not ignored:
            assert self.engine.settled(refreshed, inputs)
        agree(self.client, logical, tok, inputs, step)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_what_passes_on_aws_passes_through_our_provider(
    engine: Any, client: Any, emulator: Emulator, scenario: Scenario
) -> None:
    keys = surroundings(client, scenario)
    know_keys(keys)
    deployment = Deployment(engine, client, keys)
    for step in scenario.steps:
        if step.after:
            emulator.clock.advance(step.after)
        deployment.bring(step)
    deployment.end()
