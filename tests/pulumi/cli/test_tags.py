"""Which tag wins where several say something, seen on the live table."""

from __future__ import annotations

import json

import pytest
from tests.support.terminal import EXAMPLES, stack

pytestmark = pytest.mark.engine


def test_a_tables_own_tags_win_over_the_stacks_but_never_over_the_environment(aws, terminal):
    own = {"Team": "own", "Owner": "somebody", "Environment": "mine"}
    enforced = {"CostCenter": "enforced"}
    spec = {"tags": {"Team": "stack", "CostCenter": "stack", "Repository": "stack"}}
    manifest = terminal.write(
        "t.yaml", stack("shop", {"name": "orders", "tags": own}, enforcedTags=enforced, **spec)
    )
    terminal.run("up", manifest, "--yes").ended(0)
    assert aws.tags("orders") == {
        "Team": "own",
        "Owner": "somebody",
        "Environment": "dev",
        "CostCenter": "enforced",
        "Repository": "stack",
        "tablewright:stack": "shop/dev",
    }


def test_a_table_may_have_all_the_tags_that_aws_allows(aws, terminal):
    most = {f"t{number}": "" for number in range(47)}
    manifest = terminal.write("t.yaml", stack("full", {"name": "tagged", "tags": most}))
    terminal.run("up", manifest, "--yes").ended(0)
    assert len(aws.tags("tagged")) == 50  # no room is left for the note of its owner
    terminal.run("preview", manifest, "--expect-no-changes").ended(0)


def test_an_empty_variable_is_none_and_the_companys_own_values_stand(aws, terminal):
    for name, key in (("events", "eventId"), ("sessions", "sessionId"), ("users", "userId")):
        aws.make_table(name, key, "ap-southeast-2")
    empty = {"ENVIRONMENT_SUFFIX": "", "TEAM": "", "COST_CENTER": "", "REPOSITORY": ""}
    words = ("preview", EXAMPLES / "three-tables", "--output", "json")
    found = terminal.run(*words, **empty).ended(0).json
    assert found["stack"] == "analytics/dev"
    text = json.dumps(found)
    assert all(value in text for value in ("data-analytics", "engineering", "iac-test-automations"))


def test_a_missing_mandatory_tag_is_an_error_before_anything_runs(terminal):
    manifest = terminal.write("t.yaml", stack("shop", "orders", tags={"Team": "data"}))
    said = terminal.run("up", manifest, "--yes").ended(2)
    assert "the mandatory tag `CostCenter` is missing" in said.err
    assert "nothing was touched" in said.err
