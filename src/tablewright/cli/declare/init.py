"""`tablewright init`: a manifest to start from."""

from __future__ import annotations

import shlex
from pathlib import Path

from tablewright import manifest
from tablewright.cli import console
from tablewright.deploy.user_program import FILE, TEMPLATE
from tablewright.errors import UsageError

MANIFEST = "tablewright.yaml"


def run(path: Path, name: str, module: Path | None, output_format: str, *, force: bool) -> None:
    """Write a commented starter manifest to PATH: a file, or a folder to hold it."""
    text = manifest.skeleton(name) if module is None else TEMPLATE
    path = _file(path) if module is None else module / FILE
    if path.exists() and not force:
        raise UsageError(f"{path} exists already.", "give another name, or --force to overwrite it")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    following = ["validate", str(path)]
    if module is not None:
        following = ["pulumi", "preview", "--manifest", "FILE", "--module-dir", str(module)]
    command = f"tablewright {shlex.join(following)}"
    if output_format == "json":
        console.data_json({"files": [str(path)], "next": command})
    else:
        console.say(f"wrote {path}; next: {command}")


def _file(path: Path) -> Path:
    """PATH itself, or the manifest in the folder that it is or would be."""
    return path if path.suffix and not path.is_dir() else path / MANIFEST
