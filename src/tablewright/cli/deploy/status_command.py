"""`tablewright status`: what is recorded of a stack, and whether a run holds it."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright status tables/ --target aws
  tablewright status awsdynamodb.yaml --output yaml
"""
)
@options.deployments
@options.output("text", "json", "yaml")
@body("deploy.status")
def command() -> None:
    """Show the stack at PATH: where its state is, its resources, what is unfinished, its lock."""
