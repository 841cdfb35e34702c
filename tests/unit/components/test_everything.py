"""A stack of every kind of resource, as the engine is told of it, and ejected."""

import json
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.components import TableStack
from tablewright.components.eject import eject
from tablewright.plan.declaration.declare import declare

MANIFEST = Path(__file__).with_name("everything.yaml")
TABLE = "tablewright:index:TableStack$tablewright:index:Table"
EVERYTHING = declare(manifest.load([MANIFEST], environment={}))
NAMES = [
    f"{TABLE}$aws:appautoscaling/policy:Policy::orders-by-customer-read",
    f"{TABLE}$aws:appautoscaling/policy:Policy::orders-by-customer-write",
    f"{TABLE}$aws:appautoscaling/policy:Policy::orders-read",
    f"{TABLE}$aws:appautoscaling/policy:Policy::orders-write",
    f"{TABLE}$aws:appautoscaling/scheduledAction:ScheduledAction::orders-read-evening",
    f"{TABLE}$aws:appautoscaling/scheduledAction:ScheduledAction::orders-read-morning",
    f"{TABLE}$aws:appautoscaling/target:Target::orders-by-customer-read",
    f"{TABLE}$aws:appautoscaling/target:Target::orders-by-customer-write",
    f"{TABLE}$aws:appautoscaling/target:Target::orders-read",
    f"{TABLE}$aws:appautoscaling/target:Target::orders-write",
    f"{TABLE}$aws:dynamodb/contributorInsights:ContributorInsights::orders",
    f"{TABLE}$aws:dynamodb/contributorInsights:ContributorInsights::orders-by-customer",
    f"{TABLE}$aws:dynamodb/contributorInsights:ContributorInsights::profiles-eu-central-1",
    f"{TABLE}$aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination::orders",
    f"{TABLE}$aws:dynamodb/resourcePolicy:ResourcePolicy::orders",
    f"{TABLE}$aws:dynamodb/resourcePolicy:ResourcePolicy::orders-stream",
    f"{TABLE}$aws:dynamodb/table:Table::archive",
    f"{TABLE}$aws:dynamodb/table:Table::catalogue",
    f"{TABLE}$aws:dynamodb/table:Table::orders",
    f"{TABLE}$aws:dynamodb/table:Table::profiles",
    f"{TABLE}$aws:dynamodb/tableReplica:TableReplica::profiles-eu-central-1",
    f"{TABLE}$aws:dynamodb/tableReplica:TableReplica::profiles-eu-west-2",
]


@pytest.fixture(scope="module")
def recording(deploy):
    return deploy(
        lambda: TableStack.from_declared(EVERYTHING).export(), project="everything", stack="dev"
    )


def test_the_names_of_what_belongs_to_a_table_are_public_and_do_not_change(recording):
    """A name that changes here is a new resource to everybody who has one: give it an alias."""
    names = {it.urn.split("::", 2)[2] for it in recording.resources if it.parent.endswith(NAMES_OF)}
    assert sorted(name for name in names if "$aws:" in name) == NAMES


NAMES_OF = tuple(f"{TABLE}::{it.key}" for it in EVERYTHING.tables)


def test_a_dashboard_stands_under_the_stack(recording):
    dashboard = recording.one("aws:cloudwatch/dashboard:Dashboard")
    assert dashboard.urn.endswith(
        "tablewright:index:TableStack$aws:cloudwatch/dashboard:Dashboard::everything"
    )
    assert json.loads(dashboard.inputs["dashboardBody"])["widgets"]


def test_all_resources_are_registered_with_properties_the_sdk_knows(recording):
    """The SDK refuses an argument it does not know, and leaves a misspelt block as it is."""
    snake = [
        f"{it.name}: {path}" for it in recording.resources for path in underscored(it.inputs, "")
    ]
    assert snake == []


def underscored(value, path):
    if isinstance(value, dict):
        for key, item in value.items():
            if "_" in key:
                yield f"{path}.{key}"
            if key not in ("tags", "dimensions"):
                yield from underscored(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from underscored(item, path)


def test_everything_that_carries_tags_has_the_mandatory_ones(recording):
    tagged = [it for it in recording.resources if "tags" in it.inputs]
    mandatory = {"Environment": "dev", "Team": "platform", "CostCenter": "engineering"}
    assert {it.type.rpartition(":")[2] for it in tagged} == {
        "MetricAlarm",
        "Role",
        "Table",
        "TableReplica",
        "Target",
    }
    assert [it.name for it in tagged if not it.inputs["tags"].items() >= mandatory.items()] == []


def test_a_replica_has_its_own_tags(recording):
    replica = recording.one("aws:dynamodb/tableReplica:TableReplica", "profiles-eu-central-1")
    assert replica.inputs["tags"]["Site"] == "frankfurt"
    assert replica.inputs["region"] == "eu-central-1"


def test_scaling_waits_for_its_table(recording):
    target = recording.one("aws:appautoscaling/target:Target", "orders-by-customer-read")
    assert target.inputs["resourceId"] == "table/orders/index/by-customer"
    assert any(urn.endswith("aws:dynamodb/table:Table::orders") for urn in target.dependencies)


def test_the_second_replica_waits_for_the_first(recording):
    second = recording.one("aws:dynamodb/tableReplica:TableReplica", "profiles-eu-west-2")
    assert any(urn.endswith("::profiles-eu-central-1") for urn in second.dependencies)


def test_scaled_capacity_is_ignored(recording):
    orders = recording.one("aws:dynamodb/table:Table", "orders")
    assert set(orders.ignored) >= {
        "readCapacity",
        "writeCapacity",
        "globalSecondaryIndexes[0].readCapacity",
        "globalSecondaryIndexes[0].writeCapacity",
    }


def test_a_role_may_use_the_tables_key(recording):
    policy = recording.one("aws:iam/rolePolicy:RolePolicy", "orders-read")
    statements = {it["Sid"]: it for it in json.loads(policy.inputs["policy"])["Statement"]}
    [key] = statements["UseKey"]["Resource"]
    assert key == EVERYTHING.tables[0].table.encryption.kms_key


def test_the_ejected_program_makes_the_same(deploy, recording):
    code = compile(eject(EVERYTHING, "python")["__main__.py"], "__main__.py", "exec")
    ejected = deploy(
        lambda: exec(code, {"__name__": "__main__"}),  # noqa: S102
        project="everything",
        stack="dev",
    )
    theirs, ours = ejected.by_urn, recording.by_urn
    assert set(theirs) == set(ours)
    for urn, resource in ours.items():
        for name in ("inputs", "ignored", "dependencies", "parent", "timeouts", "protected"):
            assert getattr(theirs[urn], name) == getattr(resource, name), (urn, name)
    assert ejected.exports == recording.exports
