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
    """Bring the live tables to the manifests at PATH, in place.

    A replacement or deletion of a table or replica stops it before anything runs, unless that is
    named with --allow-replace or --allow-delete; so does a replacement of anything else that stays
    the same thing in AWS. Interrupted, the same command finishes the job; a saved preview, of
    which only a part is left then, is to be made and looked at again.
    """
