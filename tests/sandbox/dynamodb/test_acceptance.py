"""Acceptance tests of other people, restated, as the calls that HashiCorp's provider sends."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from tests.support.acceptance import REFUSALS, SCENARIOS
from tests.support.acceptance.live import agree, know_keys
from tests.support.acceptance.model import HOME, TABLE, Refusal, Scenario, Step
from tests.support.acceptance.terraform import bring, replaces
from tests.support.acceptance.world import surroundings, with_keys

from tablewright_emulator.server import Emulator

Client = Callable[..., Any]


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


@pytest.fixture(scope="module")
def client(emulator: Emulator) -> Client:
    """`client(service, region)`, on one emulator for all scenarios."""

    @cache
    def make(service: str, region: str = HOME) -> Any:
        return boto3.client(
            service,
            endpoint_url=emulator.endpoint,
            region_name=region,
            aws_access_key_id="AKIDEXAMPLE",
            aws_secret_access_key="secret",
            config=Config(parameter_validation=False),
        )

    return make


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda one: one.name)
def test_what_passes_on_aws_passes_here(
    emulator: Emulator, client: Client, scenario: Scenario
) -> None:
    emulator.reset()
    keys = surroundings(client, scenario)
    know_keys(keys)
    applied: dict[str, tuple[str, dict[str, Any]]] = {}
    for step in scenario.steps:
        if step.after:
            emulator.clock.advance(step.after)
        for name in step.gone:
            client("dynamodb").delete_table(TableName=name)
            client("dynamodb").get_waiter("table_not_exists").wait(
                TableName=name, WaiterConfig={"Delay": 0.02}
            )
            applied.clear()
        if step.changes and step.noticed:
            _apply(client, applied, with_keys(step.resources, keys), step)
            for logical, (tok, inputs) in applied.items():
                agree(client, logical, tok, inputs, step)
    for tok, inputs in reversed(applied.values()):
        bring(client, tok, inputs, None)
    assert client("dynamodb").list_tables()["TableNames"] == []


def _apply(
    client: Client, applied: dict[str, tuple[str, dict[str, Any]]], wanted: Any, step: Step
) -> None:
    for logical in [name for name in reversed(applied) if name not in wanted]:
        tok, inputs = applied.pop(logical)
        bring(client, tok, inputs, None)
    for logical, (tok, inputs) in wanted.items():
        _, old = applied.get(logical, (tok, None))
        kept = step.ignored if logical == "it" and old is not None else ()
        new = {**inputs, **{name: (old or {}).get(name, 0) for name in kept}}
        if old is not None and replaces(tok, old, new):
            bring(client, tok, old, None)
            old = None
        if old != new:
            bring(client, tok, old, new)
        applied[logical] = (tok, inputs)


@pytest.mark.parametrize("refusal", REFUSALS, ids=lambda one: one.name)
def test_what_aws_refuses_is_refused_here(
    emulator: Emulator, client: Client, refusal: Refusal
) -> None:
    emulator.reset()
    surroundings(client, refusal)
    for table in refusal.given:
        bring(client, TABLE, None, table)
    *before, last = refusal.calls
    for service, operation, params in before:
        _call(client, service, operation, params)
    with pytest.raises(ClientError) as caught:
        _call(client, *last)
    error = caught.value.response["Error"]
    assert error["Code"] == refusal.code
    assert refusal.text in error["Message"]


def _call(client: Client, service: str, operation: str, params: Any) -> None:
    made = client(service, HOME)
    names = {own: name for name, own in made.meta.method_to_api_mapping.items()}
    getattr(made, names[operation])(**params)
