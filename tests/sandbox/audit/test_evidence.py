"""What the audit reads around live tables: as much as its rules need, and what roles did."""

from __future__ import annotations

import json
from collections.abc import Collection
from datetime import UTC, datetime, timedelta

import pytest

from tablewright.audit.evidence import NOT_ASKED, AuditedTable, IdleGrant
from tablewright.audit.reading import read_evidence
from tablewright.audit.rules import AUDIT_RULES
from tablewright.fleet.discovery import discover
from tablewright.fleet.reading import Unread

BY_ID = {rule.id: rule for rule in AUDIT_RULES}
TRUST = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}],
}


@pytest.fixture
def asked(session, monkeypatch) -> list[str]:
    """The operations that were called since."""
    operations: list[str] = []
    client = session.client

    def watched(service, region=None):
        made = client(service, region)
        made.meta.events.register(
            "before-call.*",
            lambda model, **_: operations.append(f"{service}:{model.name}"),
            unique_id="asked",
        )
        return made

    monkeypatch.setattr(session, "client", watched)
    return operations


def evidence(session, actions: Collection[str], later: int = 0) -> AuditedTable:
    found = discover([session], [session.region], ["orders"])
    now = datetime.now(UTC) + timedelta(days=later)
    (table,) = read_evidence([session], found, 30, now, actions)
    return table


def test_only_what_the_rules_need_is_asked(session, make_table, asked):
    make_table("orders")
    discover([session], [session.region], ["orders"])
    asked.clear()
    known = evidence(session, BY_ID["TW201"].iam)
    once = [operation for operation in asked if not operation.startswith("dynamodb")]
    assert {operation.partition(":")[0] for operation in once} <= {
        *("application-autoscaling", "sts", "kms", "dynamodbstreams")
    }
    assert known.region.tables == 1
    assert known.alarms == known.activity == known.grants == known.region.limits == NOT_ASKED
    asked.clear()
    evidence(session, BY_ID["TW242"].iam)
    assert asked.count("cloudwatch:GetMetricData") == 1
    assert "iam:GetAccountAuthorizationDetails" not in asked


def test_a_role_is_judged_by_what_it_called(session, make_table, refuse):
    arn = make_table("orders")
    iam = session.client("iam")
    for name, resource in (("idle", arn), ("other", f"{arn}-archive")):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(TRUST))
        statement = {"Effect": "Allow", "Action": "dynamodb:D*Table", "Resource": resource}
        document = {"Version": "2012-10-17", "Statement": [statement]}
        iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(document))
    actions = BY_ID["TW282"].iam
    unused = ("DeleteTable", "DescribeTable")
    assert evidence(session, actions, later=100).grants == (IdleGrant("idle", 100, None, unused),)
    refuse("iam", "GenerateServiceLastAccessedDetails")
    (grant,) = evidence(session, actions).grants
    assert isinstance(grant, Unread)
    refuse("iam", "GetAccountAuthorizationDetails")
    assert isinstance(evidence(session, actions).grants, Unread)
