"""`tablewright up`: make the live tables what the manifest declares."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright up tables/                     shows the preview, asks, does it
  tablewright up tables/ --target aws --yes  for CI
  tablewright up change.json --yes
      exactly what `preview --save change.json` showed
"""
)
@options.deployments
@options.tables
@options.permissions
@options.yes
@options.output("text", "json")
@options.refresh
@options.verbose
@body("deploy.up")
def command() -> None:
    """Bring the live tables to what the manifests at PATH declare, in place.

    If a table or a replica would be replaced or deleted, nothing is run, unless it is named with
    --allow-replace or --allow-delete. The same holds for a replacement of anything else that keeps
    its name in AWS. After an interruption the same command finishes the job; a saved preview
    describes only part of what is left then, and has to be saved and reviewed again.
    """
