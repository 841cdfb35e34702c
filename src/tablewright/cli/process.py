"""The border of the process: from arguments to an exit status, with no traceback on the way."""

from __future__ import annotations

import gc
import io
import os
import sys
from collections.abc import Sequence

import click

from tablewright.documents.failure import document

from . import console
from .commands import root
from .failing import error_of, form, tell

EXIT_FAILED = 1
_ALLOCATIONS_A_COLLECTION = 50_000
"""Modules are loaded and resources declared without a pause for the garbage collector, which goes
over all of them each time and finds nothing: a tenth of the time of a command that changes nothing.
The default is 700; memory without cycles is given back at once in any case."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Run one command and exit with its status."""
    open_closed_streams()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # what an encoding lacks stops no command
    gc.set_threshold(_ALLOCATIONS_A_COLLECTION)
    status = run(arguments)
    gc.freeze()  # the interpreter's end goes over all objects else: a third of a command's time
    sys.exit(status)


def run(arguments: Sequence[str] | None = None) -> int:
    """Run one command; answers its exit status and has printed what went wrong, if anything."""
    given = sys.argv[1:] if arguments is None else arguments
    try:
        result = root.main(args=[*given], prog_name="tablewright", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as error:
        error.show(file=sys.stderr)
        return error.exit_code
    except BrokenPipeError:
        console.mute()
        return EXIT_FAILED
    except (Exception, KeyboardInterrupt) as failure:  # noqa: BLE001 - the process border
        return _failed(failure, form(given))
    return result if isinstance(result, int) else 0


def open_closed_streams() -> None:
    """Give a command that was started without them its standard streams.

    The next file that was opened, a state among them, would else become the stream, and what is
    printed be written into it.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            opened = os.open(os.devnull, os.O_RDWR)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)  # noqa: FBT003 - takes no names
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8"))


def _failed(failure: BaseException, output_format: str) -> int:
    """Say what went wrong, and end with its status."""
    error = error_of(failure)
    tell(failure, error, output_format)
    if output_format == "json" and not console.printed_document():
        console.data_json(document(error))
    return error.exit_status
