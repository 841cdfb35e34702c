"""`tablewright eject`: a plain Pulumi program of the same resources."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Example:
  tablewright eject tables/ --language typescript --directory program/
The program takes over the stack as it is: its first preview shows no change.
"""
)
@options.sources
@options.environment
@options.stacks
@click.option(
    "--language",
    type=click.Choice(("python", "typescript")),
    default="python",
    show_default=True,
    help="Of the program.",
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="An empty or new folder; else one here, called like the stack.",
)
@options.output("text", "json")
@body("existing.eject")
def command() -> None:
    """Write the stack at PATH as a program that needs nothing but Pulumi and its AWS provider.

    Of several stacks each becomes a program in a folder of its name.
    """
