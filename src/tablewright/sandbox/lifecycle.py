"""Starting, stopping and emptying a sandbox."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

import psutil

from tablewright.errors import SandboxError, UsageError
from tablewright.extras import require
from tablewright.files import write_whole
from tablewright.transfer import read_given, why_unread

from . import stacks
from .admin import ask, fetch_state, send_state
from .emulation import sealed, unsealed
from .folders import make_folder
from .instance import (
    Instance,
    all_running,
    lock_path,
    log_path,
    name_option,
    running,
    stop_command,
    user_key,
)
from .settings import PLAIN, Settings, remember, remembered

START_SECONDS = 30
STOP_SECONDS = 10
POLL_SECONDS = 0.02
LOG_TAIL_LINES = 5
STARTING_ALREADY = 75
"""Exit status of a sandbox's process when another one of that name is there, or nearly."""

_ERROR = re.compile(r"^error TW-E\d+: (.*)(?:\n\s*→ (.*))?", re.MULTILINE)

Progress = Callable[[str], None]


class BackgroundProcess(Protocol):
    """What is asked of the process of a sandbox by whoever started it."""

    pid: int

    def poll(self) -> int | None:
        """Its exit status, once it has ended."""

    def kill(self) -> None:
        """End it at once."""


_started: list[BackgroundProcess] = []
"""Sandboxes this process has started; kept, because they outlive the call on purpose."""


def start(
    name: str,
    asked: Settings = PLAIN,
    *,
    in_memory: bool = False,
    with_parent: bool = False,
    progress: Progress = lambda _: None,
) -> Instance:
    """The sandbox of that name, started if it does not run: as it was last started, if it was.

    Args:
        name: which sandbox.
        asked: what shall be otherwise than when it was last started.
        in_memory: without the data folder it was last started with, which stays as it is.
        with_parent: it ends when this process does.
        progress: told what takes time, and what is to be known about its state.

    Raises:
        UsageError: one runs already, and not as asked; or another one uses the data folder.
        ExtraMissingError: the embedded AWS is not installed.
        SandboxError: it did not start; or the data folder it was last started with is gone.
    """
    if instance := running(name):
        _check_same(instance, asked, in_memory=in_memory)
        return instance
    require("sandbox")
    settings = _settings(name, asked, in_memory=in_memory)
    where = f" with the data in {settings.data}" if settings.data else ""
    progress(f"starting the embedded AWS{where}")
    make_folder(name)
    arguments = [name, *settings.arguments()]
    if with_parent:
        arguments += ["--parent", str(os.getpid())]
    process = new_process(arguments, log_path(name), _clean_environment())
    _started.append(process)
    instance = _wait_until_ready(name, process)
    if instance.pid == process.pid:
        remember(name, settings)
    for note in instance.notes:
        progress(note)
    return instance


def new_process(
    arguments: Sequence[str], log: Path, environment: Mapping[str, str]
) -> BackgroundProcess:
    """One that outlives this, in a session of its own; tests have theirs forked.

    Args:
        arguments: of `python -m tablewright.sandbox`.
        log: takes all that it writes.
        environment: its whole environment.
    """
    with log.open("wb") as written:
        return subprocess.Popen(
            [sys.executable, "-m", "tablewright.sandbox", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=written,
            start_new_session=True,
            env=environment,
        )


def _settings(name: str, asked: Settings, *, in_memory: bool) -> Settings:
    """How to start it: as asked, and for the rest as the last time."""
    settings = remembered(name).changed(asked)
    if in_memory:
        settings = replace(settings, data=None)
    if settings.data is None:
        return settings
    if asked.data is None and not Path(settings.data).is_dir():
        begin = f"tablewright sandbox start --background{name_option(name)}"
        raise SandboxError(
            f"the sandbox {name} has its data in {settings.data}, and that folder is not there",
            f"bring it back; or say where it is now: {begin} --data FOLDER; "
            f"or begin without it: {begin} --in-memory",
        )
    for other in all_running():
        if other.data is not None and Path(other.data).resolve() == Path(settings.data).resolve():
            raise UsageError(
                f"the data in {settings.data} is that of the sandbox {other.name}, which runs",
                f"use that one, with --name {other.name} (--sandbox {other.name} elsewhere); "
                f"or end it: {stop_command(other.name)}",
            )
    return settings


def _clean_environment() -> dict[str, str]:
    """Ours without AWS's and Pulumi's settings: a sandbox is the same whoever starts it."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_", "MOTO_"))
    }


def _check_same(instance: Instance, asked: Settings, *, in_memory: bool) -> None:
    address = urlsplit(instance.endpoint)
    other = (
        asked.port not in {None, 0, address.port}
        or asked.expose not in {None, instance.exposed}
        or asked.data not in {None, instance.data}
        or (in_memory and instance.data is not None)
        or (asked.durations or "") not in {"", ask(instance, "GET", "status")["durations"]}
    )
    if other:
        raise UsageError(
            f"the sandbox {instance.name} runs already, at {instance.endpoint}"
            + (f" with data in {instance.data}" if instance.data else " without a data folder"),
            f"stop it first: {stop_command(instance.name)}; or start another with --name",
        )


def _wait_until_ready(name: str, process: BackgroundProcess) -> Instance:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        instance = running(name)
        if instance is not None and instance.pid == process.pid:
            return instance
        status = process.poll()
        if status is not None and instance is not None:
            return instance  # another command was quicker
        if status not in {None, STARTING_ALREADY}:
            message, next_step = _last_words(name)
            raise SandboxError(f"the sandbox {name} did not start: {message}", next_step)
        time.sleep(POLL_SECONDS)
    if process.poll() == STARTING_ALREADY:
        holder = lock_path(name).read_text("utf-8", "replace")
        raise SandboxError(
            f"the sandbox {name} is held by the process {holder}, of which there is no record",
            f"end that process: kill {holder}",
        )
    process.kill()
    raise SandboxError(
        f"the sandbox {name} did not start within {START_SECONDS} s", f"read {log_path(name)}"
    )


def _last_words(name: str) -> tuple[str, str]:
    """Why the sandbox's process ended, and the next step."""
    log = log_path(name).read_text("utf-8", "replace")
    everything = f"all it wrote is in {log_path(name)}"
    if match := _ERROR.search(log):
        return match[1], match[2] or everything
    return " ".join(log.splitlines()[-LOG_TAIL_LINES:]) or "it wrote nothing", everything


def stop(name: str) -> bool:
    """End the sandbox of that name and all that lived only in it; False when none ran."""
    instance = running(name)
    if instance is None:
        return False
    process = psutil.Process(instance.pid)
    process.terminate()
    if not _ends(instance):
        process.kill()
        _ends(instance)
    running(name)  # removes the record of a killed one
    if instance.data is None:
        shutil.rmtree(instance.backend, ignore_errors=True)
    return True


def _ends(instance: Instance) -> bool:
    """Whether its process ends in time; where nobody collects it, as in many containers, it did."""
    deadline = time.monotonic() + STOP_SECONDS
    while instance.alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
    return not instance.alive


def reset(instance: Instance) -> Instance:
    """Empty the embedded AWS, and with it the state of all stacks deployed to it.

    Raises:
        UsageError: there is no room to keep that; nothing has changed then.
    """
    status = ask(instance, "POST", "reset")
    return _as_of(instance, status["world"], None)


def snapshot(instance: Instance, file: Path) -> int:
    """Keep the embedded AWS and the state of its stacks in one file; answers its bytes.

    The file is sealed with the user's own key and opened by nobody else.

    Raises:
        SandboxError: the sandbox does not answer.
        UsageError: the file cannot be written.
    """
    archived = io.BytesIO()
    with tarfile.open(fileobj=archived, mode="w:gz") as archive:
        world = tarfile.TarInfo("aws")
        state = fetch_state(instance)
        world.size = len(state)
        archive.addfile(world, io.BytesIO(state))
        if instance.backend.exists():
            archive.add(instance.backend, "state")
    data = sealed(user_key(), archived.getvalue())
    try:
        write_whole(file, data, private=True, durable=True)
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror or error}", "name another file"
        ) from error
    return len(data)


def load(instance: Instance, file: Path) -> Instance:
    """Take over what `snapshot` kept, in place of all that is there.

    Raises:
        UsageError: the file is no snapshot that this user made, or is damaged; nothing changed.
        SandboxError: the sandbox does not answer.
    """
    try:
        data = unsealed(user_key(), read_given(file))
    except (OSError, ValueError, SandboxError) as error:
        reason = error.message if isinstance(error, SandboxError) else why_unread(error)
        raise UsageError(
            f"{file} is not a snapshot that can be loaded: {reason}",
            f"make one: tablewright sandbox snapshot FILE{name_option(instance.name)}",
        ) from error
    with tempfile.TemporaryDirectory(prefix="tablewright-snapshot-") as scratch:
        with tarfile.open(fileobj=io.BytesIO(data)) as archive:
            archive.extractall(scratch, filter="data")
        status = send_state(instance, (Path(scratch) / "aws").read_bytes())
        kept = Path(scratch) / "state"
        return _as_of(instance, status["world"], kept if kept.exists() else None)


def _as_of(instance: Instance, world: str, kept: Path | None) -> Instance:
    """The sandbox with another state, and the stacks of it."""
    stacks.replace(instance.backend, kept, world)
    fresh = replace(instance, id=world, notes=())
    fresh.write()
    return fresh
