"""What went wrong, as one of our errors: each has a code, an exit status and a next step."""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Sequence
from itertools import pairwise

import click

from tablewright.errors import InterruptedRun, OperationError, TablewrightError, UsageError
from tablewright.report.formats import workflow

from . import console

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""What the system says of an output that takes no more."""
_ATTACHED = re.compile(r"(?:--output=|-o=?)(\w+)")


def error_of(failure: BaseException) -> TablewrightError:
    """Anything that ends a command, as an error that a user understands."""
    match failure:
        case TablewrightError():
            return failure
        case click.exceptions.Abort() | KeyboardInterrupt():
            return InterruptedRun("interrupted", "run the same command to go on")
        case click.ClickException():
            return UsageError(failure.format_message(), _help(failure))
        case OSError() if failure.filename or failure.errno in _FULL:
            return OperationError(
                f"{failure.filename or 'the output'}: {failure.strerror}",
                "check the path, who may write there, and the space left",
            )
        case _:
            return TablewrightError(
                f"unexpected failure of tablewright ({type(failure).__name__}: {failure})",
                "run the same command with TABLEWRIGHT_DEBUG=1 and report what it prints",
            )


def tell(failure: BaseException, error: TablewrightError, output_format: str) -> None:
    """Say what went wrong; a mistake of ours shows where if asked."""
    if type(error) is TablewrightError and os.environ.get("TABLEWRIGHT_DEBUG"):
        traceback.print_exception(failure)
    console.say(f"{usage(failure)}error {error.code}: {error}")
    if output_format == "github":
        for line in workflow.of_error(error):
            console.data(line)


def usage(failure: BaseException) -> str:
    """How the command is called, where that is what was wrong; else nothing."""
    context = getattr(failure, "ctx", None)
    return f"{context.get_usage()}\n\n" if context is not None else ""


def form(arguments: Sequence[str]) -> str:
    """What `--output` says, also on a command line that cannot be understood; may be empty.

    What follows `--`, or `sandbox exec`, is another command's.
    """
    if [*arguments[:2]] == ["sandbox", "exec"]:
        return ""
    own = [*arguments[: arguments.index("--")]] if "--" in arguments else [*arguments]
    for word, following in pairwise([*own, ""]):
        if word in {"--output", "-o"}:
            return following
        if attached := _ATTACHED.fullmatch(word):
            return attached[1]
    return "json" if "--json" in own else ""


def _help(failure: click.ClickException) -> str:
    context = getattr(failure, "ctx", None)
    command = context.command_path if context is not None else "tablewright"
    return f"see `{command} --help`"
