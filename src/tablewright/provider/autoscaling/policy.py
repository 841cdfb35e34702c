"""`aws.appautoscaling.Policy`: how a target follows its metric."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag, Live
from tablewright.provider.resources.shape import (
    InputFailure,
    Shape,
    block,
    blocks,
    flag,
    number,
    refused,
    text,
)
from tablewright.provider.resources.shape import whole as whole_number

from .part_of_target import PartOfTarget
from .place import SERVICE, place_to_read
from .spelling import in_api_names, in_sdk_names

_TRACKING: Final = "TargetTrackingScaling"
_ONLY_TRACKING: Final = "is not supported: DynamoDB scales by target tracking only"
_DIMENSIONS: Final = blocks({"name": text(required=True), "value": text(required=True)})
_METRIC: Final[Shape] = {
    "id": text(required=True),
    "expression": text(),
    "label": text(),
    "metricStat": block(
        {
            "metric": block(
                {
                    "metricName": text(required=True),
                    "namespace": text(required=True),
                    "dimensions": _DIMENSIONS,
                }
            ),
            "stat": text(required=True),
            "unit": text(),
        }
    ),
    "returnData": flag(default=True),
}
_CONFIGURATION: Final[Shape] = {
    "targetValue": number(required=True),
    "disableScaleIn": flag(default=False),
    "scaleInCooldown": whole_number(at_least=0),
    "scaleOutCooldown": whole_number(at_least=0),
    "predefinedMetricSpecification": block(
        {"predefinedMetricType": text(required=True), "resourceLabel": text()}
    ),
    "customizedMetricSpecification": block(
        {
            "dimensions": _DIMENSIONS,
            "metricName": text(),
            "metrics": blocks(_METRIC),
            "namespace": text(),
            "statistic": text("Average", "Minimum", "Maximum", "SampleCount", "Sum"),
            "unit": text(),
        }
    ),
}


class AppAutoscalingPolicy(PartOfTarget):
    """A target tracking policy; its identifier is its name."""

    tok: ClassVar[str] = "aws:appautoscaling/policy:Policy"
    word: ClassVar[str] = "scaling policy"
    operations: ClassVar[tuple[str, str]] = ("PutScalingPolicy", "DeleteScalingPolicy")
    name_member: ClassVar[str] = "PolicyName"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=256)
    computed: ClassVar[tuple[str, ...]] = ("alarmArns", "arn")
    shape: ClassVar[Shape] = {
        "name": text(replaces=True, longest=256),
        "policyType": text("TargetTrackingScaling", "StepScaling", "PredictiveScaling"),
        "predictiveScalingPolicyConfiguration": refused(_ONLY_TRACKING),
        "region": text(replaces=True),
        "resourceId": text(required=True, replaces=True),
        "scalableDimension": text(required=True, replaces=True),
        "serviceNamespace": text(required=True, replaces=True),
        "stepScalingPolicyConfiguration": refused(_ONLY_TRACKING),
        "targetTrackingScalingPolicyConfiguration": block(_CONFIGURATION),
    }

    def check(self, inputs: Bag, old_inputs: Bag) -> list[InputFailure]:
        """Target tracking, with one metric to follow."""
        failures = super().check(inputs, old_inputs)
        if inputs.get("policyType") is None or inputs["policyType"] in (
            "StepScaling",
            "PredictiveScaling",
        ):
            failures.append(
                InputFailure("policyType", f"must be {_TRACKING}: DynamoDB knows no other")
            )
        configuration = inputs.get("targetTrackingScalingPolicyConfiguration")
        if configuration is None:
            name = "targetTrackingScalingPolicyConfiguration"
            failures.append(InputFailure(name, "is required"))
        elif isinstance(configuration, dict):
            followed = [
                kind
                for kind in ("predefinedMetricSpecification", "customizedMetricSpecification")
                if configuration.get(kind) is not None
            ]
            if len(followed) != 1:
                path = "targetTrackingScalingPolicyConfiguration.predefinedMetricSpecification"
                reason = "is required, or customizedMetricSpecification, and not both"
                failures.append(InputFailure(path, reason))
        return failures

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the policy among those of its target."""
        place, name = place_to_read(identifier, recorded)
        region = run.region_of(recorded)
        listed = run.call(
            SERVICE, region, "DescribeScalingPolicies", PolicyNames=[name], **place.members
        ).get("ScalingPolicies")
        if not listed:
            return None
        live = listed[0]
        configuration = in_sdk_names(live.get("TargetTrackingScalingPolicyConfiguration") or {})
        # For DynamoDB no cooldown and one of 0 are the same (Application Auto Scaling User Guide,
        # Target tracking); AWS leaves out what was not given.
        configuration = {"scaleInCooldown": 0, "scaleOutCooldown": 0, **configuration}
        outputs = {
            **place.outputs,
            "alarmArns": [alarm["AlarmARN"] for alarm in live.get("Alarms") or ()],
            "arn": live["PolicyARN"],
            "name": live["PolicyName"],
            "policyType": live["PolicyType"],
            "region": region,
            "targetTrackingScalingPolicyConfiguration": configuration,
        }
        return Live(live["PolicyName"], outputs)

    def members(self, inputs: Bag) -> Mapping[str, Any]:
        """Which metric is followed, and how."""
        configuration = in_api_names(inputs["targetTrackingScalingPolicyConfiguration"])
        return {
            "PolicyType": _TRACKING,
            "TargetTrackingScalingPolicyConfiguration": configuration,
        }
