"""A program as a value, in no language: components, resources, and what refers to what."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias


@dataclass(frozen=True)
class Reference:
    """An output of a resource or of a call, by the subject's key and the Python name."""

    subject: str
    attribute: str


@dataclass(frozen=True)
class Joined:
    """Text in which outputs stand."""

    parts: tuple[str | Reference, ...]


@dataclass(frozen=True)
class Document:
    """A JSON document, sent as text."""

    value: Any


@dataclass(frozen=True)
class FreeMap:
    """A mapping whose keys are the user's, not names of properties."""

    items: Mapping[str, Any]


Value: TypeAlias = Any
"""Plain values, lists, mappings by Python property name, and the classes above."""


@dataclass(frozen=True)
class Heading:
    """Words above what follows."""

    text: str


@dataclass(frozen=True)
class Component:
    """A component without code of its own: a name under which resources stand."""

    key: str
    type: str
    name: str
    parent: str | None = None
    options: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True)
class Resource:
    """A resource of `pulumi_aws`.

    Args:
        key: what references call it.
        kind: module and class, `dynamodb.Table`.
        name: its logical name.
        arguments: by Python name.
        options: `ResourceOptions` by Python name, besides the parent.
    """

    key: str
    kind: str
    name: str
    arguments: Mapping[str, Value]
    parent: str
    options: Mapping[str, Value] = field(default_factory=dict)


Statement: TypeAlias = Heading | Component | Resource


@dataclass(frozen=True)
class Program:
    """A whole program.

    Args:
        name: of the Pulumi project.
        stack: of the Pulumi stack.
        tags: the tags most things carry; an equal mapping is written by name.
        asks_for_caller: whether the account is needed.
    """

    name: str
    stack: str
    region: str
    tags: FreeMap
    statements: Sequence[Statement]
    exports: Mapping[str, Value]
    asks_for_caller: bool


CALLER = "caller"
"""The key of the call that tells who deploys."""
