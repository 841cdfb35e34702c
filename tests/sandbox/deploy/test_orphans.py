"""What is left of a stack after all that is recorded of it is deleted."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.support.embedded_aws import embedded_aws

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.deploy.ownership.orphans import refuse_orphans
from tablewright.errors import UnreadError
from tablewright.plan.declaration.declared import Alarm, DeclaredStack
from tablewright.plan.owner import OWNER_TAG

OWNER, REGION = "shop/dev", "eu-west-1"


def test_an_alarm_that_is_left_is_found_among_more_than_one_call_tells() -> None:
    names = [f"alarm-{number:03}" for number in range(120)]
    alarms = tuple(Alarm(name, name, "", "GreaterThanThreshold", Decimal(1), 1) for name in names)
    declared = DeclaredStack("shop", "dev", REGION, (), alarms)
    with embedded_aws(limits=False, durations="none") as emulator:
        session = Session(Target.sandbox(emulator.endpoint), region=REGION)
        refuse_orphans(declared, OWNER, {}, session)
        for name, owner in ((names[3], "another/dev"), (names[115], OWNER)):
            session.client("cloudwatch").put_metric_alarm(
                AlarmName=name,
                ComparisonOperator="GreaterThanThreshold",
                EvaluationPeriods=1,
                Threshold=1,
                MetricName="Errors",
                Namespace="Shop",
                Period=60,
                Statistic="Sum",
                Tags=[{"Key": OWNER_TAG, "Value": owner}],
            )
        with pytest.raises(UnreadError, match=r"not in its state: alarm alarm-115\n"):
            refuse_orphans(declared, OWNER, {}, session)
