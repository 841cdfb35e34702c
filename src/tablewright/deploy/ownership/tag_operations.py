"""The tags of one live resource, known by its type and its physical id.

Which calls those are, `aws.tagging` says; here is what these calls name the resource by.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

from botocore import xform_name

from tablewright.aws.session import Session
from tablewright.aws.tagging import TAG_CALLS, Request, Tags
from tablewright.errors import NotFoundError
from tablewright.resource_kinds import types

Locate = Callable[[Session, str, str], str]
"""From a physical id and its region to what the service calls it in calls about tags."""


class TagsOfResource:
    """The tags of one resource.

    Args:
        session: gives the clients.
        type_: the engine's name of its type.
        id_: its physical id.
        region: where it is.

    Raises:
        NotFoundError: it does not exist.
    """

    def __init__(self, session: Session, type_: str, id_: str, region: str) -> None:
        self._calls = TAG_CALLS[type_]
        self._client = session.client(self._calls.service, region)
        self._resource = LOCATIONS[type_](session, id_, region)

    def read(self) -> Tags:
        """All of them."""
        tags, request = Tags(), self._calls.reading(self._resource)
        while request is not None:
            reply = self._send(self._calls.read_by, request)
            tags |= self._calls.tags_in(reply)
            request = self._calls.reading(self._resource, reply)
        return tags

    def put(self, tags: Mapping[str, str]) -> None:
        """Set these."""
        self._send(self._calls.put_by, self._calls.putting(self._resource, tags))

    def remove(self, keys: Sequence[str]) -> None:
        """Remove these."""
        self._send(self._calls.removed_by, self._calls.removing(self._resource, keys))

    def _send(self, operation: str, request: Request) -> Mapping[str, Any]:
        reply: Mapping[str, Any] = getattr(self._client, xform_name(operation))(**request)
        return reply


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


_table = partial(_arn, "dynamodb", "table/")
_alarm = partial(_arn, "cloudwatch", "alarm:")
LOCATIONS: Final[Mapping[str, Locate]] = {
    types.TABLE: _table,
    types.REPLICA: _table,
    types.ALARM: _alarm,
    types.COMPOSITE_ALARM: _alarm,
    types.ROLE: _itself,
    types.POLICY: _itself,
    types.USER: _itself,
    types.INSTANCE_PROFILE: _itself,
    types.TARGET: _target,
    types.TOPIC: partial(_arn, "sns", ""),
    types.STREAM: _last,
    types.QUEUE: _queue,
    types.KEY: _itself,
    types.LOG_GROUP: partial(_arn, "logs", "log-group:"),
}
