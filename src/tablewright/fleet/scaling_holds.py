"""What AWS deletes with a scalable target: the policies and scheduled actions at its place.

"Deregistering a scalable target deletes the scaling policies and the scheduled actions that are
associated with it" (API reference, DeregisterScalableTarget).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

_Kind = Literal["policy", "action"]
_CALLS: Final[tuple[tuple[_Kind, str, str, str], ...]] = (
    ("policy", "describe_scaling_policies", "ScalingPolicies", "PolicyName"),
    ("action", "describe_scheduled_actions", "ScheduledActions", "ScheduledActionName"),
)


@dataclass(frozen=True, slots=True)
class TargetPart:
    """Something that hangs on a scalable target.

    Args:
        resource: AWS's resource id, `table/orders`.
        dimension: AWS's scalable dimension.
        region: where it is.
        kind: what it is.
        name: of the policy or action.
    """

    resource: str
    dimension: str
    region: str
    kind: _Kind
    name: str

    @property
    def words(self) -> str:
        """What it is called."""
        return f"{'scaling policy' if self.kind == 'policy' else 'scheduled action'} {self.name}"

    @property
    def release(self) -> str:
        """The AWS command that removes it."""
        verb, option = (
            ("delete-scaling-policy", "--policy-name")
            if self.kind == "policy"
            else ("delete-scheduled-action", "--scheduled-action-name")
        )
        return (
            f"aws application-autoscaling {verb} --region {self.region} --service-namespace "
            f"dynamodb --resource-id {self.resource} --scalable-dimension {self.dimension} "
            f"{option} {self.name}"
        )


def parts_of_target(
    session: Session, resource: str, dimension: str, region: str
) -> tuple[TargetPart, ...]:
    """All that goes with a scalable target.

    Raises:
        AwsError: it could not be read.
    """
    return tuple(_parts(session, resource, dimension, region))


def _parts(session: Session, resource: str, dimension: str, region: str) -> Iterator[TargetPart]:
    client: Any = session.client("application-autoscaling", region)
    place = {
        "ServiceNamespace": "dynamodb",
        "ResourceId": resource,
        "ScalableDimension": dimension,
    }
    for kind, operation, member, name in _CALLS:
        with translated(f"read what hangs on scalable target {resource}"):
            for page in client.get_paginator(operation).paginate(**place):
                for reply in page[member]:
                    yield TargetPart(resource, dimension, region, kind, reply[name])
