"""Output with colours, tables and bars, on what the terminal can do."""

from __future__ import annotations

import os
import re
import sys
from typing import IO, TextIO, cast

from rich.console import Console

from tablewright.report.formats.prose import width_of, wrapped

from . import console

PIPE_WIDTH = 1000
"""Of a file or a pipe: nothing is wrapped there, so that an ARN stays in one line."""
PAGE_WIDTH = 120
"""Of what fills its lines, prose and charts, in a file or a pipe."""


class _WithoutBlanks:
    """A stream whose lines do not end in blanks, which a grid of cells leaves."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        return self._stream.write(re.sub(r"[ ]+(?=\n)", "", text))

    def __getattr__(self, name: str) -> object:
        return getattr(self._stream, name)


class _Patient(Console):
    """Goes on when the reader went away, like `console.data`, where rich would exit."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        console.mute()


def styled(*, stderr: bool = False) -> Console:
    """A console that knows of terminals, `NO_COLOR` and pipes."""
    stream = sys.stderr if stderr else sys.stdout
    if stream.isatty():
        return _Patient(stderr=stderr, highlight=False, soft_wrap=False)
    width = None if os.environ.get("COLUMNS") else PIPE_WIDTH
    file = cast("IO[str]", _WithoutBlanks(stream))
    return _Patient(file=file, width=width, highlight=False, soft_wrap=False)


def page_width(out: Console) -> int:
    """How many columns prose and charts fill: those of the terminal, fewer in a pipe."""
    return out.width if out.is_terminal else min(out.width, PAGE_WIDTH)


def terminal_width() -> int | None:
    """Of the terminal that data goes to; None for a file or a pipe."""
    return width_of(styled())


def say_prose(text: str) -> None:
    """Print a message of several sentences; a terminal gets lines that it does not break itself."""
    console.say(wrapped(text, width_of(styled(stderr=True))))
