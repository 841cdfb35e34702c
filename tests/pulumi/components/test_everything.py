"""A stack of every kind of resource on the real engine: made, unchanged, read again, taken down."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.components import TableStack
from tablewright.components.eject import eject
from tablewright.plan.declaration.declare import declare

pytestmark = pytest.mark.engine

MANIFEST = Path(__file__).parents[2] / "unit" / "components" / "everything.yaml"
REGION = "eu-west-1"
TRIED = ("orders", "profiles")
"""The other two begin with items from elsewhere, which the embedded AWS does not have."""

BOUNDARY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}],
}


@pytest.fixture
def everything(workshop):
    """The declared stack, with the key, the stream and the policy it refers to."""
    key = workshop.client("kms", REGION).create_key()["KeyMetadata"]["Arn"]
    workshop.client("kinesis", REGION).create_stream(StreamName="orders", ShardCount=1)
    workshop.client("iam").create_policy(PolicyName="Boundary", PolicyDocument=json.dumps(BOUNDARY))
    declared = declare(manifest.load([MANIFEST], environment={}))
    tables = [table for table in declared.tables if table.key in TRIED]
    orders, *others = tables
    encrypted = replace(orders.table, encryption=replace(orders.table.encryption, kms_key=key))
    return replace(declared, tables=(replace(orders, table=encrypted), *others))


def test_every_kind_of_resource_is_made_settles_and_goes(workshop, everything, changed):
    stack = workshop.stack("everything", lambda: TableStack.from_declared(everything).export())
    assert set(changed(stack.up())) == {"create"}
    assert changed(stack.preview()) == {}
    assert changed(stack.refresh()) == {}

    code = compile(eject(everything, "python")["__main__.py"], "__main__.py", "exec")
    ejected = workshop.stack("everything", lambda: exec(code, {"__name__": "__main__"}))  # noqa: S102
    assert changed(ejected.preview()) == {}

    stack.destroy()
    left = workshop.client("dynamodb", REGION).list_tables()["TableNames"]
    scaling = workshop.client("application-autoscaling", REGION)
    assert left == []
    assert scaling.describe_scalable_targets(ServiceNamespace="dynamodb")["ScalableTargets"] == []
    assert workshop.client("cloudwatch", REGION).list_dashboards()["DashboardEntries"] == []
