"""`tablewright hot-keys`: which keys of a table are used most."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright hot-keys orders --target aws
  tablewright hot-keys orders --minutes 15 --top 3 --output json
Exit status: 0 all was read, 4 something could not be read.
"""
)
@click.argument("table")
@options.TARGET
@options.PROFILE
@options.SANDBOX
@click.option(
    "--region",
    callback=options.are_regions,
    metavar="REGION",
    help="Of the table; else the environment's.",
)
@click.option(
    "--minutes",
    type=click.IntRange(1, 1440),
    default=60,
    show_default=True,
    help="How many minutes, up to now; CloudWatch tells of a day at most.",
)
@click.option(
    "--top",
    type=click.IntRange(1, 100),
    default=10,
    show_default=True,
    help="How many keys of each ranking.",
)
@options.output("text", "json")
@body("measure.hot_keys")
def command() -> None:
    """Show the keys of TABLE that are used most, and those that are throttled.

    Read from CloudWatch contributor insights, which `contributorInsights` in a
    manifest switches on, for the table and for each index. CloudWatch charges
    for the events that it counts, and not for this.
    """
