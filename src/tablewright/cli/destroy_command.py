"""`tablewright destroy`: delete all that a stack holds, tables and items included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from . import console, deploying, options


@click.command(
    epilog="""\b
Examples:
  tablewright destroy tables/                    lists the tables with their items, then asks
  tablewright destroy tables/ --yes
To keep the tables and only forget them: tablewright release.
"""
)
@options.deployment
@options.yes
@options.output("text", "json")
def command(paths: Sequence[str], output_format: str, *, yes: bool, **chosen: Any) -> int:
    """Delete every resource of the stack at PATH, its tables with all their items."""
    from tablewright.report import preview as preview_report  # noqa: PLC0415 - when called
    from tablewright.report import progress  # noqa: PLC0415

    with deploying.deployment(paths, chosen) as opened:
        tables = opened.tables()
        for name, items in tables.items():
            console.say(f"  table {name}: {items} items")
        question = f"Delete {opened.title} with {len(tables)} tables and all their items?"
        if not console.confirm(question, yes=yes):
            console.say("nothing was touched")
            return 0
        with progress.shown(console.rich_console(stderr=True)) as show:
            result = opened.destroy(progress=show)
        if output_format == "json":
            console.data_json({"stack": opened.title, **preview_report.as_json(result.explanation)})
        else:
            console.say(preview_report.done(result.explanation, result.duration_seconds))
    return 0
