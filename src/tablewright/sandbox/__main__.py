"""The sandbox's process: `python -m tablewright.sandbox NAME [--port N] [--data DIR]`."""

from __future__ import annotations

import argparse
import fcntl
import gc
import os
import shutil
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Final

from tablewright.errors import TablewrightError

from . import stacks
from .emulation import using_emulator
from .folders import make_folder
from .instance import Instance, born, forget, lock_path, running, user_key
from .lifecycle import POLL_SECONDS, STARTING_ALREADY

_ENDING_SECONDS: Final = 2.0
"""A process that was ended counts as gone a moment before the last of its threads is, which has the
lock until then."""


def main() -> int:
    """Serve until asked to end; then take everything along that lived only here."""
    arguments = _arguments()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        make_folder(arguments.name)
        with _alone(arguments.name) as alone:
            if not alone:
                return STARTING_ALREADY
            with using_emulator():
                _serve(arguments, stop)
    except TablewrightError as error:
        sys.stderr.write(f"error {error.code}: {error}\n")
        return error.exit_status
    return 0


@contextmanager
def _alone(name: str) -> Iterator[bool]:
    """Whether this is the only sandbox of that name, which it stays meanwhile."""
    with lock_path(name).open("ab") as file:
        deadline = time.monotonic() + _ENDING_SECONDS
        while not (alone := _locks(file)) and not running(name) and time.monotonic() < deadline:
            time.sleep(POLL_SECONDS)
        if alone:
            file.truncate(0)
            file.write(str(os.getpid()).encode())
            file.flush()
        yield alone


def _locks(file: IO[bytes]) -> bool:
    try:
        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def _serve(arguments: argparse.Namespace, stop: threading.Event) -> None:
    # Imported here: arguments are checked, and signals heeded, before a second of imports.
    from tablewright.provider.hosting.host import ProviderHost  # noqa: PLC0415
    from tablewright_emulator.server import Emulator  # noqa: PLC0415

    from .answering import answering_here  # noqa: PLC0415

    recorded = stacks.place(arguments.name, arguments.data)
    emulator = Emulator(
        arguments.port,
        host=arguments.expose or "127.0.0.1",
        expose_to_network=arguments.expose is not None,
        data=arguments.data,
        durations=arguments.durations,
        key=user_key(),
    )
    with emulator, answering_here(emulator), ProviderHost() as host:
        notes = [_damage(path) for path in emulator.damaged]
        if emulator.not_repeated:
            notes.append(_unrepeated(emulator.not_repeated))
        if arguments.data is None and (aside := stacks.set_aside(arguments.name, recorded)):
            notes.append(_loss(arguments.name, aside))
        stacks.check(recorded, emulator.world)
        Instance(
            name=arguments.name,
            id=emulator.world,
            pid=os.getpid(),
            born=born(os.getpid()),
            endpoint=emulator.endpoint,
            provider_host=host.variable,
            data=arguments.data and str(arguments.data),
            exposed=emulator.exposed,
            secret=emulator.secret,
            notes=tuple(notes),
        ).write()
        try:
            _wait(stop, arguments.parent)
        finally:
            forget(arguments.name)
            if arguments.data is None:
                shutil.rmtree(recorded, ignore_errors=True)


def _damage(path: str) -> str:
    return (
        f"the journal of this sandbox was damaged: what came after the damage is not in its tables "
        f"but in {path}; remove that file when it is not needed"
    )


def _unrepeated(number: int) -> str:
    return (
        f"{number} calls that were kept could not be done again, and what they made is not there; "
        "the log of the sandbox names them"
    )


def _loss(name: str, aside: Path) -> str:
    return (
        f"the sandbox {name} was killed and its tables were in memory only: it is empty now, and "
        f"what was recorded of its stacks is in {aside}; --data FOLDER would keep both"
    )


def _wait(stop: threading.Event, parent: int | None) -> None:
    """Until a signal, or until the process it lives for is gone."""
    while not stop.wait(1.0):
        if parent is not None and os.getppid() != parent:
            return


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tablewright.sandbox", description=__doc__)
    parser.add_argument("name")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--durations", choices=("none", "short", "realistic"), default="short")
    parser.add_argument("--expose", metavar="ADDRESS", help="listen beyond loopback")
    parser.add_argument("--parent", type=int, help="end when this process is gone")
    return parser.parse_args()


if __name__ == "__main__":
    STATUS = main()
    gc.freeze()  # who stops a sandbox need not wait until every object was looked at
    sys.exit(STATUS)
