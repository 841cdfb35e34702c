"""A program as a value, in no language: components, parts, and what is exported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from tablewright.components.rendering import ResourceSpec

FREE_MAPS = frozenset({"dimensions", "tags"})
"""Properties whose keys are the user's own, not names of properties."""


@dataclass(frozen=True)
class Heading:
    """Words above what follows."""

    text: str


@dataclass(frozen=True)
class Component:
    """A component: a name under which resources stand.

    Args:
        outputs: what it gives out to whoever reads the state.
    """

    key: str
    type: str
    name: str
    parent: str | None = None
    protected: bool = False
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Child:
    """A part, and the component it stands under."""

    part: ResourceSpec
    parent: str


@dataclass(frozen=True)
class Named:
    """A mapping whose keys are names of outputs or tables."""

    items: Mapping[str, Any]


Statement: TypeAlias = Heading | Component | Child


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
    tags: Mapping[str, str]
    statements: Sequence[Statement]
    exports: Mapping[str, Any]
    asks_for_caller: bool
