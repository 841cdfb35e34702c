"""What a rule is: a function with an id that never changes its meaning."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from tablewright.fleet.stack import LiveStack

from .verdict import FactOutcome, Kind

RuleFunction = Callable[..., Iterable[FactOutcome]]
Declared = TypeVar("Declared")
Live = TypeVar("Live")


@dataclass(frozen=True, slots=True)
class Case(Generic[Declared, Live]):
    """What a rule is asked about: a declaration, its live resource, and all that is live around."""

    declared: Declared
    live: Live
    stack: LiveStack


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule.

    Args:
        id: stable, `TW101`.
        kind: what it is asked about.
        title: what it proves, as a sentence without its full stop.
        why: a paragraph for its page: the docstring of the function.
        iam: actions without which its answer is unknown.
        check: called with a `Case`; yields one outcome per fact.
        always: asked also of what does not exist, or could not be read at all.
    """

    id: str
    kind: Kind
    title: str
    why: str
    iam: tuple[str, ...]
    check: RuleFunction
    always: bool = False


def rule(
    id_: str, kind: Kind, title: str, iam: tuple[str, ...], *, always: bool = False
) -> Callable[[RuleFunction], Rule]:
    """Make a function a rule; its docstring says why the fact matters.

    Args:
        id_: stable id.
        kind: what it is asked about.
        title: what it proves.
        iam: actions without which its answer is unknown.
        always: ask it also of what does not exist, or could not be read at all.
    """

    def decorate(function: RuleFunction) -> Rule:
        why = " ".join((function.__doc__ or "").split())
        return Rule(id_, kind, title, why, iam, function, always)

    return decorate
