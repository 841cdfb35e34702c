"""`tablewright usage`: what tables were asked for, minute by minute."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.group import Group
from tablewright.cli.lazy import body

from .prices_command import FILE, PRICING

_STORE = click.option(
    "--store",
    "--usage",
    "store",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("usage"),
    show_default=True,
    metavar="DIR",
    help="Folder that the use of tables is kept in, as Parquet.",
)
_TABLE = click.option("--table", "table", required=True, metavar="NAME", help="Which table.")
_INDEX = click.option("--index", default="", metavar="NAME", help="A global index of it.")
_REGION = click.option(
    "--region",
    callback=options.are_regions,
    metavar="REGION",
    help="Of the table; else as the manifests or what is kept already say, else AWS_REGION.",
)
_ACCOUNT = click.option(
    "--account",
    metavar="ID",
    help="Of the table; else as `spec.account` or what is kept already says.",
)


@click.group(cls=Group)
def command() -> None:
    """Measured usage of tables: collect, import, show, export and compare with a bill.

    A store holds a row for each table and index on each day of UTC, with 1,440 values a metric; it
    is read by `optimize`, and by DuckDB, Spark and Arrow as it is.
    """


@command.command(
    epilog="""\b
Examples:
  tablewright usage collect --all --target aws --region eu-west-1
  tablewright usage collect tables/ --days 28 --target aws
Exit status: 0 all was read, 4 something could not be read.
"""
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(allow_dash=True))
@options.environment
@options.stacks
@click.option("--all", "everything", is_flag=True, help="All tables that are found.")
@click.option(
    "--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Only tables with this tag."
)
@click.option(
    "--days",
    type=click.IntRange(1, 455),
    default=14,
    show_default=True,
    help="Up to now; minutes are kept for 15 days, 5 minutes for 63, hours for 455.",
)
@_STORE
@options.accounts
@options.yes
@options.output("text", "json")
@body("measure.usage_collection", extra="optimize")
def collect() -> None:
    """Read from CloudWatch what the store lacks, for the tables of PATH or for all.

    Days that are complete are never asked for again, so the same command goes on where it was
    interrupted. CloudWatch charges for each metric requested; above a dollar it is asked for first.
    """


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(allow_dash=True))
@options.environment
@options.stacks
@_TABLE
@_INDEX
@_REGION
@_ACCOUNT
@_STORE
@click.option(
    "--period",
    type=int,
    metavar="SECONDS",
    help="For how long each datapoint stands; else found from the times.",
)
@options.output("text", "json")
@body("measure.usage", "import_", extra="optimize")
def import_() -> None:
    """Add a FILE of one table or index to a store; PATH are the manifests that declare it.

    Where nobody says the account, it is that of the use of the table that is kept already; where
    there is none, the file waits for it, and `collect` joins both.

    CSV with the columns timestamp, read_units and write_units, or what `aws cloudwatch
    get-metric-data` and `get-metric-statistics` print; gzip of either. Days that are there already
    are written over.
    """


@command.command()
@click.argument("table")
@_STORE
@options.output("text", "json")
@body("measure.usage", "show", extra="optimize")
def show() -> None:
    """Draw how TABLE and its indexes were used."""


@command.command()
@click.argument("table")
@click.option("--index", default="", metavar="NAME", help="A global index of it.")
@_STORE
@body("measure.usage", "export", extra="optimize")
def export() -> None:
    """Print the consumed units of TABLE as CSV, a minute a line, as `usage import` reads it."""


@command.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_STORE
@FILE
@PRICING
@options.output("table", "json")
@body("measure.usage_bill", extra="optimize")
def bill() -> None:
    """Compare what AWS charged, in FILE, with the modelled cost of the same days.

    FILE is a Cost and Usage Report with resource ids, or a FOCUS export, as Parquet or CSV. Only
    days and tables that the store has are compared.
    """
