"""`tablewright explain`: why a table should be set as `optimize` says."""

from __future__ import annotations

import click

from tablewright.cli.lazy import body

from .optimize_command import BUDGET, USAGE
from .prices_command import FILE, PRICING


@click.command()
@click.argument("table")
@USAGE
@BUDGET
@FILE
@PRICING
@body("measure.explain", extra="optimize")
def command() -> None:
    """Draw what each setting of TABLE would have cost, and where its use stands."""
