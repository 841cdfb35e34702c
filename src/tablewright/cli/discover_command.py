"""`tablewright discover`: which tables live where, and how they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import click

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
    from tablewright.fleet.discovery import discover  # noqa: PLC0415 - imported when called

    wanted = pairs(tags, "--tag")
    with counted("reading") as progress:
        found = discover(
            sessions(target, profile, sandbox, roles), regions or None, None, wanted, progress
        )
    rows = [row(table) for table in found.tables]
    if output_format == "json":
        unread = [
            {"region": each.region, "table": each.name, "reason": each.reason}
            for each in found.unread
        ]
        console.data_json({"tables": rows, "unread": unread, "regions": found.regions})
    else:
        _print(rows)
        for each in found.unread:
            console.say(f"unread: {each.name or 'everything'} in {each.region}: {each.reason}")
        console.say(f"{len(rows)} tables in {found.regions} regions")
    return found.exit_status


def row(live: LiveTable) -> dict[str, Any]:
    """One table as JSON values; a facet that could not be read is None and named in `unread`."""
    table, reading = live.table, live.reading
    return {
        "name": live.name,
        "region": live.region,
        "account": live.account_id,
        "arn": live.arn,
        "status": reading.status,
        "billingMode": table.billing_mode,
        "readCapacity": table.throughput.read if table.throughput else None,
        "writeCapacity": table.throughput.write if table.throughput else None,
        "items": reading.item_count,
        "bytes": reading.size_bytes,
        "indexes": len(table.global_indexes or ()) + len(table.local_indexes or ()),
        "recoveryDays": table.recovery.days if table.recovery else None,
        "deletionProtection": table.deletion_protection,
        "encryption": table.encryption.type if table.encryption else None,
        "owner": reading.owner,
        "tags": None if table.tags is None else dict(table.tags),
        "unread": {**reading.unread, **live.unread},
    }


def _print(rows: Sequence[dict[str, Any]]) -> None:
    from rich.table import Table  # noqa: PLC0415 - imported when called

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("table", "region", "mode", "items", "MB", "recovery", "protected", "tags"):
        table.add_column(heading, justify="right" if heading in {"items", "MB"} else "left")
    for each in rows:
        capacity = (
            f" {each['readCapacity']}/{each['writeCapacity']}" if each["readCapacity"] else ""
        )
        tags = each["tags"]
        table.add_row(
            each["name"],
            each["region"],
            f"{each['billingMode'] or '?'}{capacity}",
            str(each["items"]),
            f"{each['bytes'] / 1e6:.1f}",
            "?" if each["recoveryDays"] is None else f"{each['recoveryDays']} days",
            {True: "yes", False: "no", None: "?"}[each["deletionProtection"]],
            "?" if tags is None else ", ".join(f"{key}={value}" for key, value in tags.items()),
        )
    console.rich_console().print(table)
