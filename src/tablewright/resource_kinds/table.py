"""The table itself: one entry for each type of resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from . import types
from .kind import ResourceKind
from .programs import PROGRAM_KINDS
from .reading import read_guarded, read_item, read_replica, read_scaled

_SCALED: Final = (
    r"(?P<serviceNamespace>[^/]+)/(?P<resourceId>.+?)/(?P<scalableDimension>[^/:]+:[^/:]+:[^/]+)"
)
_SCALED_NAME: Final = "{serviceNamespace}/{resourceId}/{scalableDimension}"
_SCALED_PLACE: Final = ("serviceNamespace", "resourceId", "scalableDimension")
_ARN: Final = r"arn:[\w-]+"
_OF_TARGET: Final = (types.TARGET, {name: name for name in _SCALED_PLACE})

_KINDS: Final = (
    ResourceKind(
        types.TABLE,
        "table",
        name="{name}",
        pattern=rf"(?:{_ARN}:dynamodb:(?P<region>[\w-]+):\d*:table/)?(?P<name>[\w.-]+)",
        holds_data=True,
        tagged=True,
        first_goes_the_old=True,
    ),
    ResourceKind(
        types.REPLICA,
        "replica",
        name="{table}",
        pattern=r"(?P<table>[\w.-]+)(?::(?P<main>[\w-]+))?",
        names=(),
        holds_data=True,
        tagged=True,
        first_goes_the_old=True,
        parent=(types.TABLE, {"name": "table", "region": "main"}),
        imported_as="{table}:{main}@{region}",
        read=read_replica,
    ),
    ResourceKind(
        types.ITEM,
        "item",
        name="{tableName}|{key}",
        pattern=r"(?P<tableName>[\w.-]+)\|(?P<key>.+)",
        names=(),
        parent=(types.TABLE, {"name": "tableName"}),
        read=read_item,
    ),
    ResourceKind(
        types.INSIGHTS,
        "contributor insights",
        name="name:{tableName}/index:{indexName}",
        pattern=r"name:(?P<tableName>[^/]+)/index:(?P<indexName>[^/]*)(?:/\d*)?",
        names=(),
        first_goes_the_old=True,
        parent=(types.TABLE, {"name": "tableName"}),
        imported_as="name:{tableName}/index:{indexName}/{account}",
    ),
    ResourceKind(
        types.KINESIS,
        "Kinesis destination",
        name="{tableName},{streamArn}",
        pattern=r"(?P<tableName>[\w.-]+),(?P<streamArn>arn:.+)",
        names=(),
        alone=("tableName",),
        first_goes_the_old=True,
        parent=(types.TABLE, {"name": "tableName"}),
    ),
    ResourceKind(
        types.RESOURCE_POLICY,
        "resource policy",
        name="{resourceArn}",
        pattern=r"(?P<resourceArn>arn:.+)",
        names=(),
        first_goes_the_old=True,
        parent=(types.TABLE, {"name": "table"}),
        read=read_guarded,
    ),
    ResourceKind(
        types.TARGET,
        "scalable target",
        name=_SCALED_NAME,
        pattern=_SCALED,
        names=(),
        tagged=True,
        first_goes_the_old=True,
        parent=(types.TABLE, {"name": "table"}),
        read=read_scaled,
    ),
    ResourceKind(
        types.SCALING_POLICY,
        "scaling policy",
        name=_SCALED_NAME + "/{name}",
        pattern=_SCALED + "/(?P<name>.+)",
        alone=_SCALED_PLACE,
        first_goes_the_old=True,
        parent=_OF_TARGET,
    ),
    ResourceKind(
        types.SCHEDULE,
        "scheduled action",
        name=_SCALED_NAME + "/{name}",
        pattern=_SCALED + "/(?P<name>.+)",
        parent=_OF_TARGET,
    ),
    ResourceKind(
        types.ALARM,
        "alarm",
        name="{name}",
        pattern="(?P<name>.+)",
        space="alarm",
        tagged=True,
    ),
    ResourceKind(
        types.COMPOSITE_ALARM,
        "composite alarm",
        name="{alarmName}",
        pattern="(?P<alarmName>.+)",
        names=("alarmName",),
        space="alarm",
        tagged=True,
    ),
    ResourceKind(
        types.DASHBOARD,
        "dashboard",
        name="{dashboardName}",
        pattern="(?P<dashboardName>.+)",
        names=("dashboardName",),
        regional=False,
    ),
    ResourceKind(
        types.TOPIC,
        "topic",
        name="{name}",
        pattern=rf"(?:{_ARN}:sns:(?P<region>[\w-]+):\d*:)?(?P<name>[\w.-]+)",
        tagged=True,
        imported_as="arn:{partition}:sns:{region}:{account}:{name}",
    ),
    ResourceKind(
        types.ROLE,
        "role",
        name="{name}",
        caseless=True,
        pattern="(?P<name>.+)",
        regional=False,
        tagged=True,
    ),
    ResourceKind(
        types.ROLE_POLICY,
        "role policy",
        name="{role}:{name}",
        pattern="(?P<role>[^:]+):(?P<name>.+)",
        parent=(types.ROLE, {"name": "role"}),
        regional=False,
    ),
    ResourceKind(
        types.ATTACHMENT,
        "policy attachment",
        name="{role}/{policyArn}",
        pattern="(?P<role>[^/]+)/(?P<policyArn>arn:.+)",
        names=(),
        parent=(types.ROLE, {"name": "role"}),
        regional=False,
    ),
    ResourceKind(
        types.POLICY,
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
