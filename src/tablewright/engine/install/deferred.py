"""A `pulumi` for a sandbox's PATH where no engine is installed yet: it is built when it is called.

Whoever wants only the embedded AWS never waits for it.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from tablewright.engine.install.locate import DEFERRED_FOLDER, find_engine
from tablewright.errors import EngineMissingError
from tablewright.files import write_script

_START = "from tablewright.engine.install.deferred import main; main()"


def install_deferred_engine(directory: Path) -> Path:
    """Write the executable `pulumi` into a folder of `directory`, and return its path."""
    text = f"#!/bin/sh\nexec '{sys.executable}' -c '{_START}' \"$@\"\n"
    return write_script(directory / DEFERRED_FOLDER / "pulumi", text)


def main(words: Sequence[str] | None = None) -> None:
    """Find the engine or build it, and become it."""
    try:
        engine = find_engine(lambda text: print(text, file=sys.stderr, flush=True))  # noqa: T201
    except EngineMissingError as error:
        print(f"error {error.code}: {error}", file=sys.stderr)  # noqa: T201
        sys.exit(error.exit_status)
    folder, path = str(engine.path.parent), os.environ.get("PATH", os.defpath).split(os.pathsep)
    entries = [folder if Path(entry).name == DEFERRED_FOLDER else entry for entry in path]
    environment = {**os.environ, "PATH": os.pathsep.join(entries)}
    arguments = sys.argv[1:] if words is None else words
    os.execve(engine.path, [str(engine.path), *arguments], environment)  # noqa: S606 - no shell
