"""`tablewright doctor`: whether this machine can deploy a stack."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright doctor                this machine, before there are manifests
  tablewright doctor tables/
  tablewright doctor tables/ --target aws --profile prod
Exit status: 0 all is well, 1 something is wrong, 4 something is unknown.
"""
)
@options.deployments_or_none
@options.output("text", "json")
@body("other.doctor")
def command() -> None:
    """Check what deploying PATH needs; nothing is touched.

    Python, versions, engine, manifests, credentials, clock, region, the state of each stack and its
    lock; each with what to do about it. Without PATH all that needs no manifests.
    """
