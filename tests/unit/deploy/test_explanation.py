"""What a preview means, in words and steps."""

from __future__ import annotations

import pytest

from tablewright.cost.pricing.prices import prices_of
from tablewright.deploy.explanation import explain
from tablewright.deploy.property_changes import value_at
from tablewright.engine.changes import Operation
from tablewright.plan.changes.step import Risk
from tablewright.report.preview.preview import price_summary

from .samples import ALARM, TABLE, adopted_sessions, change, created_alarm, replaced_table


def test_an_adopted_table_is_one_change_with_the_steps_of_the_plan():
    (found,) = explain(adopted_sessions()).changes
    assert found.actions == ("import", "update")
    assert [step.operation for step in found.steps] == ["UpdateTable", "UpdateTable"]
    assert {step.risk for step in found.steps} == {Risk.SLOW}
    assert found.risk is Risk.SLOW


def test_insights_of_an_index_are_told_from_those_of_its_table():
    insights = "aws:dynamodb/contributorInsights:ContributorInsights"
    inputs = {"tableName": "orders", "indexName": "by-user"}
    (found,) = explain([change(insights, "i", Operation.CREATE, new_inputs=inputs)]).changes
    assert (found.kind, found.name) == ("contributor insights", "orders, index by-user")


def test_what_stays_as_it_is_is_counted_and_not_listed():
    explained = explain(
        [
            change(ALARM, "a", Operation.SAME),
            change(TABLE, "t", Operation.REFRESH),
            change("tablewright:index:TableStack", "s", Operation.CREATE),
            change("pulumi:pulumi:Stack", "s", Operation.CREATE),
        ]
    )
    assert explained.empty
    assert explained.unchanged == 2


def test_tables_come_first_and_are_named_by_their_physical_name():
    explained = explain([created_alarm(), *adopted_sessions()])
    assert [each.name for each in explained.changes] == [
        "sessions",
        "dynamodb-sessions-user-errors-dev",
    ]
    assert explained.counts == {"import and update": 1, "create": 1}


def test_the_order_is_that_of_kinds_and_names_whatever_order_the_engine_told_them_in():
    told = [
        change(kind, name, Operation.CREATE, new_inputs={"name": name})
        for kind in (TABLE, ALARM)
        for name in ("a", "b")
    ]
    forwards, backwards = explain(told), explain(told[::-1])
    assert forwards == backwards
    assert [(each.kind, each.name) for each in forwards.changes] == [
        ("table", "a"),
        ("table", "b"),
        ("alarm", "a"),
        ("alarm", "b"),
    ]


def test_a_replacement_says_which_property_forces_it():
    (found,) = explain([replaced_table()]).changes
    assert found.risk is Risk.REPLACES
    assert found.causes == ("partitionKey",)
    assert [(each.path, each.before, each.after) for each in found.properties] == [
        ("partitionKey", "id", "userId")
    ]


def test_the_risk_of_a_deletion_is_the_loss_of_what_the_resource_holds():
    gone = [
        change(TABLE, "t", Operation.DELETE, old_inputs={"name": "t"}),
        change(ALARM, "a", Operation.DELETE, old_inputs={"name": "a"}),
    ]
    table, alarm = explain(gone).changes
    assert (table.risk, alarm.risk) == (Risk.DELETES, Risk.IN_PLACE)


def test_a_new_table_shows_the_calls_that_make_it():
    declared = {
        "name": "t",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 7},
    }
    (found,) = explain([change(TABLE, "t", Operation.CREATE, new_inputs=declared)]).changes
    assert [step.operation for step in found.steps] == ["CreateTable", "UpdateContinuousBackups"]


def table_of(name: str, **more: object) -> dict[str, object]:
    attributes = [{"name": "id", "type": "S"}]
    return {"name": name, "hashKey": "id", "attributes": attributes, "region": "eu-west-1", **more}


def test_a_sum_says_what_it_leaves_out():
    """The shipped prices have infrequent access in us-east-1 alone, and CloudWatch's alarms."""
    provisioned = {"billingMode": "PROVISIONED", "readCapacity": 5, "writeCapacity": 5}
    told = [
        change(TABLE, name, Operation.CREATE, new_inputs=table_of(name, **provisioned, **more))
        for name, more in (
            ("a", {}),
            ("b", {"tableClass": "STANDARD_INFREQUENT_ACCESS"}),
            *((name, {"tableClass": "STANDARD_INFREQUENT_ACCESS"}) for name in "cde"),
        )
    ]
    dashboard = "aws:cloudwatch/dashboard:Dashboard"
    told.append(change(dashboard, "d", Operation.DELETE, old_inputs={"dashboardName": "shop"}))
    told.append(change(ALARM, "odd", Operation.CREATE, new_inputs={"name": "odd"}))
    explained = explain(told)
    held, without = price_summary(explained)
    assert held.startswith("Capacity held: $0 → $3.22 a month")
    assert without == (
        "Not priced here: capacity and storage of b, c, d and 1 more; alarm odd; dashboard shop."
    )
    assert [entry.unpriced for entry in explain(told, prices=lambda _: None).changes[:1]] == [
        ("capacity", "storage")
    ]
    kept = explain(told, prices=lambda _: prices_of("us-east-1"))
    assert [entry.name for entry in kept.changes if entry.unpriced] == ["odd", "shop"]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("list[1].c", 2),
        ('a["b"]', 1),
        ("a.missing", None),
        ("list[9]", None),
        ("a.b.c", None),
    ],
)
def test_a_value_is_found_at_the_engines_path(path, value):
    assert value_at({"a": {"b": 1}, "list": [{}, {"c": 2}]}, path) == value


def test_what_is_replaced_with_its_table_says_so_and_not_by_which_of_its_own_properties():
    place = {
        "serviceNamespace": "dynamodb",
        "resourceId": "table/orders",
        "scalableDimension": "dynamodb:table:WriteCapacityUnits",
    }
    told = []
    for kind, inputs, key in (
        (TABLE, {"name": "orders"}, "region"),
        ("aws:appautoscaling/target:Target", place, "resourceId"),
        ("aws:appautoscaling/policy:Policy", {**place, "name": "p"}, "resourceId"),
        (ALARM, {"name": "a"}, "region"),
    ):
        old, new = ({**inputs, "region": region} for region in ("eu-west-1", "eu-central-1"))
        sides = {"old_inputs": old, "new_inputs": new, "replace_keys": (key,)}
        told.append(change(kind, "x", Operation.REPLACE, **sides))
    causes = {each.kind: each.causes for each in explain(told).changes}
    assert causes == {
        "table": ("region",),
        "scalable target": ("its table",),
        "scaling policy": ("its scalable target",),
        "alarm": ("region",),
    }
