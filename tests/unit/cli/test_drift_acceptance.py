"""What is live, written into manifests: each field by itself, and all else as it was."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from tablewright import manifest
from tablewright.aws.reading import IndexReading, LiveReplica, TableReading
from tablewright.cli.deploy.drift_acceptance import Acceptance, accept, chosen, path_of
from tablewright.cli.inputs.manifest_edits import ManifestEdits
from tablewright.deploy.drift.look import Seen
from tablewright.errors import UsageError
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveKinesisDestination, LiveTable
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.scaling import LiveScaling, TargetTracking
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.owner import owned
from tablewright.plan.policy import policy_document, trust_document
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Throughput,
    TimeToLive,
)

OWNER, REGION, ACCOUNT = "shop/dev", "eu-west-1", "123456789012"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
TEXT = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:  # of the shop
  region: eu-west-1
  environment: dev
  tags: {Team: shop, CostCenter: retail}
  defaults: {encryption: {type: AWS_MANAGED}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {name: orders}  # the orders
spec:
  partitionKey: {name: orderId, type: S}
  recovery:
    days: 35  # five weeks
  stream: {viewType: KEYS_ONLY}  # for the search
  tags: {Tier: gold, Owner: jane}
  contributorInsights: {mode: THROTTLED_KEYS}
"""
INDEX = GlobalIndex("by-user", Key(("userId",)), Projection("ALL"))
TABLE: dict[str, dict[str, Any]] = {
    "recovery window": {"recovery": Recovery(7)},
    "recovery window, off": {"recovery": Recovery(0)},
    "deletion protection": {"deletion_protection": True},
    "time to live": {"time_to_live": TimeToLive("expiresAt")},
    "stream": {"stream": Stream("NEW_IMAGE")},
    "stream, off": {"stream": Stream(None)},
    "table class": {"table_class": "STANDARD_INFREQUENT_ACCESS"},
    "encryption": {"encryption": Encryption("AWS_OWNED")},
    "on-demand maximum": {"on_demand_maximum": OnDemandMaximum(100, 50)},
    "billing mode": {"billing_mode": "PROVISIONED", "throughput": Throughput(5, 6)},
    "tags": {
        "tags": {
            "CostCenter": "retail",
            "Environment": "dev",
            "Team": "shop",
            "Tier": "silver",
            "More": "1",
            "tablewright:stack": OWNER,
        }
    },
    "index": {
        "global_indexes": (INDEX,),
        "attributes": {"orderId": "S", "userId": "N"},
    },
}
READING: dict[str, dict[str, Any]] = {
    "insights": {"insights": (Insights(None, "ACCESSED_AND_THROTTLED_KEYS"),)},
    "insights, off": {"insights": ()},
}
AROUND: dict[str, dict[str, Any]] = {
    "Kinesis": {
        "kinesis": (
            LiveKinesisDestination(f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/s", "ACTIVE"),
        )
    },
    "resource policy": {
        "policy": {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
                    "Action": "dynamodb:GetItem",
                    "Resource": f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders",
                }
            ],
        }
    },
}


def live_stack(declared, **tables: LiveTable) -> LiveStack:
    return LiveStack(ACCOUNT, "aws", REGION, tables, {}, {})


def live_table(declared, table=None, reading=None, around=None) -> LiveTable:
    """The table as declared, but for these."""
    [it] = declared.tables
    settings = replace(it.table, **(table or {}))
    arn = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/orders"
    stream = settings.stream is not None and settings.stream.view_type is not None
    live = TableReading(
        table=settings,
        arn=arn,
        table_id="1",
        status="ACTIVE",
        stream_arn=f"{arn}/stream/1" if stream else None,
        insights=it.insights,
        indexes={
            index.name: IndexReading(index.name, f"{arn}/index/{index.name}", "ACTIVE")
            for index in settings.global_indexes or ()
        },
    )
    return LiveTable(
        replace(live, **(reading or {})),
        REGION,
        ACCOUNT,
        stream_status="ENABLED" if stream else None,
        **(around or {}),
    )


def accepted(
    tmp_path, text: str, chosen: str | None = None, **changes: Any
) -> tuple[str, Acceptance, Seen]:
    """The text after everything was accepted."""
    path = tmp_path / "orders.yaml"
    path.write_text(text, "utf-8")
    stack = manifest.load([str(path)], os.environ, stack=chosen)
    declared = owned(declare(stack), OWNER)
    as_declared = live_stack(declared, orders=live_table(declared))
    seen = Seen(OWNER, as_declared, live_stack(declared, orders=live_table(declared, **changes)))
    report = seen.compared(declared)
    assert report.drift != (), "else nothing is tried"
    edits = ManifestEdits([str(path)], stack)
    acceptance = Acceptance(edits, seen)
    acceptance.take(report.drift)
    edits.write()
    return path.read_text("utf-8"), acceptance, seen


@pytest.mark.parametrize(
    "changes",
    [
        *({"table": value} for value in TABLE.values()),
        *({"reading": value} for value in READING.values()),
        *({"around": value} for value in AROUND.values()),
    ],
    ids=[*TABLE, *READING, *AROUND],
)
def test_what_is_live_is_declared_then_and_every_comment_stays(tmp_path, changes):
    text, acceptance, seen = accepted(tmp_path, TEXT, **changes)
    assert acceptance.left_out == []
    after = owned(declare(manifest.load_text(text, {})), OWNER)
    assert seen.compared(after).fields == ()
    for comment in ("# of the shop", "# the orders"):
        assert comment in text
    gone = [line for line in TEXT.splitlines() if line not in text.splitlines()]
    assert len(gone) <= 2, gone


def test_a_comment_beside_what_changes_stays(tmp_path):
    text, _, _ = accepted(tmp_path, TEXT, table=TABLE["recovery window"])
    assert text == TEXT.replace("days: 35  # five weeks", "days: 7  # five weeks")


@pytest.mark.parametrize("own_is_first", [True, False])
def test_of_tables_of_one_name_in_one_file_that_of_the_stack_is_written(tmp_path, own_is_first):
    own = TEXT.replace("{name: orders}", "{name: orders, stack: shop}")
    other = own.replace("stack: shop", "stack: books").replace("{name: shop}", "{name: books}")
    texts = (own, other) if own_is_first else (other, own)
    text, acceptance, _ = accepted(
        tmp_path, "---\n".join(texts), "shop", table=TABLE["recovery window"]
    )
    assert acceptance.left_out == []
    changed = own.replace("days: 35", "days: 7")
    assert text == "---\n".join(changed if part is own else part for part in texts)


def test_scaling_that_somebody_added_is_declared(tmp_path):
    fixed = (
        TEXT + "  billingMode: PROVISIONED\n"
        "  provisionedThroughput: {readCapacityUnits: 5, writeCapacityUnits: 5}\n"
    )
    policy = TargetTracking("DynamoDBReadCapacityUtilization:table/orders", 70.0)
    scaling = LiveScaling("orders", None, "read", 5, 50, (policy,), tags={})
    text, acceptance, _ = accepted(tmp_path, fixed, around={"scaling": (scaling,)})
    assert acceptance.left_out == []
    assert "maxCapacity: 50" in text


def test_what_no_field_says_is_left_out_and_told(tmp_path):
    moved = {"key": Key(("orderId",), ("at",)), "attributes": {"orderId": "S", "at": "N"}}
    text, acceptance, _ = accepted(tmp_path, TEXT, table=moved)
    assert text == TEXT
    assert acceptance.left_out == [
        "orders.key: no field of a manifest says this by itself: change it by hand, or set it back"
    ]


def test_fields_are_chosen_by_name(tmp_path):
    _, _, seen = accepted(tmp_path, TEXT, table=TABLE["recovery window"] | TABLE["table class"])
    report = seen.compared(owned(declare(manifest.load_text(TEXT, {})), OWNER))
    assert [path_of(field) for field in report.drift] == ["orders.recovery", "orders.tableClass"]
    for name in ("recovery", "orders.recovery", "recovery window"):
        assert [field.fact for field in chosen(report, [name])] == ["recovery window"]
    with pytest.raises(UsageError, match="no field stream has drifted"):
        chosen(report, ["stream"])


def accepted_of_a_changed_manifest(tmp_path, text: str, *names: str, **changes: Any) -> str:
    """The text after an acceptance of what somebody changed, `TEXT` being what was deployed."""
    path = tmp_path / "orders.yaml"
    path.write_text(text, "utf-8")
    deployed = owned(declare(manifest.load_text(TEXT, {})), OWNER)
    live = live_stack(deployed, orders=live_table(deployed, **changes))
    seen = Seen(OWNER, live_stack(deployed, orders=live_table(deployed)), live)
    report = seen.compared(owned(declare(manifest.load([str(path)], os.environ)), OWNER))
    accept([str(path)], None, seen, report, names, stack="shop/dev", yes=True)
    return path.read_text("utf-8")


CLASS = TABLE["table class"]
PENDING = TEXT.replace("days: 35", "days: 9")


def test_what_the_manifest_changed_and_is_not_applied_stays_and_is_told(tmp_path, capsys):
    text = accepted_of_a_changed_manifest(tmp_path, PENDING, table=CLASS)
    assert text == PENDING + "  tableClass: STANDARD_INFREQUENT_ACCESS\n"
    told = capsys.readouterr().err
    assert "left out: orders.recovery: the manifest changed it, which is not applied yet" in told
    named = accepted_of_a_changed_manifest(tmp_path, PENDING, "recovery", table=CLASS)
    assert named == TEXT, "what is named is set back to what is live"
    protected = TEXT + "  deletionProtection: true\n"
    assert accepted_of_a_changed_manifest(tmp_path, protected) == protected
    assert "Nothing to write." in capsys.readouterr().err


def test_what_was_changed_on_both_sides_is_accepted_by_name_alone(tmp_path, capsys):
    changes = {"table": TABLE["recovery window"] | CLASS}
    text = accepted_of_a_changed_manifest(tmp_path, PENDING, **changes)
    assert text == PENDING + "  tableClass: STANDARD_INFREQUENT_ACCESS\n"
    told = capsys.readouterr().err
    assert "orders.recovery: the manifest says 9 days, which is not applied yet: name it" in told
    text = accepted_of_a_changed_manifest(tmp_path, PENDING, "recovery", **changes)
    assert text == TEXT.replace("days: 35", "days: 7")


def test_an_edit_that_would_undo_what_is_not_applied_is_not_made(tmp_path, capsys):
    """Provisioned capacity takes the place of a maximum on demand that is about to be applied."""
    pending = TEXT + "  onDemandThroughput: {maxReadRequestUnits: 70, maxWriteRequestUnits: 80}\n"
    live = TABLE["billing mode"]
    assert accepted_of_a_changed_manifest(tmp_path, pending, table=live) == pending
    assert "left out: orders.billingMode" in capsys.readouterr().err


PARTS = """\
  alarms:
    systemErrors: {threshold: 5, name: broken}  # of AWS
    metrics:
      - {key: first, name: first, metric: ReadThrottleEvents, threshold: 1}
      - key: slow
        name: slow
        metric: WriteThrottleEvents
        threshold: 2  # twice
        period: 60
  access:
    - name: reader
      roleName: reader
      grants: [read]  # reads alone
  globalTable:
    replicas:
      - {region: us-east-1, deletionProtection: true}
      - region: eu-central-1  # the near one
        recovery: {days: 35}
"""
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:pages"
PUTS = {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": f"{ARN}"}
FOR_PARTS = TEXT.replace("KEYS_ONLY", "NEW_AND_OLD_IMAGES") + PARTS


def parts_of(declared) -> LiveStack:
    """Everything as declared."""
    [table] = declared.tables
    regions = [replica.region for replica in table.global_table.replicas]
    there = tuple(LiveReplica(region, "ACTIVE") for region in regions)
    live = live_table(declared, reading={"replicas": there})
    role = table.roles[0]
    body = policy_document(role.grants, ARN)
    replicas = {}
    for replica in table.global_table.replicas:
        settings = replace(
            table.table,
            deletion_protection=replica.deletion_protection,
            recovery=replica.recovery,
            tags=replica.tags,
        )
        replicas["orders", replica.region] = replace(live.reading, table=settings, insights=())
    return replace(
        live_stack(declared, orders=live),
        alarms={
            alarm.name: LiveAlarm(alarm, f"arn:{alarm.name}", "OK", actions_enabled=True)
            for alarm in table.alarms
        },
        roles={
            role.name: LiveRole(
                role.name,
                f"arn:aws:iam::{ACCOUNT}:role/reader",
                trust_document(role.trust, ACCOUNT),
                role.description,
                tags=role.tags,
                inline={role.policy_name: body},
                attached=(),
            )
        },
        replicas=replicas,
    )


def alarm_with(name: str, **changes: Any) -> Any:
    def change(live: LiveStack) -> LiveStack:
        alarm = live.alarms[name]
        alarms = {**live.alarms, name: replace(alarm, alarm=replace(alarm.alarm, **changes))}
        return replace(live, alarms=alarms)

    return change


def role_with(**changes: Any) -> Any:
    def change(live: LiveStack) -> LiveStack:
        role = live.roles["reader"]
        if statement := changes.pop("statement", None):
            [(name, body)] = role.inline.items()
            body = {**body, "Statement": [*body["Statement"], statement]}
            changes["inline"] = {name: body}
        return replace(live, roles={"reader": replace(role, **changes)})

    return change


def replica_with(region: str, **changes: Any) -> Any:
    def change(live: LiveStack) -> LiveStack:
        reading = live.replicas["orders", region]
        reading = replace(reading, table=replace(reading.table, **changes))
        return replace(live, replicas={**live.replicas, ("orders", region): reading})

    return change


CHANGED_PARTS = {
    "threshold": (alarm_with("broken", threshold=Decimal(7)), "systemErrors: {threshold: 7"),
    "operator": (
        alarm_with("slow", comparison_operator="GreaterThanOrEqualToThreshold"),
        "comparisonOperator: GreaterThanOrEqualToThreshold",
    ),
    "threshold beside a comment": (
        alarm_with("slow", threshold=Decimal(9)), "threshold: 9  # twice",
    ),
    "periods": (
        alarm_with("slow", evaluation_periods=5, datapoints_to_alarm=3), "datapointsToAlarm: 3",
    ),
    "missing data": (
        alarm_with("slow", treat_missing_data="breaching"), "treatMissingData: breaching",
    ),
    "actions": (alarm_with("slow", alarm_actions=(TOPIC,)), TOPIC),
    "description": (alarm_with("slow", description="Slow."), "description: Slow."),
    "role's description": (role_with(description="Reads."), "description: Reads."),
    "managed policies": (
        role_with(attached=("arn:aws:iam::aws:policy/P",)), "arn:aws:iam::aws:policy/P",
    ),
    "boundary": (
        role_with(boundary="arn:aws:iam::aws:policy/B"),
        "permissionsBoundary: arn:aws:iam::aws:policy/B",
    ),
    "statements": (role_with(statement=PUTS), "actionsOnIndexes: false"),
    "replica's protection": (
        replica_with("eu-central-1", deletion_protection=True), "deletionProtection: true",
    ),
    "replica's recovery": (
        replica_with("eu-central-1", recovery=Recovery(0)), "- region: eu-central-1",
    ),
}  # fmt: skip


def accepted_parts(tmp_path, change, text=FOR_PARTS) -> tuple[str, Acceptance, Seen]:
    path = tmp_path / "orders.yaml"
    path.write_text(text, "utf-8")
    stack = manifest.load([str(path)], os.environ)
    declared = owned(declare(stack), OWNER)
    live = parts_of(declared)
    seen = Seen(OWNER, live, change(live))
    assert seen.compared(declared).drift != (), "else nothing is tried"
    edits = ManifestEdits([str(path)], stack)
    acceptance = Acceptance(edits, seen)
    acceptance.take(seen.compared(declared).drift)
    edits.write()
    return path.read_text("utf-8"), acceptance, seen


@pytest.mark.parametrize("case", CHANGED_PARTS)
def test_what_is_live_of_an_alarm_a_role_or_a_replica_is_declared(tmp_path, case):
    change, written = CHANGED_PARTS[case]
    text, acceptance, seen = accepted_parts(tmp_path, change)
    assert acceptance.left_out == []
    assert written in text
    after = owned(declare(manifest.load_text(text, {})), OWNER)
    assert seen.compared(after).fields == ()
    for comment in ("# of AWS", "# twice", "# the near one"):
        assert comment in text


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (alarm_with("slow", metric=None), "no field of a manifest says this"),
        (role_with(statement={**PUTS, "Effect": "Deny"}), "it denies"),
        (role_with(statement={**PUTS, "Action": "s3:GetObject"}), "is of another service"),
    ],
)
def test_what_no_manifest_says_of_a_part_is_told_and_nothing_is_written(tmp_path, change, why):
    text, acceptance, _ = accepted_parts(tmp_path, change)
    assert text == FOR_PARTS
    [left] = acceptance.left_out
    assert why in left


def test_what_an_environment_beside_has_as_well_is_not_written_for_one(tmp_path):
    """A part is in a list, which an environment replaces as a whole."""
    both = "  environments: {dev: {}, prod: {}}\n"
    shared = FOR_PARTS.replace("  tags: {Team: shop", f"{both}  tags: {{Team: shop")
    for case in ("threshold beside a comment", "replica's recovery", "statements"):
        change, _ = CHANGED_PARTS[case]
        text, acceptance, _ = accepted_parts(tmp_path, change, shared)
        assert text == shared
        [left] = acceptance.left_out
        assert "the environment prod as well" in left
