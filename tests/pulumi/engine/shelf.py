"""The shelf of the tests, seen from outside the engine, and programs that stand boxes on it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from tablewright.engine import Finder, FoundResource, Standing, State, Unrecorded

TYPE = "shelf:index:Box"


def install(home: Path, port: int) -> None:
    """Put the executable where the engine looks for plugins; it asks the host of that port."""
    folder = home / "plugins" / "resource-shelf-v1.0.0"
    folder.mkdir(parents=True, exist_ok=True)
    executable = folder / "pulumi-resource-shelf"
    script = Path(__file__).with_name("shelf_plugin.py")
    executable.write_text(f'#!/bin/sh\nexec "{sys.executable}" -I -S "{script}" {port}\n')
    executable.chmod(0o755)


def boxes(shelf: Path) -> dict[str, dict]:
    """What stands on the shelf, by name."""
    return {path.stem: json.loads(path.read_text() or "{}") for path in shelf.glob("*.json")}


def put(shelf: Path, name: str, **inputs) -> None:
    """Stand a box on the shelf behind the engine's back."""
    (shelf / f"{name}.json").write_text(json.dumps({"name": name, **inputs}))


def finder(shelf: Path) -> Finder:
    """How the engine finds a box that a killed run may have made."""

    def find(begun: Sequence[Unrecorded], _state: State) -> dict[str, FoundResource]:
        return {each.urn: look(each.inputs["name"]) for each in begun}

    def look(name: str) -> FoundResource:
        there = (shelf / f"{name}.json").exists()
        return FoundResource(Standing.OURS, name) if there else FoundResource(Standing.ABSENT)

    return find


def program(*boxes: dict, export: dict[str, tuple[str, str]] | None = None) -> Callable[[], None]:
    """A program that declares boxes.

    Args:
        boxes: their inputs; `id` imports a box, `after` names boxes it waits for.
        export: by name of the stack's output, a box and which of its outputs it is.
    """

    def declare() -> None:
        import pulumi

        made = {}
        for box in boxes:
            inputs = {key: value for key, value in box.items() if key not in {"id", "after"}}
            options = pulumi.ResourceOptions(
                import_=box.get("id"), depends_on=[made[name] for name in box.get("after", [])]
            )
            outputs = {"address": None, "opened": None}
            made[box["name"]] = pulumi.CustomResource(
                TYPE, box["name"], {**outputs, **inputs}, options
            )
        for name, (box, output) in (export or {}).items():
            pulumi.export(name, getattr(made[box], output))
        pulumi.export("names", [box["name"] for box in boxes])

    return declare
