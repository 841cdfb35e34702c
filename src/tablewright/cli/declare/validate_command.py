"""`tablewright validate`: every mistake in the manifests, with its place and its fix."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright validate tables/
  tablewright validate stack.yaml tables/*.yaml --output json
  tablewright validate tables/ --output github     for a pull request
  kustomize build . | tablewright validate -
"""
)
@options.sources
@options.environment
@options.output("text", "json", "github")
@body("declare.validate")
def command() -> None:
    """Check the manifests at PATH without touching anything; exit 0 or 2."""
