"""Exports of Pulumi stacks: whose tables they hold, and how Pulumi lets go of them."""

from __future__ import annotations

import json
import subprocess
from dataclasses import replace
from typing import Any

import pulumi_aws
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.adopt.looking import looked_at
from tablewright.adopt.pulumi import export_of, refused_target, steps
from tablewright.adopt.pulumi.properties import CLASSIC, NATIVE
from tablewright.adopt.roles import identity
from tablewright.adopt.terraform import hand_over
from tablewright.adopt.terraform.belonging import PARTS
from tablewright.adopt.terraform.roles import ROLE_TYPES, SHARED, roles_about
from tablewright.adopt.terraform.state import TABLE_TYPE
from tablewright.errors import UsageError
from tablewright.pulumi_values import SECRET_SIGNATURE, SIGNATURE_KEY
from tests.unit.adopt.test_terraform import adopted

ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
TABLE = "aws:dynamodb/table:Table"
TARGET = "aws:appautoscaling/target:Target"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
ROLE = "aws:iam/rolePolicy:RolePolicy"
SCALED = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/orders",
    "scalableDimension": "dynamodb:table:ReadCapacityUnits",
}


LOSS = "aws.* (delete|replace)( |$)"
KNOWN = {*PARTS, *ROLE_TYPES, SHARED, TABLE_TYPE}


def urn(kind: str, name: str) -> str:
    return f"urn:pulumi:dev::shop::{kind}::{name}"


def resource(kind: str, name: str, outputs: Any = None, **more: Any) -> dict[str, Any]:
    return {"urn": urn(kind, name), "custom": True, "type": kind, "outputs": outputs or {}, **more}


def table(**more: Any) -> dict[str, Any]:
    return resource(TABLE, "orders", {"name": "orders", "arn": ARN}, **more)


def text(*resources: dict[str, Any], version: Any = 3, **more: Any) -> str:
    return json.dumps({"version": version, "deployment": {"resources": [*resources], **more}})


def printed(*resources: dict[str, Any], **of_adopted: Any) -> list[str]:
    export = export_of(text(*resources))
    change = hand_over(export.state, adopted("orders", **of_adopted))
    return [*steps(export, change, "PREVIEW", "UP")]


@pytest.mark.parametrize("kind", CLASSIC)
def test_a_type_of_the_classic_provider_exists_and_belongs_to_tables(kind):
    _, place, name = kind.split(":")
    module = getattr(pulumi_aws, place.split("/")[0])
    if kind != "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex":
        assert hasattr(module, name)
    assert CLASSIC[kind] in KNOWN


def test_every_type_that_belongs_to_a_table_has_a_name_in_pulumi():
    assert {*CLASSIC.values()} == KNOWN
    assert {kind for kind, _ in NATIVE.values()} <= {*CLASSIC.values()}


PARTS_OF_ORDERS: dict[str, dict[str, Any]] = {
    ALARM: {"name": "hot", "dimensions": {"TableName": "orders"}},
    TARGET: SCALED,
    "aws:appautoscaling/policy:Policy": SCALED,
    "aws:dynamodb/tag:Tag": {"resourceArn": ARN, "key": "a"},
    "aws:dynamodb/tableReplica:TableReplica": {"globalTableArn": ARN},
    "aws:dynamodb/contributorInsights:ContributorInsights": {"tableName": "orders"},
    "aws-native:applicationautoscaling:ScalableTarget": SCALED,
    "aws-native:applicationautoscaling:ScalingPolicy": {
        "scalingTargetId": "table/orders|dynamodb:table:ReadCapacityUnits|dynamodb"
    },
    "aws-native:cloudwatch:Alarm": {
        "alarmName": "hot",
        "metrics": [
            {"metricStat": {"metric": {"dimensions": [{"name": "TableName", "value": "orders"}]}}}
        ],
    },
}


@pytest.mark.parametrize("kind", PARTS_OF_ORDERS)
@pytest.mark.parametrize("holder", [TABLE, "aws-native:dynamodb:Table"])
def test_what_belongs_to_a_table_changes_hands_with_it(holder, kind):
    outputs = {"name": "orders", "tableName": "orders", "arn": ARN}
    part = resource(kind, "part", PARTS_OF_ORDERS[kind])
    export = export_of(text(resource(holder, "orders", outputs), part))
    assert [one.name for one in export.state.tables] == ["orders"]
    change = hand_over(export.state, adopted("orders"))
    assert [one.address for one in change.taken] == [urn(holder, "orders"), urn(kind, "part")]


NATIVE_POLICY = {"policyDocument": {"Statement": {"Resource": f"{ARN}/index/*"}}}
ROLES_OF_ORDERS: dict[str, list[tuple[str, dict[str, Any]]]] = {
    "classic": [
        ("aws:iam/role:Role", {"name": "reader"}),
        ("aws:iam/rolePolicy:RolePolicy", {"role": "reader", "policy": json.dumps({"on": ARN})}),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", {"role": "reader"}),
    ],
    "native": [
        ("aws-native:iam:Role", {"roleName": "reader", "policies": [NATIVE_POLICY]}),
        ("aws-native:iam:RolePolicy", {"roleName": "reader", "policyName": "more"}),
    ],
}


@pytest.mark.parametrize("provider", ROLES_OF_ORDERS)
def test_a_role_changes_hands_with_all_that_it_consists_of(provider):
    parts = [resource(kind, "r", outputs) for kind, outputs in ROLES_OF_ORDERS[provider]]
    export = export_of(text(table(), *parts))
    assert roles_about(export.resources, {"orders"}) == {"reader": ""}
    held = hand_over(export.state, adopted("orders", holds={identity("reader")}))
    assert [one.address for one in held.taken[1:]] == [one["urn"] for one in parts]
    assert len(hand_over(export.state, adopted("orders", holds={"reader"})).taken) == 1


def test_metrics_of_a_classic_alarm_name_its_table():
    query = {"metric": {"dimensions": {"TableName": "orders"}}}
    alarm = resource(ALARM, "rate", {"name": "rate", "metricQueries": [query]})
    export = export_of(text(table(), alarm))
    assert len(hand_over(export.state, adopted("orders")).taken) == 2
    assert len(hand_over(export.state, adopted("orders", stays={"rate"})).taken) == 1


def test_a_replica_that_another_stack_holds_is_told():
    replicas = [{"regionName": "us-east-1"}]
    regions = {"us-east-1", "eu-central-1"}
    outputs = {"name": "orders", "arn": ARN, "replicas": replicas}
    lines = printed(resource(TABLE, "orders", outputs), regions=regions)
    told = [line for line in lines if "The replica of" in line]
    assert len(told) == 1
    assert "eu-central-1" in told[0]


def test_the_program_lets_go_before_anything_is_taken_over():
    alarm = resource(ALARM, "hot", PARTS_OF_ORDERS[ALARM], dependencies=[urn(TABLE, "orders")])
    lines = printed(table(protect=True), alarm)
    commands = [line.strip() for line in lines if line.startswith("     ")]
    assert commands == [
        looked_at("pulumi preview --stack dev", LOSS),
        "pulumi up --stack dev",
        looked_at("pulumi preview --stack dev", LOSS),
        "pulumi up --stack dev",
        # Of the state, in the order in which it lets them go.
        f"pulumi state delete {urn(ALARM, 'hot')} --yes --stack dev",
        f"pulumi state unprotect {urn(TABLE, 'orders')} --yes --stack dev",
        f"pulumi state delete {urn(TABLE, 'orders')} --yes --stack dev",
        "PREVIEW",
        "UP",
    ]
    assert any("set `protect` to false" in line for line in lines)
    assert not any("protect" in line for line in printed(table()))


@pytest.mark.parametrize(
    ("plan", "shown"),
    [
        ("printf ' - Table orders aws delete\\n'", " - Table orders aws delete\n"),
        (
            "printf '+-Table orders aws replace [diff: ~k]\\n'",
            "+-Table orders aws replace [diff: ~k]\n",
        ),
        ("printf ' - Table orders aws delete[retain]\\n'", "kept\n"),
        ("sh -c 'echo aws x delete; exit 255'", "aws x delete\nfailed\n"),
        ("false", "failed\n"),
    ],
)
def test_a_look_at_a_plan_that_failed_or_loses_something_does_not_say_kept(plan, shown):
    line = looked_at(plan, LOSS)
    done = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout == shown


def test_what_stays_and_depends_on_a_table_is_told_and_keeps_the_state_from_deleting_it():
    policy = resource(ROLE, "may-read", {"policy": f'"{ARN}"'}, dependencies=[urn(TABLE, "orders")])
    outputs = resource("pulumi:pulumi:Stack", "shop-dev", {"arn": ARN}, custom=False)
    lines = printed(outputs, table(), policy)
    assert f"     may-read ({ROLE})" in lines
    assert "     the outputs of the stack" in lines
    assert any("is no way here: it refuses what may-read depends on" in line for line in lines)
    assert not any(line.strip().startswith("pulumi state") for line in lines)


def test_what_was_only_read_or_waits_for_its_deletion_is_nobody_s_to_hand_over():
    assert not export_of(text(table(external=True), table(delete=True))).state.tables
    assert printed(table(external=True)) == []


def test_a_secret_is_told_by_its_place_and_never_read():
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "c1ph", "plaintext": '"hunter2"'}
    export = export_of(
        text(
            resource(TABLE, "orders", {"name": "orders", "arn": ARN, "tags": {"a": secret}}),
            resource("aws:rds/instance:Instance", "db", {"password": secret}),
        )
    )
    assert export.secrets == ("deployment.resources[0].outputs.tags.a",)
    assert "hunter2" not in repr(export)
    assert "c1ph" not in repr(export)


def test_a_table_whose_arn_is_secret_is_unknown():
    secret = {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "c1ph"}
    export = export_of(text(resource(TABLE, "orders", {"name": "orders", "arn": secret})))
    [problem] = export.problems
    assert "has no ARN that can be read" in problem.message


def test_operations_that_were_not_finished_are_told():
    [problem] = export_of(text(table(), pending_operations=[{"type": "updating"}])).problems
    assert "not finished" in problem.message


def test_the_exported_stack_itself_is_no_target():
    export = export_of(text(table()))
    [stack] = adopted("orders")
    assert refused_target(export, [stack]) is None
    own = replace(stack, name="shop", environment="dev")
    assert refused_target(export, [own]) is own
    assert refused_target(export, [replace(own, environment="prod")]) is None


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('"\\ud800"', "is not JSON"),
        ("[]", "is no export of a Pulumi stack"),
        ('{"version": 3, "checkpoint": {}}', "is no export of a Pulumi stack"),
        (text(version=2), "of a version that is not known"),
        (text(version=[3]), "of a version that is not known"),
        ('{"version": 3, "deployment": {"resources": {"a": 1}}}', "`resources` is not a list"),
        (text([]), r"resources\[0\] is not an object"),
        (text({"urn": 1, "type": "a"}), r"the urn of deployment.resources\[0\] is none"),
        (text({"urn": urn("a", "b")}), "the type of"),
        (text(table(inputs=[1])), "the inputs of"),
    ],
)  # fmt: skip
def test_what_is_no_export_is_refused_by_name(given, told):
    with pytest.raises(UsageError, match=told):
        export_of(given)


def test_five_megabytes_are_read():
    rows = [resource("aws:s3/bucket:Bucket", f"b{n}", {"x": "y" * 900}) for n in range(5_000)]
    export = export_of(text(*rows, table()))
    assert len(export.state.tables) == 1


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.sampled_from(["", ARN, "orders", "a|b|c"]),
    lambda below: st.lists(below, max_size=3)
    | st.dictionaries(
        st.sampled_from(
            ["name", "arn", "tableName", "replicas", "metrics", "metricStat", "metric",
             "dimensions", "scalingTargetId", "resourceId", "metricQueries", SIGNATURE_KEY]
        ),
        below,
        max_size=4,
    ),
    max_leaves=8,
)  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(
    kind=st.sampled_from([*CLASSIC, *NATIVE, "pulumi:pulumi:Stack"]),
    field=st.sampled_from(["inputs", "outputs", "dependencies", "propertyDependencies", "parent",
                           "protect", "deletedWith", "type", "urn", "external"]),
    value=JSON,
)  # fmt: skip
def test_whatever_a_resource_holds_is_read_or_refused(kind, field, value):
    try:
        export = export_of(text(table(), {**resource(kind, "part"), field: value}))
    except UsageError:
        return
    assert all(
        isinstance(line, str)
        for line in steps(export, hand_over(export.state, adopted("orders")), "p", "u")
    )
