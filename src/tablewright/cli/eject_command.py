"""`tablewright eject`: a plain Pulumi program of the same resources."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import click

from tablewright.errors import UsageError

from . import console, options
from .manifests import source


@click.command(
    epilog="""\b
Example:
  tablewright eject tables/ --language typescript --directory program/
The program takes over the stack as it is: its first preview shows no change.
"""
)
@options.sources
@click.option(
    "--language", type=click.Choice(("python", "typescript")), default="python", show_default=True
)
@click.option(
    "--directory",
    type=click.Path(path_type=Path, file_okay=False),
    help="An empty or new folder; else one here, called like the stack.",
)
def command(
    paths: Sequence[str], language: Literal["python", "typescript"], directory: Path | None
) -> None:
    """Write the stack at PATH as a program that needs nothing but Pulumi and its AWS provider."""
    from tablewright.components.eject import eject  # noqa: PLC0415 - imported when called
    from tablewright.plan.owner import owned  # noqa: PLC0415

    declared = source(paths).declared
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
