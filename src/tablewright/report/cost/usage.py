"""The use of tables as charts of a terminal and as CSV. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from tablewright.usage.history import ResourceHistory
from tablewright.usage.metrics import (
    CONSUMED_READ,
    CONSUMED_WRITE,
    PROVISIONED_READ,
    PROVISIONED_WRITE,
)

_EIGHTHS = " ▁▂▃▄▅▆▇█"
_SECONDS = 60
CSV_HEADER = "timestamp,read_units,write_units"


def lines(history: ResourceHistory, width: int, height: int = 6) -> Iterator[str]:
    """Charts of reads and writes, units a second; each column shows the highest of its minutes.

    Args:
        history: of one table or index.
        width: columns of the terminal.
        height: lines of each chart.
    """
    first, last = history.span
    name = history.resource.table
    if history.resource.index:
        name += f", index {history.resource.index}"
    start = _time(history, first)
    end = _time(history, last)
    yield f"{name} ({history.resource.region}), {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M} UTC"
    for noun, consumed, provisioned in (
        ("reads", CONSUMED_READ, PROVISIONED_READ),
        ("writes", CONSUMED_WRITE, PROVISIONED_WRITE),
    ):
        values = history.minutes[consumed.column][first:last] / _SECONDS
        held = history.minutes[provisioned.column][first:last]
        missing = int(np.isnan(values).sum())
        yield f"  {noun}: {_figures(values)}{f', {missing} minutes missing' if missing else ''}"
        if not np.isnan(held).all():
            yield f"  provisioned: {np.nanmin(held):,.0f} to {np.nanmax(held):,.0f} units"
        yield from (f"  {line}" for line in chart(values, max(10, width - 14), height))


def _figures(values: Any) -> str:
    if np.isnan(values).all():
        return "none"
    return f"{np.nanmean(values):,.2f} units a second, at most {np.nanmax(values):,.2f} in a minute"


def chart(values: Any, width: int, height: int) -> Iterator[str]:
    """Columns of blocks with the scale at the left; a column without a datapoint is a dot."""
    columns = [part for part in np.array_split(values, min(width, values.size)) if part.size]
    peaks = [None if np.isnan(part).all() else float(np.nanmax(part)) for part in columns]
    top = max((peak for peak in peaks if peak is not None), default=0.0)
    for row in range(height, 0, -1):
        label = f"{top * row / height:>9,.1f} ┤"
        yield (label + "".join(_cell(peak, top, row, height) for peak in peaks)).rstrip()


def _cell(peak: float | None, top: float, row: int, height: int) -> str:
    if peak is None:
        return "·" if row == 1 else " "
    filled = peak / top * height - (row - 1) if top else 0.0
    return _EIGHTHS[min(8, max(0, round(filled * 8)))]


def csv_lines(history: ResourceHistory) -> Iterator[str]:
    """A minute a line, as `usage import` reads it; a minute without a datapoint is left empty."""
    first, last = history.span
    reads = history.minutes[CONSUMED_READ.column]
    writes = history.minutes[CONSUMED_WRITE.column]
    yield CSV_HEADER
    for minute in range(first, last):
        time = _time(history, minute)
        yield f"{time:%Y-%m-%dT%H:%M:00Z},{_number(reads[minute])},{_number(writes[minute])}"


def _number(value: Any) -> str:
    return "" if np.isnan(value) else f"{float(value):.9g}"


def _time(history: ResourceHistory, minute: int) -> datetime:
    midnight = datetime.combine(history.first_day, datetime.min.time(), UTC)
    return midnight + timedelta(minutes=minute)
