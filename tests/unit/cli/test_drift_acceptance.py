"""What is live, written into manifests: each field by itself, and all else as it was."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any

import pytest

from tablewright import manifest
from tablewright.aws.reading import IndexReading, TableReading
from tablewright.cli.deploy.drift_acceptance import Acceptance, chosen, path_of
from tablewright.cli.inputs.manifest_edits import ManifestEdits
from tablewright.deploy.drift.look import Seen
from tablewright.errors import UsageError
from tablewright.fleet.live import LiveKinesisDestination, LiveTable
from tablewright.fleet.scaling import LiveScaling, TargetTracking
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.owner import owned
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


def accepted(tmp_path, text: str, **changes: Any) -> tuple[str, Acceptance, Seen]:
    """The text after everything was accepted."""
    path = tmp_path / "orders.yaml"
    path.write_text(text, "utf-8")
    stack = manifest.load([str(path)], os.environ)
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
