"""Whether DynamoDB refuses to delete a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tablewright.plan.changes.step import Step

from .facet import OFF, Column, Facet, Members, Reply, as_it_is, plain, table_update


def _read(description: Reply) -> bool:
    return bool(description.get("DeletionProtectionEnabled", False))


def _members(value: bool) -> Members:  # noqa: FBT001 - it is the value that is sent
    return {"DeletionProtectionEnabled": value}


def _guard(name: str, _old: bool, new: bool) -> Iterator[Step]:  # noqa: FBT001 - as above
    if new:
        title = "Switch deletion protection on"
        yield table_update(name, title, _members(new), "deletionProtection")


def _release(name: str, _old: bool, new: bool) -> Iterator[Step]:  # noqa: FBT001 - as above
    if not new:
        title, note = "Switch deletion protection off", "from now on the table can be deleted"
        yield table_update(name, title, _members(new), "deletionProtection", note=note)


DELETION_PROTECTION: Final = Facet[bool](
    name="deletion_protection",
    path="deletionProtection",
    fact="deletion protection",
    default=False,
    declare=lambda spec: spec.deletion_protection,
    engine=plain("deletionProtectionEnabled", (True, False)),
    read=_read,
    create=lambda value: _members(value) if value else {},
    guard=_guard,
    release=_release,
    words=lambda value: "on" if value else OFF,
    column=Column("deletionProtection", as_it_is),
)
