"""All resource types and functions of the provider by their names in the engine."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Final

from .autoscaling.policy import Policy as ScalingPolicy
from .autoscaling.schedule import ScheduledAction
from .autoscaling.target import Target
from .cloudwatch.alarm import MetricAlarm
from .cloudwatch.composite import CompositeAlarm
from .cloudwatch.dashboard import Dashboard
from .dynamodb.insights import ContributorInsights
from .dynamodb.item import TableItem
from .dynamodb.kinesis import KinesisStreamingDestination
from .dynamodb.replica import TableReplica
from .dynamodb.resource_policy import ResourcePolicy
from .dynamodb.table import Table
from .functions import INVOKES
from .iam.attachment import RolePolicyAttachment
from .iam.policy import Policy
from .iam.role import Role
from .iam.role_policy import RolePolicy
from .resource import ResourceType
from .schema import schema_of
from .sns import Topic

__all__ = ["INVOKES", "RESOURCES", "package_schema", "refusal_of"]

_TYPES: Final[tuple[type[ResourceType], ...]] = (
    CompositeAlarm,
    ContributorInsights,
    Dashboard,
    KinesisStreamingDestination,
    MetricAlarm,
    Policy,
    ResourcePolicy,
    Role,
    RolePolicy,
    RolePolicyAttachment,
    ScalingPolicy,
    ScheduledAction,
    Table,
    TableItem,
    TableReplica,
    Target,
    Topic,
)

RESOURCES: Final[Mapping[str, ResourceType]] = {kind.tok: kind() for kind in _TYPES}


@cache
def package_schema() -> str:
    """The package schema of what is carried, as JSON."""
    return schema_of(RESOURCES, {token: known.required for token, known in INVOKES.items()})


def refusal_of(token: str) -> str:
    """One sentence for a type or function that this provider does not have."""
    known = ", ".join(sorted({name.split("/")[0].removeprefix("aws:") for name in RESOURCES}))
    return (
        f"{token} is not among the types of tablewright's own aws provider (it has some of: "
        f"{known}); use the official aws plugin for a program that needs it"
    )
