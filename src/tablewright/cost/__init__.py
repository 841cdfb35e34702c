"""What tables cost, what they would cost otherwise, and what to set. Pure but for the price book.

In the order in which data passes:

- `pricing/`: what AWS asks: price lists, rates, and the terms of an account;
- `bill`: what is paid now, from use and settings;
- `capacity/`: what a demand would have done to a capacity, minute by minute;
- `decisions/`: what one table should be set to, and why;
- `fleets/`: the same for many tables, in processes or on Spark;
- `commitments/`: what a fleet should commit to.

>>> from tablewright.cost.pricing.prices import prices_of
>>> prices_of("ap-southeast-2").usd["onDemandWriteUsdPerMillion"]
Decimal('0.71')
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from tablewright.extras import require

if TYPE_CHECKING:
    from tablewright.cost.capacity.simulation import (
        AutoscaledRun,
        AutoscalingPolicy,
        SeriesError,
        capacity_hours,
        simulate_autoscaled,
        simulate_provisioned,
    )

__all__ = [
    "AutoscaledRun",
    "AutoscalingPolicy",
    "SeriesError",
    "capacity_hours",
    "simulate_autoscaled",
    "simulate_provisioned",
]


def __getattr__(name: str) -> Any:
    """The simulation, loaded when asked for: its compiler is slow to import.

    Raises:
        ExtraMissingError: NumPy is not installed.
    """
    if name in __all__:
        require("optimize")
        return getattr(import_module(".capacity.simulation", __name__), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
