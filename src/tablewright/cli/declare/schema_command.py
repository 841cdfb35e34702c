"""`tablewright schema`: the JSON Schema of the manifests, for editors and CI."""

from __future__ import annotations

import click

from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Example:
  tablewright schema > tablewright.schema.json
  # and in the manifest's first line:
  # yaml-language-server: $schema=tablewright.schema.json
"""
)
@body("declare.schema")
def command() -> None:
    """Print the JSON Schema of the manifests."""
