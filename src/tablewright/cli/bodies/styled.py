"""Output with colours, tables and bars, on what the terminal can do."""

from __future__ import annotations

import os
import sys

from rich.console import Console

from tablewright.cli import console


class _Patient(Console):
    """Goes on when the reader went away, like `console.data`, where rich would exit."""

    def on_broken_pipe(self) -> None:
        self.quiet = True
        console.mute()


def styled(*, stderr: bool = False) -> Console:
    """A console that knows of terminals, `NO_COLOR` and narrow pipes."""
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else 120
    return _Patient(stderr=stderr, width=width, highlight=False, soft_wrap=False)
