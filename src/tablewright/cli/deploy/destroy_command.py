"""`tablewright destroy`: delete all that a stack holds, tables and items included."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright destroy tables/  lists the tables with their items, then asks
  tablewright destroy tables/ --yes
To keep the tables and only forget them: tablewright release.
"""
)
@options.deployments
@options.yes
@options.output("text", "json")
@body("deploy.destroy")
def command() -> None:
    """Delete every resource of the stack at PATH, its tables with all their items."""
