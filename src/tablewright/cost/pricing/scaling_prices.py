"""What the bounds of a scalable target come to, which holds capacity between them. Pure.

As with the capacity of a table, what replicas add, the free tier and reserved capacity are left
out. Application Auto Scaling itself is free (its pricing page); the alarms that it makes are not.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any, Final

from .prices import Prices
from .rates import HOURS_A_MONTH, Rate, RateChange, name_in_class

LEAST: Final = Rate("at least", "a month")
MOST: Final = Rate("at most", "a month")
_BOUNDS: Final = ((LEAST, "minCapacity"), (MOST, "maxCapacity"))
_CENT: Final = Decimal("0.01")
Inputs = Mapping[str, Any]


def scaling_rates(
    before: Inputs | None, after: Inputs | None, prices: Prices, *, infrequent: bool
) -> Iterator[RateChange]:
    """What the capacity costs a month at those bounds that differ; none without a price.

    Args:
        before: properties of the target by the engine's names; None where there is none.
        after: what becomes of it.
        prices: of its region.
        infrequent: the table's class is STANDARD_INFREQUENT_ACCESS.
    """
    unit_usd = _unit_usd(after or before or {}, prices, infrequent=infrequent)
    if unit_usd is None:
        return
    for rate, old, new in _differing(before, after):
        yield RateChange(rate, _usd(old, unit_usd), _usd(new, unit_usd))


def is_unpriced(
    before: Inputs | None, after: Inputs | None, prices: Prices, *, infrequent: bool
) -> bool:
    """Whether bounds differ and no price is known; see `scaling_rates`."""
    unit_usd = _unit_usd(after or before or {}, prices, infrequent=infrequent)
    return unit_usd is None and any(_differing(before, after))


def _differing(
    before: Inputs | None, after: Inputs | None
) -> Iterator[tuple[Rate, int | None, int | None]]:
    for rate, bound in _BOUNDS:
        old, new = (_bound(side, bound) for side in (before, after))
        if old != new:
            yield rate, old, new


def _bound(inputs: Inputs | None, name: str) -> int | None:
    value = (inputs or {}).get(name)
    return int(value) if isinstance(value, int | float) else None


def _unit_usd(inputs: Inputs, prices: Prices, *, infrequent: bool) -> Decimal | None:
    """An hour of one unit of what scales; None for what is no capacity of DynamoDB's."""
    side = str(inputs.get("scalableDimension")).rpartition(":")[2].removesuffix("CapacityUnits")
    name = f"{side.lower()}CapacityUsdPerUnitHour"
    return prices.usd.get(name_in_class(name, infrequent=infrequent))


def _usd(units: int | None, unit_usd: Decimal) -> Decimal | None:
    return None if units is None else (units * unit_usd * HOURS_A_MONTH).quantize(_CENT)
