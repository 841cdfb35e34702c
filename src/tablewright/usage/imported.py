"""Use that somebody else wrote down: CSV, or what CloudWatch's own commands print; gzip of both.

A file holds one table or index. Its period is found from its times and told; what stands for a
longer period than a minute is shared out over it evenly, so that throttling within the period
cannot be seen. Times without an offset are UTC.
"""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise
from pathlib import Path
from typing import Any, BinaryIO, cast

import numpy as np

from tablewright.dynamodb_values import TABLE_NAME
from tablewright.errors import InputError
from tablewright.transfer import read_given, read_stream, why_unread

from .day import CapacitySettings, ResourceId, UsageDay
from .metrics import CONSUMED_READ, CONSUMED_WRITE, DAY_MINUTES, METRICS, Metric

_CSV_COLUMNS = {"read_units": CONSUMED_READ, "write_units": CONSUMED_WRITE}
_NAMES = {metric.name: metric for metric in METRICS}
_PARTS = {
    "account": (re.compile(r"\d{12}"), "12 digits"),
    "region": (re.compile(r"[a-z]{2,}(-[a-z]+)+-\d+"), "a region such as eu-west-1"),
    "table": (TABLE_NAME, "3 to 255 of A-Z a-z 0-9 _ . -"),
    "index": (re.compile(f"({TABLE_NAME.pattern})?"), "3 to 255 of A-Z a-z 0-9 _ . -"),
}
"""What the parts of a resource's name can be, by AWS's own rules; paths are made of them."""
_PERIODS = (60, 300, 900, 1800, 3600)
_STATED = range(60, 86_400 + 1, 60)
_ALLOWED = f"a regular period of {', '.join(map(str, _PERIODS))} seconds"
_SAME_GAPS = 6
"""So many gaps of one length running are another period, not gaps."""
_MOST_UNITS = 2**40
"""A minute, which no table comes near; the capacity model counts up to it."""


@dataclass(frozen=True, slots=True)
class Datapoint:
    """One value, and where it stands in its file, for errors."""

    time: datetime
    value: float
    place: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file held.

    Args:
        days: to be stored.
        period_seconds: of its datapoints.
        assumptions: what was taken for granted, a sentence each.
    """

    days: tuple[UsageDay, ...]
    period_seconds: int
    assumptions: tuple[str, ...]


def imported(path: Path, resource: ResourceId, period_seconds: int | None = None) -> Imported:
    """Read a file.

    Args:
        path: CSV with `timestamp,read_units,write_units`, or the JSON of `aws cloudwatch
            get-metric-data` or `get-metric-statistics`; either as gzip, too.
        resource: whose use it is.
        period_seconds: of its datapoints; None to find it from their times.

    Raises:
        InputError: the file cannot be read, or says what cannot be; it names line and value.
    """
    _check(resource)
    if period_seconds is not None and period_seconds not in _STATED:
        raise InputError(
            f"a datapoint cannot stand for {period_seconds} seconds",
            "give --period: whole minutes in seconds, a day (86400) at most",
        )
    text = _text(path)
    series = _json(text, path) if text.lstrip()[:1] in {"{", "["} else _csv(text, path)
    points = [point for of_metric in series.values() for point in of_metric]
    if not points:
        raise InputError(f"{path} has no datapoint", "give a file with at least one")
    assumptions = []
    if any(point.time.tzinfo is None for point in points):
        if not all(point.time.tzinfo is None for point in points):
            raise InputError(
                f"{path} has times with and without an offset from UTC",
                "write all times with an offset, such as 2026-11-01T00:00:00Z",
            )
        assumptions.append("times without an offset are taken as UTC")
    period = period_seconds or _period(series, path)
    if period > 60:  # noqa: PLR2004 - seconds of a minute
        assumptions.append(
            f"each datapoint stands for {period} seconds and is shared out evenly over them"
        )
    if any(point.time.second or point.time.microsecond for point in points):
        assumptions.append("times are cut to whole minutes")
    minutes = {metric: _minutes(metric, of, period) for metric, of in series.items() if of}
    assumptions += _gaps(minutes)
    return Imported(tuple(_days(resource, minutes, period)), period, tuple(assumptions))


def _gaps(minutes: Mapping[Metric, Mapping[datetime, float]]) -> Iterator[str]:
    """What is said of consumed units that are not there, or not whole."""
    consumed = [of for metric, of in minutes.items() if metric in _CSV_COLUMNS.values()]
    times = [time for of in consumed for time in of]
    if not times:
        return
    length = int((max(times) - min(times)).total_seconds()) // 60 + 1
    if missing := length - min(map(len, consumed)):
        yield f"{missing:,} of {length:,} minutes have no datapoint, and stay missing"
    if any(value % 1 for of in consumed for value in of.values()):
        yield "a part of a unit is kept, and counts as a unit where capacity is chosen"


def _check(resource: ResourceId) -> None:
    for part, (pattern, rule) in _PARTS.items():
        if not pattern.fullmatch(value := getattr(resource, part)):
            raise InputError(f"there is no {part} {value!r}", f"give --{part}: {rule}")


def _text(path: Path) -> str:
    try:
        raw = read_given(path)
        if raw[:2] == b"\x1f\x8b":
            with gzip.open(io.BytesIO(raw)) as unpacked:
                raw = read_stream(cast(BinaryIO, unpacked))
        return raw.decode("utf-8-sig")
    except FileNotFoundError as error:
        raise InputError(f"there is no file {path}", "name a file that exists") from error
    except (OSError, EOFError, zlib.error, ValueError) as error:
        raise InputError(
            f"{path} cannot be read: {why_unread(error)}",
            "give a whole file of text, or gzip of it",
        ) from error


def _csv(text: str, path: Path) -> dict[Metric, list[Datapoint]]:
    rows = csv.reader(io.StringIO(text))
    header = [name.strip().lower() for name in next(rows, [])]
    columns = {name: metric for name, metric in _CSV_COLUMNS.items() if name in header}
    if "timestamp" not in header or not columns:
        raise InputError(
            f"{path}:1: the first line is {','.join(header) or 'empty'}",
            "begin the file with: timestamp,read_units,write_units",
        )
    series: dict[Metric, list[Datapoint]] = {metric: [] for metric in columns.values()}
    for row in rows:
        place = f"{path}:{rows.line_num}"
        if not any(cell.strip() for cell in row):
            continue
        if len(row) != len(header):
            raise InputError(
                f"{place}: {len(row)} values, where the header has {len(header)}",
                "write one value for each column; leave it empty where there is no datapoint",
            )
        cells = dict(zip(header, row, strict=True))
        time = _time(cells["timestamp"], place)
        for name, metric in columns.items():
            if cells[name].strip():
                series[metric].append(Datapoint(time, _number(cells[name], place), place))
    return series


def _json(text: str, path: Path) -> dict[Metric, list[Datapoint]]:
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path} is not JSON: {error}", "give the whole output") from error
    series: dict[Metric, list[Datapoint]] = {}
    try:
        for name, points in _labelled(document, path):
            if name not in _NAMES:
                raise InputError(
                    f"{path} has a metric {name!r}",
                    "label each query with its metric: " + ", ".join(list(_NAMES)[:4]),
                )
            series.setdefault(_NAMES[name], []).extend(points)
    except (KeyError, TypeError, AttributeError) as error:
        raise InputError(
            f"{path} is not what CloudWatch answers: {error} is missing or of another type",
            "give the output of aws cloudwatch get-metric-data or get-metric-statistics",
        ) from error
    return series


def _labelled(document: Any, path: Path) -> Iterator[tuple[str, list[Datapoint]]]:
    """Each metric of a reply with its datapoints."""
    for reply in document if isinstance(document, list) else [document]:
        if "Datapoints" in reply:
            name = reply["Label"]
            statistic = _NAMES[name].statistic if name in _NAMES else "Sum"
            yield (
                name,
                [
                    _datapoint(point["Timestamp"], point[statistic], f"{path}: {name}")
                    for point in reply["Datapoints"]
                ],
            )
            continue
        for result in reply["MetricDataResults"]:
            name = result["Label"]
            if result.get("StatusCode", "Complete") != "Complete":
                raise InputError(
                    f"{path}: {name} is {result['StatusCode']}, so datapoints are missing",
                    "ask for the rest with the NextToken of this answer, and import both",
                )
            times, values = result["Timestamps"], result["Values"]
            if len(times) != len(values):
                raise InputError(
                    f"{path}: {name} has {len(times)} times and {len(values)} values",
                    "give the whole answer of CloudWatch",
                )
            pairs = zip(times, values, strict=True)
            yield name, [_datapoint(time, value, f"{path}: {name}") for time, value in pairs]


def _datapoint(time: Any, value: Any, place: str) -> Datapoint:
    moment = (
        datetime.fromtimestamp(time, UTC)
        if isinstance(time, int | float)
        else _time(str(time), place)
    )
    return Datapoint(moment, _number(value, f"{place} at {time}"), place)


def _time(text: str, place: str) -> datetime:
    try:
        return datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise InputError(
            f"{place}: {text!r} is not a time", "write it as 2026-11-01T00:00:00Z"
        ) from error


def _number(value: Any, place: str) -> float:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise InputError(f"{place}: {value!r} is not a number", "give units as a number") from error
    if not np.isfinite(number) or number < 0:
        raise InputError(f"{place}: {value} units", "units are 0 or more")
    if number > _MOST_UNITS:
        raise InputError(f"{place}: {value} units", f"units are at most {_MOST_UNITS:,}")
    return number


def _utc(time: datetime) -> datetime:
    """A time as a minute of UTC."""
    aware = time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    return aware.replace(second=0, microsecond=0)


def _period(series: Mapping[Metric, Sequence[Datapoint]], path: Path) -> int:
    """The distance of most neighbours; every other distance is a multiple of it, a gap."""
    distances: Counter[int] = Counter()
    running: set[int] = set()
    for points in series.values():
        times = sorted({_utc(point.time) for point in points})
        steps = [int((later - earlier).total_seconds()) for earlier, later in pairwise(times)]
        distances.update(steps)
        running |= {step for step, same in groupby(steps) if len([*same]) >= _SAME_GAPS}
    if not distances:
        raise InputError(
            f"{path} has one datapoint, which does not tell for how long it stands",
            "state it with --period SECONDS",
        )
    period = distances.most_common(1)[0][0]
    others = sorted(distance for distance in distances if distance % period)
    if others:
        raise InputError(
            f"{path} has datapoints {period} and {others[0]} seconds apart, so it mixes periods",
            "import one regular period at a time",
        )
    if longer := sorted(step for step in running if step > period and step in _PERIODS):
        raise InputError(
            f"{path} has datapoints {period} and, running, {longer[0]} seconds apart, so it mixes "
            "periods",
            "import one regular period at a time; where the rest are gaps, state it with --period",
        )
    if period not in _PERIODS:
        raise InputError(
            f"{path} has a datapoint every {period} seconds",
            f"give {_ALLOWED}, or state it with --period",
        )
    return period


def _minutes(
    metric: Metric, points: Sequence[Datapoint], period_seconds: int
) -> dict[datetime, float]:
    """Values by minute of UTC."""
    length = period_seconds // 60
    values: dict[datetime, float] = {}
    for point in points:
        first = _utc(point.time)
        if first in values:
            raise InputError(
                f"{point.place}: two datapoints of {metric.name} cover {first:%Y-%m-%d %H:%M}",
                f"keep one for each period of {period_seconds} seconds",
            )
        value = point.value if metric.level else point.value / length
        for minute in range(length):
            values[first + timedelta(minutes=minute)] = value
    return values


def _days(
    resource: ResourceId, minutes: Mapping[Metric, Mapping[datetime, float]], period_seconds: int
) -> Iterator[UsageDay]:
    columns: dict[Any, dict[str, Any]] = {}
    for metric, values in minutes.items():
        for time, value in values.items():
            day = columns.setdefault(time.date(), {})
            if metric.column not in day:
                day[metric.column] = np.full(DAY_MINUTES, np.nan, np.float32)
            day[metric.column][time.hour * 60 + time.minute] = value
    for date, of_day in sorted(columns.items()):
        yield UsageDay(resource, date, period_seconds, of_day, CapacitySettings())
