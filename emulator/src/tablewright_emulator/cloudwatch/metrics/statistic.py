"""The statistics of CloudWatch: how they are written and what each makes of a period's data.

Source: user guide, "CloudWatch statistics definitions". A `Statistic` is a function of the five
plain aggregates or, for percentiles and trimmed statistics, of a `Spread` (value to count).
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

PLAIN = ("SampleCount", "Average", "Sum", "Minimum", "Maximum")
_SHORT = re.compile(r"(p|tm|tc|ts|wm)(\d{1,3}(?:\.\d{1,10})?)")
_NUMBER = r"(-?\d+(?:\.\d{1,10})?)?"
_RANGE = re.compile(rf"(PR|TM|TC|TS|WM)\({_NUMBER}(%?):{_NUMBER}(%?)\)")
_HUNDRED = 100.0

Spread = Mapping[float, float]


@dataclass(frozen=True, slots=True)
class Statistic:
    """A parsed statistic.

    Args:
        name: as written.
        kind: a plain statistic's name, or p, PR, TM, TC, TS, WM.
        low: lower bound: a value, or with `percent` a percentile; None is open.
        high: upper bound likewise; of a percentile the percentile itself.
        percent: whether the bounds are percentiles.
    """

    name: str
    kind: str
    low: float | None = None
    high: float | None = None
    percent: bool = True

    @property
    def needs_spread(self) -> bool:
        """Whether the five plain aggregates are not enough."""
        return self.kind not in PLAIN

    @property
    def is_percentile(self) -> bool:
        """Whether it is pNN; low sample counts concern only these."""
        return self.kind == "p"

    def of(self, spread: Spread) -> float:
        """The statistic over values with counts; NaN where there is nothing to say."""
        pairs = sorted(spread.items())
        total = math.fsum(count for _, count in pairs)
        if total <= 0:
            return math.nan
        if self.kind == "p":
            return _percentile(pairs, total, self.high or 0.0)
        if self.kind == "WM":
            return _winsorized_mean(pairs, total, self.low, self.high, percent=self.percent)
        kept = _kept(pairs, total, self.low, self.high, percent=self.percent)
        return self._of_kept(kept, total)

    def _of_kept(self, kept: list[tuple[float, float]], total: float) -> float:
        count = math.fsum(weight for _, weight in kept)
        value_sum = math.fsum(value * weight for value, weight in kept)
        match self.kind:
            case "PR":
                return _HUNDRED * count / total
            case "TC":
                return count
            case "TS":
                return value_sum
            case _:
                return value_sum / count if count else math.nan


@cache
def parse_statistic(name: str) -> Statistic | None:
    """Read a statistic as written; None when it is none."""
    if name in PLAIN:
        return Statistic(name, name)
    if name == "IQM":
        return Statistic(name, "TM", 25.0, 75.0)
    short = _SHORT.fullmatch(name)
    if short:
        percentile = float(short[2])
        kind = "p" if short[1] == "p" else short[1].upper()
        return Statistic(name, kind, None, percentile) if percentile <= _HUNDRED else None
    return _parse_range(name)


def is_statistic(name: str) -> bool:
    """Whether CloudWatch knows the statistic."""
    return parse_statistic(name) is not None


def _parse_range(name: str) -> Statistic | None:
    match = _RANGE.fullmatch(name)
    if match is None or (match[2] is None and match[4] is None):
        return None
    signs = {match[n + 1] for n in (2, 4) if match[n] is not None}
    if len(signs) != 1 or (match[1] == "PR" and signs == {"%"}):
        return None
    low, high = (None if match[n] is None else float(match[n]) for n in (2, 4))
    if low is not None and high is not None and low >= high:
        return None
    return Statistic(name, match[1], low, high, percent=signs == {"%"})


def _percentile(pairs: list[tuple[float, float]], total: float, percent: float) -> float:
    """The smallest value that at least `percent` of the data do not exceed."""
    rank = total * percent / _HUNDRED
    seen = 0.0
    for value, count in pairs:
        seen += count
        if seen >= rank - 1e-9:  # a rank of 2.9999999 is the third value
            return value
    return pairs[-1][0]


def _kept(
    pairs: list[tuple[float, float]],
    total: float,
    low: float | None,
    high: float | None,
    *,
    percent: bool,
) -> list[tuple[float, float]]:
    """Values inside the bounds with the weight that lies inside; fixed bounds are (low, high]."""
    if not percent:
        return [
            (value, count)
            for value, count in pairs
            if (low is None or value > low) and (high is None or value <= high)
        ]
    start = total * (low or 0.0) / _HUNDRED
    end = total * (_HUNDRED if high is None else high) / _HUNDRED
    kept, seen = [], 0.0
    for value, count in pairs:
        inside = min(end, seen + count) - max(start, seen)
        if inside > 0:
            kept.append((value, inside))
        seen += count
    return kept


def _winsorized_mean(
    pairs: list[tuple[float, float]],
    total: float,
    low: float | None,
    high: float | None,
    *,
    percent: bool,
) -> float:
    floor, ceiling = low, high
    if percent:
        floor = None if low is None else _percentile(pairs, total, low)
        ceiling = None if high is None else _percentile(pairs, total, high)
    return math.fsum(_clamped(value, floor, ceiling) * count for value, count in pairs) / total


def _clamped(value: float, floor: float | None, ceiling: float | None) -> float:
    if floor is not None and value < floor:
        return floor
    return ceiling if ceiling is not None and value > ceiling else value
