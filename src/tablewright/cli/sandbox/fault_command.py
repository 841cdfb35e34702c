"""`tablewright sandbox faults`: an AWS, or a network, that fails as ordered."""

from __future__ import annotations

import click

from tablewright.cli import options
from tablewright.cli.group import Group
from tablewright.cli.lazy import body

KINDS = ("error", "late-error", "lost-answer", "half-body", "reset", "delay")


@click.group("faults", cls=Group)
def command() -> None:
    """Let calls to the sandbox fail, to see what a program makes of it."""


@command.command("list")
@options.SANDBOX_NAME
@options.json_only
@body("sandbox.faults", "show")
def show() -> None:
    """Print the faults that are on, and how often each has struck."""


@command.command()
@options.SANDBOX_NAME
@options.output("text", "json")
@body("sandbox.faults", "clear")
def clear() -> None:
    """Let everything work again."""


@command.command(
    epilog="""\b
Examples:
  tablewright sandbox faults add --kind lost-answer \\
      --operation CreateTable --times 1
  tablewright sandbox faults add --service '*' --kind reset --rate 0.3 \\
      --seed 7
  tablewright sandbox faults add --code ThrottlingException --status 400 \\
      --rate 0.1
  tablewright sandbox faults add --service iam --kind delay --seconds 2
"""
)
@options.SANDBOX_NAME
@click.option(
    "--service", default="dynamodb", show_default=True, help="Its name in boto3; * = all."
)
@click.option("--operation", default="*", show_default=True, help="Name of an operation; * = all.")
@click.option("--table", help="Only calls that name this table.")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="error",
    show_default=True,
    help="late-error, lost-answer and half-body come after the call was carried out.",
)
@click.option("--code", help="AWS's error code.  [default: InternalServerError]")
@click.option("--status", type=click.IntRange(400, 599), help="HTTP status.  [default: 500]")
@click.option(
    "--times", type=click.IntRange(1), help="Number of times it occurs; until cleared if left out."
)
@click.option("--skip", type=click.IntRange(0), help="Calls of an operation that pass first.")
@click.option("--rate", type=click.FloatRange(0, 1), help="Share of the calls.  [default: 1]")
@click.option("--seconds", type=click.FloatRange(0, 600), help="How long a delay is.")
@click.option("--seed", type=int, help="Seed of the choice of calls.  [default: 0]")
@options.json_only
@body("sandbox.faults", "add")
def add() -> None:
    """Let calls fail from now on."""
