"""`tablewright drift`: where what is declared, recorded and live differ."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body


@click.command(
    epilog="""\b
Examples:
  tablewright drift tables/ --target aws
  tablewright drift tables/ --output markdown >> "$GITHUB_STEP_SUMMARY"
Exit status: 0 no drift, 3 something differs, 4 nothing was seen to differ
  and something could not be read.
"""
)
@options.deployment
@options.output("text", "json", "markdown", "github")
@body("deploy.drift")
def command() -> None:
    """Compare what is declared, recorded and live of the stack at PATH, field by field.

    Tells what was changed, deleted or made again outside, and by whom where CloudTrail knows; and
    what is declared and not applied yet. Only reads. Capacity that scaling has set, tags of AWS's
    own services and AWS's defaults are no drift.
    """
