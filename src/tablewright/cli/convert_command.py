"""`tablewright convert`: a manifest in the other dialect."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Literal

import click

from . import console, options


@click.command(
    epilog="""\b
Examples:
  tablewright convert awsdynamodb.yaml > tables.yaml
  tablewright convert tables/ --to planton > planton.yaml
"""
)
@options.sources
@click.option(
    "--to",
    type=click.Choice(("tablewright", "planton")),
    default="tablewright",
    show_default=True,
    help="The dialect to write.",
)
def command(paths: Sequence[str], to: Literal["tablewright", "planton"]) -> None:
    """Write the manifests at PATH in another dialect, and say what that dialect cannot say."""
    from tablewright import manifest  # noqa: PLC0415 - imported when called
    from tablewright.manifest.conversion import convert  # noqa: PLC0415

    for stack in manifest.load_all(paths, environment=os.environ, stdin=sys.stdin.buffer):
        converted = convert(stack, to)
        console.data(converted.text)
        for lost in converted.lost:
            console.say(f"not carried over: {lost}")
