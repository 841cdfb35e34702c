"""`tablewright prices`: what AWS asks for DynamoDB, and from when that is."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.group import Group
from tablewright.cli.lazy import body
from tablewright.cli.options import are_regions

_REGIONS = click.option(
    "--region",
    "regions",
    callback=are_regions,
    metavar="REGION",
    multiple=True,
    required=True,
    help="Of which region.",
)


FILE = click.option(
    "--prices",
    "price_file",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A price list of AWS (index.json of a region) to use before all others.",
)

PRICING = click.option(
    "--pricing",
    "pricing",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="What is paid besides list prices: discounts, commitments, the free tier (YAML).",
)


@click.group(cls=Group)
def command() -> None:
    """The prices that decisions and previews reckon with."""


@command.command()
@_REGIONS
@options.TARGET
@options.PROFILE
@options.SANDBOX
@options.output("text", "json")
@body("measure.price_update")
def update() -> None:
    """Fetch today's prices from AWS's Price List API and keep them."""


@command.command()
@_REGIONS
@FILE
@PRICING
@options.output("table", "json")
@body("measure.prices", "show")
def show() -> None:
    """Print the prices of a region, with their source and date."""
