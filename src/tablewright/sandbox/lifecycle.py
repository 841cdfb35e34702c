"""Starting, stopping and emptying a sandbox."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil

from tablewright.errors import SandboxError, UsageError

from .admin import ask
from .instance import DEFAULT_NAME, Instance, folder, log_path, running

START_SECONDS = 30
STOP_SECONDS = 10
POLL_SECONDS = 0.02
LOG_TAIL_LINES = 5

Progress = Callable[[str], None]

_started: list[subprocess.Popen[bytes]] = []
"""Sandboxes this process has started; kept, because they outlive the call on purpose."""


def start(
    name: str,
    *,
    port: int = 0,
    data: Path | None = None,
    durations: str | None = None,
    expose: str | None = None,
    with_parent: bool = False,
    progress: Progress = lambda _: None,
) -> Instance:
    """The sandbox of that name, started if it does not run.

    Args:
        name: which sandbox.
        port: of the embedded AWS; 0 takes a free one.
        data: folder that keeps its data over restarts; None keeps it in memory.
        durations: of changes of state: `none`, `short` (tens of milliseconds; the default),
            `realistic`.
        expose: an address beyond loopback to listen on; whoever reaches it needs no password.
        with_parent: it ends when this process does.
        progress: told what takes time.

    Raises:
        UsageError: one runs already, and not as asked.
        SandboxError: it did not start.
    """
    if instance := running(name):
        _check_same(instance, port, data, expose, durations)
        return instance
    progress("starting the embedded AWS")
    folder(name).mkdir(parents=True, exist_ok=True)
    command = [sys.executable, "-m", "tablewright.sandbox", name, "--port", str(port)]
    if durations is not None:
        command += ["--durations", durations]
    if expose is not None:
        command += ["--expose", expose]
    if data is not None:
        command += ["--data", str(data.absolute())]
    if with_parent:
        command += ["--parent", str(os.getpid())]
    with log_path(name).open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            env=_clean_environment(),
        )
    _started.append(process)
    return _wait_until_ready(name, process)


def _clean_environment() -> dict[str, str]:
    """Ours without AWS's and Pulumi's settings: a sandbox is the same whoever starts it."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "PULUMI_", "MOTO_"))
    }


def _check_same(
    instance: Instance, port: int, data: Path | None, expose: str | None, durations: str | None
) -> None:
    address = urlsplit(instance.endpoint)
    other = (
        port not in {0, address.port}
        or expose not in {None, address.hostname}
        or (data is not None and str(data.absolute()) != instance.data)
        or durations not in {None, ask(instance, "GET", "status")["durations"]}
    )
    if other:
        raise UsageError(
            f"the sandbox {instance.name} runs already, at {instance.endpoint}"
            + (f" with data in {instance.data}" if instance.data else " without a data folder"),
            f"stop it first: {stop_command(instance.name)}; or start another with --name",
        )


def stop_command(name: str) -> str:
    """What ends the sandbox of that name."""
    return "tablewright sandbox stop" + ("" if name == DEFAULT_NAME else f" --name {name}")


def _wait_until_ready(name: str, process: subprocess.Popen[bytes]) -> Instance:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        instance = running(name)
        if instance is not None and instance.pid == process.pid:
            return instance
        if process.poll() is not None:
            if instance := running(name):
                return instance  # another command was quicker
            raise SandboxError(
                f"the sandbox {name} did not start: {_last_words(name)}",
                "mend that and start it again",
            )
        time.sleep(POLL_SECONDS)
    process.kill()
    raise SandboxError(
        f"the sandbox did not start within {START_SECONDS} s", f"read {log_path(name)}"
    )


def _last_words(name: str) -> str:
    lines = log_path(name).read_text("utf-8", "replace").splitlines()
    text = " ".join(lines[-LOG_TAIL_LINES:])
    return re.sub(r"^error TW-E\d+: |\s+→.*", "", text) or f"read {log_path(name)}"


def stop(name: str) -> bool:
    """End the sandbox of that name and all that lived only in it; False when none ran."""
    instance = running(name)
    if instance is None:
        return False
    process = psutil.Process(instance.pid)
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except psutil.TimeoutExpired:
        process.kill()
        process.wait(STOP_SECONDS)
    running(name)  # removes the record of a killed one
    if instance.data is None:
        clear_state(name)
    return True


def reset(instance: Instance) -> Instance:
    """Empty the embedded AWS, and with it the state of all stacks deployed to it."""
    ask(instance, "POST", "reset")
    clear_state(instance.name)
    fresh = replace(instance, id=uuid.uuid4().hex)
    fresh.write()
    return fresh


def snapshot(instance: Instance, file: Path) -> int:
    """Keep the embedded AWS and the state of its stacks in one file; answers its bytes."""
    with tempfile.TemporaryDirectory(prefix="tablewright-snapshot-") as scratch:
        world = Path(scratch) / "aws"
        ask(instance, "POST", "snapshot", {"path": str(world)})
        fresh = file.with_name(f".{file.name}.{os.getpid()}")
        with tarfile.open(fresh, "w:gz") as archive:
            archive.add(world, "aws")
            if instance.backend.exists():
                archive.add(instance.backend, "state")
        fresh.replace(file)
    return file.stat().st_size


def load(instance: Instance, file: Path) -> Instance:
    """Take over what `snapshot` kept, in place of all that is there.

    Raises:
        UsageError: the file is no snapshot.
    """
    with tempfile.TemporaryDirectory(prefix="tablewright-snapshot-") as scratch:
        try:
            with tarfile.open(file) as archive:
                archive.extractall(scratch, filter="data")
        except (OSError, tarfile.TarError) as error:
            raise UsageError(
                f"{file} is no snapshot of a sandbox", "make one: tablewright sandbox snapshot FILE"
            ) from error
        ask(instance, "POST", "load", {"path": str(Path(scratch) / "aws")})
        clear_state(instance.name)
        kept = Path(scratch) / "state"
        if kept.exists():
            shutil.copytree(kept, instance.backend)
    fresh = replace(instance, id=uuid.uuid4().hex)
    fresh.write()
    return fresh


def clear_state(name: str) -> None:
    """Remove the engine's state of a sandbox whose AWS is gone."""
    shutil.rmtree(folder(name) / "state", ignore_errors=True)
