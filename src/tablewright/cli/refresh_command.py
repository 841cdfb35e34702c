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
    from tablewright.report import preview as preview_report  # noqa: PLC0415 - when called
    from tablewright.report import progress  # noqa: PLC0415

    with deploying.deployment(paths, chosen) as opened:
        if not console.confirm(f"Read {opened.title} into its state?", yes=yes):
            return 0
        with progress.shown(console.rich_console(stderr=True)) as show:
            result = opened.refresh(progress=show)
        if output_format == "json":
            console.data_json({"stack": opened.title, **preview_report.as_json(result.explanation)})
            return 0
        preview_report.render_drift(result.explanation, opened.title, console.rich_console())
    return 0
