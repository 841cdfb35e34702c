"""`tablewright sandbox`: the embedded AWS of this machine."""

from __future__ import annotations

import dataclasses
import os
import shlex
import time
from collections.abc import Sequence
from pathlib import Path

import click

from tablewright.errors import UsageError

from . import console, fault_command, options
from .sandboxes import NAME, running, session

CLOCK_SECONDS = 3_600
"""Years may have to pass, with every alarm looked at every minute."""
UNREAD = 4
"""Exit status where something could not be read."""


@click.group(
    epilog="""\b
Examples:
  tablewright sandbox start --background
  tablewright sandbox seed
  eval "$(tablewright sandbox env --shell)"      then any AWS SDK, CLI or Pulumi talks to it
  tablewright sandbox exec -- pulumi up
  tablewright sandbox stop
"""
)
def command() -> None:
    """The embedded AWS: tables, alarms, roles and more, on loopback, beside our provider."""


command.add_command(fault_command.command)


@command.command()
@NAME
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
def start(
    name: str,
    port: int | None,
    data: Path | None,
    durations: str | None,
    expose: str | None,
    output_format: str,
    *,
    in_memory: bool,
    background: bool,
) -> None:
    """Start the sandbox, and stay with it until Ctrl-C unless --background.

    What is left out is as it was when this sandbox was last started, its data folder first of all.
    """
    from tablewright.sandbox import lifecycle  # noqa: PLC0415 - imported when called
    from tablewright.sandbox.instance import stop_command  # noqa: PLC0415
    from tablewright.sandbox.settings import Settings  # noqa: PLC0415

    if in_memory and data is not None:
        raise UsageError("--in-memory and --data exclude each other", "leave one of them out")
    found = lifecycle.start(
        name,
        Settings(port, str(data) if data else None, durations, expose),
        in_memory=in_memory,
        with_parent=not background,
        progress=console.say,
    )
    try:
        if output_format == "json":
            console.data_json({"name": found.name, "pid": found.pid, "endpoint": found.endpoint})
        else:
            console.data(found.endpoint)
        if background:
            end = stop_command(name)
            console.say(f"sandbox {name} runs (process {found.pid}); end it: {end}")
            return
        console.say(f"sandbox {name} runs until Ctrl-C")
        while found.alive:
            time.sleep(0.2)
    except KeyboardInterrupt:  # as soon as the endpoint is said, somebody may have had enough
        lifecycle.stop(name)
    console.say("stopped")


@command.command()
@NAME
def stop(name: str) -> None:
    """Stop the sandbox; without --data all that was in it is gone, with it all comes back."""
    from tablewright.sandbox import lifecycle  # noqa: PLC0415 - imported when called

    console.say("stopped" if lifecycle.stop(name) else f"the sandbox {name} did not run")


@command.command()
@NAME
@options.output("text", "json")
def status(name: str, output_format: str) -> int:
    """Where the sandbox listens and what is in it.

    Exit 1 when it does not run, 4 when some of what was kept of it could not be read.
    """
    from tablewright.report.outputs import lines  # noqa: PLC0415 - imported when called
    from tablewright.sandbox.admin import ask  # noqa: PLC0415 - imported when called

    found = running(name)
    answer = {
        "name": found.name,
        "pid": found.pid,
        "endpoint": found.endpoint,
        "data": found.data,
        **ask(found, "GET", "status"),
    }
    if output_format == "json":
        console.data_json(answer)
    else:
        for line in lines(answer):
            console.data(line)
    return UNREAD if answer["damaged"] else 0


@command.command()
@NAME
@click.option("--shell", "form", flag_value="shell", default="shell", help="`export` lines.")
@click.option("--json", "form", flag_value="json", help="A JSON object; null means unset.")
def env(name: str, form: str) -> None:
    """Print the environment that points AWS SDKs, Terraform and Pulumi at the sandbox."""
    from tablewright.sandbox.environment import prepare  # noqa: PLC0415 - imported when called

    prepared = prepare(running(name), os.environ, console.say)
    if form == "json":
        unset = dict.fromkeys(prepared.unset)
        console.data_json({**unset, **prepared.variables})
    else:
        console.data(prepared.shell())


@command.command(
    "exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False}
)
@NAME
@click.argument("words", metavar="-- COMMAND...", nargs=-1, required=True, type=click.UNPROCESSED)
def execute(name: str, words: Sequence[str]) -> int:
    """Run COMMAND against the sandbox; starts one for the command's life if none runs."""
    from tablewright.sandbox import execution, instance, lifecycle  # noqa: PLC0415
    from tablewright.sandbox.environment import prepare  # noqa: PLC0415

    found = instance.running(name)
    own = found is None
    if found is None:
        found = lifecycle.start(name, with_parent=True, progress=console.say)
    try:
        prepared = prepare(found, os.environ, console.say)
        return execution.run(words, prepared.applied(os.environ))
    finally:
        if own:
            lifecycle.stop(name)


@command.command()
@NAME
@click.option(
    "--items", type=click.IntRange(0), default=2_000, show_default=True, help="Per table."
)
@options.output("text", "json")
def seed(name: str, items: int, output_format: str) -> None:
    """Make the demo company's three provisioned tables, in ap-southeast-2."""
    from tablewright.sandbox.seed import REGION  # noqa: PLC0415 - imported when called
    from tablewright.sandbox.seed import seed as seed_company  # noqa: PLC0415

    seeded = seed_company(session(running(name), REGION), items)
    if output_format == "json":
        console.data_json([dataclasses.asdict(table) for table in seeded])
        return
    for table in seeded:
        made = "made" if table.made else "was there"
        console.data(f"{table.name}: {table.items} items ({made})")


@command.command()
@NAME
def reset(name: str) -> None:
    """Empty the sandbox, and forget the stacks deployed to it."""
    from tablewright.sandbox import lifecycle  # noqa: PLC0415 - imported when called

    lifecycle.reset(running(name))
    console.say("emptied")


@command.command()
@NAME
@click.argument(
    "action", type=click.Choice(("show", "advance", "set", "freeze", "resume")), default="show"
)
@click.argument("value", required=False)
def clock(name: str, action: str, value: str | None) -> None:
    """Look at the sandbox's clock, or move it: `advance 1h`, `set 2026-01-31T12:00:00Z`, `freeze`.

    Metrics, alarms, autoscaling, limits and table states follow: a day passes in seconds.
    """
    from tablewright.sandbox.admin import ask  # noqa: PLC0415 - imported when called

    if (action in {"advance", "set"}) != (value is not None):
        verb = "needs a value" if value is None else "takes no value"
        raise UsageError(f"`clock {action}` {verb}", "for instance: clock advance 1h, clock freeze")
    found = running(name)
    if action == "show":
        console.data_json(ask(found, "GET", "clock"))
    else:
        moved = ask(found, "POST", "clock", {action: value or True}, seconds=CLOCK_SECONDS)
        console.data_json(moved)


@command.command()
@NAME
@click.option("--last", type=click.IntRange(0, 1000), default=0, help="Also the last N requests.")
@click.option("--clear", is_flag=True, help="Count anew from now on.")
@options.output("text", "json")
def calls(name: str, last: int, output_format: str, *, clear: bool) -> None:
    """What was asked of the embedded AWS: counts per operation, and the last requests."""
    from tablewright.report.outputs import lines  # noqa: PLC0415 - imported when called
    from tablewright.sandbox.admin import ask  # noqa: PLC0415

    found = running(name)
    answer = ask(found, "POST", "calls", {"clear": True}) if clear else None
    answer = answer or ask(found, "GET", f"calls?last={last}")
    if output_format == "json":
        console.data_json(answer)
        return
    for line in lines(answer):
        console.data(line)


@command.command()
@NAME
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def snapshot(name: str, file: Path) -> None:
    """Keep all of the sandbox, stacks included, in FILE."""
    from tablewright.sandbox import lifecycle  # noqa: PLC0415 - imported when called
    from tablewright.sandbox.instance import name_option  # noqa: PLC0415

    size = lifecycle.snapshot(running(name), file.absolute())
    back = f"tablewright sandbox load {shlex.quote(str(file))}{name_option(name)}"
    console.say(f"kept in {file} ({size} bytes); take it back: {back}")


@command.command()
@NAME
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
def load(name: str, file: Path) -> None:
    """Put the sandbox back to what `snapshot` kept in FILE."""
    from tablewright.sandbox import lifecycle  # noqa: PLC0415 - imported when called

    lifecycle.load(running(name), file.absolute())
    console.say(f"the sandbox is as in {file}")
