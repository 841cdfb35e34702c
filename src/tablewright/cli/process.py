"""The border of the process: from arguments to an exit status, with no traceback on the way."""

from __future__ import annotations

import errno
import gc
import os
import sys
import traceback
from collections.abc import Sequence

import click

from tablewright.errors import InterruptedRun, OperationError, TablewrightError

from . import console
from .commands import root

EXIT_FAILED = 1
_INTERRUPTED = "interrupted; run the same command to go on"
_ALLOCATIONS_A_COLLECTION = 50_000
"""Modules are loaded and resources declared without a pause for the garbage collector, which goes
over all of them each time and finds nothing: a tenth of the time of a command that changes nothing.
The default is 700; memory without cycles is given back at once in any case."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""What the system says of an output that takes no more."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    gc.set_threshold(_ALLOCATIONS_A_COLLECTION)
    status = run(arguments)
    gc.freeze()  # the interpreter's end goes over all objects else: a third of a command's time
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit status and has printed what went wrong, if anything."""
    try:
        result = root.main(args=arguments, prog_name="tablewright", standalone_mode=False)
    except Exception as error:  # noqa: BLE001 - the process border: nothing goes past it
        return _failed(error)
    except KeyboardInterrupt:
        return _say(_INTERRUPTED, InterruptedRun.exit_status)
    return result if isinstance(result, int) else 0


def _failed(error: Exception) -> int:
    match error:
        case click.exceptions.Abort():
            return _say(_INTERRUPTED, InterruptedRun.exit_status)
        case click.ClickException():
            error.show(file=sys.stderr)
            return error.exit_code
        case TablewrightError():
            return _say(f"error {error.code}: {error}", error.exit_status)
        case BrokenPipeError():
            console.mute()
            return EXIT_FAILED
        case OSError() if error.filename or error.errno in _FULL:
            return _say(_of_the_system(error), EXIT_FAILED)
        case _:
            return _report_bug(error)


def _of_the_system(error: OSError) -> str:
    """A path, or the output itself, that the operating system does not let us use."""
    return (
        f"error {OperationError.code}: {error.filename or 'the output'}: {error.strerror}\n"
        "  → check the path, who may write there, and the space left"
    )


def _say(text: str, status: int) -> int:
    click.echo(text, err=True)
    return status


def _report_bug(error: Exception) -> int:
    """A mistake of ours: one line for the user, the traceback only for those who ask."""
    if os.environ.get("TABLEWRIGHT_DEBUG"):
        traceback.print_exc()
    kind = type(error).__name__
    return _say(
        f"error TW-E000: unexpected failure of tablewright ({kind}: {error})\n"
        "  → run the same command with TABLEWRIGHT_DEBUG=1 and report what it prints",
        EXIT_FAILED,
    )
