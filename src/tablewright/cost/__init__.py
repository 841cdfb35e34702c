"""What tables cost. Pure but for the price book, which is read from a file that is shipped.

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
