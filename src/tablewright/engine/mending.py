"""What a killed run or a full disk did to the files of the engine's folder backend, mended.

Beside `dev.json` lies `dev.json.attrs`, written in place before the file itself is renamed into
place. Killed in between, the engine leaves attributes of no length, and from then on cannot read
the file they belong to ("EOF"). Nothing in them is needed: without them it takes defaults.

Where a file takes no more, the engine leaves `dev.json` cut off, and beside it the backup that it
makes before each write. What was made since is found again as after a killed run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tablewright.engine.backend import StackPlace
from tablewright.engine.state import read_checkpoint

_SUFFIX = ".attrs"


def mend_attributes(place: StackPlace) -> None:
    """Remove attributes that were not written to their end; call it only while no run goes on."""
    for path in _attributes(place):
        if not _is_whole(path):
            path.unlink(missing_ok=True)


def restore_state(place: StackPlace) -> bool:
    """Go back from a state that cannot be read to its backup; call it only while no run goes on.

    Answers whether there was a backup to go back to. What could not be read stays beside it.
    """
    file = place.state_file
    if file is None or not _is_state(backup := file.with_name(f"{file.name}.bak")):
        return False
    draft = file.with_name(f".{file.name}.{os.getpid()}")
    shutil.copyfile(file, file.with_name(f"{file.name}.damaged"))
    shutil.copyfile(backup, draft)
    draft.replace(file)
    return True


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


def _is_state(path: Path) -> bool:
    with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
        read_checkpoint(json.loads(path.read_bytes()))
        return True
    return False
