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
  tablewright drift tables/ --fix       sets it back, as `up` does
  tablewright drift tables/ --accept    writes what is live into the manifests
  tablewright drift tables/ --accept --field orders.recovery --yes
Exit status: 0 no drift, 3 something differs, 4 nothing was seen to differ
  and something could not be read.
"""
)
@options.deployment
@options.output("text", "json", "markdown", "github")
@click.option("--fix", is_flag=True, help="Bring it back through `up`: preview, guard, question.")
@click.option(
    "--accept",
    "accept_live",
    is_flag=True,
    help="Write what is live into the manifests, comments kept; shows the difference and asks.",
)
@click.option(
    "--field",
    "fields",
    metavar="NAME",
    multiple=True,
    help="With --accept, only this: deletionProtection, orders.deletionProtection.",
)
@options.permissions
@options.yes
@body("deploy.drift")
def command() -> None:
    """Compare what is declared, recorded and live of the stack at PATH, field by field.

    Tells what was changed, deleted or made again outside, and by whom where CloudTrail knows; and
    what is declared and not applied yet. Only reads. Capacity that scaling has set, tags of AWS's
    own services and AWS's defaults are no drift.
    """
