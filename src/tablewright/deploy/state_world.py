"""A state that `--backend` names is tied to what it records: one sandbox's world, or AWS.

Under another world it would speak of tables that never were there, and a refresh would forget those
that are elsewhere. A mark beside the state names the world. The state of a sandbox that is in the
sandbox's own folder is tied by `sandbox.stacks`.
"""

from __future__ import annotations

import json
from pathlib import Path

from tablewright.engine import EngineStack, StackPlace
from tablewright.errors import SandboxError
from tablewright.files import write_whole

from .states.moves import refuse_relocated


def check_world(stack: EngineStack, world: str | None) -> None:
    """Refuse a state that records what is not there.

    Args:
        stack: the engine's.
        world: of the sandbox; None is AWS, or a sandbox's own state.

    Raises:
        SandboxError: it records another world, or nothing says which.
        RefusedError: it has moved to another backend.
    """
    refuse_relocated(stack.place)
    marked = _read(_mark(stack.place))
    if marked == world or not (stack.resources() or stack.left_open()):
        return
    where = f"the state of {stack.place.full_name} at {stack.place.backend.url}"
    if world is None:
        raise SandboxError(
            f"{where} records what a sandbox has, not what AWS has",
            "use --target sandbox, or give another --backend",
        )
    if marked is None:
        raise SandboxError(
            f"{where} does not say that it records what this sandbox has: it may be of AWS",
            "use --target aws if it is, or give another --backend",
        )
    raise SandboxError(
        f"{where} records what another sandbox has, or what this one had before it was reset",
        "start the sandbox that it describes, with its --data folder, or give another --backend",
    )


def tie_to_world(place: StackPlace, world: str | None) -> None:
    """Note the world whose resources the state is about to record.

    Raises:
        BackendError: the state cannot be kept where it was to be.
    """
    mark = _mark(place)
    if world is None or _read(mark) == world:
        return
    place.backend.prepare()
    mark.parent.mkdir(parents=True, exist_ok=True)
    write_whole(mark, json.dumps({"world": world}).encode(), private=True)


def _mark(place: StackPlace) -> Path:
    return place.beside("world.json", f"worlds/{place.digest}.json")


def _read(mark: Path) -> str | None:
    try:
        return str(json.loads(mark.read_text("utf-8"))["world"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
