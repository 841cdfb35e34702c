"""What is added beside something makes itself and leaves all else alone, whatever kind it is of."""

from __future__ import annotations

from functools import partial

import pytest
from tests.support.siblings import FACETS, before_and_after, killed, stack, table, watched
from tests.support.terminal import until

from tablewright.engine import find_engine

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module", autouse=True)
def stream(aws):
    aws.client("kinesis").create_stream(StreamName="changes", ShardCount=1)


@pytest.fixture
def writing_once(tmp_path):
    """The path of an engine that writes a state at the end alone, as that of a large stack is.

    Three hundred resources would be written six hundred times, which takes half a minute.
    """
    script = tmp_path / "writing-once" / "pulumi"
    script.parent.mkdir()
    engine = find_engine(lambda _: None).path
    script.write_text(f'#!/bin/sh\nPULUMI_SKIP_CHECKPOINTS=true exec "{engine}" "$@"\n', "utf-8")
    script.chmod(0o755)
    return str(script)


def test_every_kind_beside_every_other_is_made_and_nothing_else_happens(
    aws, terminal, writing_once
):
    before, after = before_and_after("siblings")
    first = terminal.write("t.yaml", before)
    run = partial(terminal.run, seconds=300, TABLEWRIGHT_PULUMI=writing_once)
    run("up", first, "--yes").ended(0)
    manifest = terminal.write("t.yaml", after)

    with watched(aws) as changes:
        done = run("up", manifest, "--yes", "--output", "json").ended(0).json
    assert set(done["counts"]) == {"create"}
    made = changes.by_table
    assert {facet for facet, calls in made.items() if not calls <= FACETS[facet][1]} == set(), made
    assert set(made) == set(FACETS)
    terminal.run("preview", manifest, "--expect-no-changes", seconds=300).ended(0)
    terminal.run("verify", manifest, "--only-problems", seconds=300).ended(0)


KEPT = ("nightly", "alarm", "role", "insights")


def test_what_was_there_outlives_two_kills_while_siblings_are_made(aws, terminal):
    """After the first call that changes something, and after three of the run that goes on."""
    before = terminal.write("t.yaml", stack("kept", table("t-kept", *KEPT)))
    terminal.run("up", before, "--yes").ended(0)
    manifest = terminal.write("t.yaml", stack("kept", table("t-kept", *FACETS)))
    with watched(aws) as changes:
        for after in (1, 3):
            assert killed(terminal, aws, manifest, after)
            until(lambda: not terminal.processes(), "no process of the run is left")
        terminal.run("up", manifest, "--yes").ended(0)
    allowed = set().union(*(FACETS[facet][1] for facet in FACETS))
    assert changes.by_table["kept"] <= allowed
    terminal.run("verify", manifest, "--only-problems").ended(0)
