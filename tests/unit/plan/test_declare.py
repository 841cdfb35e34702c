"""What a manifest declares, from models, without a document in sight."""

from decimal import Decimal
from pathlib import Path

from tablewright import manifest
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.stacks import StackManifest
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.table import (
    Encryption,
    Key,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    TimeToLive,
)

EXAMPLES = Path(__file__).parents[3] / "examples"
STACK = {
    "metadata": {"name": "shop"},
    "spec": {
        "region": "eu-west-1",
        "environment": "test",
        "tags": {"Team": "web", "CostCenter": "7"},
    },
}
TABLE = {"metadata": {"name": "orders"}, "spec": {"partitionKey": {"name": "id", "type": "S"}}}


def declared(table: dict | None = None, *, stack: dict | None = None) -> DeclaredStack:
    whole = {**STACK, "spec": {**STACK["spec"], **(stack or {})}}
    one = {**TABLE, "spec": {**TABLE["spec"], **(table or {})}}
    return declare(StackManifest(Stack.model_validate(whole), (Table.model_validate(one),)))


def declared_table(table: dict | None = None, *, stack: dict | None = None) -> DeclaredTable:
    return declared(table, stack=stack).tables[0]


def test_what_a_manifest_leaves_out_is_an_explicit_default() -> None:
    table = declared_table().table
    assert table.key == Key(("id",))
    assert table.billing_mode == "PAY_PER_REQUEST"
    assert table.throughput is None
    assert table.global_indexes == ()
    assert table.local_indexes == ()
    assert table.stream == Stream(None)
    assert table.encryption == Encryption("AWS_OWNED")
    assert table.recovery == Recovery(0)
    assert table.time_to_live == TimeToLive(None)
    assert table.table_class == "STANDARD"
    assert table.deletion_protection is False
    assert table.on_demand_maximum == OnDemandMaximum()
    assert table.warm_throughput is None


def test_attributes_are_exactly_those_of_the_keys() -> None:
    index = {
        "name": "by-user",
        "partitionKey": {"name": "user", "type": "S"},
        "sortKey": {"name": "at", "type": "N"},
        "projection": {"type": "INCLUDE", "nonKeyAttributes": ["title"]},
    }
    table = declared_table({"globalSecondaryIndexes": [index]}).table
    assert table.attributes == {"id": "S", "user": "S", "at": "N"}
    assert table.global_indexes[0].key == Key(("user",), ("at",))
    assert table.global_indexes[0].projection == Projection("INCLUDE", frozenset({"title"}))


def test_an_index_can_have_several_attributes_in_each_half_of_its_key() -> None:
    parts = [{"name": name, "type": "S"} for name in "abcd"]
    index = {"name": "many", "partitionKey": parts[:3], "sortKey": parts[3:]}
    table = declared_table({"globalSecondaryIndexes": [index]}).table
    assert table.global_indexes[0].key == Key(("a", "b", "c"), ("d",))


def test_a_local_index_has_the_partition_key_of_its_table() -> None:
    local = {"name": "by-date", "sortKey": {"name": "date", "type": "S"}}
    table = declared_table(
        {"sortKey": {"name": "at", "type": "N"}, "localSecondaryIndexes": [local]}
    ).table
    assert table.local_indexes[0].key == Key(("id",), ("date",))


def test_user_tags_win_over_team_and_cost_center_but_never_over_environment() -> None:
    tags = declared_table({"tags": {"Team": "search", "Environment": "prod"}}).table.tags
    assert tags == {"CostCenter": "7", "Environment": "test", "Team": "search"}


def test_enforced_tags_win_over_the_tags_of_a_table() -> None:
    tags = declared_table(
        {"tags": {"Team": "search"}, "tableTags": {"CostCenter": "9"}},
        stack={"enforcedTags": {"Team": "Platform", "CostCenter": "Engineering"}},
    ).table.tags
    assert tags["Team"] == "Platform"
    assert tags["CostCenter"] == "Engineering"


def test_nothing_is_tagged_that_the_stack_does_not_make_mandatory() -> None:
    assert declared_table(stack={"mandatoryTags": [], "tags": {}}).table.tags == {}


def test_tags_of_the_table_alone_stay_off_its_alarms_and_roles() -> None:
    table = declared_table(
        {"tableTags": {"Only": "here"}, "access": ["read"], "alarms": {"userErrors": {}}}
    )
    assert table.table.tags["Only"] == "here"
    assert "Only" not in table.alarms[0].tags
    assert "Only" not in table.roles[0].tags


def test_the_user_errors_alarm_has_no_dimensions_and_says_so() -> None:
    alarm = declared_table({"alarms": {"userErrors": {"threshold": 5}}}).alarms[0]
    assert alarm.name == "dynamodb-orders-user-errors-test"
    assert alarm.metric.dimensions == {}
    assert alarm.metric.stat == "Sum"
    assert alarm.metric.period_seconds == 60
    assert alarm.threshold == Decimal(5)
    assert alarm.evaluation_periods == 1
    assert alarm.treat_missing_data == "notBreaching"
    assert "whole account and region" in alarm.description


def test_the_system_errors_alarm_adds_up_ten_operations_each_filled_with_zero() -> None:
    alarm = declared_table({"alarms": {"systemErrors": {}}}).alarms[0]
    *series, total = alarm.queries
    assert {query.metric.dimensions["Operation"] for query in series} == {
        "GetItem",
        "BatchGetItem",
        "Query",
        "Scan",
        "PutItem",
        "UpdateItem",
        "DeleteItem",
        "BatchWriteItem",
        "TransactGetItems",
        "TransactWriteItems",
    }
    assert {query.metric.dimensions["TableName"] for query in series} == {"orders"}
    assert total.expression == "+".join(f"FILL({query.id},0)" for query in series)
    assert [query.return_data for query in alarm.queries] == [False] * 10 + [True]
    assert alarm.metric is None


def test_the_literal_form_has_the_table_as_its_only_dimension() -> None:
    alarms = declared_table(
        {"alarms": {"userErrors": {"form": "LITERAL"}, "systemErrors": {"form": "LITERAL"}}}
    ).alarms
    assert [alarm.metric.dimensions for alarm in alarms] == [{"TableName": "orders"}] * 2
    assert all("Cannot go off" in alarm.description for alarm in alarms)


def test_a_stack_can_have_one_user_errors_alarm_instead_of_one_per_table() -> None:
    stack = declared(stack={"alarms": {"userErrors": {"threshold": 9}}})
    assert stack.tables[0].alarms == ()
    assert stack.alarms[0].name == "dynamodb-shop-user-errors-test"
    assert stack.alarms[0].metric.dimensions == {}


def test_roles_hold_exactly_the_actions_of_their_set() -> None:
    read, write = declared_table({"access": ["read", "write"]}).roles
    assert (read.name, write.name) == (
        "dynamodb-orders-read-role-test",
        "dynamodb-orders-write-role-test",
    )
    assert read.policy_name == "dynamodb-orders-read-policy-test"
    assert set(read.grants[0].actions) == {
        f"dynamodb:{action}"
        for action in ("GetItem", "BatchGetItem", "Query", "Scan", "DescribeTable")
    }
    assert read.grants[0].targets == ("table", "indexes")
    assert set(write.grants[0].actions) == {
        f"dynamodb:{action}" for action in ("PutItem", "UpdateItem", "DeleteItem", "BatchWriteItem")
    }
    assert write.grants[0].targets == ("table",)
    assert read.trust.services == ("lambda.amazonaws.com",)
    assert read.trust.source_account


def test_reading_the_stream_is_granted_on_the_stream_and_listing_on_anything() -> None:
    (role,) = declared_table({"access": ["stream"]}).roles
    assert [(grant.sid, grant.targets) for grant in role.grants] == [
        ("ReadStream", ("stream",)),
        ("ListStreams", ("any",)),
    ]


def test_a_physical_name_can_carry_the_environment_while_the_logical_one_does_not() -> None:
    table = declared_table(
        {"tableName": "orders-{environment}", "alarms": {"readThrottles": {}}, "access": ["read"]}
    )
    assert table.table.name == "orders-test"
    assert table.key == "orders"
    assert table.alarms[0].key == "orders-read-throttles"
    assert table.alarms[0].name == "dynamodb-orders-test-read-throttles-test"
    assert table.roles[0].key == "orders-read"


def test_insights_are_on_what_asks_for_them_and_on_nothing_else() -> None:
    index = {"name": "by-user", "partitionKey": {"name": "user", "type": "S"}}
    watched = {**index, "contributorInsights": {"mode": "THROTTLED_KEYS"}}
    assert declared_table({"globalSecondaryIndexes": [index]}).insights == ()
    on_table = declared_table({"contributorInsights": {}, "globalSecondaryIndexes": [index]})
    assert [one.index for one in on_table.insights] == [None]
    on_index = declared_table({"globalSecondaryIndexes": [watched]})
    assert [(one.index, one.mode) for one in on_index.insights] == [("by-user", "THROTTLED_KEYS")]


def test_both_example_stacks_are_what_the_company_asked_for() -> None:
    stack = declare(manifest.load([EXAMPLES / "three-tables"], {}))
    assert (stack.name, stack.region, stack.environment) == ("analytics", "ap-southeast-2", "dev")
    assert [one.key for one in stack.tables] == ["events", "sessions", "users"]
    assert all(one.adopt for one in stack.tables)
    assert {one.table.encryption.type for one in stack.tables} == {"AWS_MANAGED"}
    assert [one.table.recovery.days for one in stack.tables] == [0, 0, 35]
    assert [len(one.insights) for one in stack.tables] == [1, 0, 0]
    assert [one.table.stream.view_type for one in stack.tables] == [
        "NEW_AND_OLD_IMAGES",
        None,
        None,
    ]
    assert stack.tables[0].table.tags == {
        "CostCenter": "engineering",
        "Environment": "dev",
        "Repository": "iac-test-automations",
        "Team": "data-analytics",
    }
    names = [alarm.name for alarm in stack.tables[1].alarms]
    assert names == ["dynamodb-sessions-user-errors-dev", "dynamodb-sessions-system-errors-dev"]


def test_the_optimized_table_has_its_own_names_tags_and_outputs() -> None:
    stack = declare(manifest.load([EXAMPLES / "optimized-table"], {"ENVIRONMENT_SUFFIX": "pr7"}))
    (one,) = stack.tables
    assert one.table.name == "optimized-table-pr7"
    assert one.table.tags["Team"] == "Platform"
    assert one.table.tags["ContributorInsightsEnabled"] == "true"
    assert "ContributorInsightsEnabled" not in one.alarms[0].tags
    assert [alarm.name for alarm in one.alarms] == ["table-read-alarm-pr7", "table-write-alarm-pr7"]
    assert [alarm.treat_missing_data for alarm in one.alarms] == [None, None]
    assert one.roles[0].name == "lambda-dynamodb-reader-pr7"
    assert [output.name for output in stack.outputs] == [
        "tableName",
        "tableArn",
        "streamArn",
        "lambdaRoleArn",
    ]
