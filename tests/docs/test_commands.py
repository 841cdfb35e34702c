"""What the pages tell a reader to type is typed, page by page, and ends as they say."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from tests.support.pages import Block, Command, blocks
from tests.support.terminal import Said, Terminal

from tablewright import manifest
from tablewright.errors import ManifestError

ROOT = Path(__file__).parents[2]
PAGES = {
    str(path.relative_to(ROOT)): [*blocks(path)]
    for path in [
        *(ROOT / "docs").rglob("*.md"), ROOT / "README.md", ROOT / "emulator" / "README.md",
        *(ROOT / "examples").rglob("*.md"),
    ]
}  # fmt: skip
TYPED = [
    name
    for name, page in PAGES.items()
    if any(block.commands and not block.parsed for block in page)
]
WHOLE = [
    pytest.param(block, id=f"{name}:{block.line}")
    for name, page in PAGES.items()
    for block in page
    if block.language == "yaml" and block.title is None and "kind: Stack" in block.text
]


@pytest.fixture(scope="module")
def machine(tmp_path_factory) -> Iterator[Terminal]:
    machine = Terminal(tmp_path_factory.mktemp("home"), tmp_path_factory.mktemp("folder"))
    machine.run("sandbox", "start", "--background", "--durations", "none").ended(0)
    yield machine
    machine.run("sandbox", "stop").ended(0)


@pytest.mark.engine
@pytest.mark.parametrize("name", TYPED)
def test_commands_of_a_page_end_as_it_says(name: str, machine: Terminal, tmp_path: Path):
    machine.run("sandbox", "reset").ended(0)
    terminal = replace(machine, folder=tmp_path)
    for block in PAGES[name]:
        for line in block.before:
            typed(Command(line), terminal).ended(0)
        if block.title:
            terminal.write(block.title, block.text)
        for command in () if block.parsed else block.commands:
            answer = typed(command, terminal).ended(command.status)
            lacking = [line for line in command.shown if not is_shown(line, answer)]
            assert lacking == [], answer


def typed(command: Command, terminal: Terminal) -> Said:
    if command.is_plain:
        return terminal.run(*command.words[1:])
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["/bin/sh", "-c", command.line],
        cwd=terminal.folder,
        env={**terminal.environment, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return Said((command.line,), done.returncode, done.stdout, done.stderr)


def is_shown(line: str, answer: Said) -> bool:
    """Whether a command printed this line, however its blanks fall."""
    parts = (r"\s+".join(map(re.escape, part.split())) for part in line.split("…"))
    return re.search(r"\s*.*?\s*".join(parts), answer.out + "\n" + answer.err) is not None


@pytest.mark.parametrize("name", PAGES)
def test_commands_on_a_page_exist_with_their_options(name: str):
    faults = [
        f"{block.line}: {fault}"
        for block in PAGES[name]
        for command in block.commands
        for fault in command.faults()
    ]
    assert faults == []


@pytest.mark.parametrize("block", WHOLE)
def test_a_manifest_on_a_page_is_valid(block: Block):
    try:
        manifest.load_text(block.text, environment={})
    except ManifestError as error:
        pytest.fail(str(error))
    assert [*yaml.safe_load_all(block.text)]
