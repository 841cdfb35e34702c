"""Some tables of a stack by themselves."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tablewright import manifest
from tablewright.components.existing import NOTHING
from tablewright.deploy.partial import meant, merged_outputs, narrowed, targets_of
from tablewright.deploy.resource_tree import resource_tree
from tablewright.deploy.source import Source
from tablewright.engine import Operation, ResourceChange, StateResource
from tablewright.errors import UsageError

ROOT = "urn:pulumi:dev::shop::"
STACK = "tablewright:index:TableStack"
TABLE = f"{STACK}$tablewright:index:Table"


def source(*tables: str, name: str = "shop") -> Source:
    documents: list[dict[str, Any]] = [
        {
            "apiVersion": "tablewright.dev/v1",
            "kind": "Stack",
            "metadata": {"name": name},
            "spec": {
                "region": "eu-west-1",
                "environment": "dev",
                "tags": {"Team": "web", "CostCenter": "7"},
                "alarms": {"userErrors": {}},
                "dashboard": {},
                "outputs": [
                    {"name": f"{table}Arn", "value": "tableArn", "table": table} for table in tables
                ],
                "moved": [{"from": "table/former", "to": f"table/{tables[0]}"}],
            },
        },
        *(
            {
                "apiVersion": "tablewright.dev/v1",
                "kind": "Table",
                "metadata": {"name": table},
                "spec": {
                    "tableName": f"{table}-live",
                    "partitionKey": {"name": "id", "type": "S"},
                    "alarms": {"systemErrors": {}},
                },
            }
            for table in tables
        ),
    ]
    return Source.of(manifest.load_text("\n---\n".join(map(json.dumps, documents)), {}))


@pytest.mark.parametrize("name", ["orders", "orders-live"])
def test_a_table_goes_by_both_its_names_and_nothing_of_the_whole_stack_stays(name):
    (only,) = narrowed([source("carts", "orders")], [name])
    declared = only.declared
    assert [table.key for table in declared.tables] == ["orders"]
    assert (declared.alarms, declared.dashboard, declared.moved) == ((), None, ())
    assert [output.name for output in declared.outputs] == ["ordersArn"]
    assert only.order == ("carts", "orders")


def test_of_several_stacks_each_has_those_of_its_own():
    sources = [source("orders"), source("carts", name="blog")]
    assert narrowed(sources, []) == tuple(sources)
    assert [len(each.declared.tables) for each in narrowed(sources, ["carts"])] == [0, 1]


@pytest.mark.parametrize(
    ("name", "fix"), [("order", "did you mean orders"), ("zebra", "there are orders, orders-live")]
)
def test_a_name_of_no_table_is_refused(name, fix):
    with pytest.raises(UsageError) as refused:
        narrowed([source("orders")], [name])
    assert fix in refused.value.next_step


def test_what_counts_is_declared_or_recorded_with_the_tables_and_not_their_stack():
    (only,) = narrowed([source("orders", "carts")], ["orders"])
    tree = resource_tree(only.declared, NOTHING, "1")
    made = targets_of(tree, ROOT, [])
    assert f"{ROOT}{STACK}::shop" in made
    assert f"{ROOT}{TABLE}$aws:dynamodb/table:Table::orders" in made
    assert not [urn for urn in made if "carts" in urn]

    def recorded(types: str, name: str, parent: str = "") -> StateResource:
        urn = f"{ROOT}{types}::{name}"
        return StateResource(urn, types.rpartition("$")[2], name, parent=parent)

    stack = recorded(STACK, "shop")
    orders, carts = (recorded(TABLE, name, stack.urn) for name in ("orders", "carts"))
    alarms = recorded(f"{TABLE}$tablewright:index:Alarms", "orders", orders.urn)
    gone = recorded(f"{TABLE}$tablewright:index:Alarms$x", "orders-gone", alarms.urn)
    other = recorded(f"{TABLE}$aws:dynamodb/table:Table", "carts", carts.urn)
    meant = targets_of(tree, ROOT, [stack, orders, carts, alarms, gone, other])
    assert {*meant} == {*made, gone.urn} - {stack.urn}


def test_outputs_of_the_others_stay_as_recorded_in_the_order_of_the_manifest():
    made = {
        "tableNames": ["b"],
        "tableArns": ["arn-b"],
        "streamArns": [],
        "tables": {"b": {"name": "b", "arn": "arn-b"}},
        "roleArns": {"b": {}},
        "alarmArns": {"b": {"x": "new"}},
        "own": 2,
    }
    stream = {"name": "a", "arn": "arn-a", "streamArn": "stream-a"}
    recorded = {
        "tables": {"gone": {"name": "gone", "arn": "arn-gone"}, "a": stream},
        "roleArns": {"a": {"read": "role"}},
        "alarmArns": {"a": {}, "b": {"x": "old", "y": "old"}},
        "own": 1,
        "other": 3,
    }
    merged = merged_outputs(made, recorded, ["a", "b", "never"])
    assert merged["tableNames"] == ["a", "b", "gone"]
    assert merged["tableArns"] == ["arn-a", "arn-b", "arn-gone"]
    assert merged["streamArns"] == ["stream-a"]
    assert merged["alarmArns"] == {"a": {}, "b": {"x": "new"}}
    assert (merged["own"], merged["other"]) == (2, 3)
    assert merged_outputs(made, {}, ["a", "b"])["tableNames"] == ["b"]


def test_a_saved_preview_is_done_as_a_whole():
    saved = replace(source("orders"), confirmed=object())  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="done as a whole"):
        narrowed([saved], ["orders"])


def test_a_refresh_tells_of_the_named_tables_alone_but_hides_no_change():
    same, other, deleted = (
        ResourceChange(urn, "x", urn, operation)
        for urn, operation in (
            ("a", Operation.SAME),
            ("b", Operation.REFRESH),
            ("c", Operation.DELETE),
        )
    )
    assert meant([same, other, deleted], ["a"]) == (same, deleted)
    assert meant([same, other, deleted], []) == (same, other, deleted)
