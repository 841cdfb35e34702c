"""The executable by which the engine finds our provider; light, for those who only install it."""

from __future__ import annotations

import hashlib
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from tablewright.files import write_script

CARRIED_VERSION: Final = "7.51.1"
"""Of the SDK that what we carry is held to."""


def _sdk_version() -> str:
    try:
        return version("pulumi_aws")
    except PackageNotFoundError:
        return CARRIED_VERSION


SDK_VERSION: Final = _sdk_version()
"""Of the SDK, if it is installed: the engine takes a plug-in's folder for exactly that version."""
PLUGIN_DIRECTORY: Final = f"resource-aws-v{SDK_VERSION}"
"""Name of the folder under PULUMI_HOME/plugins where the engine finds the executable."""
VARIABLE: Final = "TABLEWRIGHT_PROVIDER_HOST"
"""Names the resident host to the executable."""


def plugin_text() -> str:
    """The executable `pulumi-resource-aws`, of this Python and this tablewright."""
    code = Path(__file__).with_name("executable.py").read_text("utf-8")
    # A shell line that Python reads as a text: shebangs end at 127 characters on some systems.
    head = f"#!/bin/sh\n'''exec' '{sys.executable}' -I -S \"$0\" \"$@\"\n' '''\n"
    return head + code


def plugin_digest() -> str:
    """Tells the executable from that of another Python or tablewright on this machine."""
    return hashlib.sha256(plugin_text().encode()).hexdigest()[:12]


def install_plugin(directory: Path) -> Path:
    """Write the executable `pulumi-resource-aws` into a folder and return its path.

    The folder must be one that only our own runs see: in front of a user's PATH it would stand in
    for the official plugin on real AWS.
    """
    return write_script(directory / "pulumi-resource-aws", plugin_text())
