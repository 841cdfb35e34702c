"""Whether a declared table means exactly what lives: the self-check of what `adopt` writes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import fields, replace
from typing import Any

from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.plan.declared import Alarm, DeclaredTable
from tablewright.plan.table import GlobalIndex, Table

_STAYS = {"warm_throughput"}
"""Left out of a manifest it stays as it is: AWS reports it for every table and never lowers it."""


def differences(
    declared: DeclaredTable, live: LiveTable, alarms: Mapping[str, LiveAlarm]
) -> list[str]:
    """Facets in which they differ, by name; unread facets of the live table are passed over.

    Args:
        declared: what the written manifest declares.
        live: the table.
        alarms: those that were written down, by name.
    """
    return [*_facets(declared.table, live), *_insights(declared, live), *_alarms(declared, alarms)]


def _facets(declared: Table, live: LiveTable) -> Iterator[str]:
    for field in fields(Table):
        name = field.name
        if name in _STAYS or name in live.unread:
            continue
        if _comparable(getattr(declared, name)) != _comparable(getattr(live.table, name)):
            yield name


def _comparable(value: Any) -> Any:
    """Indexes have names and no order."""
    if isinstance(value, tuple):
        return {index.name: _index(index) for index in value}
    return value


def _index(index: Any) -> Any:
    return replace(index, warm_throughput=None) if isinstance(index, GlobalIndex) else index


def _insights(declared: DeclaredTable, live: LiveTable) -> Iterator[str]:
    said = {each.index: each.mode for each in declared.insights}
    lives = {each.index: each.mode for each in live.reading.insights}
    for index in {*said, *lives}:
        facet = "insights" if index is None else f"insights[{index}]"
        if facet not in live.unread and said.get(index) != lives.get(index):
            yield facet


def _alarms(declared: DeclaredTable, alarms: Mapping[str, LiveAlarm]) -> Iterator[str]:
    said = {alarm.name: alarm for alarm in declared.alarms}
    for name in {*said, *alarms}:
        if name not in said or name not in alarms or not _same(said[name], alarms[name].alarm):
            yield f"alarm {name}"


def _same(declared: Alarm, live: Alarm) -> bool:
    """Equal but for the logical name, which lives nowhere."""
    return declared == replace(live, key=declared.key)
