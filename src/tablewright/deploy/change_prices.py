"""What changes are charged by, before and after, and which prices are not known. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from tablewright.cost.pricing.alarm_prices import alarm_rates, alarm_usd
from tablewright.cost.pricing.prices import Prices
from tablewright.cost.pricing.rates import INFREQUENT, RateChange, rate_changes, unpriced
from tablewright.cost.pricing.scaling_prices import is_unpriced, scaling_rates
from tablewright.engine import Operation, ResourceChange
from tablewright.plan.table import Table
from tablewright.resource_kinds import KINDS, types
from tablewright.resource_kinds.reading import read_scaled

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


class ChangePrices:
    """The prices that the changes of one run are reckoned with.

    Args:
        changes: all of the run, unchanged tables included: what scales is charged by their class.
        prices: by region.
    """

    def __init__(self, changes: Iterable[ResourceChange], prices: PricesOf) -> None:
        self._prices_of = prices
        self._infrequent = {
            change.displayed_name
            for change in changes
            if change.type == types.TABLE and _class(change) == INFREQUENT
        }

    def rates(
        self, change: ResourceChange, before: Table | None, after: Table | None
    ) -> list[RateChange]:
        """What differs of what a resource is charged by, as far as prices are known.

        Args:
            change: of the resource.
            before: the table that it is; None for another resource, or where there is none.
            after: what becomes of it.
        """
        match change.type:
            case types.ALARM:
                return [*alarm_rates(*_inputs(change))]
            case types.TARGET:
                infrequent = self._is_of_infrequent(change)
                prices = self._prices(change)
                return [*scaling_rates(*_inputs(change), prices, infrequent=infrequent)]
            case _:
                return rate_changes(before, after, self._prices(change))

    def unpriced(
        self, change: ResourceChange, before: Table | None, after: Table | None
    ) -> tuple[str, ...]:
        """What a resource is charged by where that differs and no price is known; see `rates`."""
        if change.type == types.TABLE:
            return unpriced(before, after, self._prices(change))
        old, new = _inputs(change)
        if change.type == types.TARGET:
            infrequent = self._is_of_infrequent(change)
            unknown = is_unpriced(old, new, self._prices(change), infrequent=infrequent)
        elif (old is None) == (new is None):
            return ()  # it is there before and after, or this is neither
        else:
            unknown = change.type == types.ALARM and alarm_usd(old or new) is None
        return (KINDS[change.type].word,) if unknown or change.type in _UNPRICED else ()

    def _prices(self, change: ResourceChange) -> Prices:
        """The prices of the region of a resource; without any where none are known."""
        region = (change.new_inputs or change.old_inputs or {}).get("region")
        known = self._prices_of(region) if isinstance(region, str) else None
        return known or Prices(str(region), "", {}, "")

    def _is_of_infrequent(self, target: ResourceChange) -> bool:
        inputs = target.new_inputs or target.old_inputs or {}
        return read_scaled(inputs).get("table") in self._infrequent


def _class(change: ResourceChange) -> Any:
    """The class that a table gets, else the one that it has."""
    sides = (change.new_inputs, change.old_outputs)
    return next((side["tableClass"] for side in sides if side and side.get("tableClass")), None)


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
