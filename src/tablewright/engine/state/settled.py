"""A stack on which nothing is under way, told by a digest of its state as it is written."""

from __future__ import annotations

import hashlib

from tablewright.engine.state.backend import StackPlace
from tablewright.engine.state.begun import SUFFIX, begun_folder


def settled_digest(place: StackPlace) -> str | None:
    """Of the state of a stack in a folder; None where only the engine can tell what it stands for.

    That is so while a run is under way or after one was cut off, of a state that is not there or
    compressed, and of one that a passphrase of the user's seals: the engine knows a wrong one.
    """
    file, locks, own = place.state_file, place.lock_folder, place.own_folder
    if file is None or locks is None or own is None:
        return None
    try:
        if any(locks.glob("*")) or any(begun_folder(place).glob(f"*{SUFFIX}")):
            return None
        sealed_by_us = (own / "passphrase").is_file()
        return hashlib.sha256(file.read_bytes()).hexdigest() if sealed_by_us else None
    except OSError:
        return None
