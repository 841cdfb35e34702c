"""A folder of several stacks: each is run in turn, and nothing is lost that was not named."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Terminal, stack

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
        (("release", "--all", "--yes"), "give the files of one"),
    ],
)
def test_what_is_about_one_stack_or_loses_something_wants_it_named(
    deployed, machine, aws, words, fix
):
    before = live(aws)
    verb, *more = words
    assert fix in machine.run(verb, deployed, *more).refused(2)
    assert live(aws) == before


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
    declare(machine, "eu", "orders", "carts")
    machine.run("up", deployed, "--yes").ended(0)
