"""`tablewright discover`: which tables live where, and how they are kept."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright discover --target aws
  tablewright discover --target aws --region eu-west-1 --tag Team=search \\
      --output json
Exit status: 0 all was read, 4 something could not be read.
"""
)
@options.accounts
@click.option(
    "--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Only tables with this tag."
)
@options.fresh
@options.output("table", "json")
@body("existing.discover")
def command() -> None:
    """List the live tables with their mode, capacity, size, tags and protection."""
