"""Pulumi's engine where there is none: its own release, or else a build with Go."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tablewright.engine.install.build import build_engine
from tablewright.engine.install.release import ReleaseError, fetch_release
from tablewright.errors import EngineMissingError


def provide_engine(
    destination: Path,
    version: str,
    progress: Callable[[str], None],
    environment: Mapping[str, str],
) -> None:
    """Put the engine at `destination`, whole or not at all.

    Two processes that want it at once get it once: the second waits for the first.

    Args:
        destination: the executable to be.
        version: of the engine, as `gomod/go.mod` has it.
        progress: told what is done and how long it takes.
        environment: the user's, with Go on PATH where there is one.

    Raises:
        EngineMissingError: the release could not be fetched and no engine be built; the text says
            why.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    with _alone(destination.parent / ".build.lock", progress):
        if destination.exists():
            return
        try:
            fetch_release(destination, version, progress, environment)
        except ReleaseError as error:
            progress(f"Pulumi's release is not used: {error}")
            _build(destination, version, progress, environment, str(error))


def _build(
    destination: Path,
    version: str,
    progress: Callable[[str], None],
    environment: Mapping[str, str],
    why: str,
) -> None:
    try:
        build_engine(destination, version, progress, environment)
    except EngineMissingError as error:
        message = f"{error.message}\nPulumi's release was not used: {why}"
        raise EngineMissingError(message, error.next_step) from error


@contextmanager
def _alone(lock: Path, progress: Callable[[str], None]) -> Iterator[None]:
    """Hold `lock`; the system lets go of it should this process die."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("another process fetches or builds Pulumi's engine; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
