"""The change stream of a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

from tablewright.plan.changes.step import Step, Wait
from tablewright.plan.table import Stream

from .facet import OFF, Column, EngineForm, Facet, Members, Properties, Reply, table_update

if TYPE_CHECKING:
    from tablewright.manifest.models import TableSpec

_NO_STREAM = Stream(None)
_NEW_STREAM = "the stream gets a new ARN: consumers must be pointed to it"
_OFF_STREAM = "its last records can be read for 24 hours more"


def _declare(spec: TableSpec) -> Stream:
    return Stream(spec.stream.view_type if spec.stream and spec.stream.enabled else None)


def _read(description: Reply) -> Stream:
    """A table whose stream is off still names the ARN of its last one."""
    specification = description.get("StreamSpecification") or {}
    on = specification.get("StreamEnabled", False)
    return Stream(specification.get("StreamViewType") if on else None)


def _members(value: Stream) -> Members:
    specification: dict[str, Any] = {"StreamEnabled": value.view_type is not None}
    if value.view_type is not None:
        specification["StreamViewType"] = value.view_type
    return {"StreamSpecification": specification}


def _parse(given: Properties, _live: Stream | None) -> Stream | None:
    enabled = given.get("streamEnabled")
    if enabled is None:
        return None
    return Stream(given.get("streamViewType") or None if enabled else None)


def _render(value: Stream) -> Members:
    return {"streamEnabled": value.view_type is not None, "streamViewType": value.view_type or ""}


def _change(name: str, old: Stream, new: Stream) -> Iterator[Step]:
    """Off, on, or off and on with another view."""
    if old.view_type is not None:
        title = "Switch the stream off" + (" to change its view" if new.view_type else "")
        yield _step(name, title, _NO_STREAM, _OFF_STREAM)
    if new.view_type is not None:
        yield _step(name, f"Switch the stream on with {new.view_type}", new, _NEW_STREAM)


def _step(name: str, title: str, value: Stream, note: str) -> Step:
    wait = Wait.STREAM_SETTLED
    return table_update(name, title, _members(value), "stream", wait=wait, note=note)


STREAM: Final = Facet[Stream](
    name="stream",
    path="stream",
    fact="stream",
    default=_NO_STREAM,
    declare=_declare,
    manifest=lambda value: {"viewType": value.view_type},
    engine=EngineForm(("streamEnabled", "streamViewType"), _parse, _render),
    read=_read,
    create=lambda value: {} if value == _NO_STREAM else _members(value),
    change=_change,
    words=lambda value: value.view_type or OFF,
    column=Column("stream", lambda value: value.view_type),
)
