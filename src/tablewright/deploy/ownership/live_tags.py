"""The tags of live resources, read and written by type and physical id.

Only what can be tagged has an entry; whose everything else is follows from its table or its role.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Protocol

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import NotFoundError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.stack import rate_limiter_for

from .resource_identity import ALARM, COMPOSITE_ALARM, POLICY, ROLE, TABLE, TARGET, TOPIC

Tags = dict[str, str]


@dataclass(frozen=True, slots=True, order=True)
class TaggedResource:
    """A resource that carries tags.

    Args:
        type: the engine's name of its type, one of `TAGGED`.
        id: its physical id.
        region: where it is.
    """

    type: str
    id: str
    region: str

    def __str__(self) -> str:
        word, name = _WORDS[self.type], self.id
        return f"{word} {name.rpartition(':')[2] if name.startswith('arn:') else name}"


class _Way(Protocol):
    """How the tags of one type are read and written."""

    def read(self) -> Tags:
        """All of them."""

    def put(self, tags: Mapping[str, str]) -> None:
        """Set these."""

    def remove(self, keys: Sequence[str]) -> None:
        """Take these off."""


class LiveTags:
    """The tags of the resources of one account, read and written many at once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._pace = rate_limiter_for(session)

    def read(self, subjects: Iterable[TaggedResource]) -> dict[TaggedResource, Tags]:
        """All tags of each of them that exists.

        Raises:
            AwsError: AWS does not tell.
        """

        def one(subject: TaggedResource) -> Tags | None:
            try:
                with translated(f"read the tags of {subject}"):
                    return self._way(subject).read()
            except NotFoundError:
                return None

        answers = map_concurrently(subjects, one)
        return {subject: tags for subject, tags in answers.items() if tags is not None}

    def put(self, tags: Mapping[TaggedResource, Mapping[str, str]]) -> None:
        """Set tags of each."""

        def one(subject: TaggedResource) -> None:
            with translated(f"tag {subject}"):
                self._way(subject).put(tags[subject])

        map_concurrently(tags, one)

    def remove(self, subjects: Iterable[TaggedResource], keys: Sequence[str]) -> None:
        """Take tags off each; one that is gone is none the worse."""

        def one(subject: TaggedResource) -> None:
            try:
                with translated(f"take a tag off {subject}"):
                    self._way(subject).remove(keys)
            except NotFoundError:
                return

        map_concurrently(subjects, one)

    def _way(self, subject: TaggedResource) -> _Way:
        self._pace(_PACED.get(subject.type, "ListTagsForResource"))
        return _WAYS[subject.type](self._session, subject)


class _OfArn:
    """Tags under an ARN, which most services have: the names of operations and members differ."""

    def __init__(
        self, client: Any, arn: str, operations: tuple[str, str, str], member: str = "ResourceArn"
    ) -> None:
        self._client, self._which = client, {member: arn}
        self._list, self._tag, self._untag = operations

    def read(self) -> Tags:
        listed: list[Mapping[str, str]] = []
        further: dict[str, str] = {}
        while True:
            reply = getattr(self._client, self._list)(**self._which, **further)
            listed += reply.get("Tags") or ()
            if not reply.get("NextToken"):
                return {tag["Key"]: tag["Value"] for tag in listed}
            further = {"NextToken": reply["NextToken"]}

    def put(self, tags: Mapping[str, str]) -> None:
        getattr(self._client, self._tag)(**self._which, Tags=_pairs(tags))

    def remove(self, keys: Sequence[str]) -> None:
        getattr(self._client, self._untag)(**self._which, TagKeys=list(keys))


class _OfTarget:
    """Tags of a scalable target, whose ARN only AWS knows; they are a map."""

    def __init__(self, session: Session, subject: TaggedResource) -> None:
        self._client = session.client("application-autoscaling", subject.region)
        namespace, resource, dimension = _parted(subject.id)
        reply = self._client.describe_scalable_targets(
            ServiceNamespace=namespace, ResourceIds=[resource], ScalableDimension=dimension
        )
        arns = [target.get("ScalableTargetARN") for target in reply["ScalableTargets"]]
        if not arns:
            raise NotFoundError(f"{subject} does not exist")
        self._arn = arns[0]

    def read(self) -> Tags:
        if self._arn is None:
            return {}
        return dict(self._client.list_tags_for_resource(ResourceARN=self._arn)["Tags"])

    def put(self, tags: Mapping[str, str]) -> None:
        self._client.tag_resource(ResourceARN=self._arn, Tags=dict(tags))

    def remove(self, keys: Sequence[str]) -> None:
        self._client.untag_resource(ResourceARN=self._arn, TagKeys=list(keys))


class _OfIam:
    """Tags of a role or a policy; they come with the description."""

    def __init__(self, client: Any, kind: str, which: Mapping[str, str]) -> None:
        self._client, self._kind, self._which = client, kind, which

    def read(self) -> Tags:
        reply = getattr(self._client, f"get_{self._kind}")(**self._which)
        described = reply[self._kind.capitalize()]
        return {tag["Key"]: tag["Value"] for tag in described.get("Tags") or ()}

    def put(self, tags: Mapping[str, str]) -> None:
        getattr(self._client, f"tag_{self._kind}")(**self._which, Tags=_pairs(tags))

    def remove(self, keys: Sequence[str]) -> None:
        getattr(self._client, f"untag_{self._kind}")(**self._which, TagKeys=list(keys))


def _pairs(tags: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def _parted(target: str) -> tuple[str, str, str]:
    """Namespace, resource and dimension of a scalable target's id."""
    namespace, _, rest = target.partition("/")
    resource, _, dimension = rest.rpartition("/")
    return namespace, resource, dimension


def _table(session: Session, subject: TaggedResource) -> _Way:
    arn = _arn(session, "dynamodb", f"table/{subject.id}", subject.region)
    operations = ("list_tags_of_resource", "tag_resource", "untag_resource")
    return _OfArn(session.client("dynamodb", subject.region), arn, operations)


def _alarm(session: Session, subject: TaggedResource) -> _Way:
    arn = _arn(session, "cloudwatch", f"alarm:{subject.id}", subject.region)
    operations = ("list_tags_for_resource", "tag_resource", "untag_resource")
    return _OfArn(session.client("cloudwatch", subject.region), arn, operations, "ResourceARN")


def _topic(session: Session, subject: TaggedResource) -> _Way:
    operations = ("list_tags_for_resource", "tag_resource", "untag_resource")
    return _OfArn(session.client("sns", subject.region), subject.id, operations)


def _iam(kind: str, member: str, session: Session, subject: TaggedResource) -> _Way:
    return _OfIam(session.client("iam"), kind, {member: subject.id})


def _arn(session: Session, service: str, resource: str, region: str) -> str:
    return f"arn:{session.partition}:{service}:{region}:{session.account_id}:{resource}"


_WAYS: Mapping[str, Callable[[Session, TaggedResource], _Way]] = {
    TABLE: _table,
    ALARM: _alarm,
    COMPOSITE_ALARM: _alarm,
    ROLE: partial(_iam, "role", "RoleName"),
    POLICY: partial(_iam, "policy", "PolicyArn"),
    TARGET: _OfTarget,
    TOPIC: _topic,
}
_WORDS: Mapping[str, str] = {
    TABLE: "table",
    ALARM: "alarm",
    COMPOSITE_ALARM: "alarm",
    ROLE: "role",
    POLICY: "policy",
    TARGET: "scalable target",
    TOPIC: "topic",
}
_PACED: Mapping[str, str] = {TABLE: "ListTagsOfResource", ROLE: "GetRole", POLICY: "GetPolicy"}
TAGGED = frozenset(_WAYS)
"""Types whose resources carry tags."""
