"""Types that programs declare around their tables; no manifest makes them."""

from __future__ import annotations

from typing import Final

from .kind import ResourceKind
from .reading import read_alias, read_guarded, read_subscription

_ARN: Final = r"arn:[\w-]+"
_TABLE: Final = "aws:dynamodb/table:Table"
_KEY: Final = "aws:kms/key:Key"

PROGRAM_KINDS: Final = (
    ResourceKind(
        "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex",
        "index",
        name="{tableName},{indexName}",
        pattern=r"(?P<tableName>[\w.-]+),(?P<indexName>[\w.-]+)",
        names=("indexName",),
        parent=(_TABLE, {"name": "tableName"}),
    ),
    ResourceKind(
        "aws:dynamodb/tag:Tag",
        "tag",
        name="{resourceArn},{key}",
        pattern=r"(?P<resourceArn>arn:[^,]+),(?P<key>.+)",
        names=("key",),
        parent=(_TABLE, {"name": "table"}),
        read=read_guarded,
    ),
    ResourceKind(
        "aws:dynamodb/tableExport:TableExport",
        "export",
        name="{arn}",
        pattern="(?P<arn>arn:.+)",
        names=(),
    ),
    ResourceKind(
        "aws:kinesis/stream:Stream",
        "Kinesis stream",
        name="{name}",
        pattern=rf"(?:{_ARN}:kinesis:(?P<region>[\w-]+):\d*:stream/)?(?P<name>[\w.-]+)",
        holds_data=True,
        tagged=True,
    ),
    ResourceKind(
        "aws:sqs/queue:Queue",
        "queue",
        name="{name}",
        pattern=r"(?:https?://(?:sqs\.)?(?P<region>[\w-]+)\.[\w.-]+/\d+/)?(?P<name>[\w.-]+)",
        holds_data=True,
        tagged=True,
        imported_as="https://sqs.{region}.amazonaws.com/{account}/{name}",
    ),
    ResourceKind(
        "aws:sns/topicSubscription:TopicSubscription",
        "subscription",
        name="{arn}",
        pattern="(?P<arn>arn:.+)",
        names=("endpoint",),
        parent=("aws:sns/topic:Topic", {"name": "topicName"}),
        read=read_subscription,
        known_by="{topic}|{protocol}|{endpoint}",
    ),
    ResourceKind(
        _KEY,
        "key",
        name="{keyId}",
        pattern=rf"(?:{_ARN}:kms:(?P<region>[\w-]+):\d*:key/)?(?P<keyId>[\w-]+)",
        names=("keyId",),
        holds_data=True,
        tagged=True,
    ),
    ResourceKind(
        "aws:kms/alias:Alias",
        "alias",
        name="{name}",
        pattern="(?P<name>alias/.+)",
        parent=(_KEY, {"keyId": "key"}),
        read=read_alias,
    ),
    ResourceKind(
        "aws:cloudwatch/logGroup:LogGroup",
        "log group",
        name="{name}",
        pattern="(?P<name>.+)",
        holds_data=True,
        tagged=True,
    ),
    ResourceKind(
        "aws:iam/user:User",
        "user",
        name="{name}",
        caseless=True,
        pattern="(?P<name>.+)",
        regional=False,
        tagged=True,
    ),
    ResourceKind(
        "aws:iam/group:Group",
        "group",
        name="{name}",
        caseless=True,
        pattern="(?P<name>.+)",
        regional=False,
    ),
    ResourceKind(
        "aws:iam/instanceProfile:InstanceProfile",
        "instance profile",
        name="{name}",
        pattern="(?P<name>.+)",
        regional=False,
        tagged=True,
    ),
)
