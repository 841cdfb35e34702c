"""`tablewright discover`: which tables live where, and how they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from tablewright.report.number import number_of

from . import console, options
from .accounts import accounts, counted, pairs, sessions

if TYPE_CHECKING:
    from tablewright.fleet.live import LiveTable


@click.command(
    epilog="""\b
Examples:
  tablewright discover --target aws
  tablewright discover --target aws --region eu-west-1 --tag Team=search --output json
Exit status: 0 all was read, 4 something could not be read.
"""
)
@accounts
@click.option(
    "--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Only tables with this tag."
)
@options.output("table", "json")
def command(
    regions: Sequence[str],
    target: str,
    profile: str | None,
    roles: Sequence[str],
    sandbox: str,
    tags: Sequence[str],
    output_format: str,
) -> int:
    """List the live tables with their mode, capacity, size, tags and protection."""
    from tablewright.fleet.discovery import as_json, discover  # noqa: PLC0415 - imported when called

    wanted = pairs(tags, "--tag")
    with counted("reading") as progress:
        found = discover(
            sessions(target, profile, sandbox, roles), regions or None, None, wanted, progress
        )
    if output_format == "json":
        console.data_json(as_json(found))
    else:
        _print(found.tables)
        for part in found.unread:
            console.say(f"unread: {part}")
        where = number_of(found.regions, "region")
        console.say(f"{number_of(len(found.tables), 'table')} in {where}")
    return found.exit_status


def _print(tables: Sequence[LiveTable]) -> None:
    from rich.table import Table  # noqa: PLC0415 - imported when called

    shown = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("table", "region", "mode", "items", "MB", "recovery", "protected", "tags"):
        shown.add_column(heading, justify="right" if heading in {"items", "MB"} else "left")
    for live in tables:
        shown.add_row(*_cells(live))
    console.rich_console().print(shown)


def _cells(live: LiveTable) -> tuple[str, ...]:
    table, reading = live.table, live.reading
    units = table.throughput
    return (
        live.name,
        live.region,
        f"{table.billing_mode}{f' {units.read}/{units.write}' if units else ''}",
        str(reading.item_count),
        f"{reading.size_bytes / 1e6:.1f}",
        "?" if table.recovery is None else number_of(table.recovery.days, "day"),
        "yes" if table.deletion_protection else "no",
        "?" if table.tags is None else ", ".join(f"{k}={v}" for k, v in table.tags.items()),
    )
