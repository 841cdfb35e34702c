"""The calls that read and write the tags of each type of resource that carries tags.

One entry for each kind that `resource_kinds` calls tagged; a test counts that they are all there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

from botocore import xform_name

from tablewright.aws.session import Session
from tablewright.errors import NotFoundError

from .resource_identity import ALARM, COMPOSITE_ALARM, POLICY, REPLICA, ROLE, TABLE, TARGET, TOPIC

Tags = dict[str, str]
Locate = Callable[[Session, str, str], str]
"""From a physical id and its region to what the service calls it in calls about tags."""

_PAIR: Final = ("Key", "Value")


@dataclass(frozen=True, slots=True)
class TagOperations:
    """How one type's tags are read and written.

    Args:
        service: botocore's name of it.
        read_by: operation that lists them.
        put_by: operation that sets some.
        removed_by: operation that takes some off.
        member: of the requests, which names the resource.
        locate: what stands there.
        tags: member with the tags, of requests and replies.
        keys: member with the keys to take off.
        pair: members of one tag in the list that is sent; None where a map is.
        tokens: members of reply and request by which further pages are asked for.
        described: member of the reply that has the tags in it; empty if the reply itself.
    """

    service: str
    read_by: str
    put_by: str
    removed_by: str
    member: str
    locate: Locate
    tags: str = "Tags"
    keys: str = "TagKeys"
    pair: tuple[str, str] | None = _PAIR
    tokens: tuple[str, str] | None = None
    described: str = ""


class TagsOfResource:
    """The tags of one resource.

    Args:
        session: gives the clients.
        operations: of its type.
        id_: its physical id.
        region: where it is.

    Raises:
        NotFoundError: it does not exist.
    """

    def __init__(self, session: Session, operations: TagOperations, id_: str, region: str) -> None:
        self._client = session.client(operations.service, region)
        self._operations = operations
        self._which = {operations.member: operations.locate(session, id_, region)}

    def read(self) -> Tags:
        """All of them."""
        how, tags, further = self._operations, Tags(), dict[str, str]()
        while True:
            reply = self._call(how.read_by, **further)
            listed = (reply[how.described] if how.described else reply).get(how.tags) or ()
            tags |= _as_map(listed, how.pair)
            token = reply.get(how.tokens[0]) if how.tokens else None
            if not (how.tokens and token):
                return tags
            further = {how.tokens[1]: token}

    def put(self, tags: Mapping[str, str]) -> None:
        """Set these."""
        how = self._operations
        sent = {how.tags: _as_sent(tags, how.pair)}
        self._call(how.put_by, **sent)

    def remove(self, keys: Sequence[str]) -> None:
        """Take these off."""
        how = self._operations
        self._call(how.removed_by, **{how.keys: list(keys)})

    def _call(self, operation: str, **members: Any) -> Mapping[str, Any]:
        reply: Mapping[str, Any] = getattr(self._client, xform_name(operation))(
            **self._which, **members
        )
        return reply


def _as_map(listed: Any, pair: tuple[str, str] | None) -> Tags:
    if isinstance(listed, Mapping):
        return dict(listed)
    key, value = pair or _PAIR
    return {tag[key]: tag[value] for tag in listed}


def _as_sent(tags: Mapping[str, str], pair: tuple[str, str] | None) -> Any:
    if pair is None:
        return dict(tags)
    return [{pair[0]: key, pair[1]: value} for key, value in tags.items()]


def _arn(service: str, prefix: str, session: Session, id_: str, region: str) -> str:
    if id_.startswith("arn:"):
        return id_
    return f"arn:{session.partition}:{service}:{region}:{session.account_id}:{prefix}{id_}"


def _itself(_session: Session, id_: str, _region: str) -> str:
    return id_


def _last(_session: Session, id_: str, _region: str) -> str:
    """The name at the end of an ARN."""
    return id_.rpartition("/")[2]


def _queue(session: Session, id_: str, region: str) -> str:
    if id_.startswith("http"):
        return id_
    url: str = session.client("sqs", region).get_queue_url(QueueName=id_)["QueueUrl"]
    return url


def _target(session: Session, id_: str, region: str) -> str:
    """The ARN of a scalable target, which only AWS knows."""
    namespace, _, rest = id_.partition("/")
    resource, _, dimension = rest.rpartition("/")
    reply = session.client("application-autoscaling", region).describe_scalable_targets(
        ServiceNamespace=namespace, ResourceIds=[resource], ScalableDimension=dimension
    )
    arns = [target.get("ScalableTargetARN") for target in reply["ScalableTargets"]]
    if not arns or not arns[0]:
        raise NotFoundError(f"scalable target {id_} does not exist")
    return str(arns[0])


def _of_arn(service: str, locate: Locate, **more: Any) -> TagOperations:
    names = ("ListTagsForResource", "TagResource", "UntagResource")
    return TagOperations(service, *names, **{"member": "ResourceArn", "locate": locate, **more})


def _of_iam(word: str, member: str) -> TagOperations:
    """IAM tells the tags with the description."""
    names = (f"Get{word}", f"Tag{word}", f"Untag{word}")
    return TagOperations("iam", *names, member, _itself, described=word)


_TABLE = TagOperations(
    "dynamodb",
    "ListTagsOfResource",
    "TagResource",
    "UntagResource",
    "ResourceArn",
    partial(_arn, "dynamodb", "table/"),
    tokens=("NextToken", "NextToken"),
)
_ALARM = _of_arn("cloudwatch", partial(_arn, "cloudwatch", "alarm:"), member="ResourceARN")
OPERATIONS: Mapping[str, TagOperations] = {
    TABLE: _TABLE,
    REPLICA: _TABLE,
    ALARM: _ALARM,
    COMPOSITE_ALARM: _ALARM,
    ROLE: _of_iam("Role", "RoleName"),
    POLICY: _of_iam("Policy", "PolicyArn"),
    "aws:iam/user:User": _of_iam("User", "UserName"),
    "aws:iam/instanceProfile:InstanceProfile": _of_iam("InstanceProfile", "InstanceProfileName"),
    TARGET: _of_arn("application-autoscaling", _target, member="ResourceARN", pair=None),
    TOPIC: _of_arn("sns", partial(_arn, "sns", "")),
    "aws:kinesis/stream:Stream": TagOperations(
        "kinesis",
        "ListTagsForStream",
        "AddTagsToStream",
        "RemoveTagsFromStream",
        "StreamName",
        _last,
        pair=None,
    ),
    "aws:sqs/queue:Queue": TagOperations(
        "sqs", "ListQueueTags", "TagQueue", "UntagQueue", "QueueUrl", _queue, pair=None
    ),
    "aws:kms/key:Key": TagOperations(
        "kms",
        "ListResourceTags",
        "TagResource",
        "UntagResource",
        "KeyId",
        _itself,
        pair=("TagKey", "TagValue"),
        tokens=("NextMarker", "Marker"),
    ),
    "aws:cloudwatch/logGroup:LogGroup": _of_arn(
        "logs",
        partial(_arn, "logs", "log-group:"),
        member="resourceArn",
        tags="tags",
        keys="tagKeys",
        pair=None,
    ),
}
