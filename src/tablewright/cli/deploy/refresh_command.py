"""`tablewright refresh`: read the live resources into the stack's state."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Example:
  tablewright refresh tables/ --target aws --yes
"""
)
@options.deployments
@options.yes
@options.output("text", "json")
@body("deploy.refresh")
def command() -> None:
    """Read the live resources into the state of the stack at PATH; AWS is not changed."""
