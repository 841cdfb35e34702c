"""From the `moved` notes of a manifest to logical names."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.models import Stack
from tablewright.manifest.rules.moves import final, kind_of

from .declared import Moved


def moved(stack: Stack) -> Iterator[Moved]:
    """The notes in order of declaration, each with the name that its thing has now."""
    ends = {note.from_: note.to for note in stack.spec.moved}
    for note in stack.spec.moved:
        former, name = _logical_name(note.from_), _logical_name(final(ends, note.to))
        yield Moved(kind_of(note.from_), former, name)


def _logical_name(address: str) -> str:
    """`orders-writes` for `table/orders/alarm/writes`; `user-errors` for `alarm/user-errors`."""
    return "-".join(address.split("/")[1::2])
