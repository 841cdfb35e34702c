"""Types that programs declare around their tables; no manifest makes them."""

from __future__ import annotations

from typing import Final

from . import types
from .kind import ResourceKind
from .reading import read_alias, read_guarded, read_subscription

_ARN: Final = r"arn:[\w-]+"

PROGRAM_KINDS: Final = (
    ResourceKind(
        types.INDEX,
        "index",
        name="{tableName},{indexName}",
        pattern=r"(?P<tableName>[\w.-]+),(?P<indexName>[\w.-]+)",
        names=("indexName",),
        parent=(types.TABLE, {"name": "tableName"}),
    ),
    ResourceKind(
        types.TAG,
        "tag",
        name="{resourceArn},{key}",
        pattern=r"(?P<resourceArn>arn:[^,]+),(?P<key>.+)",
        names=("key",),
        parent=(types.TABLE, {"name": "table"}),
        read=read_guarded,
    ),
    ResourceKind(
        types.EXPORT,
        "export",
        name="{arn}",
        pattern="(?P<arn>arn:.+)",
        names=(),
    ),
    ResourceKind(
        types.STREAM,
        "Kinesis stream",
        name="{name}",
        pattern=rf"(?:{_ARN}:kinesis:(?P<region>[\w-]+):\d*:stream/)?(?P<name>[\w.-]+)",
        holds_data=True,
        tagged=True,
    ),
    ResourceKind(
        types.QUEUE,
        "queue",
        name="{name}",
        pattern=r"(?:https?://(?:sqs\.)?(?P<region>[\w-]+)\.[\w.-]+/\d+/)?(?P<name>[\w.-]+)",
        holds_data=True,
        tagged=True,
        imported_as="https://sqs.{region}.amazonaws.com/{account}/{name}",
    ),
    ResourceKind(
        types.SUBSCRIPTION,
        "subscription",
        name="{arn}",
        pattern="(?P<arn>arn:.+)",
        names=("endpoint",),
        parent=(types.TOPIC, {"name": "topicName"}),
        read=read_subscription,
        known_by="{topic}|{protocol}|{endpoint}",
    ),
    ResourceKind(
        types.KEY,
        "key",
        name="{keyId}",
        pattern=rf"(?:{_ARN}:kms:(?P<region>[\w-]+):\d*:key/)?(?P<keyId>[\w-]+)",
        names=("keyId",),
        holds_data=True,
        tagged=True,
    ),
    ResourceKind(
        types.ALIAS,
        "alias",
        name="{name}",
        pattern="(?P<name>alias/.+)",
        parent=(types.KEY, {"keyId": "key"}),
        read=read_alias,
    ),
    ResourceKind(
        types.LOG_GROUP,
        "log group",
        name="{name}",
        pattern="(?P<name>.+)",
        holds_data=True,
        tagged=True,
    ),
    ResourceKind(
        types.USER,
        "user",
        name="{name}",
        caseless=True,
        pattern="(?P<name>.+)",
        regional=False,
        tagged=True,
    ),
    ResourceKind(
        types.GROUP,
        "group",
        name="{name}",
        caseless=True,
        pattern="(?P<name>.+)",
        regional=False,
    ),
    ResourceKind(
        types.INSTANCE_PROFILE,
        "instance profile",
        name="{name}",
        pattern="(?P<name>.+)",
        regional=False,
        tagged=True,
    ),
)
