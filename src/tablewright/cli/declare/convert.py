"""`tablewright convert`: a manifest in another dialect, or a template of another tool."""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from tablewright import manifest
from tablewright.cli import console
from tablewright.cli.declare.convert_steps import cloudformation_steps, terraform_steps
from tablewright.cli.inputs.manifests import source
from tablewright.components.templates import cloudformation, terraform
from tablewright.errors import UsageError
from tablewright.manifest.conversion import convert
from tablewright.manifest.kubernetes.steps import steps

Language = Literal["tablewright", "planton", "terraform", "cloudformation"]


def run(
    paths: Sequence[str],
    to: Language,
    environment: str | None,
    directory: Path | None,
    output_format: str,
) -> None:
    """Write the manifests at PATH in another dialect, and say what that dialect cannot say."""
    if to == "terraform" or to == "cloudformation":  # noqa: PLR1714 - so a type is narrowed
        _template(to, paths, environment, directory, output_format)
    elif directory:
        raise UsageError(
            "--directory is for other tools' templates, not for manifests",
            f"write them to a file: `tablewright convert --to {to} PATH > FILE`",
        )
    else:
        _manifests(paths, to, environment, output_format)


def _manifests(
    paths: Sequence[str],
    to: Literal["tablewright", "planton"],
    environment: str | None,
    output_format: str,
) -> None:
    stacks = manifest.load_all(
        paths, environment=os.environ, stdin=sys.stdin.buffer, chosen_environment=environment
    )
    converted = [convert(stack, to) for stack in stacks]
    texts = [stack.text for stack in converted]
    lost = [words for stack in converted for words in stack.lost]
    lines = list(steps([table for stack in stacks for table in stack.kubernetes]))
    if output_format == "json":
        console.data_json({"manifests": texts, "files": [], "notCarried": lost, "steps": lines})
    else:
        for text in texts:
            console.data(text)
    _tell(lost, lines)


def _tell(lost: Sequence[str], lines: Sequence[str]) -> None:
    for words in lost:
        console.say(f"not carried over: {words}")
    for line in lines:
        console.say(line)


def _template(
    tool: str,
    paths: Sequence[str],
    environment: str | None,
    directory: Path | None,
    output_format: str,
) -> None:
    declared = source(paths, environment).source.declared
    write, steps_of = _TOOLS[tool]
    template = write(declared)
    folder = directory or Path(f"{declared.name}-{tool}")
    if taken := [name for name in template.files if (folder / name).exists()]:
        raise UsageError(f"{folder} holds {', '.join(taken)} already", "name a new or empty folder")
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in template.files.items():
        (folder / name).write_text(text, "utf-8")
    chosen = ["--environment", environment] if environment else []
    lines = steps_of(declared, str(folder), shlex.join([*paths, *chosen]), template)
    if output_format == "json":
        console.data_json(
            {
                "manifests": [],
                "files": [str(folder / name) for name in template.files],
                "notCarried": list(template.lost),
                "steps": list(lines),
            }
        )
    for name in template.files:
        console.say(f"wrote {folder / name}")
    _tell(template.lost, lines)


_TOOLS = {
    "terraform": (terraform, terraform_steps),
    "cloudformation": (cloudformation, cloudformation_steps),
}
