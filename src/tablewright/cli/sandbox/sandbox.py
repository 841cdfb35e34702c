"""`tablewright sandbox`: the embedded AWS of this machine."""

from __future__ import annotations

import os
import shlex
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs.sandboxes import running
from tablewright.cli.styled import terminal_width
from tablewright.errors import UsageError
from tablewright.report.formats.columns import columns
from tablewright.report.runs.outputs import lines
from tablewright.sandbox import execution, instance, lifecycle
from tablewright.sandbox.admin import ask
from tablewright.sandbox.emulation import not_kept
from tablewright.sandbox.environment import prepare
from tablewright.sandbox.instance import Instance, name_option, stop_command
from tablewright.sandbox.settings import Settings, remembered

CLOCK_SECONDS = 3_600
"""Years may have to pass, with every alarm looked at every minute."""
UNREAD = 4
"""Exit status where something could not be read."""


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
    """Start the sandbox, and stay with it until Ctrl-C unless --background."""
    if in_memory and data is not None:
        raise UsageError("--in-memory and --data exclude each other", "leave one of them out")
    instance = lifecycle.start(
        name,
        Settings(port, str(data) if data else None, durations, expose),
        in_memory=in_memory,
        with_parent=not background,
        progress=console.say,
    )
    try:
        if output_format == "json":
            console.data_json(
                {"name": instance.name, "pid": instance.pid, "endpoint": instance.endpoint}
            )
        else:
            console.data(instance.endpoint)
        if instance.data is not None:
            console.say(not_kept())
        if background:
            end = stop_command(name)
            console.say(f"sandbox {name} runs (process {instance.pid}); end it: {end}")
            return
        console.say(f"sandbox {name} runs until Ctrl-C")
        while instance.alive:
            time.sleep(0.2)
    except KeyboardInterrupt:  # as soon as the endpoint is said, somebody may have had enough
        lifecycle.stop(name)
    console.say("stopped")


def stop(name: str, output_format: str) -> None:
    """Stop the sandbox; without --data all that was in it is gone, with it all comes back."""
    did_run = lifecycle.stop(name)
    console.say("stopped" if did_run else f"the sandbox {name} did not run")
    _tell_change(name, output_format, changed=did_run)


def _tell_change(
    name: str,
    output_format: str,
    *,
    changed: bool = True,
    file: Path | None = None,
    size: int | None = None,
) -> None:
    """What was done to a sandbox as a document, where one was asked for."""
    if output_format == "json":
        path = str(file) if file is not None else None
        console.data_json({"name": name, "changed": changed, "file": path, "bytes": size})


def status(name: str, output_format: str) -> int:
    """Where the sandbox listens and what is in it."""
    instance = running(name)
    answer = {
        "name": instance.name,
        "pid": instance.pid,
        "endpoint": instance.endpoint,
        "data": instance.data,
        **ask(instance, "GET", "status"),
    }
    if output_format == "json":
        console.data_json(answer)
    else:
        for line in lines(answer):
            console.data(line)
    return UNREAD if answer["damaged"] else 0


def list_all(output_format: str) -> None:
    """All sandboxes of this user, and which of them run."""
    instances = {record.name: record for record in instance.all_running()}
    rows = [_row(name, instances.get(name)) for name in instance.known()]
    if output_format == "json":
        console.data_json(rows)
        return
    cells = [
        (row["name"], row["endpoint"] or "does not run", row["data"] or "in memory") for row in rows
    ]
    for line in columns(("name", "endpoint", "data"), lambda: cells, width=terminal_width()):
        console.data(line)


def _row(name: str, here: Instance | None) -> dict[str, Any]:
    return {
        "name": name,
        "running": here is not None,
        "endpoint": here.endpoint if here else None,
        "data": here.data if here else remembered(name).data,
    }


def env(name: str, output_format: str) -> None:
    """Print the environment that points AWS SDKs, Terraform and Pulumi at the sandbox."""
    prepared = prepare(running(name), os.environ)
    if output_format == "json":
        unset = dict.fromkeys(prepared.unset)
        console.data_json({**unset, **prepared.variables})
    else:
        console.data(prepared.shell())


def execute(name: str, words: Sequence[str]) -> int:
    """Run COMMAND against the sandbox; starts one for the command's life if none runs."""
    started = instance.running(name)
    own = started is None
    if started is None:
        instance.require_known(name)
        started = lifecycle.start(name, with_parent=True, progress=console.say)
    try:
        prepared = prepare(started, os.environ)
        return execution.run(words, prepared.applied(os.environ))
    finally:
        if own:
            lifecycle.stop(name)


def reset(name: str, output_format: str) -> None:
    """Empty the sandbox, and forget the stacks deployed to it."""
    lifecycle.reset(running(name))
    console.say("sandbox reset")
    _tell_change(name, output_format)


def clock(name: str, action: str, value: str | None) -> None:
    """Look at the sandbox's clock, or move it."""
    if (action in {"advance", "set"}) != (value is not None):
        verb = "needs a value" if value is None else "takes no value"
        raise UsageError(f"`clock {action}` {verb}", "for instance: clock advance 1h, clock freeze")
    instance = running(name)
    if action == "show":
        console.data_json(ask(instance, "GET", "clock"))
    else:
        moved = ask(instance, "POST", "clock", {action: value or True}, seconds=CLOCK_SECONDS)
        console.data_json(moved)


def calls(name: str, last: int, output_format: str, *, clear: bool) -> None:
    """What was asked of the embedded AWS: counts per operation, and the last requests."""
    instance = running(name)
    answer = ask(instance, "POST", "calls", {"clear": True}) if clear else None
    answer = answer or ask(instance, "GET", f"calls?last={last}")
    if output_format == "json":
        console.data_json(answer)
        return
    for line in lines(answer):
        console.data(line)


def snapshot(name: str, file: Path, output_format: str) -> None:
    """Keep all of the sandbox, stacks included, in FILE."""
    size = lifecycle.snapshot(running(name), file.absolute())
    back = f"tablewright sandbox load {shlex.quote(str(file))}{name_option(name)}"
    console.say(f"kept in {file} ({size} bytes); restore it: {back}")
    _tell_change(name, output_format, changed=False, file=file, size=size)


def load(name: str, file: Path, output_format: str) -> None:
    """Put the sandbox back to what `snapshot` kept in FILE."""
    lifecycle.load(running(name), file.absolute())
    console.say(f"the sandbox is as in {file}")
    _tell_change(name, output_format, file=file)
