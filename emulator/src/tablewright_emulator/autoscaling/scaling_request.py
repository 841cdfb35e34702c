"""What is asked of Application Auto Scaling, checked; the texts are AWS's, as far as known."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright_emulator.autoscaling.target import NAMESPACE, Dimension, ScheduledAction, Target
from tablewright_emulator.request import AwsFault

MIN_TARGET, MAX_TARGET = 20, 90

Params = Mapping[str, Any]


def refuse(text: str) -> None:
    """Refuse the request with the text."""
    raise AwsFault("ValidationException", text)


def dimension_of(params: Params) -> Dimension:
    """The dimension a request names."""
    dimension = Dimension.of(params["ResourceId"], params["ScalableDimension"])
    if dimension is None:
        raise AwsFault(
            "ValidationException",
            f"Unsupported service namespace, resource type or scalable dimension: {NAMESPACE}, "
            f"{params['ResourceId']}, {params['ScalableDimension']}",
        )
    return dimension


def bounds(params: Params, old: Target | None) -> tuple[int, int]:
    """Minimum and maximum: what is said, else what was said before."""
    low = params.get("MinCapacity")
    high = params.get("MaxCapacity")
    low = old.minimum if low is None and old else low
    high = old.maximum if high is None and old else high
    if low is None or high is None:
        raise AwsFault("ValidationException", "Both MinCapacity and MaxCapacity are required.")
    if low < 1:
        refuse("MinCapacity must be greater than or equal to 1.")
    if low > high:
        refuse("MinCapacity must not be greater than MaxCapacity.")
    return low, high


def tracking(params: Params, dimension: Dimension) -> dict[str, Any]:
    """The configuration of a target tracking policy, checked."""
    if params.get("PolicyType", "TargetTrackingScaling") != "TargetTrackingScaling":
        refuse(f"{params['PolicyType']} is not supported for the service namespace {NAMESPACE}.")
    configuration = params.get("TargetTrackingScalingPolicyConfiguration")
    if configuration is None:
        raise AwsFault(
            "ValidationException", "TargetTrackingScalingPolicyConfiguration is required."
        )
    metric = (configuration.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
    expected = f"DynamoDB{dimension.kind}CapacityUtilization"
    if configuration.get("CustomizedMetricSpecification"):
        refuse("CustomizedMetricSpecification is not supported by this embedded AWS.")
    if metric != expected:
        refuse(f"The metric of {dimension.name} must be {expected}, not {metric}.")
    if not MIN_TARGET <= configuration["TargetValue"] <= MAX_TARGET:
        refuse(f"The target value must be between {MIN_TARGET} and {MAX_TARGET}.")
    for name in ("ScaleInCooldown", "ScaleOutCooldown"):
        if (configuration.get(name) or 0) < 0:
            refuse(f"{name} must not be negative.")
    return dict(configuration)


def said_before(old: ScheduledAction | None) -> dict[str, Any]:
    """What a scheduled action was told before."""
    if old is None:
        return {}
    return {
        "Schedule": old.schedule,
        "Timezone": old.timezone,
        "StartTime": old.start,
        "EndTime": old.end,
        "ScalableTargetAction": old.action,
    }


def check_change(given: Params) -> None:
    """Refuse a scheduled action without a time or a change of bounds that makes sense."""
    change = given.get("ScalableTargetAction")
    if given.get("Schedule") is None or change is None:
        raise AwsFault("ValidationException", "Schedule and ScalableTargetAction are required.")
    low, high = change.get("MinCapacity"), change.get("MaxCapacity")
    if low is None and high is None:
        refuse("At least one of MinCapacity and MaxCapacity must be specified.")
    if any(bound is not None and bound < 1 for bound in (low, high)):
        refuse("MinCapacity and MaxCapacity must be greater than or equal to 1.")
    if low is not None and high is not None and low > high:
        refuse("MinCapacity must not be greater than MaxCapacity.")
