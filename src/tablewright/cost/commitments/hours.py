"""What a fleet is charged for in each hour, summed up while its tables pass by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal


class FleetHours:
    """Units of each hour by region and charge: requests, or capacity units on average.

    Hours that only some tables were measured in count with what those used, so that no more is
    committed to than was seen to be used.
    """

    def __init__(self) -> None:
        self._units: dict[tuple[str, str], dict[int, Decimal]] = {}

    def add(self, region: str, charge: str, hour: int, units: Decimal) -> None:
        """Add units of an hour, which is counted from the first day of the calendar.

        Args:
            region: of the table.
            charge: the name of its price.
            hour: which.
            units: how many.
        """
        by_hour = self._units.setdefault((region, charge), {})
        by_hour[hour] = by_hour.get(hour, Decimal(0)) + units

    def add_all(self, region: str, of_charges: Mapping[str, Mapping[int, Decimal]]) -> None:
        """Add what a table is charged for, by charge and hour."""
        for charge, by_hour in of_charges.items():
            for hour, units in by_hour.items():
                self.add(region, charge, hour, units)

    def with_more(self, more: FleetHours) -> FleetHours:
        """These units with others, which may be below 0, added to them."""
        both = FleetHours()
        for hours in (self, more):
            for region, charge, by_hour in hours:
                for hour, units in by_hour.items():
                    both.add(region, charge, hour, units)
        return both

    def of(self, region: str, charge: str) -> Mapping[int, Decimal]:
        """The units of one region and charge by hour."""
        return self._units.get((region, charge), {})

    def __iter__(self) -> Iterator[tuple[str, str, Mapping[int, Decimal]]]:
        for region, charge in sorted(self._units):
            yield region, charge, self._units[region, charge]
