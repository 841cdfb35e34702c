"""The price book: what AWS asks for DynamoDB in a region, from the snapshot that is shipped."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any


@dataclass(frozen=True, slots=True)
class Prices:
    """The prices of one region, before discounts, reserved capacity and free tier.

    Args:
        region: where they hold.
        date: day of the price list, `YYYY-MM-DD`.
        usd: by name; each name ends with what the price is for. A price that is not known is not
            there, so that nobody takes it for nothing.
    """

    region: str
    date: str
    usd: Mapping[str, Decimal]


@cache
def prices_of(region: str) -> Prices | None:
    """The prices of a region; None where the snapshot has none."""
    found = _snapshot()["regions"].get(region)
    if found is None:
        return None
    usd = {name: Decimal(price) for name, price in found["prices"].items()}
    return Prices(region, found["date"], usd)


@cache
def _snapshot() -> Any:
    text = files("tablewright").joinpath("data", "dynamodb-prices.json").read_text("utf-8")
    return json.loads(text)
