"""What reaches the user: data on standard output, everything else on standard error."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from tablewright.errors import ConsentError

if TYPE_CHECKING:
    from rich.console import Console


def data(text: str) -> None:
    """Print what was asked for; ends in exactly one newline.

    A reader that has had enough (`| head`) is no reason to stop: the command goes on, silently, and
    ends with the exit status of its work.
    """
    try:
        click.echo(text.rstrip("\n"))
    except BrokenPipeError:
        mute()


def mute() -> None:
    """Print no more data: nobody reads it, and nothing must complain of that at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def data_json(value: Any) -> None:
    """Print a value as indented JSON."""
    data(json.dumps(value, indent=2, default=str))


def say(text: str) -> None:
    """Print a message."""
    click.echo(text, err=True)


def rich_console(*, stderr: bool = False) -> Console:
    """A console that knows of terminals, `NO_COLOR` and narrow pipes."""
    from rich.console import Console  # noqa: PLC0415 - rich is only for those who print with it

    class Patient(Console):
        """Like `data`: goes on when the reader went away, where rich would exit."""

        def on_broken_pipe(self) -> None:
            self.quiet = True
            mute()

    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 120
    return Patient(stderr=stderr, width=width, highlight=False, soft_wrap=False)


def confirm(question: str, *, yes: bool, instead: str = "--yes") -> bool:
    """Ask at the terminal, unless `--yes` has answered already.

    Raises:
        ConsentError: nobody is there to ask.
    """
    if yes:
        return True
    if not sys.stdin.isatty():
        raise ConsentError(
            f"{question} Nobody is at a terminal to answer, and nothing was touched.",
            f"give the answer with {instead}",
        )
    return click.confirm(question, default=False, err=True)


def steps(title: str) -> Callable[[str], None]:
    """A progress function whose lines carry a title."""
    return lambda text: say(f"{title}: {text}")
