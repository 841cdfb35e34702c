"""One resource as a value: what it is, under which name, with which arguments.

Parts are what components make resources of, and what `eject` writes programs of. Where an argument
is an output of another resource, a reference stands for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from tablewright.components.existing import NOTHING, Existing
from tablewright.resource_kinds import KINDS, type_token

TIMEOUTS: Final = {"create": "60m", "update": "24h", "delete": "60m"}
"""Of tables and replicas. An index on a large table builds for hours (DynamoDB Developer Guide,
GSI.OnlineOps); providers give up after one by themselves, with the table half changed."""


@dataclass(frozen=True)
class Reference:
    """An output of a resource: the key of its part, and the output's Python name."""

    subject: str
    attribute: str


@dataclass(frozen=True)
class Joined:
    """Text in which references stand."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True)
class JsonDocument:
    """A JSON document, sent as text.

    Args:
        value: the document; references may stand in it.
        settle: brings the document, once all of it is known, into the form in which it is sent.
    """

    value: Any
    settle: Callable[[Any], Any] | None = None


def given(**arguments: Any) -> dict[str, Any]:
    """The arguments that have a value; what nobody spoke of keeps what is live."""
    return {name: value for name, value in arguments.items() if value is not None}


@dataclass(frozen=True)
class ResourceSpec:
    """A resource of `pulumi_aws`.

    Args:
        key: what references call it; unique in a stack.
        kind: module and class, `dynamodb.Table`.
        name: its logical name; public API.
        arguments: by Python name, without tags.
        tags: declared tags, if it carries any.
        subject: how people call it, `alarm dynamodb-...`.
        import_id: what to import, if it exists already.
        ignored: properties, by the engine's paths, whose changes are not ours.
        after: keys of parts that have to be there first, besides those referred to.
        slow: whether it takes long to change.
    """

    key: str
    kind: str
    name: str
    arguments: Mapping[str, Any]
    subject: str
    tags: Mapping[str, str] | None = None
    import_id: str | None = None
    ignored: Sequence[str] = ()
    after: Sequence[str] = ()
    slow: bool = False

    @property
    def type(self) -> str:
        """What the engine calls its kind: `aws:dynamodb/table:Table`."""
        return type_token(self.kind)

    @property
    def deletes_first(self) -> bool:
        """Whether a replacement of it deletes first."""
        return KINDS[self.type].first_goes_the_old


@dataclass(frozen=True)
class RenderContext:
    """Where parts are made.

    Args:
        region: given to each resource that has one; None leaves it to the provider.
        partition: of the account.
        existing: what exists already.
    """

    region: str | None = None
    partition: str = "aws"
    existing: Existing = NOTHING

    @property
    def arguments(self) -> dict[str, Any]:
        """The region as an argument, if one is set."""
        return {} if self.region is None else {"region": self.region}


CALLER = "caller"
"""The subject of references to whoever deploys: `account_id`."""
