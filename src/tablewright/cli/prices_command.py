"""`tablewright prices`: what AWS asks for DynamoDB, and from when that is."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from . import console, options

if TYPE_CHECKING:
    from tablewright.cost.prices import Prices

_REGIONS = click.option(
    "--region", "regions", metavar="REGION", multiple=True, required=True, help="Of which region."
)
FILE = click.option(
    "--prices",
    "price_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A price list of AWS (index.json of a region) to use before all others.",
)


@click.group()
def command() -> None:
    """The prices that decisions and previews reckon with."""


@command.command()
@_REGIONS
@options.TARGET
@options.PROFILE
@options.SANDBOX
def update(regions: Sequence[str], target: str, profile: str | None, sandbox: str) -> int:
    """Fetch today's prices from AWS's Price List API and keep them."""
    from tablewright.cost.price_store import fetch, keep  # noqa: PLC0415 - imported when called

    from .accounts import sessions  # noqa: PLC0415

    (session,) = sessions(target, profile, sandbox, ())
    for region in regions:
        prices = fetch(session, region)
        console.say(f"{region}: {len(prices.usd)} prices of {prices.date}, kept in {keep(prices)}")
    return 0


@command.command()
@_REGIONS
@FILE
@options.output("table", "json")
def show(regions: Sequence[str], price_file: Path | None, output_format: str) -> int:
    """Print the prices of a region, with their source and date."""
    from tablewright.cost.price_store import open_book  # noqa: PLC0415 - imported when called

    book = open_book(price_file)
    found = [book(region) for region in regions]
    if output_format == "json":
        console.data_json([prices.as_json() for prices in found])
        return 0
    for prices in found:
        console.data(f"{prices.region}: {prices.source}, {prices.date}")
        for name, price in sorted(prices.usd.items()):
            console.data(f"  {name:<42} {price:f}")
    warn_of_age(found)
    return 0


def warn_of_age(prices: Sequence[Prices]) -> None:
    """Say which prices are old, and how to get new ones."""
    from tablewright.cost.prices import STALE_DAYS  # noqa: PLC0415 - imported when called

    today = datetime.now(UTC).date()
    for of_region in prices:
        if (age := of_region.age_days(today)) > STALE_DAYS:
            console.say(
                f"the prices of {of_region.region} are {age} days old; fetch new ones: "
                f"`tablewright prices update --region {of_region.region} --target aws`"
            )
