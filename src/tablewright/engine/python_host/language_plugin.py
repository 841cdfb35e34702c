"""Where the engine finds our Python language host: an executable that starts `language_host`."""

from __future__ import annotations

import sys
from pathlib import Path

from tablewright.files import write_script

_NAME = "pulumi-language-python"
_START = "from tablewright.engine.python_host.language_host import main; main()"


def install_language_host(directory: Path) -> Path:
    """Write the executable `pulumi-language-python` into a folder and return its path.

    The folder belongs at the end of a sandbox's PATH and nowhere else: a host that Pulumi
    installed does more than ours, and comes first.
    """
    text = f"#!/bin/sh\nexec '{sys.executable}' -c '{_START}' \"$@\"\n"
    return write_script(directory / _NAME, text)
