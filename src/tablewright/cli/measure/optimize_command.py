"""`tablewright optimize`: what each table should be set to, by its use."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body

from .prices_command import FILE, PRICING

USAGE = click.option(
    "--usage",
    "--store",
    "store",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("usage"),
    show_default=True,
    metavar="DIR",
    help="What `usage` measured or imported.",
)
BUDGET = click.option(
    "--budget",
    default="0.1%",
    show_default=True,
    metavar="SHARE",
    help="Units that may be throttled, of all; no minute may lose more than 5 % of its own.",
)


@click.command(
    epilog="""\b
Examples:
  tablewright optimize --all --usage usage/
  tablewright optimize tables/ --usage usage/ --output markdown
  tablewright optimize tables/ --usage usage/ --write --yes
      then: tablewright preview tables/
  tablewright optimize tables/ --usage usage/ --check --min-saving 50
Exit status: 0 done, 3 with --check where more than that could be saved,
  4 a table could not be looked at (its prices are missing, say);
  the others were.
"""
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(allow_dash=True))
@options.environment
@options.stacks
@options.tables
@click.option("--all", "everything", is_flag=True, help="All tables of the usage, declared or not.")
@click.option(
    "--usage",
    "--store",
    "store",
    default="usage",
    show_default=True,
    metavar="DIR",
    help="What `usage` measured or imported; with --engine spark also a URL, such as s3a://BUCKET.",
)
@BUDGET
@FILE
@PRICING
@click.option(
    "--engine",
    type=click.Choice(("local", "spark")),
    default="local",
    show_default=True,
    help="The processors of this machine, or Apache Spark.",
)
@options.output("text", "json", "markdown")
@click.option("--check", is_flag=True, help="Exit 3 if at least --min-saving could be saved.")
@click.option(
    "--min-saving",
    default="1",
    show_default=True,
    metavar="USD",
    help="A month, over all tables, for --check.",
)
@click.option(
    "--write",
    is_flag=True,
    help="Show what saves as a difference of the manifests, ask, and write it.",
)
@options.yes
@body("measure.optimize", extra="optimize")
def command() -> None:
    """Say what each table of PATH should be set to, by how it was used.

    Billing mode, capacity and its scaling are chosen on the older part of the usage and judged on
    the newer. Nothing live is touched; with --write the manifests are.
    """
