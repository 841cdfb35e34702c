"""A stack's outputs as a flat file that other tools read."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any


def flat(outputs: Mapping[str, Any]) -> dict[str, Any]:
    """One object whose top-level keys are the output names; lists stay lists, maps stay maps."""
    return {name: outputs[name] for name in sorted(outputs)}


def write_flat(path: Path, outputs: Mapping[str, Any]) -> None:
    """Write the outputs to `path` in one step; folders are made."""
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(json.dumps(flat(outputs), indent=2) + "\n", "utf-8")
    fresh.replace(path)
