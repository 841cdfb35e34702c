"""`tablewright permissions`: the IAM policy that a command needs."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.lazy import body

_COMMANDS = (
    "preview", "up", "refresh", "destroy", "verify", "discover", "adopt", "audit", "usage",
    "migrate", "hot-keys", "drift", "outputs",
)  # fmt: skip


@click.command(
    epilog="""\b
Examples:
  tablewright permissions up tables/ --account 123456789012 > policy.json
  tablewright permissions verify tables/ --target aws
  tablewright permissions usage collect tables/ --target aws
  tablewright permissions outputs tables/    for outputs --to-ssm
  tablewright permissions migrate tables/ --table orders --table orders-by-day
"""
)
@click.argument("name", metavar="COMMAND", type=click.Choice(_COMMANDS))
@options.deployments
@click.option(
    "--account",
    metavar="ID",
    help="The account of the tables; else the one that the credentials belong to.",
)
@click.option(
    "--table",
    "tables",
    metavar="NAME",
    multiple=True,
    help="Only this table; may be given several times. For migrate: OLD, then NEW.",
)
@options.output("json")
@body("other.permissions")
def command() -> None:
    """Print the IAM policy that COMMAND needs for what the manifests at PATH declare.

    Each action with the ARNs that it is done to. What the manifests do not declare is not in it: an
    `up` that removes something needs the policy of `destroy` for the manifests that declared it.
    """
