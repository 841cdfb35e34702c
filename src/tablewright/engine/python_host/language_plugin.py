"""Where the engine finds our Python language host: an executable that starts `language_host`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

_NAME = "pulumi-language-python"
_START = "from tablewright.engine.python_host.language_host import main; main()"


def install_language_host(directory: Path) -> Path:
    """Write the executable `pulumi-language-python` into a folder and return its path.

    The folder belongs at the end of a sandbox's PATH and nowhere else: a host that Pulumi
    installed does more than ours, and comes first.
    """
    text = f"#!/bin/sh\nexec '{sys.executable}' -c '{_START}' \"$@\"\n"
    return install_script(directory, _NAME, text)


def install_script(directory: Path, name: str, text: str) -> Path:
    """Write an executable into a folder, whole or not at all, and return its path."""
    directory.mkdir(parents=True, exist_ok=True)
    executable = directory / name
    if executable.exists() and executable.read_text("utf-8") == text:
        return executable
    draft = directory / f".{name}.{os.getpid()}"
    draft.write_text(text, "utf-8")
    draft.chmod(0o755)
    draft.replace(executable)
    return executable
