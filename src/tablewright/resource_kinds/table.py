"""The table itself: one entry for each type of resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from .kind import ResourceKind
from .programs import PROGRAM_KINDS
from .reading import read_guarded, read_item, read_replica, read_scaled

_SCALED: Final = (
    r"(?P<serviceNamespace>[^/]+)/(?P<resourceId>.+?)/(?P<scalableDimension>[^/:]+:[^/:]+:[^/]+)"
)
_SCALED_NAME: Final = "{serviceNamespace}/{resourceId}/{scalableDimension}"
_SCALED_PLACE: Final = ("serviceNamespace", "resourceId", "scalableDimension")
_ARN: Final = r"arn:[\w-]+"
_TABLE: Final = "aws:dynamodb/table:Table"
_TARGET: Final = "aws:appautoscaling/target:Target"
_ROLE: Final = "aws:iam/role:Role"
_OF_TARGET: Final = (_TARGET, {name: name for name in _SCALED_PLACE})

_KINDS: Final = (
    ResourceKind(
        _TABLE,
        "table",
        name="{name}",
        pattern=rf"(?:{_ARN}:dynamodb:(?P<region>[\w-]+):\d*:table/)?(?P<name>[\w.-]+)",
        holds_data=True,
        tagged=True,
        first_goes_the_old=True,
    ),
    ResourceKind(
        "aws:dynamodb/tableReplica:TableReplica",
        "replica",
        name="{table}",
        pattern=r"(?P<table>[\w.-]+)(?::(?P<main>[\w-]+))?",
        names=(),
        holds_data=True,
        tagged=True,
        first_goes_the_old=True,
        parent=(_TABLE, {"name": "table", "region": "main"}),
        imported_as="{table}:{main}@{region}",
        read=read_replica,
    ),
    ResourceKind(
        "aws:dynamodb/tableItem:TableItem",
        "item",
        name="{tableName}|{key}",
        pattern=r"(?P<tableName>[\w.-]+)\|(?P<key>.+)",
        names=(),
        parent=(_TABLE, {"name": "tableName"}),
        read=read_item,
    ),
    ResourceKind(
        "aws:dynamodb/contributorInsights:ContributorInsights",
        "contributor insights",
        name="name:{tableName}/index:{indexName}",
        pattern=r"name:(?P<tableName>[^/]+)/index:(?P<indexName>[^/]*)(?:/\d*)?",
        names=(),
        first_goes_the_old=True,
        parent=(_TABLE, {"name": "tableName"}),
        imported_as="name:{tableName}/index:{indexName}/{account}",
    ),
    ResourceKind(
        "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination",
        "Kinesis destination",
        name="{tableName},{streamArn}",
        pattern=r"(?P<tableName>[\w.-]+),(?P<streamArn>arn:.+)",
        names=(),
        alone=("tableName",),
        first_goes_the_old=True,
        parent=(_TABLE, {"name": "tableName"}),
    ),
    ResourceKind(
        "aws:dynamodb/resourcePolicy:ResourcePolicy",
        "resource policy",
        name="{resourceArn}",
        pattern=r"(?P<resourceArn>arn:.+)",
        names=(),
        first_goes_the_old=True,
        parent=(_TABLE, {"name": "table"}),
        read=read_guarded,
    ),
    ResourceKind(
        _TARGET,
        "scalable target",
        name=_SCALED_NAME,
        pattern=_SCALED,
        names=(),
        tagged=True,
        first_goes_the_old=True,
        parent=(_TABLE, {"name": "table"}),
        read=read_scaled,
    ),
    ResourceKind(
        "aws:appautoscaling/policy:Policy",
        "scaling policy",
        name=_SCALED_NAME + "/{name}",
        pattern=_SCALED + "/(?P<name>.+)",
        alone=_SCALED_PLACE,
        first_goes_the_old=True,
        parent=_OF_TARGET,
    ),
    ResourceKind(
        "aws:appautoscaling/scheduledAction:ScheduledAction",
        "scheduled action",
        name=_SCALED_NAME + "/{name}",
        pattern=_SCALED + "/(?P<name>.+)",
        parent=_OF_TARGET,
    ),
    ResourceKind(
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "alarm",
        name="{name}",
        pattern="(?P<name>.+)",
        space="alarm",
        tagged=True,
    ),
    ResourceKind(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm",
        "composite alarm",
        name="{alarmName}",
        pattern="(?P<alarmName>.+)",
        names=("alarmName",),
        space="alarm",
        tagged=True,
    ),
    ResourceKind(
        "aws:cloudwatch/dashboard:Dashboard",
        "dashboard",
        name="{dashboardName}",
        pattern="(?P<dashboardName>.+)",
        names=("dashboardName",),
        regional=False,
    ),
    ResourceKind(
        "aws:sns/topic:Topic",
        "topic",
        name="{name}",
        pattern=rf"(?:{_ARN}:sns:(?P<region>[\w-]+):\d*:)?(?P<name>[\w.-]+)",
        tagged=True,
        imported_as="arn:{partition}:sns:{region}:{account}:{name}",
    ),
    ResourceKind(
        _ROLE,
        "role",
        name="{name}",
        caseless=True,
        pattern="(?P<name>.+)",
        regional=False,
        tagged=True,
    ),
    ResourceKind(
        "aws:iam/rolePolicy:RolePolicy",
        "role policy",
        name="{role}:{name}",
        pattern="(?P<role>[^:]+):(?P<name>.+)",
        parent=(_ROLE, {"name": "role"}),
        regional=False,
    ),
    ResourceKind(
        "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        "policy attachment",
        name="{role}/{policyArn}",
        pattern="(?P<role>[^/]+)/(?P<policyArn>arn:.+)",
        names=(),
        parent=(_ROLE, {"name": "role"}),
        regional=False,
    ),
    ResourceKind(
        "aws:iam/policy:Policy",
        "policy",
        name="{name}",
        caseless=True,
        pattern=rf"(?:{_ARN}:iam::\d*:policy(?P<path>/(?:.+/)?))?(?P<name>[^/]+)",
        regional=False,
        tagged=True,
        imported_as="arn:{partition}:iam::{account}:policy{path}{name}",
    ),
)

KINDS: Final[Mapping[str, ResourceKind]] = {kind.type: kind for kind in (*_KINDS, *PROGRAM_KINDS)}
"""Every type that a stack or a program of ours can make; previews show them in this order."""
