"""What went wrong, as one of our errors: each has a code, an exit status and a next step."""

from __future__ import annotations

import errno
import os
import re
import traceback
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import pairwise

import click

from tablewright.errors import InterruptedRun, OperationError, TablewrightError, UsageError
from tablewright.report.formats import workflow

from . import console

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EIO})
"""What the system says of an output that takes no more."""
_SPELT = 4
"""Characters, the dashes among them, that tell which options begin so."""
_NEARLY = 0.8
_ATTACHED = re.compile(r"(?:--output=|-o=?)(\w+)")


def error_of(failure: BaseException) -> TablewrightError:
    """Anything that ends a command, as an error that a user understands."""
    match failure:
        case TablewrightError():
            return failure
        case click.exceptions.Abort() | KeyboardInterrupt():
            return InterruptedRun("interrupted", "run the same command to go on")
        case click.NoSuchOption():
            near = _near_options(failure)
            meant = f"did you mean {' or '.join(near)}? " if near else ""
            return UsageError(f"No such option '{failure.option_name}'.", meant + _help(failure))
        case click.ClickException():
            return UsageError(failure.format_message(), _help(failure))
        case OSError():
            return _refused_by_the_system(failure)
        case _:
            return _unexpected(failure)


def _refused_by_the_system(failure: OSError) -> TablewrightError:
    if failure.filename or failure.errno in _FULL:
        return OperationError(
            f"{failure.filename or 'the output'}: {failure.strerror}",
            "check the path, who may write there, and the space left",
        )
    if not _has_current_directory():
        return UsageError("the current directory does not exist any more", "cd to another one")
    return _unexpected(failure)


def _unexpected(failure: BaseException) -> TablewrightError:
    return TablewrightError(
        f"unexpected failure of tablewright ({type(failure).__name__}: {failure})",
        "run the same command with TABLEWRIGHT_DEBUG=1 and report what it prints",
    )


def _has_current_directory() -> bool:
    try:
        return bool(os.getcwd())  # noqa: PTH109 - no path is made of it
    except FileNotFoundError:
        return False


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


def _near_options(failure: click.NoSuchOption) -> list[str]:
    """Options that begin so, else those that are nearly spelt so.

    Nearly is less far than for other names: `--env` is not answered with `--yes`, which somebody in
    a hurry would follow.
    """
    if failure.ctx is None:
        return []
    options = [
        name
        for option in failure.ctx.command.get_params(failure.ctx)
        if isinstance(option, click.Option) and not option.hidden
        for name in option.opts
        if name.startswith("--")
    ]
    typed = failure.option_name
    beginning = [name for name in options if len(typed) >= _SPELT and name.startswith(typed)]
    return beginning or get_close_matches(typed, options, cutoff=_NEARLY)


def _help(failure: click.ClickException) -> str:
    context = getattr(failure, "ctx", None)
    command = context.command_path if context is not None else "tablewright"
    return f"see `{command} --help`"
