"""`tablewright status`: what is recorded of a stack, and whether a run holds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from . import console, deploying, options


@click.command(
    epilog="""\b
Example:
  tablewright status tables/ --target aws
"""
)
@options.deployment
@options.output("text", "json")
def command(paths: Sequence[str], output_format: str, **chosen: Any) -> int:
    """Show the stack at PATH: where its state is, its resources, what is unfinished, its lock."""
    from tablewright.report.status import lines  # noqa: PLC0415 - imported when called

    with deploying.deployment(paths, chosen) as opened:
        status = opened.status()
    if output_format == "json":
        console.data_json(status)
        return 0
    for line in lines(status):
        console.data(line)
    return 0
