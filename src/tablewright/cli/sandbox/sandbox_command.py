"""`tablewright sandbox`: the embedded AWS of this machine."""

from __future__ import annotations

from pathlib import Path

import click

from tablewright.cli import options
from tablewright.cli.group import Group
from tablewright.cli.lazy import body

from . import fault_command


@click.group(
    cls=Group,
    epilog="""\b
Examples:
  tablewright sandbox start --background
  tablewright sandbox seed
  eval "$(tablewright sandbox env --shell)"
      then any AWS SDK, CLI or Pulumi talks to it
  tablewright sandbox exec -- pulumi up
  tablewright sandbox stop
""",
)
def command() -> None:
    """The embedded AWS: tables, alarms, roles and more, on loopback, beside our provider."""


command.add_command(fault_command.command)


@command.command()
@options.SANDBOX_NAME
@click.option("--port", type=click.IntRange(0, 65535), help="Port; 0 for any free one.")
@click.option(
    "--data",
    type=click.Path(path_type=Path, file_okay=False, resolve_path=True),
    help="Keep its data, and the record of its stacks, in this folder.",
)
@click.option(
    "--in-memory", is_flag=True, help="Without the data folder of the last start, which stays."
)
@click.option("--background", is_flag=True, help="Return when it is ready; it goes on running.")
@click.option(
    "--durations",
    type=click.Choice(("none", "short", "realistic")),
    help="How long tables stay CREATING, UPDATING, DELETING; short if left out.",
)
@click.option(
    "--expose",
    metavar="ADDRESS",
    help="Listen on this address, too: WHOEVER REACHES IT CAN READ AND WRITE ALL TABLES, without a "
    "password. Stopping, resetting and the clock stay yours.",
)
@options.output("text", "json")
@body("sandbox.sandbox", "start")
def start() -> None:
    """Start the sandbox, and stay with it until Ctrl-C unless --background.

    What is left out is as it was when this sandbox was last started, its data folder first of all.
    """


@command.command()
@options.SANDBOX_NAME
@options.output("text", "json")
@body("sandbox.sandbox", "stop")
def stop() -> None:
    """Stop the sandbox; without --data all that was in it is gone, with it all comes back."""


@command.command()
@options.SANDBOX_NAME
@options.output("text", "json")
@body("sandbox.sandbox", "status")
def status() -> None:
    """Where the sandbox listens and what is in it.

    Exit 1 when it does not run, 4 when some of what was kept of it could not be read.
    """


@command.command("list")
@options.output("table", "json")
@body("sandbox.sandbox", "list_all")
def list_all() -> None:
    """List all sandboxes of this user: where they listen, and where their data is."""


@command.command()
@options.SANDBOX_NAME
@options.output("shell", "json")
@click.option("--shell", "output_format", flag_value="shell", help="`export` lines.")
@click.option("--json", "output_format", flag_value="json", help="A JSON object; null is unset.")
@body("sandbox.sandbox", "env")
def env() -> None:
    """Print the environment that points AWS SDKs, Terraform and Pulumi at the sandbox."""


@command.command(
    "exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@options.SANDBOX_NAME
@click.argument("words", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
@body("sandbox.sandbox", "execute")
def execute() -> None:
    """Run COMMAND against the sandbox; starts one for the command's life if none runs."""


@command.command()
@options.SANDBOX_NAME
@click.option(
    "--items", type=click.IntRange(0), default=2_000, show_default=True, help="Per table."
)
@options.output("text", "json")
@body("sandbox.seed")
def seed() -> None:
    """Make the demo company's three provisioned tables, in ap-southeast-2."""


@command.command()
@options.SANDBOX_NAME
@options.output("text", "json")
@body("sandbox.sandbox", "reset")
def reset() -> None:
    """Empty the sandbox, and forget the stacks deployed to it."""


@command.command()
@options.SANDBOX_NAME
@click.argument(
    "action", type=click.Choice(("show", "advance", "set", "freeze", "resume")), default="show"
)
@click.argument("value", required=False)
@options.json_only
@body("sandbox.sandbox", "clock")
def clock() -> None:
    """Look at the sandbox's clock, or move it: `advance 1h`, `set 2026-01-31T12:00:00Z`, `freeze`.

    Metrics, alarms, autoscaling, limits and table states follow: a day passes in seconds.
    """


@command.command()
@options.SANDBOX_NAME
@click.option("--last", type=click.IntRange(0, 1000), default=0, help="Also the last N requests.")
@click.option("--clear", is_flag=True, help="Count from zero from now on.")
@options.output("text", "json")
@body("sandbox.sandbox", "calls")
def calls() -> None:
    """What was asked of the embedded AWS: counts per operation, and the last requests."""


@command.command()
@options.SANDBOX_NAME
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@options.output("text", "json")
@body("sandbox.sandbox", "snapshot")
def snapshot() -> None:
    """Keep all of the sandbox, stacks included, in FILE."""


@command.command()
@options.SANDBOX_NAME
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@options.output("text", "json")
@body("sandbox.sandbox", "load")
def load() -> None:
    """Put the sandbox back to what `snapshot` kept in FILE."""
