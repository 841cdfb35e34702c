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
    from tablewright.report import outcome, progress  # noqa: PLC0415 - imported when called

    with deploying.deployment(paths, chosen) as opened:
        deploying.show_losses(opened)
        if not yes:
            opened.check_destroy()
        if not console.confirm(f"Delete {opened.title} and all that is in it?", yes=yes):
            console.say("nothing was touched")
            return 0
        with progress.shown(console.rich_console(stderr=True)) as show:
            result = opened.destroy(progress=show)
        if output_format == "json":
            console.data_json({**opened.identity, **outcome.as_json(result)})
        else:
            for note in result.notes:
                console.say(note)
            console.say(outcome.done(result))
    return 0
