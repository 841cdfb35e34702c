"""`tablewright usage`: what tables were asked for, minute by minute."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from tablewright.errors import UsageError

from . import console

if TYPE_CHECKING:
    from tablewright.usage.history import TableHistory

_STORE = click.option(
    "--store",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("usage"),
    show_default=True,
    metavar="DIR",
    help="Folder that the use of tables is kept in, as Parquet.",
)
_TABLE = click.option("--table", "table", required=True, metavar="NAME", help="Which table.")
_INDEX = click.option("--index", default="", metavar="NAME", help="A global index of it.")
_REGION = click.option(
    "--region", default="us-east-1", show_default=True, envvar="AWS_REGION", help="Of the table."
)
_ACCOUNT = click.option(
    "--account", default="000000000000", show_default=True, metavar="ID", help="Of the table."
)


@click.group()
def command() -> None:
    """What tables were asked for: measured, imported, shown and exported.

    A store holds a row for each table and index on each day of UTC, with 1,440 values a metric; it
    is read by `optimize`, and by DuckDB, Spark and Arrow as it is.
    """


@command.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
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
def import_(
    file: Path, table: str, index: str, region: str, account: str, store: Path, period: int | None
) -> int:
    """Add a FILE of one table or index to a store.

    CSV with the columns timestamp, read_units and write_units, or what `aws cloudwatch
    get-metric-data` and `get-metric-statistics` print; gzip of either. Days that are there already
    are written over.
    """
    from tablewright.usage.day import ResourceId  # noqa: PLC0415 - imported when called
    from tablewright.usage.imported import imported  # noqa: PLC0415
    from tablewright.usage.store import UsageStore  # noqa: PLC0415

    content = imported(file, ResourceId(account, region, table, index), period)
    UsageStore(store).write(content.days)
    first, last = content.days[0].day, content.days[-1].day
    name = f"{table}, index {index}" if index else table
    console.say(f"{name}: {len(content.days)} days from {first} to {last}, "
                f"a datapoint every {content.period_seconds} seconds")  # fmt: skip
    for assumption in content.assumptions:
        console.say(f"assumed: {assumption}")
    return 0


@command.command()
@click.argument("table")
@_STORE
def show(table: str, store: Path) -> int:
    """Draw how TABLE and its indexes were used."""
    from tablewright.report.usage import lines  # noqa: PLC0415 - imported when called

    out = console.rich_console()
    for history in _histories(store, table):
        for resource in history.resources:
            for line in lines(resource, out.width):
                console.data(line)
    return 0


@command.command()
@click.argument("table")
@click.option("--index", default="", metavar="NAME", help="A global index of it.")
@_STORE
def export(table: str, index: str, store: Path) -> int:
    """Print the consumed units of TABLE as CSV, a minute a line, as `usage import` reads it."""
    from tablewright.report.usage import csv_lines  # noqa: PLC0415 - imported when called

    for history in _histories(store, table):
        for resource in history.resources:
            if resource.resource.index == index:
                console.data("\n".join(csv_lines(resource)))
                return 0
    raise UsageError(
        f"{table} has no index {index!r} in {store}", f"see `tablewright usage show {table}`"
    )


def _histories(store: Path, table: str) -> list[TableHistory]:
    from tablewright.usage.history import table_history  # noqa: PLC0415 - imported when called
    from tablewright.usage.store import UsageStore  # noqa: PLC0415

    found = [table_history(days) for days in UsageStore(store).tables([table])]
    histories = [history for history in found if history is not None]
    if not histories:
        raise UsageError(
            f"{store} has no use of a table {table!r}",
            f"import it: `tablewright usage import FILE --table {table} --store {store}`",
        )
    return histories
