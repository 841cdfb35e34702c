"""The folder in which one run of the engine works: a project file, its configuration, nothing else.

It is new for every run and readable by nobody else, so that runs side by side never meet.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tablewright.engine.state.backend import StackPlace


@contextmanager
def workspace(place: StackPlace, config: Mapping[str, str], salt: str) -> Iterator[Path]:
    """A project folder for one stack, removed at the end.

    Args:
        place: the stack.
        config: its configuration in plain text, keys with their namespace (`aws:region`).
        salt: of the passphrase as the state has it; with it the engine notices a wrong passphrase
            before anything else. Empty if there is none yet.
    """
    with tempfile.TemporaryDirectory(prefix="tablewright-run-") as name:
        folder = Path(name)
        _write(folder / "Pulumi.yaml", {"name": place.project, "runtime": "python"})
        settings: dict[str, Any] = {"config": dict(config)}
        if salt:
            settings["encryptionsalt"] = salt
        _write(folder / f"Pulumi.{place.stack}.yaml", settings)
        yield folder


def _write(path: Path, document: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(document), "utf-8")  # JSON is YAML, and needs no quoting rules
