"""The guard: what holds items is replaced or deleted by name only, and never by accident."""

from __future__ import annotations

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import follow
from tests.support.terminal import Terminal, stack

pytestmark = pytest.mark.engine

OTHER_KEY = {"name": "keep", "partitionKey": {"name": "pk", "type": "S"}}


@pytest.fixture(scope="module")
def deployed(machine: Terminal, aws: EmbeddedAws) -> EmbeddedAws:
    """The tables `keep` and `drop` of the stack `shop`, with an item each."""
    machine.run("up", machine.write("shop.yaml", stack("shop", "keep", "drop")), "--yes").ended(0)
    for name in ("keep", "drop"):
        fill(aws, name)
    return aws


def fill(aws: EmbeddedAws, name: str) -> None:
    aws.client("dynamodb").put_item(TableName=name, Item={"id": {"S": "1"}})


def items(aws: EmbeddedAws) -> dict[str, int]:
    dynamodb = aws.client("dynamodb")
    return {name: dynamodb.scan(TableName=name)["Count"] for name in ("keep", "drop")}


def test_a_change_of_the_key_is_refused_with_its_cause_and_the_flag(deployed, terminal):
    manifest = terminal.write("t.yaml", stack("shop", OTHER_KEY, "drop"))
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "table keep would be replaced, because of partitionKey" in message
    assert "--allow-replace keep" in message
    assert items(deployed) == {"keep": 1, "drop": 1}


def test_a_table_that_is_not_declared_any_more_is_refused_with_the_flag(deployed, terminal):
    manifest = terminal.write("t.yaml", stack("shop", "keep"))
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "table drop would be deleted: it is not declared any more" in message
    assert "--allow-delete drop" in message
    assert items(deployed) == {"keep": 1, "drop": 1}


def test_the_preview_shows_the_loss_and_ends_as_up_would(deployed, terminal):
    manifest = terminal.write("t.yaml", stack("shop", OTHER_KEY))
    said = terminal.run("preview", manifest, "--output", "json").ended(3)
    risks = {each["name"]: (each["risk"], each["causes"]) for each in said.json["changes"]}
    assert risks == {"keep": ("replaces", ["partitionKey"]), "drop": ("deletes", [])}
    assert "2 resources that hold data would be lost" in said.err
    assert items(deployed) == {"keep": 1, "drop": 1}


def test_a_flag_is_for_the_table_and_the_loss_it_names(deployed, terminal):
    manifest = terminal.write("t.yaml", stack("shop", OTHER_KEY))
    flags = ("--allow-delete", "drop", "--allow-delete", "keep", "--allow-replace", "drop")
    message = terminal.run("up", manifest, "--yes", *flags).refused(3)
    assert "table keep would be replaced" in message
    assert "table drop" not in message
    assert items(deployed) == {"keep": 1, "drop": 1}


def test_a_template_of_names_and_another_environment_lose_no_table_that_nobody_named(
    deployed, terminal
):
    dropped = {"name": "drop", "onlyInEnvironments": ["prod"]}
    spec = {"naming": {"table": "{name}-{environment}"}, "environments": {"dev": {}, "prod": {}}}
    manifest = terminal.write("t.yaml", stack("shop", "keep", dropped, **spec))
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "table keep would be replaced, because of tableName" in message
    assert "table drop would be deleted" in message
    assert items(deployed) == {"keep": 1, "drop": 1}


@pytest.mark.parametrize("words", [("preview", "--refresh"), ("up", "--yes")])
def test_a_table_is_looked_for_where_it_is_not_where_the_manifest_wants_it(
    deployed, terminal, words
):
    manifest = terminal.write("t.yaml", stack("shop", "keep", "drop", region="us-east-1"))
    said = terminal.run(words[0], manifest, *words[1:]).ended(3)
    assert "table keep would be replaced, because of region" in said.err
    assert "deleted" not in said.err
    assert items(deployed) == {"keep": 1, "drop": 1}


def test_the_question_of_a_destroy_lists_what_the_stack_has_elsewhere(deployed, terminal):
    manifest = terminal.write("t.yaml", stack("shop", "keep", "drop", region="us-east-1"))
    said = terminal.run("destroy", manifest).ended(2)
    assert "table keep in eu-west-1: " in said.err
    assert "gone already" not in said.err
    assert items(deployed) == {"keep": 1, "drop": 1}


def test_what_is_named_is_done_or_kept_and_what_holds_no_items_needs_no_flag(terminal, aws):
    watched = {"name": "changed", "alarms": {"userErrors": {"threshold": 5}}}
    manifest = terminal.write("t.yaml", stack("other", watched, "gone", "leaves"))
    terminal.run("up", manifest, "--yes").ended(0)
    fill(aws, "changed")
    assert len(aws.client("cloudwatch").describe_alarms()["MetricAlarms"]) == 1

    # A table that leaves the manifests is kept as the refusal says.
    terminal.write("t.yaml", stack("other", watched, "gone"))
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "--allow-delete leaves" in message
    follow(terminal, aws, message)
    assert "no changes" in terminal.run("up", manifest, "--yes").ended(0).err
    assert "leaves" in aws.tables()

    # What holds no items needs no flag.
    terminal.write("t.yaml", stack("other", "changed", "gone"))
    terminal.run("up", manifest, "--yes").ended(0)
    assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"] == []

    # With the flags it is done, and told once.
    terminal.write("t.yaml", stack("other", {**OTHER_KEY, "name": "changed"}))
    flags = ("--allow-delete", "gone", "--allow-replace", "changed")
    said = terminal.run("up", manifest, "--yes", *flags).ended(0)
    assert said.err.count("replaced  table changed") == 1
    assert said.err.count("deleted   table gone") == 1
    assert aws.client("dynamodb").scan(TableName="changed")["Count"] == 0
    assert aws.tags("changed")["tablewright:stack"] == "other/dev", "the new table is ours, too"
    assert "gone" not in aws.tables()
