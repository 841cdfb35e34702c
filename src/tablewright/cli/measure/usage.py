"""`tablewright usage`: what tables were asked for, minute by minute."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tablewright.cli import console
from tablewright.cli.styled import page_width, styled
from tablewright.errors import UsageError
from tablewright.report.cost import usage_documents as documents
from tablewright.report.cost.usage import csv_lines, lines
from tablewright.report.formats.number import number_of
from tablewright.usage.day import ResourceId
from tablewright.usage.history import TableHistory, table_history
from tablewright.usage.imported import imported
from tablewright.usage.store import UNKNOWN_ACCOUNT, UsageStore

from .usage_place import Place, place_of


def import_(
    file: Path,
    paths: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    table: str,
    index: str,
    region: str | None,
    account: str | None,
    store: Path,
    period: int | None,
    output_format: str,
) -> int:
    """Add a FILE of one table or index to a store."""
    kept = UsageStore(store)
    place = place_of(table, index, paths, environment, stacks, region, account, kept)
    resource = ResourceId(*place, table, index)
    content = imported(file, resource, period)
    kept.write(content.days)
    if output_format == "json":
        console.data_json(documents.imported(resource, content))
        return 0
    first, last = content.days[0].day, content.days[-1].day
    name = f"{table}, index {index}" if index else table
    console.say(
        f"{name} ({_shown(place)}): {number_of(len(content.days), 'day')} from {first} to {last}, "
        f"a datapoint every {content.period_seconds} seconds"
    )
    for assumption in content.assumptions:
        console.say(f"assumed: {assumption}")
    return 0


def _shown(place: Place) -> str:
    account, region = place
    unknown = account == UNKNOWN_ACCOUNT
    return f"{region}, account not known" if unknown else f"account {account}, {region}"


def show(table: str, store: Path, output_format: str) -> int:
    """Draw how TABLE and its indexes were used."""
    if output_format == "json":
        used = [of for history in _histories(store, table) for of in history.resources]
        console.data_json({"table": table, "resources": [documents.used(of) for of in used]})
        return 0
    width = page_width(styled())
    for history in _histories(store, table):
        for resource in history.resources:
            for line in lines(resource, width):
                console.data(line)
    return 0


def export(table: str, index: str, store: Path) -> int:
    """Print the consumed units of TABLE as CSV, a minute a line, as `usage import` reads it."""
    for history in _histories(store, table):
        for resource in history.resources:
            if resource.resource.index == index:
                console.data("\n".join(csv_lines(resource)))
                return 0
    raise UsageError(
        f"{table} has no index {index!r} in {store}",
        f"see `tablewright usage show {table} --store {store}`",
    )


def _histories(store: Path, table: str) -> list[TableHistory]:
    files = UsageStore(store).files([table])
    histories = [history for file in files if (history := table_history(file.read())) is not None]
    if not histories:
        raise UsageError(
            f"{store} has no use of a table {table!r}",
            f"import it: `tablewright usage import FILE --table {table} --region REGION "
            f"--store {store}`",
        )
    return histories
