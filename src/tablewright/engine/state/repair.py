"""What a killed run or a full disk did to the files of the engine's folder backend, repaired.

Beside `dev.json` lies `dev.json.attrs`, written in place before the file itself is renamed into
place. Killed in between, the engine leaves attributes of no length, and from then on cannot read
the file they belong to ("EOF"). Nothing in them is needed: without them it takes defaults.

Where a file takes no more, the engine leaves `dev.json` cut off, and beside it the backup that it
makes before each write; on a full disk that is cut off as well. So the state as a run found it is
kept under a third name, which takes no space: the engine replaces files and never writes into them.
What was made since is found again as after a killed run.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.checkpoint import read_checkpoint
from tablewright.files import replacing, write_whole

_SUFFIX = ".attrs"
_META = b"version: 1\n"
"""The layout of the folder backend, as the engine writes it."""


def repair_attributes(place: StackPlace) -> None:
    """Remove attributes that were not written to their end; call it only while no run goes on."""
    for path in _attributes(place):
        if not _is_complete(path):
            path.unlink(missing_ok=True)
    _repair_meta(place)


def keep_state(place: StackPlace) -> None:
    """Before a run that changes things: keep the state as it is, if it is one."""
    file = place.state_file
    if file is None or not _is_state(file):
        return
    with replacing(_kept(file)) as draft:
        draft.unlink(missing_ok=True)
        try:
            os.link(file, draft)
        except OSError:  # a file system without links
            shutil.copyfile(file, draft)


def forget_kept(place: StackPlace) -> None:
    """After the stack itself is gone."""
    if place.state_file:
        _kept(place.state_file).unlink(missing_ok=True)


def last_good_copy(file: Path) -> Path | None:
    """The latest copy of a state file that can be read: the engine's backup, else the one kept."""
    return next(filter(_is_state, (file.with_name(f"{file.name}.bak"), _kept(file))), None)


def restore_state(place: StackPlace) -> Path | None:
    """Go back from a damaged state to a copy of it; call it only while no run goes on.

    Answers the copy, None if there is none. What was damaged stays beside it.
    """
    file = place.state_file
    copy = last_good_copy(file) if file else None
    if file is None or copy is None:
        return None
    with replacing(file) as draft:
        shutil.copyfile(copy, draft)  # first of all: without room for it nothing is touched
        file.replace(file.with_name(f"{file.name}.damaged"))
    return copy


def _repair_meta(place: StackPlace) -> None:
    """The file that names the layout, where it was cut off before its first byte."""
    folder = place.backend.folder
    meta = folder / ".pulumi" / "meta.yaml" if folder else None
    if meta and meta.is_file() and not meta.read_bytes().strip(b"\0 \n"):
        write_whole(meta, _META)


def _kept(file: Path) -> Path:
    return file.with_name(f"{file.name}.kept")


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


def _is_complete(path: Path) -> bool:
    with suppress(OSError, ValueError, RecursionError):
        json.loads(path.read_text("utf-8"))
        return True
    return False


def _is_state(path: Path) -> bool:
    with suppress(OSError, ValueError, RecursionError):
        if not path.is_file():
            return False
        read_checkpoint(json.loads(path.read_bytes()))
        return True
    return False
