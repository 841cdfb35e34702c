"""`tablewright refresh`: read what lives into the stack's state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from . import console, deploying, options


@click.command(
    epilog="""\b
Example:
  tablewright refresh tables/ --target aws --yes
"""
)
@options.deployment
@options.yes
@options.output("text", "json")
def command(paths: Sequence[str], output_format: str, *, yes: bool, **chosen: Any) -> int:
    """Read the live resources into the state of the stack at PATH; AWS is not changed."""
    from tablewright.report import outcome, progress  # noqa: PLC0415 - imported when called

    with deploying.deployment(paths, chosen) as opened:
        if not console.confirm(f"Read {opened.title} into its state?", yes=yes):
            console.say("nothing was touched")
            return 0
        with progress.shown(console.rich_console(stderr=True), only_reads=True) as show:
            result = opened.refresh(progress=show)
        if output_format == "json":
            console.data_json({**opened.identity, **outcome.as_json(result)})
            return 0
        outcome.render_drift(result.explanation, opened.title, console.rich_console())
    return 0
