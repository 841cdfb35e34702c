"""Where the state of a stack has moved, and from where: marks beside states."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Literal

from tablewright.engine import Backend, StackPlace
from tablewright.engine.state.store import MovedStateError
from tablewright.errors import RefusedError
from tablewright.files import write_whole

MOVED: Final = "moved"
"""Beside an old state: where it is now."""
ARRIVING: Final = "arriving"
"""Beside a copy: where it is still."""
Step = Literal["moved", "arriving"]


def refuse_relocated(place: StackPlace) -> None:
    """Refuse a state that has moved elsewhere, or that has not arrived yet.

    Raises:
        RefusedError: it has, or has not.
    """
    source, moved_to = read_mark(place, ARRIVING), read_mark(place, MOVED)
    if source and read_mark(replace(place, backend=Backend.of(source)), MOVED) == place.backend.url:
        welcome(place)
    elif moved_to:
        raise RefusedError(
            f"the state of {place.full_name} has moved from {place.backend.url} to {moved_to}",
            f"give --backend '{moved_to}'",
        )
    elif source:
        raise RefusedError(
            f"moving the state of {place.full_name} from {source} to {place.backend.url} was "
            "interrupted",
            f"run `state move-backend` with --backend '{source}' again, or go on with that backend",
        )


@contextmanager
def noted() -> Iterator[None]:
    """Note here what a state in a bucket says to every machine: that it has moved, and where to."""
    try:
        yield
    except MovedStateError as moved:
        write_mark(moved.place, MOVED, moved.backend)
        raise


def welcome(place: StackPlace) -> None:
    """From now on the state is used here: where it was says so already."""
    for name in (MOVED, ARRIVING):  # what says that it has arrived goes last
        _mark_of(place, name).unlink(missing_ok=True)


def _mark_of(place: StackPlace, name: Step) -> Path:
    return place.beside(f"{name}.json", f"moves/{place.digest}-{name}.json")


def write_mark(place: StackPlace, name: Step, backend: str) -> None:
    """Say of a state where it is, or was, as well."""
    mark = _mark_of(place, name)
    mark.parent.mkdir(parents=True, exist_ok=True)
    write_whole(mark, json.dumps({"backend": backend}).encode(), private=True)


def read_mark(place: StackPlace, name: Step) -> str:
    """The backend that a mark names; empty where there is none."""
    try:
        return str(json.loads(_mark_of(place, name).read_text("utf-8"))["backend"])
    except (OSError, ValueError, KeyError, TypeError):
        return ""
