"""What use comes to in money: units, capacity, storage and recovery at the prices of a region."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from tablewright.errors import InputError
from tablewright.plan.table import TableClass

from .prices import Prices
from .settings import Dimension

MONTH_MINUTES = 730 * 60
"""Of the average month, as AWS's own calculator has it."""
ITEM_OVERHEAD_BYTES = 100
"""Charged for each item on top of its bytes (Developer Guide, Understanding billing)."""
_GB = 2**30
_MILLION = 1_000_000


class MissingPriceError(InputError):
    """The price book has no price for something that is charged."""

    code = "TW-E150"


@dataclass(frozen=True, slots=True)
class Tariff:
    """The prices of a region for one table class.

    Args:
        prices: of the region.
        table_class: which; `STANDARD_INFREQUENT_ACCESS` has prices of its own.
    """

    prices: Prices
    table_class: TableClass

    def requests_usd(self, dimension: Dimension, units: int) -> Decimal:
        """The charge for request units on demand."""
        return self._price(f"onDemand{dimension.title()}UsdPerMillion") * units / _MILLION

    def capacity_usd(self, dimension: Dimension, capacity_minutes: int) -> Decimal:
        """The charge for capacity held, in unit-minutes, pro rata by the minute."""
        return self._price(f"{dimension}CapacityUsdPerUnitHour") * capacity_minutes / 60

    def storage_usd(self, size_bytes: int, items: int) -> Decimal:
        """The charge for a month of storage, the overhead of each item with it."""
        gigabytes = Decimal(size_bytes + ITEM_OVERHEAD_BYTES * items) / _GB
        return self._price("storageUsdPerGbMonth") * gigabytes

    def recovery_usd(self, size_bytes: int) -> Decimal:
        """The charge for a month of point-in-time recovery, however long its window is."""
        return self._named("recoveryUsdPerGbMonth") * Decimal(size_bytes) / _GB

    def _price(self, name: str) -> Decimal:
        if self.table_class == "STANDARD":
            return self._named(name)
        return self._named(f"infrequent{name[0].upper()}{name[1:]}")

    def _named(self, name: str) -> Decimal:
        price = self.prices.usd.get(name)
        if price is None:
            raise MissingPriceError(
                f"the prices of {self.prices.region} have no {name}",
                "name a file of prices that has it: --prices FILE",
            )
        return price


def a_month(usd: Decimal, minutes: int) -> Decimal:
    """What a sum over some minutes comes to in an average month."""
    return usd * MONTH_MINUTES / minutes
