"""The four alarms of a target tracking policy, as CloudWatch definitions.

Source: dumps of live auto scaling alarms; they are made again for the new capacity at each scaling.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tablewright_emulator.autoscaling.target import Policy
from tablewright_emulator.autoscaling.tracking import (
    IN_MINUTES,
    OUT_MINUTES,
    high_threshold,
    low_threshold,
)

ROLES = ("AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow")


@dataclass(frozen=True, slots=True)
class _Rule:
    """What one of the four watches."""

    metric: str
    comparison: str
    statistic: str
    period: int
    periods: int
    threshold: float


def definitions(policy: Policy) -> list[dict[str, Any]]:
    """PutMetricAlarm requests for the policy's present capacity."""
    capacity, percent = policy.capacity, policy.percent
    high, low = high_threshold(capacity, percent), low_threshold(capacity, percent)
    present = float(capacity)
    rules = (
        _Rule("Consumed", "GreaterThan", "Sum", 60, OUT_MINUTES, high),
        _Rule("Consumed", "LessThan", "Sum", 60, IN_MINUTES, low),
        _Rule("Provisioned", "GreaterThan", "Average", 300, 3, present),
        _Rule("Provisioned", "LessThan", "Average", 300, 3, present),
    )
    return [_definition(policy, role, rule) for role, rule in zip(ROLES, rules, strict=True)]


def _definition(policy: Policy, role: str, rule: _Rule) -> dict[str, Any]:
    dimension = policy.dimension
    return {
        "AlarmName": policy.alarms[role],
        "AlarmDescription": (
            f"DO NOT EDIT OR DELETE. For TargetTrackingScaling policy {policy.arn}."
        ),
        "AlarmActions": [policy.arn],
        "Namespace": "AWS/DynamoDB",
        "MetricName": f"{rule.metric}{dimension.kind}CapacityUnits",
        "Dimensions": [
            {"Name": name, "Value": value} for name, value in dimension.metric_dimensions.items()
        ],
        "Statistic": rule.statistic,
        "Period": rule.period,
        "EvaluationPeriods": rule.periods,
        "Threshold": rule.threshold,
        "ComparisonOperator": f"{rule.comparison}Threshold",
    }
