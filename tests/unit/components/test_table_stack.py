"""A declared stack, as the engine is told of it."""

import json
from dataclasses import replace
from decimal import Decimal

import pulumi_aws as aws
import pytest

import pulumi
from tablewright.components import Existing, TableStack
from tablewright.components.existing import LiveResource, import_ids
from tablewright.plan.declaration.declared import (
    Alarm,
    DeclaredStack,
    DeclaredTable,
    Grant,
    Insights,
    MetricStat,
    Output,
    Role,
    Trust,
)
from tablewright.plan.table import GlobalIndex, Key, Projection, Stream, Table
from tablewright.resource_kinds import Account

TABLE = "aws:dynamodb/table:Table"
INSIGHTS = "aws:dynamodb/contributorInsights:ContributorInsights"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
EXECUTION = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
ARN = "arn:aws:dynamodb:ap-southeast-2:123456789012:table"
STREAM = f"{ARN}/events/stream/2026-11-20T00:00:00.000"
TAGS = {"Environment": "dev", "Team": "data", "CostCenter": "engineering"}


def user_errors(key: str) -> Alarm:
    series = MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum")
    return Alarm(
        key=key,
        name=f"dynamodb-{key}-dev",
        description="refused requests",
        comparison_operator="GreaterThanThreshold",
        threshold=Decimal(5),
        evaluation_periods=1,
        metric=series,
        tags=TAGS,
    )


def reader(table: str) -> Role:
    return Role(
        key=f"{table}-read",
        name=f"dynamodb-{table}-read-role-dev",
        policy_name=f"dynamodb-{table}-read-policy-dev",
        description="reads",
        trust=Trust(("lambda.amazonaws.com",)),
        grants=(Grant("Read", ("dynamodb:GetItem",), ("table", "indexes")),),
        managed_policies=(EXECUTION,),
        tags=TAGS,
    )


EVENTS = DeclaredTable(
    Table(
        "events",
        Key(("eventId",)),
        {"eventId": "S", "userId": "S"},
        "PAY_PER_REQUEST",
        global_indexes=(GlobalIndex("by-user", Key(("userId",)), Projection("ALL")),),
        stream=Stream("NEW_AND_OLD_IMAGES"),
        tags=TAGS,
    ),
    insights=(Insights(), Insights("by-user", "THROTTLED_KEYS")),
    alarms=(user_errors("events-user-errors"),),
    roles=(reader("events"),),
)
USERS = DeclaredTable(
    Table(
        "users-dev", Key(("userId",)), {"userId": "S"}, "PAY_PER_REQUEST", stream=Stream(None),
        tags={**TAGS, "ContributorInsightsEnabled": "false"},
    ),
    key="users",
    alarms=(user_errors("users-user-errors"),),
)  # fmt: skip
STACK = DeclaredStack(
    name="analytics",
    environment="dev",
    region="ap-southeast-2",
    tables=(EVENTS, USERS),
    alarms=(user_errors("user-errors"),),
    tags=TAGS,
)


@pytest.fixture
def recorded(deploy):
    def run(stack: DeclaredStack = STACK, existing: Existing | None = None, **settings):
        return deploy(
            lambda: TableStack.from_declared(stack, existing or Existing()).export(), **settings
        )

    return run


def test_the_names_of_all_resources_are_public_and_do_not_change(recorded):
    """A name that changes here is a new resource to everybody who has one: give it an alias."""
    table = "tablewright:index:TableStack$tablewright:index:Table"
    attachment = "events-read-service-role/AWSLambdaBasicExecutionRole"
    assert sorted(it.urn.split("::", 2)[2] for it in recorded().resources) == sorted(
        [
            "tablewright:index:TableStack::analytics",
            f"{table}::events",
            f"{table}${TABLE}::events",
            f"{table}${INSIGHTS}::events",
            f"{table}${INSIGHTS}::events-by-user",
            f"{table}$tablewright:index:Alarms::events",
            f"{table}$tablewright:index:Alarms${ALARM}::events-user-errors",
            f"{table}$tablewright:index:AccessRoles::events",
            f"{table}$tablewright:index:AccessRoles${ROLE}::events-read",
            f"{table}$tablewright:index:AccessRoles${ROLE_POLICY}::events-read",
            f"{table}$tablewright:index:AccessRoles${ATTACHMENT}::{attachment}",
            f"{table}::users",
            f"{table}${TABLE}::users",
            f"{table}$tablewright:index:Alarms::users",
            f"{table}$tablewright:index:Alarms${ALARM}::users-user-errors",
            "tablewright:index:TableStack$tablewright:index:Alarms::analytics/alarms",
            f"tablewright:index:TableStack$tablewright:index:Alarms${ALARM}::user-errors",
        ]
    )


def test_every_component_registers_outputs(recorded):
    components = [it for it in recorded().resources if not it.custom]
    assert len(components) == 7
    assert [it.urn for it in components if not it.outputs] == []


def test_every_resource_has_a_component_for_a_parent(recorded):
    recording = recorded()
    [root] = recording.of("tablewright:index:TableStack")
    orphans = [
        it.urn
        for it in recording.resources
        if it is not root and recording.by_urn[it.parent].type.split(":")[0] != "tablewright"
    ]
    assert orphans == []


def test_the_region_reaches_everything_that_has_one(recorded):
    recording = recorded()
    without = {it.type for it in recording.resources if it.custom and "region" not in it.inputs}
    assert without == {ROLE, ROLE_POLICY, ATTACHMENT}
    regions = {it.inputs["region"] for it in recording.resources if "region" in it.inputs}
    assert regions == {"ap-southeast-2"}


def test_a_provider_given_to_the_stack_reaches_every_resource(deploy):
    def program():
        provider = aws.Provider("elsewhere", region="ap-southeast-2")
        TableStack.from_declared(STACK, opts=pulumi.ResourceOptions(provider=provider))

    recording = deploy(program)
    used = {it.provider for it in recording.resources if it.custom and "provider" not in it.type}
    [provider] = recording.of("pulumi:providers:aws")
    assert {urn.rpartition("::")[0] for urn in used} == {provider.urn}


def test_everything_that_carries_tags_has_the_mandatory_ones(recorded):
    tagged = [it for it in recorded().resources if it.type in (TABLE, ALARM, ROLE)]
    assert len(tagged) == 6
    assert [it.name for it in tagged if not it.inputs["tags"].items() >= TAGS.items()] == []


def test_a_tag_of_one_table_stays_with_it(recorded):
    recording = recorded()
    assert "ContributorInsightsEnabled" in recording.one(TABLE, "users").inputs["tags"]
    assert "ContributorInsightsEnabled" not in recording.one(TABLE, "events").inputs["tags"]


def test_insights_wait_for_the_table_they_watch(recorded):
    insights = recorded().one(INSIGHTS, "events-by-user").inputs
    assert insights == {
        "tableName": "events",
        "indexName": "by-user",
        "mode": "THROTTLED_KEYS",
        "region": "ap-southeast-2",
    }


def test_a_role_has_exactly_one_inline_policy_on_its_own_table(recorded):
    recording = recorded()
    [policy] = recording.of(ROLE_POLICY)
    assert policy.inputs["role"] == "dynamodb-events-read-role-dev"
    assert policy.inputs["name"] == "dynamodb-events-read-policy-dev"
    [statement] = json.loads(policy.inputs["policy"])["Statement"]
    assert statement["Resource"] == [f"{ARN}/events", f"{ARN}/events/index/*"]


def test_a_role_trusts_its_service_for_this_account_only(recorded):
    document = json.loads(recorded().one(ROLE).inputs["assumeRolePolicy"])
    [statement] = document["Statement"]
    assert statement["Condition"] == {"StringEquals": {"aws:SourceAccount": "123456789012"}}


def test_managed_policies_are_attached(recorded):
    assert recorded().one(ATTACHMENT).inputs == {
        "role": "dynamodb-events-read-role-dev",
        "policyArn": EXECUTION,
    }


def test_the_account_is_not_asked_for_when_nobody_is_given_access(recorded):
    assert recorded(replace(STACK, tables=(USERS,))).calls == []


def test_the_account_is_asked_for_once_per_stack(recorded):
    sessions = replace(EVENTS.table, name="sessions")
    second = DeclaredTable(sessions, roles=(reader("sessions"),))
    assert recorded(replace(STACK, tables=(EVENTS, second))).calls == [
        "aws:index/getCallerIdentity:getCallerIdentity"
    ]


def test_a_table_is_deleted_before_it_is_replaced_for_two_of_one_name_cannot_live(recorded):
    assert all(it.deleted_before_replaced for it in recorded().of(TABLE))


def test_a_table_has_time_to_build_a_large_index(recorded):
    assert {it.timeouts["update"] for it in recorded().of(TABLE)} == {"24h"}


def test_nothing_is_imported_unless_it_is_said_to_live(recorded):
    assert [it.urn for it in recorded().resources if it.import_id] == []


def test_an_adopted_table_is_imported_under_its_physical_name(recorded):
    adopted = replace(STACK, tables=(EVENTS, replace(USERS, adopt=True)))
    recording = recorded(adopted)
    assert recording.one(TABLE, "users").import_id == "users-dev"
    assert recording.one(TABLE, "events").import_id == ""


def existing_with(*live: LiveResource) -> Existing:
    return Existing(import_ids=import_ids(live, Account("123456789012", "eu-west-1")))


def test_what_lives_already_is_imported(recorded):
    role, policy = "dynamodb-events-read-role-dev", "dynamodb-events-read-policy-dev"
    existing = existing_with(
        LiveResource("iam.Role", {"name": role}),
        LiveResource("iam.RolePolicy", {"role": role, "name": policy}),
        LiveResource("iam.RolePolicyAttachment", {"role": role, "policyArn": EXECUTION}),
    )
    imported = {it.type: it.import_id for it in recorded(existing=existing).resources}
    assert imported[ROLE] == "dynamodb-events-read-role-dev"
    assert imported[ROLE_POLICY] == "dynamodb-events-read-role-dev:dynamodb-events-read-policy-dev"
    assert imported[ATTACHMENT] == f"dynamodb-events-read-role-dev/{EXECUTION}"


@pytest.mark.parametrize(
    ("type_", "name", "import_id"),
    [
        (ALARM, "events-user-errors", "dynamodb-events-user-errors-dev"),
        (ALARM, "users-user-errors", ""),
        (INSIGHTS, "events", "name:events/index:/123456789012"),
        (INSIGHTS, "events-by-user", ""),
    ],
)
def test_only_what_lives_is_imported(recorded, type_, name, import_id):
    existing = existing_with(
        LiveResource("cloudwatch.MetricAlarm", {"name": "dynamodb-events-user-errors-dev"}),
        LiveResource("dynamodb.ContributorInsights", {"tableName": "events", "indexName": None}),
    )
    assert recorded(existing=existing).one(type_, name).import_id == import_id


def test_a_protected_table_protects_all_that_is_its_own(recorded):
    recording = recorded(replace(STACK, tables=(EVENTS, replace(USERS, protect=True))))
    assert recording.one(TABLE, "users").protected
    assert not recording.one(TABLE, "events").protected


def test_lists_are_exported_in_order_of_declaration(recorded):
    exports = recorded().exports
    assert exports["tableNames"] == ["events", "users-dev"]
    assert exports["tableArns"] == [f"{ARN}/events", f"{ARN}/users-dev"]
    assert exports["streamArns"] == [STREAM]


def test_maps_are_exported_by_table(recorded):
    exports = recorded().exports
    assert exports["tables"] == {
        "events": {"name": "events", "arn": f"{ARN}/events", "streamArn": STREAM},
        "users": {"name": "users-dev", "arn": f"{ARN}/users-dev"},
    }
    assert exports["roleArns"] == {
        "events": {"read": "arn:aws:iam::123456789012:role/dynamodb-events-read-role-dev"},
        "users": {},
    }
    alarm = "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:dynamodb"
    assert exports["alarmArns"] == {
        "events": {"user-errors": f"{alarm}-events-user-errors-dev"},
        "users": {"user-errors": f"{alarm}-users-user-errors-dev"},
        "analytics": {"user-errors": f"{alarm}-user-errors-dev"},
    }


@pytest.mark.parametrize(
    ("output", "value"),
    [
        (Output("x", "tableName", "users"), "users-dev"),
        (Output("x", "tableArn", "users"), f"{ARN}/users-dev"),
        (Output("x", "tableId", "users"), "users-dev"),
        (Output("x", "streamArn", "events"), STREAM),
        (Output("x", "streamArn", "users"), ""),
        (Output("x", "streamLabel", "events"), "2026-11-20T00:00:00.000"),
        (Output("x", "streamLabel", "users"), ""),
        (Output("x", "region"), "ap-southeast-2"),
        (Output("x", "roleName", "events", role="events-read"), "dynamodb-events-read-role-dev"),
        (
            Output("x", "roleArn", "events", role="events-read"),
            "arn:aws:iam::123456789012:role/dynamodb-events-read-role-dev",
        ),
        (
            Output("x", "alarmArn", "events", alarm="events-user-errors"),
            "arn:aws:cloudwatch:ap-southeast-2:123456789012:alarm:dynamodb-events-user-errors-dev",
        ),
    ],
)
def test_a_stack_may_name_outputs_of_its_own(recorded, output, value):
    assert recorded(replace(STACK, outputs=(output,))).exports["x"] == value


def test_an_empty_stack_exports_empty_lists(recorded):
    exports = recorded(replace(STACK, tables=(), alarms=())).exports
    assert exports == {
        "tableNames": [],
        "tableArns": [],
        "streamArns": [],
        "tables": {},
        "roleArns": {},
        "alarmArns": {},
    }
