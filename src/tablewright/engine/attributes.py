"""What the engine's folder backend keeps beside each file, mended after a kill.

Beside `dev.json` lies `dev.json.attrs`, written in place before the file itself is renamed into
place. Killed in between, the engine leaves attributes of no length, and from then on cannot read
the file they belong to ("EOF"). Nothing in them is needed: without them it takes defaults.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tablewright.engine.backend import StackPlace

_SUFFIX = ".attrs"


def mend_attributes(place: StackPlace) -> None:
    """Remove attributes that were not written to their end; call it only while no run goes on."""
    for path in _attributes(place):
        if not _is_whole(path):
            path.unlink(missing_ok=True)


def _attributes(place: StackPlace) -> Iterator[Path]:
    """Those of the stack's state, of its history, and of the backend as a whole."""
    file, folder = place.state_file, place.backend.folder
    if file is None or folder is None:
        return
    own = folder / ".pulumi"
    yield from file.parent.glob(f"{file.stem}.*{_SUFFIX}")
    for kind in ("history", "backups", "locks"):
        for root in (own / kind, own / kind / "organization"):
            yield from (root / place.project / place.stack).glob(f"*{_SUFFIX}")
    yield from own.glob(f"*{_SUFFIX}")


def _is_whole(path: Path) -> bool:
    with suppress(OSError, ValueError):
        json.loads(path.read_text("utf-8"))
        return True
    return False
