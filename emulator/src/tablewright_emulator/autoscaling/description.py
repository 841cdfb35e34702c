"""How Application Auto Scaling describes what it holds."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from tablewright_emulator.autoscaling.target import (
    NAMESPACE,
    Activity,
    Dimension,
    Policy,
    ScheduledAction,
    Target,
)
from tablewright_emulator.cloudwatch.alarms.alarm import alarm_arn

SUSPENSIONS = ("DynamicScalingIn", "DynamicScalingOut", "ScheduledScaling")


def target(held: Target) -> dict[str, Any]:
    """A scalable held."""
    suspended = {f"{n}Suspended": held.is_suspended(n) for n in SUSPENSIONS}
    return _where(held.dimension) | {
        "MinCapacity": held.minimum,
        "MaxCapacity": held.maximum,
        "RoleARN": held.role_arn,
        "CreationTime": _moment(held.created),
        "SuspendedState": suspended,
        "ScalableTargetARN": held.arn,
    }


def policy(held: Policy, account: str, region: str) -> dict[str, Any]:
    """A policy with its alarms."""
    return {
        "PolicyARN": held.arn,
        "PolicyName": held.name,
        **_where(held.dimension),
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": held.configuration,
        "Alarms": alarms(held, account, region),
        "CreationTime": _moment(held.created),
    }


def alarms(held: Policy, account: str, region: str) -> list[dict[str, str]]:
    """Names and ARNs of a policy's alarms."""
    return [
        {"AlarmName": name, "AlarmARN": alarm_arn(account, region, name)}
        for name in held.alarms.values()
    ]


def scheduled_action(held: ScheduledAction) -> dict[str, Any]:
    """A scheduled held."""
    return _where(held.dimension) | {
        "ScheduledActionName": held.name,
        "ScheduledActionARN": held.arn,
        "Schedule": held.schedule,
        "Timezone": held.timezone,
        "StartTime": held.start,
        "EndTime": held.end,
        "ScalableTargetAction": held.action,
        "CreationTime": _moment(held.created),
    }


def activity(held: Activity) -> dict[str, Any]:
    """A scaling held."""
    return _where(held.dimension) | {
        "ActivityId": held.id,
        "Description": held.description,
        "Cause": held.cause,
        "StartTime": _moment(held.started),
        "EndTime": None if held.ended is None else _moment(held.ended),
        "StatusCode": held.status,
        "StatusMessage": held.message,
    }


def _where(dimension: Dimension) -> dict[str, str]:
    return {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": dimension.resource_id,
        "ScalableDimension": dimension.name,
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
