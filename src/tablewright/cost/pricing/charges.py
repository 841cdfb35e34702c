"""What use comes to in money: units, capacity, storage and recovery at the prices of a region."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tablewright.cost.decisions.settings import Dimension
from tablewright.dynamodb_values import TableClass
from tablewright.errors import InputError

from .prices import Prices
from .rates import INFREQUENT, name_in_class

MONTH_MINUTES = 730 * 60
"""Of the average month, as AWS's own calculator has it."""
ITEM_OVERHEAD_BYTES = 100
"""Charged for each item on top of its bytes (Developer Guide, Understanding billing)."""
GB = 2**30
RECOVERY = "recoveryUsdPerGbMonth"
"""A month of point-in-time recovery, however long its window is, without overhead and indexes."""
_PER = {"UsdPerMillion": 1_000_000, "UsdPerUnitHour": 60}
"""Units for which a price stands, by the end of its name: requests, and capacity in minutes."""


class MissingPriceError(InputError):
    """The price book has no price for something that is charged."""

    code = "TW-E150"


@dataclass(frozen=True, slots=True)
class ChargeNames:
    """What a table is charged by: the names of prices.

    Args:
        table_class: `STANDARD_INFREQUENT_ACCESS` has prices of its own.
        replicated: the table has replicas, so that its own writes, not those of its indexes, are
            charged as replicated ones, in each region where they arrive (Developer Guide, Billing
            for global tables).
    """

    table_class: TableClass
    replicated: bool = False

    def requests(self, dimension: Dimension, index: str = "") -> str:
        """Request units on demand, of the table or of an index."""
        return self._of(f"onDemand{dimension.title()}UsdPerMillion", dimension, index)

    def capacity(self, dimension: Dimension, index: str = "") -> str:
        """Capacity held, pro rata by the minute, of the table or of an index."""
        return self._of(f"{dimension}CapacityUsdPerUnitHour", dimension, index)

    @property
    def storage(self) -> str:
        """What is stored."""
        return self._in_class("storageUsdPerGbMonth")

    def _of(self, name: str, dimension: Dimension, index: str) -> str:
        if self.replicated and dimension == "write" and not index:
            name = f"replicated{name[0].upper()}{name[1:]}"
        return self._in_class(name)

    def _in_class(self, name: str) -> str:
        return name_in_class(name, infrequent=self.table_class == INFREQUENT)


def charge(prices: Prices, name: str, units: int | Decimal) -> Decimal:
    """What units are charged.

    Args:
        prices: of the region.
        name: of the price.
        units: requests, unit-minutes of capacity, or what else the price is for.

    Raises:
        MissingPriceError: the prices have none of that name.
    """
    price = prices.of(name)
    if price is None:
        raise MissingPriceError(
            f"the prices of {prices.region} have no {name}",
            f"fetch them: `tablewright prices update --region {prices.region} --target aws`, or "
            "state it below `prices` in a file of --pricing",
        )
    per = next((count for end, count in _PER.items() if name.endswith(end)), 1)
    return price * units / per


def stored_gigabytes(size_bytes: int, items: int) -> Decimal:
    """What storage is charged for, the overhead of each item with it."""
    return Decimal(size_bytes + ITEM_OVERHEAD_BYTES * items) / GB


def a_month(usd: Decimal, minutes: int) -> Decimal:
    """What a sum over some minutes comes to in an average month."""
    return usd * MONTH_MINUTES / minutes
