"""What changes are charged by, before and after, and which prices are not known. Pure."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tablewright.cost.pricing.alarm_prices import alarm_rates, alarm_usd
from tablewright.cost.pricing.prices import Prices
from tablewright.cost.pricing.rates import RateChange, rate_changes, unpriced
from tablewright.engine import Operation, ResourceChange
from tablewright.plan.table import Table
from tablewright.resource_kinds import KINDS, types

PricesOf = Callable[[str], Prices | None]
"""The prices of a region; None where none are known."""

_UNPRICED = frozenset(
    {
        types.REPLICA,
        types.DASHBOARD,
        types.INSIGHTS,
        types.KINESIS,
        types.COMPOSITE_ALARM,
        types.STREAM,
        types.KEY,
    }
)
"""What is charged for being there, or by what its table does, and is not reckoned here."""


def rates(
    change: ResourceChange, before: Table | None, after: Table | None, prices: PricesOf
) -> list[RateChange]:
    """What differs of what a resource is charged by, as far as prices are known.

    Args:
        change: of the resource.
        before: the table that it is; None for another resource, or where there is none.
        after: what becomes of it.
        prices: by region.
    """
    if change.type == types.ALARM:
        return [*alarm_rates(*_inputs(change))]
    return rate_changes(before, after, _prices(change, prices))


def without_price(
    change: ResourceChange, before: Table | None, after: Table | None, prices: PricesOf
) -> tuple[str, ...]:
    """What a resource is charged by where that differs and no price is known; see `rates`."""
    if change.type == types.TABLE:
        return unpriced(before, after, _prices(change, prices))
    old, new = _inputs(change)
    if (old is None) == (new is None):
        return ()  # it is there before and after, or this is neither
    unknown = change.type == types.ALARM and alarm_usd(old or new) is None
    return (KINDS[change.type].word,) if unknown or change.type in _UNPRICED else ()


def _prices(change: ResourceChange, prices: PricesOf) -> Prices:
    """The prices of the region of a resource; without any where none are known."""
    region = (change.new_inputs or change.old_inputs or {}).get("region")
    known = prices(region) if isinstance(region, str) else None
    return known or Prices(str(region), "", {}, "")


def _inputs(change: ResourceChange) -> tuple[Any, Any]:
    """The properties before and after; None where there is no such resource."""
    match change.operation:
        case Operation.CREATE:
            return None, change.new_inputs
        case Operation.DELETE:
            return change.old_inputs, None
        case Operation.UPDATE | Operation.REPLACE:
            return change.old_inputs, change.new_inputs
        case _:
            return None, None
