"""All resource types and functions of the provider by their names in the engine."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import Final

from tablewright.provider.functions.about import INVOKES
from tablewright.provider.protocol.schema import schema_of
from tablewright.provider.resources.resource import ResourceType

from .autoscaling.policy import AppAutoscalingPolicy as ScalingPolicy
from .autoscaling.schedule import ScheduledAction
from .autoscaling.target import ScalableTarget
from .cloudwatch.alarm import MetricAlarm
from .cloudwatch.composite import CompositeAlarm
from .cloudwatch.dashboard import Dashboard
from .dynamodb.export import TableExport
from .dynamodb.index import GlobalSecondaryIndex
from .dynamodb.insights import ContributorInsights
from .dynamodb.item import TableItem
from .dynamodb.kinesis import KinesisStreamingDestination
from .dynamodb.replica import TableReplica
from .dynamodb.resource_policy import ResourcePolicy
from .dynamodb.table import Table
from .dynamodb.tag import Tag
from .iam.attachment import RolePolicyAttachment
from .iam.group import IamGroup
from .iam.instance_profile import InstanceProfile
from .iam.policy import ManagedPolicy
from .iam.role import IamRole
from .iam.role_policy import RolePolicy
from .iam.user import IamUser
from .kinesis.stream import KinesisStream
from .kms.alias import Alias
from .kms.key import KmsKey
from .logs.log_group import LogGroup
from .sns.subscription import TopicSubscription
from .sns.topic import Topic
from .sqs.queue import Queue

__all__ = ["INVOKES", "RESOURCES", "package_schema", "refusal_of"]

_TYPES: Final[tuple[type[ResourceType], ...]] = (
    CompositeAlarm,
    ContributorInsights,
    Dashboard,
    KinesisStreamingDestination,
    MetricAlarm,
    ManagedPolicy,
    ResourcePolicy,
    IamRole,
    RolePolicy,
    RolePolicyAttachment,
    ScalingPolicy,
    ScheduledAction,
    Table,
    TableItem,
    TableReplica,
    ScalableTarget,
    Topic,
    Alias,
    GlobalSecondaryIndex,
    IamGroup,
    InstanceProfile,
    KmsKey,
    LogGroup,
    Queue,
    KinesisStream,
    TableExport,
    Tag,
    TopicSubscription,
    IamUser,
)

RESOURCES: Final[Mapping[str, ResourceType]] = {kind.tok: kind() for kind in _TYPES}


@cache
def package_schema() -> str:
    """The package schema of what is carried, as JSON."""
    return schema_of(RESOURCES, {token: known.required for token, known in INVOKES.items()})


def refusal_of(token: str) -> str:
    """One sentence for a type or function that this provider does not have, and what it has."""
    carried = [*RESOURCES, *INVOKES]
    module = token.partition("/")[0]
    same = sorted(_short(known) for known in carried if known.partition("/")[0] == module)
    near = get_close_matches(_short(token), list(map(_short, carried)), n=1, cutoff=0.8)
    hint = f"did you mean {near[0]}? " if near else ""
    here = f"of {module.removeprefix('aws:')} it carries {', '.join(same)}" if same else ""
    all_modules = sorted({known.partition("/")[0].removeprefix("aws:") for known in carried})
    known = here or f"it carries types of {', '.join(all_modules)}"
    return (
        f"{_short(token)} is not carried by tablewright's own aws provider: {known}; {hint}"
        "make it with boto3 at the same endpoint, or run the program on AWS, where Pulumi's own "
        "aws plug-in has every type"
    )


def _short(token: str) -> str:
    """A token as programs write it: `dynamodb.Table`."""
    module, _, name = token.removeprefix("aws:").rpartition(":")
    module = module.partition("/")[0]
    return name if module == "index" else f"{module}.{name}"
