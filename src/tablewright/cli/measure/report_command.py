"""`tablewright report`: one file that people look at."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.lazy import body

from .optimize_command import BUDGET, USAGE
from .prices_command import FILE, PRICING


@click.command(
    epilog="""\b
Examples:
  tablewright report tables/ --target aws
  tablewright report --all --target aws --usage usage/ --to fleet.html
  tablewright report tables/ --serve
Exit status: 0 written; what could not be read is told in the report.
"""
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(allow_dash=True))
@click.option("--all", "everything", is_flag=True, help="All live tables, declared or not.")
@click.option(
    "--to",
    "file",
    type=click.Path(path_type=Path, dir_okay=False),
    default=Path("tablewright-report.html"),
    show_default=True,
    metavar="FILE",
    help="Where to write it.",
)
@options.environment
@options.STACK
@options.BACKEND
@options.PROVIDER
@options.accounts
@USAGE
@BUDGET
@FILE
@PRICING
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=30,
    show_default=True,
    help="Over how many days the audit looks at the tables' use.",
)
@click.option(
    "--serve",
    is_flag=True,
    help="Keep it open in a browser of this machine, and refresh it until Ctrl-C.",
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=0,
    show_default=True,
    metavar="PORT",
    help="Of 127.0.0.1, for --serve; 0 takes a free one.",
)
@click.option(
    "--every",
    "seconds",
    type=click.IntRange(2, 3600),
    default=10,
    show_default=True,
    metavar="SECONDS",
    help="How often --serve looks again.",
)
@options.output("text", "json")
@body("measure.report", extra="optimize")
def command() -> None:
    """Write one HTML file about a stack or a fleet, to open anywhere.

    What is declared, deployed, proved and at risk, how tables are used, what they cost and should
    cost. The file loads nothing and sends nothing, and has no item's content in it. Only reads.
    """
