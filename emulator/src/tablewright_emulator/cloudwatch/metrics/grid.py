"""Aggregates of one series at one resolution: sum, count, minimum, maximum, spread of values.

A slot is a number of steps since the epoch. Slots lie in chunks of plain arrays that exist only
where there is data; a chunk in which every slot holds one value keeps one array instead of four.
"""

from __future__ import annotations

import math
from array import array
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from tablewright_emulator.cloudwatch.metrics.statistic import Spread
from tablewright_emulator.codec import register

CHUNK_SLOTS = 1_440
MAX_DISTINCT = 128  # values of a slot kept exactly; more are rounded to about 1 %
_RESOLUTION = math.log(1.02)

Numbers: TypeAlias = npt.NDArray[np.float64]
Doubles: TypeAlias = "array[float]"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """Data of one moment: what PutMetricData calls a statistic set, and its values if known."""

    total: float
    count: float
    low: float
    high: float
    spread: Spread | None = None

    @staticmethod
    def of(value: float, count: float = 1.0) -> Aggregate:
        """One value, `count` times."""
        return Aggregate(value * count, count, value, value)

    @staticmethod
    def of_values(spread: Spread) -> Aggregate:
        """Values with their counts."""
        total = math.fsum(value * count for value, count in spread.items())
        count = math.fsum(spread.values())
        return Aggregate(total, count, min(spread), max(spread), spread)

    def values(self) -> Spread | None:
        """Values with counts, None when only the aggregates are known."""
        if self.low == self.high:
            return {self.low: self.count}
        return self.spread

    def joined(self, other: Aggregate) -> Aggregate:
        """Both together."""
        own, others = self.values(), other.values()
        spread = None if own is None or others is None else _merged(own, others)
        return Aggregate(
            self.total + other.total,
            self.count + other.count,
            min(self.low, other.low),
            max(self.high, other.high),
            spread,
        )


@dataclass(frozen=True, slots=True)
class Columns:
    """Aggregates of consecutive slots, one array each; where `count` is 0 there is no data."""

    total: Numbers
    count: Numbers
    low: Numbers
    high: Numbers

    @staticmethod
    def empty(size: int) -> Columns:
        """No data anywhere."""
        return Columns(
            np.zeros(size), np.zeros(size), np.full(size, np.inf), np.full(size, -np.inf)
        )

    def joined(self, other: Columns) -> Columns:
        """Slot by slot the data of both."""
        return Columns(
            self.total + other.total,
            self.count + other.count,
            np.minimum(self.low, other.low),
            np.maximum(self.high, other.high),
        )

    def gathered(self, size: int) -> Columns:
        """Every `size` slots made one; the number of slots must be a multiple of it."""
        if size == 1:
            return self
        return Columns(
            self.total.reshape(-1, size).sum(axis=1),
            self.count.reshape(-1, size).sum(axis=1),
            self.low.reshape(-1, size).min(axis=1),
            self.high.reshape(-1, size).max(axis=1),
        )


class _Chunk:
    """Some slots. `count`, `low`, `high` are None as long as no slot holds more than one value."""

    __slots__ = ("count", "high", "low", "spreads", "total")

    def __init__(self) -> None:
        self.total = array("d", (math.nan,)) * CHUNK_SLOTS
        self.count: array[float] | None = None
        self.low = self.high = self.total
        self.spreads: dict[int, Spread] = {}

    @classmethod
    def of(cls, total: Doubles, rest: list[Doubles] | None, spreads: dict[int, Spread]) -> _Chunk:
        chunk = cls()
        chunk.total = chunk.low = chunk.high = total
        if rest is not None:
            chunk.count, chunk.low, chunk.high = rest
        chunk.spreads = spreads
        return chunk

    def get(self, place: int) -> Aggregate | None:
        total = self.total[place]
        if total != total:  # noqa: PLR0124 - NaN, by far the quickest way to tell
            return None
        if self.count is None:
            return Aggregate(total, 1.0, total, total)
        spread = self.spreads.get(place)
        return Aggregate(total, self.count[place], self.low[place], self.high[place], spread)

    def put(self, place: int, data: Aggregate) -> None:
        if self.count is None:
            if data.count == 1.0:
                self.total[place] = data.total
                return
            self._widen()
        assert self.count is not None  # noqa: S101 - widened above
        self.total[place], self.count[place] = data.total, data.count
        self.low[place], self.high[place] = data.low, data.high
        if data.spread is not None and data.low != data.high:
            known = self.spreads.get(place, ())
            rounded = len(known) > MAX_DISTINCT and len(data.spread) - len(known) <= 1
            self.spreads[place] = data.spread if rounded else _bounded(data.spread)
        else:
            self.spreads.pop(place, None)

    def _widen(self) -> None:
        present = ~np.isnan(np.frombuffer(self.total))
        self.count = array("d", present.astype(np.float64).tobytes())
        self.low, self.high = self.total[:], self.total[:]

    def columns(self, start: int, end: int) -> Columns:
        total = np.frombuffer(self.total)[start:end]
        missing = np.isnan(total)
        if self.count is None:
            count = (~missing).astype(np.float64)
            low, high = total, total
        else:
            count = np.frombuffer(self.count)[start:end].copy()
            low = np.frombuffer(self.low)[start:end]
            high = np.frombuffer(self.high)[start:end]
        return Columns(
            np.where(missing, 0.0, total),
            count,
            np.where(missing, np.inf, low),
            np.where(missing, -np.inf, high),
        )


class Grid:
    """The slots of one series at a resolution of `step` seconds."""

    def __init__(self, step: int, chunks: dict[int, _Chunk] | None = None) -> None:
        self.step = step
        self.chunks = {} if chunks is None else chunks

    def add(self, slot: int, data: Aggregate) -> None:
        """Put data into a slot, beside what is there."""
        number, place = divmod(slot, CHUNK_SLOTS)
        chunk = self.chunks.get(number)
        if chunk is None:
            chunk = self.chunks[number] = _Chunk()
        there = chunk.get(place)
        chunk.put(place, data if there is None else there.joined(data))

    def get(self, slot: int) -> Aggregate | None:
        """The data of a slot, None where there is none."""
        number, place = divmod(slot, CHUNK_SLOTS)
        chunk = self.chunks.get(number)
        return None if chunk is None else chunk.get(place)

    def columns(self, start: int, size: int) -> Columns:
        """`size` slots from `start` on."""
        result = Columns.empty(size)
        for number in range(start // CHUNK_SLOTS, (start + size - 1) // CHUNK_SLOTS + 1):
            chunk = self.chunks.get(number)
            if chunk is None:
                continue
            offset = number * CHUNK_SLOTS
            first, last = max(start, offset), min(start + size, offset + CHUNK_SLOTS)
            part = chunk.columns(first - offset, last - offset)
            if last - first == size:
                return part
            here = slice(first - start, last - start)
            result.total[here], result.count[here] = part.total, part.count
            result.low[here], result.high[here] = part.low, part.high
        return result

    def forget_before(self, slot: int) -> None:
        """Drop the chunks that lie wholly before a slot."""
        for number in [n for n in self.chunks if (n + 1) * CHUNK_SLOTS <= slot]:
            del self.chunks[number]


register(
    "chunk",
    _Chunk,
    lambda chunk, _: {
        "total": chunk.total,
        "rest": None if chunk.count is None else [chunk.count, chunk.low, chunk.high],
        "spreads": {place: dict(spread) for place, spread in chunk.spreads.items()},
    },
    lambda plain, _: _Chunk.of(**plain),
)
register(
    "grid",
    Grid,
    lambda grid, _: {"step": grid.step, "chunks": grid.chunks},
    lambda plain, _: Grid(**plain),
)


def _merged(left: Spread, other: Spread) -> Spread:
    """Both together; what is added to many values is rounded as they are."""
    left, other = (other, left) if len(other) > len(left) else (left, other)
    merged = dict(left)
    for value, count in other.items():
        kept = _rounded(value) if len(left) > MAX_DISTINCT else value
        merged[kept] = merged.get(kept, 0.0) + count
    return merged


def _bounded(spread: Spread) -> Spread:
    """The spread itself, or with too many values one rounded to about 1 %."""
    if len(spread) <= MAX_DISTINCT:
        return spread
    rounded: dict[float, float] = {}
    for value, count in spread.items():
        near = _rounded(value)
        rounded[near] = rounded.get(near, 0.0) + count
    return rounded


def _rounded(value: float) -> float:
    if value == 0.0:
        return 0.0
    bucket = round(math.log(abs(value)) / _RESOLUTION)
    return math.copysign(math.exp(bucket * _RESOLUTION), value)
