"""`tablewright audit`: what puts items, money or access of live tables at risk."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options, setting_option
from tablewright.cli.lazy import body

SEVERITIES = ("low", "medium", "high", "critical")


@click.command(
    epilog="""\b
Examples:
  tablewright audit --target aws
  tablewright audit tables/ --target aws --fail-on high
  tablewright audit --target aws --baseline known.yaml --output sarif
  tablewright audit tables/ --target aws --fix
Exit status: 0 no problem of that severity, 3 there are some, 4 there are none
but some answers are unknown.
"""
)
@click.argument("paths", metavar="[PATH...]", nargs=-1, type=click.Path(allow_dash=True))
@options.environment
@options.stacks
@options.accounts
@click.option(
    "--tag", "tags", metavar="KEY=VALUE", multiple=True, help="Only tables with this tag."
)
@click.option(
    "--rule",
    "chosen_rules",
    metavar="ID",
    multiple=True,
    help="Only this rule; may be given repeatedly.",
)
@setting_option.setting("rules", metavar="FOLDER")
@click.option("--skip", metavar="ID", multiple=True, help="Without this rule; likewise.")
@click.option(
    "--severity",
    type=click.Choice(SEVERITIES),
    default="low",
    show_default=True,
    help="Ask only rules at least as severe.",
)
@click.option(
    "--fail-on",
    type=click.Choice(SEVERITIES),
    default="low",
    show_default=True,
    help="Exit with 3 from this severity on.",
)
@click.option(
    "--baseline",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Accepted problems, each with a reason and a last day.",
)
@click.option(
    "--days",
    type=click.IntRange(1, 60),
    default=30,
    show_default=True,
    help="Over how many days to look at the tables' use.",
)
@options.fresh
@click.option(
    "--fix",
    is_flag=True,
    help="Write into the manifests at PATH what fixes the problems, after showing it.",
)
@options.yes
@click.option("--verbose", "-v", is_flag=True, help="Name every table, and what is accepted.")
@options.output("text", "json", "junit", "sarif", "csv", "markdown")
@body("existing.audit")
def command() -> None:
    """Check live tables against the audit's rules: those of the manifests at PATH, or all.

    Recovery, protection, encryption, tags, capacity, alarms that can never fire, what nobody uses,
    access from outside, replicas, quotas. Changes nothing in AWS; needs no state and no manifest.
    """
