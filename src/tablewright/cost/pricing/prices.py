"""The price book: what AWS asks for DynamoDB in a region.

A book is read from what `tablewright prices update` kept, from a file, or from the snapshot that is
shipped, in this order from the first that has the region.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

from tablewright.documents import cost as documents
from tablewright.errors import InputError

from .terms import LIST_PRICES, PricingTerms

_REPLICATED = re.compile(r"(?:replicated|(infrequent)Replicated)(?=[A-Z])")
STALE_DAYS = 90
"""Prices that are older are used, with a warning."""


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one region, before discounts, reserved capacity and free tier.

    Args:
        region: where they hold.
        date: day of the price list, `YYYY-MM-DD`.
        usd: by name; each name ends with what the price is for. A price that is not known is not
            there, so that nobody takes it for nothing.
        source: where they were read.
    """

    region: str
    date: str
    usd: Mapping[str, Decimal]
    source: str = "the snapshot that is shipped"

    def of(self, name: str) -> Decimal | None:
        """A price; None if it is not known.

        Replicated writes cost what writes cost (Developer Guide, Billing for global tables), where
        nothing else is known of them.
        """
        known = self.usd.get(name)
        if known is None and (word := _REPLICATED.match(name)):
            plain = name[word.end() :]
            return self.usd.get(f"infrequent{plain}" if word[1] else _lower(plain))
        return known

    def age_days(self, today: dt.date) -> int:
        """Days since the day of the price list."""
        return (today - dt.date.fromisoformat(self.date)).days

    def as_json(self) -> documents.PricesDocument:
        """As plain values, prices as text."""
        return {
            "region": self.region,
            "date": self.date,
            "source": self.source,
            "usd": {name: f"{price:f}" for name, price in sorted(self.usd.items())},
        }

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Prices:
        """The inverse of `as_json`."""
        usd = {name: Decimal(price) for name, price in document["usd"].items()}
        return cls(document["region"], document["date"], usd, document["source"])


def _lower(name: str) -> str:
    return f"{name[0].lower()}{name[1:]}"


class PriceBook:
    """Prices by region, as an account is charged them.

    Args:
        prices: what is known besides the snapshot; the first of a region counts.
        terms: what the account pays besides list prices.
    """

    def __init__(self, prices: Iterable[Prices] = (), terms: PricingTerms = LIST_PRICES) -> None:
        self._prices: dict[str, Prices] = {}
        self.terms = terms
        for of_region in prices:
            self._prices.setdefault(of_region.region, of_region)

    def only(self, region: str) -> PriceBook:
        """The book with no other region than this."""
        prices = self._prices.get(region)
        return PriceBook([] if prices is None else [prices], self.terms)

    def __call__(self, region: str) -> Prices:
        """The prices of a region.

        Raises:
            InputError: there are none.
        """
        prices = self._prices.get(region) or prices_of(region)
        if prices is None:
            raise InputError(
                f"there are no prices of {region!r}",
                f"fetch them: `tablewright prices update --region {region} --target aws`",
            )
        prices = _with_reserved(prices)
        if not self.terms.source:
            return prices
        return replace(prices, usd=self.terms.of_region(region, prices.usd))


def _with_reserved(prices: Prices) -> Prices:
    """Prices with those of reserved capacity, which the Price List API is not asked for."""
    snapshot = prices_of(prices.region)
    listed = {} if snapshot is None else snapshot.usd
    reserved = {name: price for name, price in listed.items() if name.startswith("reserved")}
    if not reserved or reserved.keys() & prices.usd.keys():
        return prices
    return replace(prices, usd={**reserved, **prices.usd})


def savings_plan_rates() -> tuple[Decimal, Decimal]:
    """Per cent that Database Savings Plans take off: requests on demand, provisioned capacity."""
    announced = _snapshot()["savingsPlan"]
    return Decimal(announced["onDemandPercent"]), Decimal(announced["provisionedPercent"])


@cache
def prices_of(region: str) -> Prices | None:
    """The prices of a region in the snapshot; None where it has none."""
    entry = _snapshot()["regions"].get(region)
    if entry is None:
        return None
    usd = {name: Decimal(price) for name, price in entry["prices"].items()}
    return Prices(region, entry["date"], usd)


@cache
def _snapshot() -> Any:
    text = files("tablewright").joinpath("data", "dynamodb-prices.json").read_text("utf-8")
    return json.loads(text)
