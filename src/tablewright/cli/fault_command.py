"""`tablewright sandbox faults`: an AWS, or a network, that fails as ordered."""

from __future__ import annotations

from typing import Any

import click

from . import console
from .sandboxes import NAME, running

KINDS = ("error", "late-error", "lost-answer", "half-body", "reset", "delay")


@click.group("faults")
def command() -> None:
    """Let calls to the sandbox fail, to see what a program makes of it."""


@command.command("list")
@NAME
def show(name: str) -> None:
    """Print the faults that are on, and how often each has struck."""
    from tablewright.sandbox.admin import ask  # noqa: PLC0415 - imported when called

    console.data_json(ask(running(name), "GET", "faults"))


@command.command()
@NAME
def clear(name: str) -> None:
    """Let everything work again."""
    from tablewright.sandbox.admin import ask  # noqa: PLC0415 - imported when called

    ask(running(name), "POST", "faults", {"clear": True})
    console.say("no fault is on")


@command.command(
    epilog="""\b
Examples:
  tablewright sandbox faults add --kind lost-answer --operation CreateTable --times 1
  tablewright sandbox faults add --service '*' --kind reset --rate 0.3 --seed 7
  tablewright sandbox faults add --code ThrottlingException --status 400 --rate 0.1
  tablewright sandbox faults add --service iam --kind delay --seconds 2
"""
)
@NAME
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
@click.option("--times", type=click.IntRange(1), help="Strikes so often; else until cleared.")
@click.option("--skip", type=click.IntRange(0), help="So many calls of an operation pass before.")
@click.option("--rate", type=click.FloatRange(0, 1), help="Share of the calls.  [default: 1]")
@click.option("--seconds", type=click.FloatRange(0, 600), help="How long a delay is.")
@click.option("--seed", type=int, help="Another seed strikes other calls.  [default: 0]")
def add(name: str, **members: Any) -> None:
    """Let calls fail from now on."""
    from tablewright.sandbox.admin import ask  # noqa: PLC0415 - imported when called

    fault = {member: value for member, value in members.items() if value is not None}
    console.data_json(ask(running(name), "POST", "faults", fault))
