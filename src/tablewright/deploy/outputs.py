"""A stack's outputs as a flat file that other tools read."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tablewright.files import write_whole


def flat(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """One object whose top-level keys are the output names; lists stay lists, maps stay maps."""
    return {name: outputs[name] for name in sorted(outputs)}


def write_flat(path: Path, outputs: Mapping[str, Any]) -> None:
    """Write the outputs to `path` in one step; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, (json.dumps(flat(outputs), indent=2) + "\n").encode())
