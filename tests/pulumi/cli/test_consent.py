"""A yes: given beforehand, at a terminal, or missing."""

from __future__ import annotations

import os
import pty
import re
import threading
from collections.abc import Callable

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import COMMAND, SECONDS, Said, Terminal, stack, until
from tests.support.warm_commands import at_terminal

pytestmark = pytest.mark.engine

END = b"\x04"
INTERRUPT = b"\x03"


class Keyboard:
    """A terminal with a person at it: what is shown there, and what is typed.

    Args:
        terminal: the machine.
        words: the command.
    """

    def __init__(self, terminal: Terminal, *words: object, **variables: str) -> None:
        self._master, slave = pty.openpty()
        self._shown = bytearray()
        self._process = at_terminal(
            [COMMAND, *map(str, words)],
            terminal.folder,
            {**terminal.environment, "TERM": "xterm-256color", "COLUMNS": "120", **variables},
            slave,
        )
        os.close(slave)
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        while True:
            try:
                self._shown += os.read(self._master, 4096)
            except OSError:  # the other side is closed
                return

    @property
    def screen(self) -> str:
        """All that was shown so far."""
        return self._shown.decode("utf-8", "replace")

    def wait_for(self, text: str) -> None:
        """Until that is on the screen."""
        until(lambda: text in self.screen or self._process.poll() is not None, f"{text!r} is shown")
        if self._process.poll() is not None:
            self._reader.join(60)
        assert text in self.screen

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._master, keys)

    def end(self) -> Said:
        """Wait for the command's end."""
        status = self._process.wait(SECONDS)
        self._reader.join(60)
        os.close(self._master)
        return Said(("tablewright",), status, self.screen, "")


@pytest.fixture
def asked(terminal: Terminal, aws: EmbeddedAws) -> Callable[..., Keyboard]:
    """`up` of a new table, up to its question."""

    def ask(name: str, **variables: str) -> Keyboard:
        manifest = terminal.write("t.yaml", stack(name, name))
        keyboard = Keyboard(terminal, "up", manifest, **variables)
        keyboard.wait_for("Apply to ")
        return keyboard

    return ask


@pytest.mark.parametrize("output", ["text", "json"])
def test_without_a_yes_and_without_a_terminal_nothing_is_touched(terminal, aws, output):
    manifest = terminal.write("t.yaml", stack("silent", "silent"))
    message = terminal.run("up", manifest, "--output", output).refused(2)
    assert "There is no terminal to answer at; nothing was touched" in message
    assert "--yes" in message
    assert "silent" not in aws.tables()
    status = terminal.run("status", manifest, "--output", "json").ended(0).json
    assert status["resources"] == 0


def test_the_deploying_commands_take_the_same_words(terminal, aws):
    manifest = terminal.write("t.yaml", stack("worded", "worded"))
    words = (
        "--stack",
        "organization/worded/qa",
        "--target",
        "sandbox",
        "--yes",
        "--output",
        "json",
    )
    for verb in ("preview", "up", "refresh", "destroy"):
        said = terminal.run(verb, manifest, *words).ended(0)
        assert said.json["stack"] == "worded/qa"


def test_a_yes_at_the_terminal_does_what_was_shown(asked, aws):
    keyboard = asked("typed")
    assert "1 to create" in keyboard.screen
    preview = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", keyboard.screen).partition("Apply to")[0]
    assert re.search(r"\btyped\b", preview)
    keyboard.type(b"y\n")
    screen = keyboard.end().ended(0).out
    assert "typed" in aws.tables()
    assert screen.count("\x1b[?25l") == screen.count("\x1b[?25h"), "each animation ends"
    assert "\x1b[?25h" in screen, "the cursor is there again"
    assert "\x1b[32m" in screen.partition("Apply to")[0], "the preview is coloured"


def test_a_no_at_a_terminal_without_colours_touches_nothing_and_exits_as_refused(asked, aws):
    keyboard = asked("declined", NO_COLOR="1")
    keyboard.type(b"n\n")
    plain = keyboard.end().ended(3).out
    assert "not confirmed; nothing was touched" in plain
    assert "declined" not in aws.tables()
    assert "\x1b[3" not in plain
    assert "\x1b[9" not in plain


def test_tables_are_destroyed_only_by_the_name_of_their_stack(terminal, aws):
    manifest = terminal.write("t.yaml", stack("named", "named"))
    terminal.run("up", manifest, "--yes").ended(0)
    for words in (("destroy",), ("refresh",), ("release", "--all")):  # each wants its yes
        message = terminal.run(words[0], manifest, *words[1:]).refused(2)
        assert "nothing was touched" in message
        assert "named" in aws.tables()
        assert aws.tags("named")["tablewright:stack"] == "named/dev"

    keyboard = Keyboard(terminal, "destroy", manifest)
    keyboard.wait_for("Type named/dev to confirm")
    terminal.run("up", terminal.write("u.yaml", stack("named", "named", "later")), "--yes").ended(0)
    keyboard.type(b"named/dev\n")
    assert "table later has come to the stack meanwhile" in keyboard.end().ended(3).out, (
        "it was not asked about"
    )
    assert {"named", "later"} <= set(aws.tables())

    for typed, status in ((b"y\n", 3), (b"\n", 3), (END, 130), (b"named/dev\n", 0)):
        keyboard = Keyboard(terminal, "destroy", manifest)
        keyboard.wait_for("Type named/dev to confirm")
        keyboard.type(typed)
        screen = keyboard.end().ended(status).out
        assert "Traceback" not in screen
        assert ("interrupted" in screen) is (typed == END)
        assert ("named" in aws.tables()) is (status != 0)


def test_leaving_the_question_touches_nothing(asked, aws):
    keyboard = asked("left")
    keyboard.type(INTERRUPT)
    said = keyboard.end().ended(130)
    assert "interrupted" in said.out
    assert "Traceback" not in said.out
    assert "left" not in aws.tables()
