"""Where a sandbox has its files."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

from tablewright.engine.install.folders import state_folder
from tablewright.errors import UsageError

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""Of a sandbox."""


def folder(name: str) -> Path:
    """Folder of the sandbox of that name; everything in it may be removed with the sandbox.

    Raises:
        UsageError: the name is none, such as one that leads to another folder.
    """
    if not NAME.fullmatch(name):
        raise UsageError(
            f"{name!r} is not a sandbox name",
            "name it with up to 64 letters, digits, dots, dashes and underscores",
        )
    return state_folder(os.environ) / "sandbox" / name


def make_folder(name: str) -> Path:
    """The folder of the sandbox of that name, made where it is not, for its user alone."""
    made = folder(name)
    made.mkdir(parents=True, exist_ok=True)
    for path in (made.parent, made):
        path.chmod(0o700)
    return made
