"""The calls that read and write the tags of each type of resource that carries tags. Pure.

One entry for each kind that `resource_kinds` calls tagged; a test counts that they are all there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tablewright.resource_kinds import types

Tags = dict[str, str]
Request = dict[str, Any]

_PAIR: Final = ("Key", "Value")


@dataclass(frozen=True, slots=True)
class TagCalls:
    """How one type's tags are read and written.

    Args:
        service: botocore's name of it.
        read_by: operation that lists them.
        put_by: operation that sets some.
        removed_by: operation that removes some.
        member: of the requests, which names the resource.
        tags: member with the tags, of requests and replies.
        keys: member with the keys to remove.
        pair: members of one tag in the list that is sent; None where a map is.
        tokens: members of reply and request by which further pages are asked for.
        described: member of the reply that has the tags in it; empty if the reply itself.
    """

    service: str
    read_by: str
    put_by: str
    removed_by: str
    member: str
    tags: str = "Tags"
    keys: str = "TagKeys"
    pair: tuple[str, str] | None = _PAIR
    tokens: tuple[str, str] | None = None
    described: str = ""

    def reading(self, resource: str, reply: Mapping[str, Any] | None = None) -> Request | None:
        """The request for the page after a reply, the first one without; None after the last."""
        if reply is None:
            return {self.member: resource}
        token = reply.get(self.tokens[0]) if self.tokens else None
        return {self.member: resource, self.tokens[1]: token} if self.tokens and token else None

    def tags_in(self, reply: Mapping[str, Any]) -> Tags:
        """The tags that a reply tells."""
        listed = (reply[self.described] if self.described else reply).get(self.tags) or ()
        if isinstance(listed, Mapping):
            return dict(listed)
        key, value = self.pair or _PAIR
        return {tag[key]: tag[value] for tag in listed}

    def putting(self, resource: str, tags: Mapping[str, str]) -> Request:
        """The request that sets these."""
        return {self.member: resource, self.tags: self._sent(tags)}

    def removing(self, resource: str, keys: Sequence[str]) -> Request:
        """The request that removes these."""
        return {self.member: resource, self.keys: list(keys)}

    def _sent(self, tags: Mapping[str, str]) -> Any:
        if self.pair is None:
            return dict(tags)
        key, value = self.pair
        return [{key: name, value: text} for name, text in tags.items()]


def _of_arn(service: str, member: str = "ResourceArn", **more: Any) -> TagCalls:
    names = ("ListTagsForResource", "TagResource", "UntagResource")
    return TagCalls(service, *names, member, **more)


def _of_iam(word: str, member: str) -> TagCalls:
    """IAM tells the tags with the description."""
    return TagCalls("iam", f"Get{word}", f"Tag{word}", f"Untag{word}", member, described=word)


_TABLE = TagCalls(
    "dynamodb",
    "ListTagsOfResource",
    "TagResource",
    "UntagResource",
    "ResourceArn",
    tokens=("NextToken", "NextToken"),
)
_ALARM = _of_arn("cloudwatch", "ResourceARN")
TAG_CALLS: Final[Mapping[str, TagCalls]] = {
    types.TABLE: _TABLE,
    types.REPLICA: _TABLE,
    types.ALARM: _ALARM,
    types.COMPOSITE_ALARM: _ALARM,
    types.ROLE: _of_iam("Role", "RoleName"),
    types.POLICY: _of_iam("Policy", "PolicyArn"),
    types.USER: _of_iam("User", "UserName"),
    types.INSTANCE_PROFILE: _of_iam("InstanceProfile", "InstanceProfileName"),
    types.TARGET: _of_arn("application-autoscaling", "ResourceARN", pair=None),
    types.TOPIC: _of_arn("sns"),
    types.STREAM: TagCalls(
        "kinesis",
        "ListTagsForStream",
        "AddTagsToStream",
        "RemoveTagsFromStream",
        "StreamName",
        pair=None,
    ),
    types.QUEUE: TagCalls("sqs", "ListQueueTags", "TagQueue", "UntagQueue", "QueueUrl", pair=None),
    types.KEY: TagCalls(
        "kms",
        "ListResourceTags",
        "TagResource",
        "UntagResource",
        "KeyId",
        pair=("TagKey", "TagValue"),
        tokens=("NextMarker", "Marker"),
    ),
    types.LOG_GROUP: _of_arn("logs", "resourceArn", tags="tags", keys="tagKeys", pair=None),
}
