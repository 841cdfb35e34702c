"""Room for a stack's state: found out before a run writes, and watched while it does.

Where a file takes no more, the engine tries again and again without a word, and neither one nor two
interruptions end it. So whoever waits for it looks here once it has been silent for a while.
"""

from __future__ import annotations

import errno
import os
import shutil
from contextlib import suppress
from pathlib import Path

from tablewright.engine.state.backend import StackPlace
from tablewright.errors import BackendError

SPARE_BYTES = 4 * 1024 * 1024
"""Besides copies of the state: locks, attributes, history, the journal of a large stack."""
_COPIES = 4
"""Of the state during a run: itself, the engine's backup, its history, and one being written."""
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_NO_MORE = _FULL | {errno.EFBIG}
_NEXT_STEP = "free some space there, or give another folder with --backend"


def require_space(place: StackPlace) -> None:
    """Refuse a run whose state has no room in its folder.

    Raises:
        BackendError: there is none; nothing was touched.
    """
    folder = place.backend.folder
    if folder is None or not folder.is_dir():
        return
    needed = SPARE_BYTES + _COPIES * _size(place.state_file)
    free = shutil.disk_usage(folder).free
    if free < needed or _refusal(folder, needed) in _FULL:
        raise BackendError(
            f"there is no room for the state in {folder}: {needed / 1e6:.1f} MB are needed and "
            f"{free / 1e6:.1f} MB are free; nothing was touched",
            _NEXT_STEP,
        )


def is_full(place: StackPlace) -> bool:
    """Whether the state could not be written once more."""
    folder = place.backend.folder
    if folder is None or not folder.is_dir():
        return False
    return _refusal(folder, 64 * 1024 + _size(place.state_file)) in _NO_MORE


def full(place: StackPlace) -> BackendError:
    """What ends a run that cannot write its state."""
    return BackendError(
        f"the disk is full: the state in {place.backend.folder} could not be written any more, and "
        "the engine was ended",
        f"{_NEXT_STEP}; then run the same command again: it finds what was made",
    )


def _size(file: Path | None) -> int:
    return file.stat().st_size if file and file.is_file() else 0


def _refusal(folder: Path, size: int) -> int:
    """The error of so many bytes in that folder, by a quota or limit as well; 0 if they fit."""
    probe = folder / f".tablewright-space-{os.getpid()}"
    try:
        with probe.open("wb") as file:
            if hasattr(os, "posix_fallocate"):
                os.posix_fallocate(file.fileno(), 0, size)
    except OSError as error:
        return error.errno or 0
    finally:
        with suppress(OSError):
            probe.unlink()
    return 0
