"""Where a stack's state is: its name, its backend, its passphrase."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.pulumi.cli.test_several_stacks import ABOUT_ONE
from tests.support.terminal import Terminal, stack
from tests.unit.cli.test_commands_with_paths import COMMANDS

pytestmark = pytest.mark.engine

PROD = "organization/shop/prod"
PASSPHRASE = "correct horse battery"
RIGHT = {"PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}


@pytest.fixture(scope="module")
def deployed(machine: Terminal, aws: EmbeddedAws) -> Path:
    """A stack whose secrets are encrypted with a passphrase, in a folder of the user's."""
    manifest = machine.write("t.yaml", stack("shop", "orders"))
    machine.variables = {"TABLEWRIGHT_BACKEND": str(machine.folder / "states")}
    machine.run("up", manifest, "--yes", **RIGHT).ended(0)
    return manifest


@pytest.mark.parametrize("name", ["dev", "organization/shop/dev"])
def test_a_stack_goes_by_its_name_and_by_its_full_name(deployed, terminal, name):
    said = terminal.run("status", deployed, "--stack", name, "--output", "json").ended(0)
    assert said.json["stack"] == "shop/dev"
    assert said.json["deployed"] is True


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("acme/shop/dev", "give organization/shop/dev"),
        ("organization/other/dev", "the manifest's stack is shop"),
        ("other/dev", "neither NAME nor organization/project/NAME"),
        ("de v", "cannot be the name of a stack"),
    ],
)
def test_a_name_that_means_no_stack_is_refused_with_one_that_does(deployed, terminal, name, said):
    assert said in terminal.run("status", deployed, "--stack", name).refused(2)


def test_a_stack_that_was_never_deployed_is_told_so(deployed, terminal):
    for words in (("outputs",), ("refresh", "--yes")):
        message = terminal.run(words[0], deployed, "--stack", PROD, *words[1:]).refused(1)
        assert "there is no stack shop/prod" in message
        assert "deploy it first" in message
    said = terminal.run("status", deployed, "--stack", PROD).ended(0)
    assert "not deployed" in said.out
    gone = terminal.run("destroy", deployed, "--stack", PROD, "--yes").ended(0)
    assert "nothing is recorded, and nothing carries its tag" in gone.err


WITHOUT_STATE = {"audit", "eject", "optimize", "permissions", "usage collect", "usage import"}
"""Commands that need no recorded stack."""
AGREED = {"up", "destroy", "refresh"}
BEGINNING = {"preview", "up", "state import", "doctor"}


@pytest.mark.parametrize("name", sorted({*COMMANDS} - WITHOUT_STATE - {"validate", "convert"}))
def test_a_misspelt_stack_is_refused_with_the_one_that_is_meant(deployed, terminal, aws, name):
    if name == "state import":
        terminal.run("state", "export", deployed, "--file", "state.json").ended(0)
    more = ("--yes",) if name in AGREED else ABOUT_ONE.get(name, ())
    verb, *words = name.split()
    ended = terminal.run(verb, *words, deployed, *more, "--stack", "dve", **RIGHT)
    said = ended.out if name == "doctor" else ended.refused(2)
    assert "there is no stack shop/dve" in said
    assert "did you mean dev?" in said
    assert ("organization/shop/dve" in said) == (name in {*BEGINNING, "destroy"})
    assert ended.status == (1 if name == "doctor" else 2)
    assert aws.tables() == ["orders"]


BEFORE_PATHS = {"usage import": ("use.csv",), "permissions": ("up",)}
AFTER_PATHS = {"usage import": ("--table", "orders"), "optimize": ("--usage", "use")}


@pytest.mark.parametrize("name", sorted(WITHOUT_STATE))
def test_a_misspelt_stack_is_refused_by_what_needs_no_record_of_it(deployed, terminal, name):
    if name == "usage import":
        terminal.write("use.csv", "timestamp,read_units,write_units\n2026-01-01T00:00:00Z,1,1\n")
    words = (*name.split(), *BEFORE_PATHS.get(name, ()), deployed, *AFTER_PATHS.get(name, ()))
    said = terminal.run(*words, "--stack", "dve").refused(2)
    assert "there is no stack shop/dve" in said
    assert "did you mean dev?" in said
    assert "by its full name: --stack organization/shop/dve" in said


@pytest.mark.parametrize("variables", [{}, {"PULUMI_CONFIG_PASSPHRASE": "wrong"}])
def test_without_the_right_passphrase_nothing_runs_and_nobody_is_asked(
    deployed, terminal, aws, variables
):
    message = terminal.run("up", deployed, "--yes", seconds=30, **variables).refused(1)
    assert "passphrase" in message
    assert "set PULUMI_CONFIG_PASSPHRASE" in message
    assert PASSPHRASE not in message
    terminal.run("up", deployed, "--yes", **RIGHT).ended(0)
    assert aws.tables() == ["orders"]


def test_a_passphrase_in_a_file_that_is_not_there_is_named(deployed, terminal):
    message = terminal.run("up", deployed, "--yes", PULUMI_CONFIG_PASSPHRASE_FILE="/none").refused(
        1
    )
    assert "PULUMI_CONFIG_PASSPHRASE_FILE names /none, which cannot be read" in message


def test_a_backend_that_cannot_be_is_told_by_its_place(aws, terminal):
    file = terminal.write("file", "no folder")
    manifest = terminal.write("t.yaml", stack("nowhere", "nowhere"))
    message = terminal.run("up", manifest, "--yes", "--backend", file / "states").refused(1)
    assert f"the state cannot be kept in {file}/states" in message
    assert "--backend" in message
    assert "nowhere" not in aws.tables()


def test_the_state_gives_no_passphrase_away(deployed, machine):
    files = [path for path in (machine.folder / "states").rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if PASSPHRASE.encode() in path.read_bytes()]


def test_a_state_of_the_users_own_is_tied_to_what_it_records(aws, terminal):
    manifest = terminal.write("t.yaml", stack("tied", "tied"))
    own = ("--backend", terminal.folder / "mine")
    terminal.run("up", manifest, "--yes", *own).ended(0)
    terminal.run("preview", manifest, "--expect-no-changes", *own).ended(0)
    mark = next((terminal.folder / "mine").rglob("world.json"))
    right = mark.read_text()

    unmarked, another = "{", '{"world": "another"}'
    for text, verb, words in (
        (another, ("preview",), "records what another sandbox has"),
        (another, ("up", "--yes", "--refresh"), "records what another sandbox has"),
        (another, ("destroy", "--yes"), "records what another sandbox has"),
        (unmarked, ("preview",), "does not say that it records what this sandbox has"),
    ):
        mark.write_text(text)
        message = terminal.run(verb[0], manifest, *verb[1:], *own).refused(1)
        assert words in message
        assert "--backend" in message
        assert mark.read_text() == text

    mark.write_text(right)
    to_aws = ("--target", "aws", "--provider", "embedded")
    message = terminal.run("preview", manifest, *own, *to_aws).refused(1)
    assert "records what a sandbox has, not what AWS has" in message
    terminal.run("destroy", manifest, "--yes", *own).ended(0)
    mark.write_text('{"world": "another"}')
    terminal.run("up", manifest, "--yes", *own).ended(0)
    assert mark.read_text() == right, "a state that records nothing is tied again"
    assert "tied" in aws.tables()
    terminal.run("destroy", manifest, "--yes", *own).ended(0)
