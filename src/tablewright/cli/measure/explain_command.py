"""`tablewright explain`: what a field, a code or a recommendation means."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body

from .optimize_command import BUDGET, USAGE
from .prices_command import FILE, PRICING


@click.command(
    epilog="""\b
Examples:
  tablewright explain spec.timeToLive       a field: type, default, meaning
  tablewright explain naming                the same as spec.naming
  tablewright explain Stack.spec.defaults   of one kind
  tablewright explain TW-E300               an error: what to do about it
  tablewright explain TW221                 a rule of verify or audit
  tablewright explain users --usage usage   why a table should be set so
"""
)
@click.argument("thing", metavar="FIELD|CODE|TABLE")
@USAGE
@BUDGET
@FILE
@PRICING
@options.output("text", "json")
@body("measure.explain")
def command() -> None:
    """Say what a field, an error or a rule means, or draw why a table should be set so.

    The name of a field in `spec`, or what begins with `spec` or `metadata`, is a field. What reads
    like `TW-E300` is an error, like `TW221` a rule. All else is a table: what each of its settings
    would have cost, and where its use stands. With --usage it is always a table. As JSON there are
    fields and codes; a recommendation is in that of `optimize`.
    """
