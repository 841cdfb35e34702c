"""The sandbox's process: `python -m tablewright.sandbox NAME [--port N] [--data DIR]`."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import threading
import uuid
from pathlib import Path

from tablewright.errors import TablewrightError

from .instance import Instance, born, forget
from .lifecycle import clear_state


def main() -> int:
    """Serve until asked to end; then take everything along that lived only here."""
    arguments = _arguments()
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        _serve(arguments, stop)
    except TablewrightError as error:
        sys.stderr.write(f"error {error.code}: {error}\n")
        return error.exit_status
    return 0


def _serve(arguments: argparse.Namespace, stop: threading.Event) -> None:
    # Imported here: arguments are checked, and signals heeded, before a second of imports.
    from tablewright.emulator.server import Emulator  # noqa: PLC0415
    from tablewright.provider.host import ProviderHost  # noqa: PLC0415

    emulator = Emulator(
        arguments.port,
        host=arguments.expose or "127.0.0.1",
        expose_to_network=arguments.expose is not None,
        data=arguments.data,
        durations=arguments.durations,
    )
    with emulator, ProviderHost() as host:
        if arguments.data is None:
            clear_state(arguments.name)
        Instance(
            name=arguments.name,
            id=uuid.uuid4().hex,
            pid=os.getpid(),
            born=born(os.getpid()),
            endpoint=emulator.endpoint,
            provider_host=host.variable,
            data=arguments.data and str(arguments.data),
        ).write()
        try:
            _wait(stop, arguments.parent)
        finally:
            forget(arguments.name)
            if arguments.data is None:
                clear_state(arguments.name)


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
    sys.exit(main())
