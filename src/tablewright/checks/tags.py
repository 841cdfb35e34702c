"""The tags of anything a stack declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tablewright.plan.owner import OWNER_TAG, owner_of

from . import formatting
from .effects import SET_BACK
from .verdict import FactOutcome, ValueDifference, compared


def tags_outcome(
    declared: Mapping[str, str],
    live: Mapping[str, str] | None,
    reason: str | None,
    fact: str = "tags",
) -> Iterator[FactOutcome]:
    """The tags of anything: those declared, and no others but those of AWS's own services."""
    users = {key: value for key, value in (live or {}).items() if not key.startswith("aws:")}
    actual = None if live is None else formatting.tags(users)
    fix = _claimed_by(declared, users) or SET_BACK
    difference = _of_tags(declared, users)
    yield compared(fact, formatting.tags(declared), actual, reason, fix, difference)


def _of_tags(declared: Mapping[str, str], live: Mapping[str, str]) -> ValueDifference:
    """Only the tags that differ; what one side does not have is said of it."""
    names = sorted({name for name, _ in declared.items() ^ live.items()})
    expected, actual = (
        ", ".join(f"{name}={tags[name]}" if name in tags else f"no {name}" for name in names)
        for tags in (declared, live)
    )
    return ValueDifference(expected, actual)


def _claimed_by(declared: Mapping[str, str], live: Mapping[str, str]) -> str | None:
    """The way out where the live resource is another stack's, which no run touches."""
    owner, other = owner_of(declared), owner_of(live)
    if None in (owner, other) or owner == other:
        return None
    return (
        f"it belongs to the stack {other}: release it there, or, if the tag is wrong, set its tag "
        f"{OWNER_TAG} to {owner} by hand"
    )
