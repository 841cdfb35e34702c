"""The settings of a table, each declared once in a module of its own (`facet.Facet` says how).

To add one: its field in `plan.table.Table`, its module here, its name in `SETTINGS`. The converters
between manifest, engine and AWS, the comparisons and the lists of names follow from that. Keys,
indexes and the billing mode are no facets: they have steps that depend on each other.
"""

from __future__ import annotations

from typing import Any, Final

from .deletion_protection import DELETION_PROTECTION
from .encryption import ENCRYPTION
from .facet import OFF, Facet
from .on_demand_maximum import ON_DEMAND_MAXIMUM
from .recovery import RECOVERY
from .stream import STREAM
from .table_class import TABLE_CLASS
from .time_to_live import TIME_TO_LIVE
from .warm_throughput import WARM_THROUGHPUT

__all__ = [
    "CAPACITY",
    "DELETION_PROTECTION",
    "ENCRYPTION",
    "FACETS",
    "OFF",
    "ON_DEMAND_MAXIMUM",
    "RECOVERY",
    "SETTINGS",
    "STREAM",
    "TABLE_CLASS",
    "TIME_TO_LIVE",
    "WARM_THROUGHPUT",
    "Facet",
]

SETTINGS: Final[tuple[Facet[Any], ...]] = (
    DELETION_PROTECTION,
    RECOVERY,
    TIME_TO_LIVE,
    STREAM,
    ENCRYPTION,
    TABLE_CLASS,
)
"""What depends on nothing else, in the order of the steps: the first to guard is the last to
release."""

CAPACITY: Final[tuple[Facet[Any], ...]] = (ON_DEMAND_MAXIMUM, WARM_THROUGHPUT)
"""What goes with the billing mode, and what indexes have as well."""

FACETS: Final[tuple[Facet[Any], ...]] = (*SETTINGS, *CAPACITY)
