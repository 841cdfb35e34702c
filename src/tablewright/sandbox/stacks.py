"""The engine's state of the stacks on a sandbox, tied to the state of the AWS that it describes.

It lies in the data folder of a sandbox that has one, and moves, is copied and is kept with it. A
mark in it names the world (`Emulator.world`) whose resources it records: under another one it would
speak of tables that are not there, so nothing is run on it, and nothing of it is removed either.
"""

from __future__ import annotations

import json
import shutil
import time
from pathlib import Path

from tablewright.errors import SandboxError
from tablewright.files import write_whole

from .folders import folder

_MARK = "world.json"


def place(name: str, data: Path | None) -> Path:
    """Where the engine's state of a sandbox is."""
    return data / "stacks" if data is not None else folder(name) / "state"


def begin(stacks: Path, world: str) -> None:
    """Make an empty one for a world."""
    stacks.mkdir(parents=True, exist_ok=True, mode=0o700)
    write_whole(stacks / _MARK, json.dumps({"world": world}).encode(), private=True)


def check(stacks: Path, world: str) -> None:
    """Refuse a state that describes another world; begin one where there is none.

    Raises:
        SandboxError: it describes another one, or nothing says which.
    """
    if not holds_anything(stacks):
        begin(stacks, world)
        return
    if _world_of(stacks) != world:
        raise SandboxError(
            f"the stacks recorded in {stacks} are not those of the tables that this sandbox has",
            f"put back what belongs together; or set them aside: mv '{stacks}' '{stacks}.old'",
        )


def holds_anything(stacks: Path) -> bool:
    """Whether anything is recorded there besides the mark."""
    return stacks.is_dir() and any(
        path.is_file() and path.name != _MARK for path in stacks.rglob("*")
    )


def set_aside(name: str, stacks: Path) -> Path | None:
    """Move what describes a world that is gone out of the way; answers where, if it was anything.

    Raises:
        OSError: it cannot be moved.
    """
    if not holds_anything(stacks):
        shutil.rmtree(stacks, ignore_errors=True)
        return None
    lost = folder(name) / "lost"
    lost.mkdir(mode=0o700, exist_ok=True)
    aside = lost / time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    number = 1
    while aside.exists():
        number += 1
        aside = aside.with_name(f"{aside.name.partition('_')[0]}_{number}")
    return stacks.rename(aside)


def replace(stacks: Path, kept: Path | None, world: str) -> None:
    """Put `kept` in place of what is there; nothing recorded when it is None."""
    fresh, old = (stacks.with_name(f"{stacks.name}.{kind}") for kind in ("new", "old-state"))
    for path in (fresh, old):
        shutil.rmtree(path, ignore_errors=True)
    if kept is not None:
        shutil.copytree(kept, fresh)
    begin(fresh, world)
    if stacks.exists():
        stacks.rename(old)
    fresh.rename(stacks)
    shutil.rmtree(old, ignore_errors=True)


def _world_of(stacks: Path) -> str | None:
    try:
        return str(json.loads((stacks / _MARK).read_text("utf-8"))["world"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
