"""`tablewright schema`: the JSON Schemas of the manifests and of what commands print."""

from __future__ import annotations

import click

from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright schema > tablewright.schema.json
  # and in the manifest's first line:
  # yaml-language-server: $schema=tablewright.schema.json
  tablewright schema --list        every document, and which command prints it
  tablewright schema --of preview  what `preview --output json` prints
  tablewright schema --of "sandbox status"
  tablewright schema --of errors   what every command prints when it fails
"""
)
@click.option(
    "--of",
    "document",
    metavar="COMMAND",
    help="Of what this command prints as JSON, instead of the manifests.",
)
@click.option("--list", "listed", is_flag=True, help="Name the documents that have a schema.")
@body("declare.schema")
def command() -> None:
    """Print the JSON Schema of the manifests, or of what a command prints."""
