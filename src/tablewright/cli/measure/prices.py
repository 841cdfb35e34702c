"""`tablewright prices`: what AWS asks for DynamoDB, and from when that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from tablewright.cli import console
from tablewright.cost.pricing.price_store import open_book
from tablewright.cost.pricing.prices import STALE_DAYS, Prices


def show(
    regions: Sequence[str], price_file: Path | None, pricing: Path | None, output_format: str
) -> int:
    """Print the prices of a region, with their source and date."""
    book = open_book(price_file, pricing)
    books = [book(region) for region in regions]
    if output_format == "json":
        console.data_json([prices.as_json() for prices in books])
        return 0
    for prices in books:
        console.data(f"{prices.region}: {prices.source}, {prices.date}")
        for name, price in sorted(prices.usd.items()):
            console.data(f"  {name:<42} {price:f}")
    warn_of_age(books)
    return 0


def warn_of_age(prices: Sequence[Prices]) -> None:
    """Say which prices are old, and how to get new ones."""
    today = datetime.now(UTC).date()
    for of_region in prices:
        if (age := of_region.age_days(today)) > STALE_DAYS:
            console.say(
                f"the prices of {of_region.region} are {age} days old; fetch new ones: "
                f"`tablewright prices update --region {of_region.region} --target aws`"
            )
