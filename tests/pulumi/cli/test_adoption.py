"""Tables that live already: which may be taken over, and what is said of the others."""

from __future__ import annotations

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal, stack

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def company(aws: EmbeddedAws) -> EmbeddedAws:
    """A table without an owner, one with other keys, and one that stack `first` holds."""
    aws.make_table("free")
    aws.make_table("other-key", key="pk")
    aws.make_table("held")
    return aws


@pytest.fixture(scope="module")
def held(company: EmbeddedAws, machine: Terminal) -> EmbeddedAws:
    manifest = machine.write("first.yaml", stack("first", {"name": "held", "adopt": True}))
    machine.run("up", manifest, "--yes").ended(0)
    return company


@pytest.mark.parametrize("words", [("preview",), ("up", "--yes")])
def test_a_table_to_adopt_that_does_not_exist_is_named_with_its_region(company, terminal, words):
    manifest = terminal.write("t.yaml", stack("shop", {"name": "nowhere", "adopt": True}))
    message = terminal.run(words[0], manifest, *words[1:]).refused(2)
    assert "table nowhere has `adopt: true`, but there is no such table in eu-west-1" in message
    assert "set `adopt: false` for it to have it created" in message
    assert "nowhere" not in company.tables()


def test_the_wrong_region_is_in_the_message(company, terminal):
    manifest = terminal.write(
        "t.yaml", stack("shop", {"name": "free", "adopt": True}, region="us-east-1")
    )
    message = terminal.run("up", manifest, "--yes").refused(2)
    assert "no such table in us-east-1" in message
    assert "spec.region" in message


def test_a_table_that_exists_without_adopt_is_not_touched_and_the_word_is_said(company, terminal):
    manifest = terminal.write("t.yaml", stack("shop", "free"))
    message = terminal.run("up", manifest, "--yes").refused(2)
    assert "table free exists already" in message
    assert "add `adopt: true` to its spec" in message
    assert company.tags("free") == {}


def test_keys_that_differ_are_shown_on_both_sides(company, terminal):
    manifest = terminal.write("t.yaml", stack("shop", {"name": "other-key", "adopt": True}))
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "its partition key is pk (S), the manifest says id (S)" in message
    assert company.tags("other-key") == {}


def test_all_that_stands_in_the_way_is_told_at_once(company, terminal):
    tables = ("free", {"name": "nowhere", "adopt": True}, {"name": "other-key", "adopt": True})
    message = terminal.run("up", terminal.write("t.yaml", stack("shop", *tables)), "--yes").refused(
        3
    )
    assert all(name in message for name in ("table free", "table nowhere", "table other-key"))
    assert message.count("→") == 4, "a cure for each, and what to do then"


def test_a_table_of_another_stack_is_refused_with_the_name_of_its_owner(held, terminal):
    manifest = terminal.write("t.yaml", stack("second", {"name": "held", "adopt": True}))
    message = terminal.run("up", manifest, "--yes").refused(3)
    assert "table held belongs to the stack first/dev" in message
    assert "tablewright release" in message
    assert held.tags("held")["tablewright:stack"] == "first/dev"


def test_a_table_renamed_in_its_manifest_is_told_to_keep_its_name_in_aws(held, terminal):
    renamed = {"name": "kept", "adopt": True}
    message = terminal.run("preview", terminal.write("t.yaml", stack("first", renamed))).refused(2)
    assert "on record, and no longer declared, is held" in message
    assert "`tableName: held` in the spec of kept" in message

    named = terminal.write("t.yaml", stack("first", {**renamed, "tableName": "held"}))
    moved = terminal.run("preview", named).ended(0).out
    assert "move (held → kept; nothing changes in AWS)" in moved


def test_all_tables_are_all_but_those_of_other_stacks(held, terminal):
    every = terminal.run("adopt", "--all", "--region", "eu-west-1").ended(0)
    assert "name: held" not in every.out
    assert "name: free" in every.out
    assert "left out: held: owned by the stack first/dev" in every.err
    assert "name: held" in terminal.run("adopt", "held", "--region", "eu-west-1").ended(0).out


def test_another_environment_of_the_same_project_is_another_owner(held, machine):
    words = ("up", machine.folder / "first.yaml", "--stack", "organization/first/prod", "--yes")
    assert "belongs to the stack first/dev" in machine.run(*words).refused(3)


def test_a_released_table_can_be_adopted_by_another_stack(company, machine, terminal):
    company.make_table("moving")
    table = {"name": "moving", "adopt": True}
    old, new = (terminal.write(f"{name}.yaml", stack(name, table)) for name in ("old", "new"))
    terminal.run("up", old, "--yes").ended(0)
    terminal.run("release", old, "--table", "moving", "--yes").ended(0)
    terminal.run("up", new, "--yes").ended(0)
    assert company.tags("moving")["tablewright:stack"] == "new/dev"
