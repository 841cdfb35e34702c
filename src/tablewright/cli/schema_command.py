"""`tablewright schema`: the JSON Schema of the manifests, for editors and CI."""

from __future__ import annotations

import click

from . import console


@click.command(
    epilog="""\b
Example:
  tablewright schema > tablewright.schema.json
  # and in the manifest's first line:
  # yaml-language-server: $schema=tablewright.schema.json
"""
)
def command() -> None:
    """Print the JSON Schema of the manifests."""
    from tablewright import manifest  # noqa: PLC0415 - imported when called

    console.data_json(manifest.json_schema())
