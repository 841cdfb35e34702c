"""Names in `--allow-replace` and `--allow-delete` that mean no resource of the stack. Pure."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterable

from tablewright.engine.changes import ResourceChange
from tablewright.engine.guard import Permissions, holds_data, names_of
from tablewright.engine.undeclared_parts import imported_urns, parts_that_go
from tablewright.errors import UsageError


def refuse_unknown(changes: Iterable[ResourceChange], permissions: Permissions) -> None:
    """Refuse a name that means nothing: it was misspelt, or is left over from an earlier run.

    Args:
        changes: of a preview, unchanged resources included.
        permissions: what the user allowed.

    Raises:
        UsageError: naming the first such name, with the nearest one that there is.
    """
    known: dict[str, bool] = {}
    changes = tuple(changes)
    imported = imported_urns(changes)
    for change in changes:
        known |= {part.name: True for part in parts_that_go(change, imported)}
        for name in names_of(change):
            known[name] = known.get(name, False) or holds_data(change)
    flags = (("--allow-replace", permissions.replace), ("--allow-delete", permissions.delete))
    for flag, names in flags:
        for name in sorted(names - known.keys()):
            meant = _nearest(name, [other for other, holds in known.items() if holds])
            raise UsageError(
                f"{flag} {name}: the stack has nothing of that name; nothing was touched",
                f"write {flag} {meant}, if that is meant" if meant else f"remove {flag} {name}",
            )


def _nearest(name: str, known: Collection[str]) -> str:
    return next(iter(difflib.get_close_matches(name, sorted(known), n=1, cutoff=0.6)), "")
