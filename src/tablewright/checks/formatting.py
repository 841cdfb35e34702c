"""How facts read in a report: one short text per value, equal for equal values only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from tablewright.plan.declaration.declared import Insights
from tablewright.plan.table import (
    Key,
    Projection,
    Throughput,
)

NONE = "none"
OFF = "off"


def key(value: Key, types: Mapping[str, str]) -> str:
    """`sessionId (S) + timestamp (N)`; attributes of a compound part are joined by commas."""
    parts = [
        ", ".join(f"{name} ({types.get(name, '?')})" for name in part)
        for part in (value.partition, value.sort)
        if part
    ]
    return " + ".join(parts)


def throughput(value: Throughput | None) -> str:
    """`5 reads/s, 2 writes/s`."""
    return NONE if value is None else f"{value.read} reads/s, {value.write} writes/s"


def projection(value: Projection) -> str:
    """`ALL`, or `INCLUDE id, timestamp`."""
    return " ".join([value.type, listed(value.non_key_attributes)]).removesuffix(f" {NONE}")


def switch(value: bool) -> str:  # noqa: FBT001 - it is the value that is put into words
    """`on` or `off`."""
    return "on" if value else OFF


def insights(value: Insights | None) -> str:
    """Mode, or `off`; insights declared without a mode are of AWS's default mode."""
    return OFF if value is None else value.mode or "ACCESSED_AND_THROTTLED_KEYS"


def listed(values: Iterable[str]) -> str:
    """Sorted, with commas; `none` for nothing."""
    return ", ".join(sorted(values)) or NONE


def tags(values: Mapping[str, str]) -> str:
    """`Team=a, CostCenter=b`, sorted by key."""
    return listed(f"{name}={value}" for name, value in values.items())


def number(value: Decimal) -> str:
    """Without trailing zeros and without an exponent: 5, 0.1."""
    return f"{value.normalize():f}"
