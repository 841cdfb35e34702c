"""A folder of several stacks: each is run in turn, and nothing is lost that was not named."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal, stack
from tests.unit.cli.test_commands_with_paths import COMMANDS

pytestmark = pytest.mark.engine

REGIONS = {"eu": "eu-west-1", "us": "us-east-1"}


def declare(machine: Terminal, name: str, *tables: str) -> None:
    machine.write(f"tables/{name}/stack.yaml", stack(name, *tables, region=REGIONS[name]))


def live(aws: EmbeddedAws) -> dict[str, list[str]]:
    clients = {name: aws.client("dynamodb", region) for name, region in REGIONS.items()}
    return {name: client.list_tables()["TableNames"] for name, client in clients.items()}


@pytest.fixture(scope="module")
def deployed(machine: Terminal, aws: EmbeddedAws) -> Path:
    """Two stacks of one folder, brought up by one command."""
    declare(machine, "eu", "orders", "carts")
    declare(machine, "us", "orders", "carts")
    said = machine.run("up", "tables", "--yes", "-o", "json").ended(0)
    assert {*said.json["stacks"]} == {"eu/dev", "us/dev"}
    assert said.json["stacks"]["us/dev"]["region"] == "us-east-1"
    assert "2 stacks, 2 done:\n  eu/dev  done\n  us/dev  done" in said.err
    assert live(aws) == {"eu": ["carts", "orders"], "us": ["carts", "orders"]}
    return machine.folder / "tables"


@pytest.mark.parametrize(
    ("words", "fix"),
    [
        (("up", "--yes", "--allow-delete", "carts"), "name those that are meant: --stack eu --s"),
        (("preview", "--allow-replace", "carts"), "name those that are meant: --stack eu --stack"),
        (("destroy", "--yes"), "name those that are meant: --stack eu --stack us"),
        (("outputs", "--raw", "tableNames"), "add --stack eu or --stack us"),
        (("outputs", "--output", "env"), "add --stack eu or --stack us"),
        (("status", "--stack", "uss"), "did you mean us?"),
        (("status", "--stack", "us", "--stack", "organization/us/dev"), "name it once"),
        (("status", "--stack", "acme/us/dev"), "give organization/us/dev"),
        (("release", "--all", "--yes"), "add --stack eu or --stack us"),
    ],
)
def test_what_is_about_one_stack_or_loses_something_wants_it_named(
    deployed, machine, aws, words, fix
):
    before = live(aws)
    verb, *more = words
    assert fix in machine.run(verb, deployed, *more).refused(2)
    assert live(aws) == before


ABOUT_ONE = {
    "report": (),
    "release": ("--all", "--yes"),
    "state list": (),
    "state export": (),
    "state import": ("state.json",),
    "state move-backend": ("elsewhere",),
    "state mv": ("orders", "purchases"),
    "drift --watch": (),
    "drift --accept": (),
    "drift --fix": ("--yes",),
}
"""Commands about one stack, with what they need besides its manifests."""
NAMES = ("orders", "carts")
OVER_SEVERAL = {
    "drift": ("--output", "json"),
    "doctor": ("--output", "json"),
    "usage collect": ("--yes", "--output", "json"),
    "audit": ("--output", "json"),
    "permissions": (),
    "optimize": ("--output", "json"),
}
"""Commands that run for each stack, or for the tables of all."""
ELSEWHERE = {"preview", "up", "destroy", "outputs", "status", "verify", "refresh"}
"""The tests beside these run them over two stacks."""
OF_A_TABLE = {"usage import"}
"""Which stack is meant shows by a table: tests/unit/cli/test_usage_place.py."""


def test_no_command_with_manifests_is_forgotten():
    known = {*OVER_SEVERAL, *ELSEWHERE, *OF_A_TABLE, "eject", "validate", "convert"}
    assert {*COMMANDS} == known | {name.partition(" --")[0] for name in ABOUT_ONE}


def arguments(name: str, folder: object, *more: str) -> list[object]:
    verb, *words = name.split()
    if verb == "permissions":
        return [verb, "up", folder, *more]
    return [verb, *words, folder, *more]


@pytest.mark.parametrize("name", ABOUT_ONE)
def test_a_command_about_one_stack_names_those_that_there_are(deployed, machine, name):
    machine.run("state", "export", deployed, "--stack", "us", "--file", "state.json").ended(0)
    message = machine.run(*arguments(name, deployed, *ABOUT_ONE[name])).refused(2)
    assert "add --stack eu or --stack us" in message


@pytest.mark.parametrize("name", OVER_SEVERAL)
def test_a_command_over_several_stacks_is_about_the_tables_of_all(deployed, machine, aws, name):
    if name == "optimize":
        machine.run("usage", "collect", deployed, "--yes").ended(0)
    every = machine.run(*arguments(name, deployed, *OVER_SEVERAL[name]))
    one = machine.run(*arguments(name, deployed, *OVER_SEVERAL[name], "--stack", "us"))
    assert {every.status, one.status} <= {0, 3, 4}, (every, one)
    match name:
        case "drift" | "doctor" | "optimize":
            assert {*every.json["stacks"]} == {"eu/dev", "us/dev"}
            assert "  eu/dev  " in every.err
            assert "stacks" not in one.json
        case "usage collect":
            there = live(aws)
            assert every.json["tables"] == len([*there["eu"], *there["us"]])
            assert one.json["tables"] == len(there["us"])
        case "audit":
            places = [{f["region"] for f in said.json["findings"]} for said in (every, one)]
            assert places == [{*REGIONS.values()}, {"us-east-1"}]
        case "permissions":
            assert "eu-west-1" in every.out
            assert "us-east-1" in every.out
            assert "eu-west-1" not in one.out


def test_each_of_several_stacks_becomes_a_program_of_its_own(deployed, machine):
    machine.run("eject", deployed, "--directory", "programs").ended(0)
    for name, region in REGIONS.items():
        settings = machine.folder / "programs" / name / "Pulumi.dev.yaml"
        assert region in settings.read_text("utf-8")
    message = machine.run("eject", deployed, "--directory", "programs").refused(2)
    assert "holds Pulumi.yaml" in message
    machine.run("eject", deployed, "--directory", "program", "--stack", "us").ended(0)
    assert (machine.folder / "program" / "Pulumi.yaml").read_text("utf-8").startswith("name: us")


def test_a_mistake_in_one_stack_stops_all_before_anything_is_touched(deployed, machine, aws):
    before = live(aws)
    mistaken = machine.write("tables/third/more.yaml", stack("third", "a b", "baskets"))
    message = machine.run("up", deployed, "--yes").refused(2)
    mistaken.unlink()
    assert str(mistaken) in message
    assert live(aws) == before


def test_the_others_go_on_and_what_is_named_alone_is_lost(deployed, machine, aws):
    declare(machine, "eu", "orders")
    declare(machine, "us", "orders", "carts", "baskets")
    said = machine.run("up", deployed, "--yes", "--output", "json").ended(3)
    assert said.json["stacks"]["eu/dev"]["exitStatus"] == 3
    assert said.json["stacks"]["us/dev"]["counts"] == {"create": 1}
    assert "2 stacks, 1 done:\n  eu/dev  TW-E300: nothing was done" in said.err
    assert "--allow-delete carts; name its stack with it: --stack eu\n" in said.err
    assert live(aws) == {"eu": ["carts", "orders"], "us": ["baskets", "carts", "orders"]}
    words = ("--stack", "eu", "--allow-delete", "carts", "--save", "change.json")
    said = machine.run("preview", deployed, *words).ended(0)
    assert "tablewright up change.json\n" in said.err
    said = machine.run("preview", deployed, "--save", "each.json").ended(3)
    assert "tablewright up each.us.json\n" in said.err
    assert not (machine.folder / "each.eu.json").exists()
    machine.run("up", "change.json", "--yes").ended(0)
    assert live(aws) == {"eu": ["orders"], "us": ["baskets", "carts", "orders"]}
    aws.client("dynamodb", "us-east-1").delete_table(TableName="carts")
    said = machine.run("verify", deployed, "--output", "junit").ended(3)
    assert said.out.count("<testsuites") == 1
    assert 'name="us/dev: table carts"' in said.out
    assert "  eu/dev  done\n  us/dev  differs" in said.err
    machine.run("destroy", deployed, "--yes", "--stack", "us").ended(0)
    assert live(aws) == {"eu": ["orders"], "us": []}
    said = machine.run("status", deployed).ended(0)
    assert said.out.startswith("eu/dev (eu-west-1)\n")
    assert "\n\nus/dev (us-east-1)\n" in said.out
    for name in REGIONS:
        declare(machine, name, "orders", "carts")
    machine.run("up", deployed, "--yes").ended(0)
    assert live(aws) == {"eu": ["carts", "orders"], "us": ["carts", "orders"]}


def test_two_stacks_of_one_name_are_two_and_each_keeps_its_state(machine, aws):
    for name, region in REGIONS.items():
        text = stack("shop", f"shop-{name}", region=region, environment=name)
        machine.write(f"same/{name}/stack.yaml", text)
    machine.run("up", "same/eu", "--yes").ended(0)
    said = machine.run("preview", "same", "--save", "change.json", "--output", "json").ended(0)
    counts = {name: found["counts"] for name, found in said.json["stacks"].items()}
    assert "create" not in counts["shop/eu"], "what was deployed alone is found"
    assert counts["shop/us"]["create"] > 0
    for name in REGIONS:
        assert (machine.folder / f"change.shop@{name}.json").is_file()
    assert "give --stack shop/eu or --stack shop/us" in (
        machine.run("up", "same", "--stack", "shop", "--yes").refused(2)
    )
    machine.run("up", "same", "--stack", "shop/us", "--yes").ended(0)
    machine.run("up", "same/us", "--yes").ended(0)
    assert all(f"shop-{name}" in tables for name, tables in live(aws).items())
    assert "name those that are meant: --stack shop/eu --stack shop/us" in (
        machine.run("destroy", "same", "--yes").refused(2)
    )
    machine.run("destroy", "same", "--yes", "--stack", "shop/eu").ended(0)
    assert [f"shop-{name}" in tables for name, tables in live(aws).items()] == [False, True]
    machine.run("eject", "same", "--directory", "both").ended(0)
    assert {path.name for path in (machine.folder / "both").iterdir()} == {"shop@eu", "shop@us"}
    machine.run("destroy", "same", "--yes", "--stack", "shop/us").ended(0)
