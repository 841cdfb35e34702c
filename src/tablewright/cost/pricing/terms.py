"""What an account pays besides list prices: discounts, commitments, the free tier. Pure.

Nothing is taken for granted: what is not stated is not there. `terms_file` reads them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class SavingsPlanTerms:
    """Database Savings Plans.

    Args:
        usd_per_hour: committed already.
        on_demand_percent: off the list price of requests on demand; None for what AWS announced.
        provisioned_percent: off that of provisioned capacity, likewise.
    """

    usd_per_hour: Decimal = Decimal(0)
    on_demand_percent: Decimal | None = None
    provisioned_percent: Decimal | None = None


@dataclass(frozen=True, slots=True)
class PricingTerms:
    """What an account pays besides list prices.

    Args:
        source: the file that states it; empty for nothing but list prices.
        discount_percent: off every list price but those of reserved capacity.
        free_tier: whether it is this account's to use.
        reserved: units that were bought, by region and dimension.
        savings_plan: what was committed, and rates.
        prices: by region and name, before all others.
        quantities: by table and region, None for any, what is charged in a month that CloudWatch
            does not count, by the name of its price.
    """

    source: str = ""
    discount_percent: Decimal = Decimal(0)
    free_tier: bool = False
    reserved: Mapping[tuple[str, str], int] = field(default_factory=dict)
    savings_plan: SavingsPlanTerms = SavingsPlanTerms()
    prices: Mapping[str, Mapping[str, Decimal]] = field(default_factory=dict)
    quantities: Mapping[tuple[str, str | None], Mapping[str, Decimal]] = field(default_factory=dict)

    def of_region(self, region: str, usd: Mapping[str, Decimal]) -> dict[str, Decimal]:
        """The list prices of a region as they are charged."""
        share = 1 - self.discount_percent / 100
        listed = {**usd, **self.prices.get(region, {})}
        return {
            name: price if name.startswith("reserved") else price * share
            for name, price in listed.items()
        }

    def stated(self, table: str, region: str) -> Mapping[str, Decimal]:
        """What is stated of a table: units a month, by the name of their price."""
        anywhere = self.quantities.get((table, None), {})
        return self.quantities.get((table, region), anywhere)


LIST_PRICES = PricingTerms()
"""Nothing stated."""
