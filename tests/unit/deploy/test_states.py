"""States that are renamed in, or brought from elsewhere, as values."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tablewright.deploy.preconditions import accounts
from tablewright.deploy.states.exchange import (
    differences,
    marked,
    read_brought,
    refuse_drops,
    refuse_foreign,
    refuse_other_account,
)
from tablewright.deploy.states.listing import listed
from tablewright.deploy.states.naming import renames
from tablewright.engine import Backend, StackPlace, State
from tablewright.errors import RefusedError, UsageError
from tablewright.resource_kinds import KINDS

ROOT = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
PREFIX = "urn:pulumi:dev::shop::tablewright:index:Table"
TABLE, ROLE, POLICY = (
    "aws:dynamodb/table:Table", "aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy",
)  # fmt: skip
PLACE = StackPlace(Backend.of(Path("/states")), "shop", "dev")
WORLD = "7f3a"


def component(name: str) -> dict[str, Any]:
    return {"urn": f"{PREFIX}::{name}", "type": "tablewright:index:Table", "parent": ROOT}


def resource(type_: str, logical: str, below: str, **inputs: str) -> dict[str, Any]:
    return {
        "urn": f"{PREFIX}${type_}::{logical}",
        "type": type_,
        "custom": True,
        "id": inputs["name"],
        "inputs": inputs,
        "parent": f"{PREFIX}::{below}",
    }


RESOURCES = [
    {"urn": ROOT, "type": "pulumi:pulumi:Stack"},
    component("tbl1"),
    resource(TABLE, "tbl1", "tbl1", name="tbl1"),
    resource(ROLE, "tbl1-read", "tbl1", name="tbl1-reader"),
    resource(POLICY, "tbl1-read", "tbl1", name="reads", role="tbl1-reader"),
    component("tbl10"),
    resource(TABLE, "tbl10", "tbl10", name="tbl10"),
    resource(ROLE, "tbl10-read", "tbl10", name="tbl10-reader"),
]


def text(*resources: dict[str, Any]) -> str:
    exported = {"version": 3, "deployment": {"resources": [*(resources or RESOURCES)]}}
    return json.dumps(marked(exported, PLACE, "sandbox", WORLD))


def brought(*resources: dict[str, Any]) -> Any:
    return read_brought(text(*resources), "state.json")


def urns(old: str, new: str, type_: str | None = None) -> dict[str, str]:
    found = renames(brought().state.resources, old, new, type_)
    return {before.rpartition("$")[2]: after for before, after in found.items()}


def test_with_a_table_goes_what_is_called_after_it_and_no_other():
    assert set(urns("tbl1", "orders").values()) == {
        f"{PREFIX}::orders",
        f"{PREFIX}${TABLE}::orders",
        f"{PREFIX}${ROLE}::orders-read",
        f"{PREFIX}${POLICY}::orders-read",
    }


def test_resources_are_listed_with_their_table_in_the_order_of_the_manifests():
    resources = read_brought(text(), "state.json").state.resources
    names = [(record["kind"], record["name"]) for record in listed(reversed(resources), ["tbl10"])]
    assert names == [
        ("table", "tbl10"),
        ("role", "tbl10-read"),
        ("table", "tbl1"),
        ("role", "tbl1-read"),
        ("role policy", "tbl1-read"),
    ]


def test_a_name_that_is_not_recorded_is_answered_with_the_nearest():
    with pytest.raises(UsageError) as raised:
        urns("tb10", "orders")
    assert raised.value.next_step.startswith("did you mean tbl10 or ")


def test_a_resource_goes_alone():
    assert urns("tbl1-read", "reader", ROLE) == {f"{ROLE}::tbl1-read": f"{PREFIX}${ROLE}::reader"}


@pytest.mark.parametrize(
    ("old", "new", "type_", "message"),
    [
        ("nobody", "orders", None, "nothing of the name nobody is recorded"),
        ("tbl1", "orders", ROLE, "nothing of the name tbl1 is recorded"),
        ("tbl1-read", "reader", None, "2 resources are called tbl1-read"),
        ("tbl1-read", "tbl10-read", ROLE, "tbl10-read is recorded already"),
        ("tbl1", "tbl10", None, "tbl10 is recorded already"),
        ("tbl1", "a b", None, "cannot be a name"),
        ("tbl1", "", None, "cannot be a name"),
    ],
)
def test_a_rename_that_means_nothing_is_refused(old, new, type_, message):
    with pytest.raises(UsageError, match=message):
        urns(old, new, type_)


DAMAGES = {
    "cut off": lambda whole: whole[: len(whole) // 2],
    "empty": lambda _: "",
    "no JSON": lambda _: "state",
    "deeper than anybody reads": lambda _: "[" * 100_000,
    "a list": lambda _: "[]",
    "another document": lambda _: '{"version": 3}',
    "another member": lambda whole: whole.replace('"resources": [', '"resources": [7, '),
    "a later version": lambda whole: whole.replace('"version": 3', '"version": 99'),
    "no version": lambda whole: whole.replace('"version": 3', '"version": null'),
    "no URN": lambda whole: whole.replace(f'"urn": "{ROOT}"', '"urn": "shop"'),
    "lacks what others refer to": lambda whole: whole.replace(
        f'"urn": "{PREFIX}::tbl1"', f'"urn": "{PREFIX}::gone"'
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_file_is_refused(damage):
    whole = text()
    damaged = DAMAGES[damage](whole)
    assert damaged != whole
    with pytest.raises(UsageError, match=r"state\.json is "):
        read_brought(damaged, "state.json")


def test_the_file_of_a_state_is_read_as_well():
    exported = json.loads(text())
    checkpoint = {"stack": "organization/shop/dev", "latest": exported["deployment"]}
    file = json.dumps({"version": 3, "checkpoint": checkpoint})
    assert read_brought(file, "dev.json").state == brought().state


@pytest.mark.parametrize(
    ("was", "becomes", "message"),
    [
        ("urn:pulumi:dev::shop::", "urn:pulumi:prod::shop::", "of the stack shop/prod"),
        ("urn:pulumi:dev::shop::", "urn:pulumi:dev::mall::", "of the stack mall/dev"),
        ('"target": "sandbox"', '"target": "aws"', "records what AWS has"),
        (f'"world": "{WORLD}"', '"world": "other"', "records what another sandbox has"),
    ],
)
def test_a_state_of_another_stack_or_target_is_refused(was, becomes, message):
    foreign = read_brought(text().replace(was, becomes), "state.json")
    with pytest.raises(RefusedError, match=message):
        refuse_foreign(foreign, PLACE, "sandbox", WORLD)


def test_one_resource_of_another_stack_among_many_is_enough():
    other = resource(TABLE, "other", "tbl1", name="other")
    other["urn"] = other["urn"].replace("::shop::", "::mall::")
    with pytest.raises(RefusedError, match="mall/dev"):
        refuse_foreign(brought(*RESOURCES, other), PLACE, "sandbox", WORLD)


def test_what_gets_another_urn_and_stays_the_same_is_neither_added_nor_dropped():
    moved = resource(TABLE, "orders", "tbl1", name="tbl1")
    after = brought(*(moved if each is RESOURCES[2] else each for each in RESOURCES))
    found = differences(brought().state, after.state, "eu-west-1")
    assert (found.added, found.dropped) == ((), ())


def test_each_thing_that_would_be_forgotten_is_named():
    found = differences(brought().state, brought(*RESOURCES[:5]).state, "eu-west-1")
    assert found.dropped == ("table tbl10", "role tbl10-reader")
    with pytest.raises(RefusedError, match="table tbl10, role tbl10-reader"):
        refuse_drops(found, [])
    with pytest.raises(RefusedError, match="forget role tbl10-reader"):
        refuse_drops(found, ["tbl10"])
    with pytest.raises(UsageError, match="--allow-drop tbl1:"):
        refuse_drops(found, ["tbl10", "tbl10-reader", "tbl1"])
    refuse_drops(found, ["tbl10", "tbl10-reader"])


@pytest.mark.parametrize("type_", sorted(KINDS))
def test_a_state_of_another_account_is_refused_whatever_it_records(type_):
    """A dashboard tells its account by another output; what tells none is with what does."""
    arn = "dashboardArn" if type_.endswith(":Dashboard") else "arn"

    def state(account: str) -> Any:
        of_account = resource(type_, "it", "tbl1", name="it")
        of_account["outputs"] = {arn: f"arn:aws:service:eu-west-1:{account}:it"}
        return brought(*RESOURCES[:2], of_account).state

    here, there = state("111111111111"), state("222222222222")
    refuse_other_account(here, here)
    refuse_other_account(State(), there)
    with pytest.raises(RefusedError, match="of account 222222222222, and what is recorded is in"):
        refuse_other_account(here, there)
    session = SimpleNamespace(account_id="222222222222")
    with pytest.raises(RefusedError, match="this stack is in account 111111111111"):
        accounts.refuse_other_account(here.resources, session)  # type: ignore[arg-type]
