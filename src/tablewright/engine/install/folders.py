"""Where this user's engine, plugins and states lie: the platform's own folders."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import platformdirs

_APPLICATION = "tablewright"


def cache_folder(environment: Mapping[str, str]) -> Path:
    """What can be made again: the engine, its plugins; `TABLEWRIGHT_CACHE` overrides it."""
    if named := environment.get("TABLEWRIGHT_CACHE"):
        return Path(named).expanduser()
    return Path(platformdirs.user_cache_dir(_APPLICATION))


def state_folder(environment: Mapping[str, str]) -> Path:
    """What must be kept: the states of stacks; `TABLEWRIGHT_HOME` overrides it."""
    if named := environment.get("TABLEWRIGHT_HOME"):
        return Path(named).expanduser()
    return Path(platformdirs.user_state_dir(_APPLICATION))
