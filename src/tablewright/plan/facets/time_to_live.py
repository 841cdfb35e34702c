"""The attribute by which items expire."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.table import TimeToLive

from .facet import OFF, Facet, Members, Properties, Reply, block

if TYPE_CHECKING:
    from tablewright.manifest.models import TableSpec

_NO_EXPIRY = TimeToLive(None)
_LIMIT = "AWS allows one change of time to live an hour; the next may have to wait that long"
_LOSS = "items whose time is past are deleted within days; "


def _declare(spec: TableSpec) -> TimeToLive:
    ttl = spec.time_to_live
    return TimeToLive(ttl.attribute_name if ttl and ttl.enabled else None)


def _read(reply: Reply) -> TimeToLive:
    """From `TimeToLiveDescription`; what is being switched off counts as off."""
    on = reply.get("TimeToLiveStatus") in {"ENABLED", "ENABLING"}
    return TimeToLive(reply.get("AttributeName") if on else None)


def _parse(given: Properties, _live: TimeToLive | None) -> TimeToLive:
    return TimeToLive(given.get("attributeName") or None if given.get("enabled") else None)


def _render(value: TimeToLive) -> Members:
    """Off without an attribute: AWS wants its name to switch off, which providers read live."""
    return {"attributeName": value.attribute or "", "enabled": value.attribute is not None}


def _guard(name: str, old: TimeToLive, new: TimeToLive) -> Iterator[Step]:
    """An end of expiry is also the first half of a change of its attribute."""
    if old.attribute is not None:
        suffix = f" to move to {new.attribute}" if new.attribute else ""
        title = f"Stop expiry by {old.attribute}{suffix}"
        yield _step(name, old.attribute, title, _LIMIT, enabled=False)


def _release(name: str, _old: TimeToLive, new: TimeToLive) -> Iterator[Step]:
    if new.attribute is not None:
        title = f"Let items expire by {new.attribute}"
        yield _step(name, new.attribute, title, _LOSS + _LIMIT, enabled=True)


def _step(name: str, attribute: str, title: str, note: str, *, enabled: bool) -> Step:
    return Step(
        title=title,
        operation="UpdateTimeToLive",
        request={
            "TableName": name,
            "TimeToLiveSpecification": {"Enabled": enabled, "AttributeName": attribute},
        },
        risk=Risk.LIMITED,
        properties=("timeToLive",),
        wait=Wait.TIME_TO_LIVE_SETTLED,
        note=note,
    )


TIME_TO_LIVE: Final = Facet[TimeToLive](
    name="time_to_live",
    path="timeToLive",
    fact="time to live",
    default=_NO_EXPIRY,
    declare=_declare,
    manifest=lambda value: {"attributeName": value.attribute},
    engine=block("ttl", _parse, _render),
    read=_read,
    operation="DescribeTimeToLive",
    guard=_guard,
    release=_release,
    words=lambda value: f"on {value.attribute}" if value.attribute else OFF,
)
