"""The command `tablewright-emulator`: the emulator as a process, until Ctrl-C."""

from __future__ import annotations

import argparse
import gc
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from tablewright_emulator import __version__
from tablewright_emulator.errors import EmulatorError

SECRET_VARIABLE = "TABLEWRIGHT_EMULATOR_SECRET"  # noqa: S105 - the variable's name
_STARTED = """\
a strict DynamoDB with CloudWatch, autoscaling and IAM, until Ctrl-C; for any AWS SDK or CLI:
  export AWS_ENDPOINT_URL={endpoint} AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test
its clock, faults and state are under {endpoint}/_tablewright/, for who sends
  Authorization: Bearer {secret}
"""
_MOST_UNSEEN = 10_000  # objects between two looks for cycles; items have none
_NOT_REPEATED = "{number} calls that were kept could not be done again; the log names them\n"


def main(words: Sequence[str] | None = None) -> int:
    """Serve until asked to end. The endpoint is the only line on standard output."""
    arguments = _parser().parse_args(words)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    try:
        _serve(arguments, stop)
    except (EmulatorError, OSError) as error:
        sys.stderr.write(f"error: {error}\n")
        return 1
    return 0


def _serve(arguments: argparse.Namespace, stop: threading.Event) -> None:
    # Imported here: arguments are checked, and signals heeded, before a second of imports.
    from tablewright_emulator.server import Emulator  # noqa: PLC0415
    from tablewright_emulator.storage import NOT_KEPT  # noqa: PLC0415

    emulator = Emulator(
        arguments.port,
        host=arguments.expose or "127.0.0.1",
        expose_to_network=arguments.expose is not None,
        data=arguments.data,
        durations=arguments.durations,
        secret=os.environ.get(SECRET_VARIABLE) or None,
    )
    with emulator:
        gc.freeze()  # what a start leaves stays
        gc.set_threshold(_MOST_UNSEEN, 20, 20)
        sys.stdout.write(f"{emulator.endpoint}\n")
        sys.stdout.flush()
        sys.stderr.write(_STARTED.format(endpoint=emulator.endpoint, secret=emulator.secret))
        for path in emulator.damaged:
            sys.stderr.write(f"a part of what was kept could not be read and is in {path}\n")
        if arguments.data is not None:
            sys.stderr.write(f"{NOT_KEPT}\n")
        if emulator.not_repeated:
            sys.stderr.write(_NOT_REPEATED.format(number=emulator.not_repeated))
        stop.wait()


def _port(text: str) -> int:
    if not 0 <= (number := int(text)) < 1 << 16:
        raise ValueError(text)
    return number


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="tablewright-emulator",
        description="A strict DynamoDB on this machine, with alarms, autoscaling, IAM and a clock.",
        epilog=f"{SECRET_VARIABLE} sets the secret of its own paths; without it one is made.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument("--port", type=_port, default=0, help="any free one if left out")
    parser.add_argument("--data", type=Path, help="folder that keeps the state over restarts")
    parser.add_argument(
        "--durations",
        choices=("none", "short", "realistic"),
        default="short",
        help="how long tables stay CREATING, UPDATING, DELETING",
    )
    parser.add_argument(
        "--expose",
        metavar="ADDRESS",
        help="listen on this address, too: WHOEVER REACHES IT CAN READ AND WRITE EVERYTHING",
    )
    return parser


if __name__ == "__main__":
    STATUS = main()
    gc.freeze()  # who stops it need not wait until every object was looked at
    sys.exit(STATUS)
