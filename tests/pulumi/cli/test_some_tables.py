"""`--table NAME`: these tables and what belongs to them, and nothing else of the stack."""

from __future__ import annotations

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import named
from tests.support.terminal import Terminal, stack, until

pytestmark = pytest.mark.engine

ALARMS = {"systemErrors": {}, "readThrottles": {}}


@pytest.fixture(scope="module")
def deployed(machine: Terminal, aws: EmbeddedAws) -> str:
    """Two tables with their alarms are live; one more was made by hand."""
    tables = [{"name": name, "alarms": ALARMS} for name in ("orders", "carts")]
    manifest = machine.write("t.yaml", stack("shop", *tables, alarms={"userErrors": {}}))
    machine.run("up", manifest, "--yes").ended(0)
    aws.make_table("legacy")
    return str(manifest)


def live(aws: EmbeddedAws) -> list[str]:
    return [name for name in aws.tables() if name != "first"]


def alarms(aws: EmbeddedAws) -> set[str]:
    found = aws.client("cloudwatch").describe_alarms()["MetricAlarms"]
    return {alarm["AlarmName"] for alarm in found}


@pytest.mark.parametrize("verb", ["up", "preview", "verify"])
def test_a_name_of_no_table_is_refused_with_the_nearest(deployed, machine, verb):
    message = machine.run(verb, deployed, "--table", "order").refused(2)
    assert "--table order: no such table is declared" in message
    assert "did you mean orders?" in message


def test_only_the_named_table_is_touched_and_no_other_is_lost_made_or_taken(deployed, machine, aws):
    changed = [
        {"name": "legacy", "adopt": True},
        {"name": "baskets", "alarms": ALARMS},
        {"name": "orders", "recovery": {"days": 7}, "alarms": {"readThrottles": {}}},
    ]
    machine.write("t.yaml", stack("shop", *changed))
    before = alarms(aws)
    said = machine.run("up", deployed, "--table", "orders", "--yes", "-o", "json").ended(0)
    assert said.json["counts"] == {"update": 1, "delete": 1}
    assert said.json["outputs"]["tableNames"] == ["orders", "carts"]
    assert {*said.json["outputs"]["alarmArns"]} == {"orders", "carts", "shop"}
    assert live(aws) == ["carts", "legacy", "orders"]
    assert before - alarms(aws) == {"dynamodb-orders-system-errors-dev"}
    assert "tablewright:stack" not in aws.tags("legacy")
    machine.run("preview", deployed, "--table", "orders", "--expect-no-changes").ended(0)
    machine.run("verify", deployed, "--table", "orders").ended(0)
    assert "table carts would be deleted" in machine.run("up", deployed, "--yes").ended(3).err
    said = machine.run("up", deployed, "--table", "baskets", "--yes", "-o", "json").ended(0)
    assert said.json["outputs"]["tableNames"] == ["baskets", "orders", "carts"]
    assert machine.run("outputs", deployed, "-o", "json").json["tableNames"] == [
        "baskets",
        "orders",
        "carts",
    ]
    assert live(aws) == ["baskets", "carts", "legacy", "orders"]
    assert "tablewright:stack" not in aws.tags("legacy")
    message = machine.run("preview", deployed, "--table", "orders", "--save", "x.json").refused(2)
    assert "leave out --save or --table" in message


def test_a_table_under_another_name_is_a_matter_of_the_whole_stack(machine, aws):
    machine.write("r.yaml", stack("store", "first"))
    machine.run("up", "r.yaml", "--yes").ended(0)
    machine.write("r.yaml", stack("store", {"name": "second", "tableName": "first"}))
    message = machine.run("up", "r.yaml", "--table", "second", "--yes").refused(3)
    ((_, *words),) = named(message)
    assert words == ["up", "r.yaml"]
    assert "moved" in machine.run(*words, "--yes").ended(0).err
    machine.run("up", "r.yaml", "--table", "second", "--yes").ended(0)
    assert "first" in aws.tables()


def test_a_preview_begun_for_the_stack_of_yesterday_is_given_up_for_that_of_today(machine, aws):
    machine.write("y.yaml", stack("yesterday", {"name": "stalls"}))
    machine.run("preview", "y.yaml").ended(0)
    machine.write("y.yaml", stack("bazaar", {"name": "stalls"}))
    assert "bazaar/dev" in machine.run("preview", "y.yaml").ended(0).out
    machine.write("y.yaml", stack("bazaar", {"name": "stalls", "tier": 1}))
    assert "tier" in machine.run("preview", "y.yaml").refused(2)
    engines = [each for each in machine.processes() if each.name() == "pulumi"]
    until(lambda: not any(engine.is_running() for engine in engines), "no engine is left")
