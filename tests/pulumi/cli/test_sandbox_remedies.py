"""The commands about sandboxes that messages name, run as they are named."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.terminal import Said, Terminal, stack

pytestmark = pytest.mark.engine

NAME = "named"


@pytest.fixture
def own(terminal: Terminal) -> Iterator[Terminal]:
    """No sandbox outlives its test."""
    yield terminal
    for name in (NAME, "second"):
        terminal.run("sandbox", "stop", "--name", name)


def spoken(text: str) -> list[list[str]]:
    """The commands that a text names, from the program to whatever ends them."""
    return [shlex.split(each)[1:] for each in re.findall(r"tablewright sandbox [^`;\n→]+", text)]


def run(terminal: Terminal, words: list[str]) -> Said:
    return terminal.run(*words).ended(0)


def test_the_words_that_start_stop_keep_and_load_one_do_so(own: Terminal):
    [start] = spoken(own.run("sandbox", "env", "--name", NAME).refused(1))
    run(own, start)
    own.run("sandbox", "env", "--name", NAME).ended(0)

    other = [*start, "--durations", "none"]
    [stop] = spoken(own.run(*other).refused(2))
    run(own, stop)
    run(own, other)

    own.write("junk", "{}")
    [keep] = spoken(own.run("sandbox", "load", "junk", "--name", NAME).refused(2))
    kept = run(own, ["junk" if word == "FILE" else word for word in keep])
    [load] = spoken(kept.err)
    run(own, load)


def test_data_that_was_moved_is_found_again(own: Terminal):
    start = ["sandbox", "start", "--background", "--name", NAME]
    run(own, [*start, "--data", "data"])
    taken = own.run("sandbox", "start", "--background", "--name", "second", "--data", "data")
    [stop] = spoken(taken.refused(2))
    run(own, stop)
    Path(own.folder / "data").rename(own.folder / "moved")
    elsewhere, without = spoken(own.run(*start).refused(1))
    run(own, ["moved" if word == "FOLDER" else word for word in elsewhere])
    run(own, stop)
    run(own, without)


def test_the_options_of_a_sandbox_are_shown(own: Terminal):
    assert "start" in run(own, ["sandbox", "--help"]).out


def test_a_misspelt_name_starts_nothing_and_the_names_that_exist_are_told(own: Terminal):
    manifest = own.write("t.yaml", stack("shop", "orders"))
    run(own, ["sandbox", "start", "--background", "--name", NAME])
    for words in (
        ("status", manifest, "--sandbox", "second"),
        ("sandbox", "exec", "--name", "second", "--", "true"),
    ):
        message = own.run(*words).refused(2)
        assert f"there is no sandbox second; there are: default, {NAME}" in message
    rows = own.run("sandbox", "list", "--output", "json").ended(0).json
    assert {row["name"]: row["running"] for row in rows}[NAME]
    assert "second" not in {row["name"] for row in rows}
    [start] = spoken(message)
    run(own, start)
    assert "not deployed" in own.run("status", manifest, "--sandbox", "second").ended(0).out
    run(own, ["sandbox", "stop", "--name", "second"])
    listed = own.run("sandbox", "list").ended(0).out
    assert ["second", "does", "not", "run", "in", "memory"] in [
        line.split() for line in listed.splitlines()
    ]
