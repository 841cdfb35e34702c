"""Where tablewright keeps what must outlive a command."""

from __future__ import annotations

import os
from pathlib import Path

from platformdirs import user_state_path

HOME_VARIABLE = "TABLEWRIGHT_HOME"


def home() -> Path:
    """TABLEWRIGHT_HOME, else the user's state directory."""
    if given := os.environ.get(HOME_VARIABLE):
        return Path(given).expanduser().absolute()
    return user_state_path("tablewright")
