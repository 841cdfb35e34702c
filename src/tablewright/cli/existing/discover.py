"""`tablewright discover`: which tables live where, and how they are kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from tablewright.cli import console
from tablewright.cli.inputs.accounts import counted, pairs, sessions
from tablewright.cli.inputs.going_on import going_on
from tablewright.cli.styled import terminal_width
from tablewright.fleet.discovery import as_json, discover
from tablewright.fleet.live import LiveTable
from tablewright.plan.table import Recovery
from tablewright.report.formats.columns import columns
from tablewright.report.formats.number import number_of

_HEADINGS = ("table", "region", "mode", "items", "MB", "recovery", "protected", "owner", "tags")


def run(
    regions: Sequence[str],
    target: str,
    profile: str | None,
    roles: Sequence[str],
    accounts: Path | None,
    sandbox: str,
    tags: Sequence[str],
    output_format: str,
    *,
    fresh: bool,
) -> int:
    """List the live tables with their mode, capacity, size, tags and protection."""
    wanted = pairs(tags, "--tag")
    everywhere = sessions(target, profile, sandbox, roles, accounts)
    words = ("discover", sorted(regions), sorted(wanted.items()))
    with going_on(everywhere, words, fresh=fresh) as times, counted("reading") as progress:
        discovery = discover(everywhere, regions or None, None, wanted, progress)
    if output_format == "json":
        console.data_json(as_json(discovery, times.of(discovery.listed)))
    else:
        _print(discovery.tables)
        for part in discovery.unread:
            console.say(f"unread: {part}")
        where = number_of(discovery.regions, "region")
        console.say(f"{number_of(len(discovery.tables), 'table')} in {where}")
    return discovery.exit_status


def _print(tables: Sequence[LiveTable]) -> None:
    for line in columns(_HEADINGS, lambda: map(_cells, tables), {"items", "MB"}, terminal_width()):
        console.data(line)


def _cells(live: LiveTable) -> tuple[str, ...]:
    table, reading = live.table, live.reading
    units = table.throughput
    return (
        live.name,
        live.region,
        f"{table.billing_mode}{f' {units.read}/{units.write}' if units else ''}",
        str(reading.item_count),
        f"{reading.size_bytes / 1e6:.1f}",
        _recovery(table.recovery),
        "yes" if table.deletion_protection else "no",
        "?" if table.tags is None else reading.owner or "-",
        "?" if table.tags is None else ", ".join(f"{k}={v}" for k, v in table.tags.items()),
    )


def _recovery(recovery: Recovery | None) -> str:
    if recovery is None:
        return "?"
    return number_of(recovery.days, "day") if recovery.days else "no"
