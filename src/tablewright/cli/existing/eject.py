"""`tablewright eject`: a plain Pulumi program of the same resources."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tablewright.cli import console
from tablewright.cli.inputs.manifests import source
from tablewright.components.eject import eject
from tablewright.errors import UsageError
from tablewright.plan.owner import owned


def run(
    paths: Sequence[str],
    environment: str | None,
    language: Literal["python", "typescript"],
    directory: Path | None,
) -> None:
    """Write the stack at PATH as a program that needs nothing but Pulumi and its AWS provider."""
    declared = source(paths, environment).source.declared
    declared = owned(declared, f"{declared.name}/{declared.environment}")
    files = eject(declared, language)
    directory = directory or Path(declared.name)
    if taken := [name for name in files if (directory / name).exists()]:
        raise UsageError(
            f"{directory} holds {', '.join(taken)} already", "name a new or empty folder"
        )
    directory.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (directory / name).write_text(text, "utf-8")
        console.say(f"wrote {directory / name}")
    console.say(f"next: {directory / 'README.md'} says how the program takes over the stack")
