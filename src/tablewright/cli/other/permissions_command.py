"""`tablewright permissions`: the IAM policy that a command needs."""

from __future__ import annotations

from collections.abc import Callable

import click

from tablewright.cli import options
from tablewright.cli.lazy import body

COMMANDS = (
    "preview", "up", "refresh", "destroy", "outputs", "status", "state", "verify", "drift",
    "hot-keys", "usage", "prices", "report", "discover", "adopt", "audit", "migrate", "release",
    "doctor",
)  # fmt: skip
"""The first words of those that call AWS."""


def _with(*names: str, command: str) -> Callable[[options.Command], options.Command]:
    """Options of a command with which it needs more."""

    def option(name: str) -> Callable[[options.Command], options.Command]:
        help_ = f"What `{command} {name}` needs."
        return click.option(name, "with_options", multiple=True, flag_value=name, help=help_)

    return options.together(*map(option, names))


@click.command(
    epilog="""\b
Examples:
  tablewright permissions up tables/ --account 123456789012 > policy.json
  tablewright permissions verify tables/ --access --target aws
  tablewright permissions usage collect tables/ --target aws
  tablewright permissions outputs tables/    for outputs --to-ssm
  tablewright permissions state owner tables/ --target aws
  tablewright permissions migrate tables/ --table orders --table orders-by-day
"""
)
@click.argument("name", metavar="COMMAND", type=click.Choice(COMMANDS))
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
@_with("--access", "--alarms", "--fire", "--restore-drill", command="verify")
@_with("--fix", command="drift")
@options.output("json")
@body("other.permissions")
def command() -> None:
    """Print the IAM policy that COMMAND needs for what the manifests at PATH declare.

    COMMAND is typed as it is run, such as `usage collect`. Each action has the ARNs that it is done
    to. What the manifests do not declare is not in it: an
    `up` that removes something needs the policy of `destroy` for the manifests that declared it.
    """
