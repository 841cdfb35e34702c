"""Pages of the documentation as what a reader does: files to write, commands to type.

In a `console` block a line that begins with `$ ` is a command, and `# exit 3` behind it is how it
ends where that is not 0; the other lines are some of what it prints, `…` standing for anything. A
block with a title is a file. Comments before a block, which no reader sees:

`<!-- parsed: why -->` the commands are not run, but exist with their options;
`<!-- before: COMMAND -->` what a reader has done already.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

from tablewright.cli.commands import root

_BLOCK = re.compile(
    r"^(?P<notes>(?:[ ]*<!-- [^\n]* -->\n)*)"
    r"(?P<indent>[ ]*)```(?P<language>\w*)(?:[ ]title=\"(?P<title>[^\"]+)\")?[^\n]*\n"
    r"(?P<text>.*?)^(?P=indent)```$",
    re.MULTILINE | re.DOTALL,
)
_NOTE = re.compile(r"<!-- (parsed|before): (.*?) -->")
_EXIT = re.compile(r"# exit (\d+)")
_ENDS = frozenset({"|", "&&", "||", ";", ">", ">>", "<", "&", "(", ")"})


@dataclass(frozen=True)
class Command:
    """One command of a page.

    Args:
        line: as it is typed.
        status: how it ends.
        shown: lines of what it prints.
    """

    line: str
    status: int = 0
    shown: tuple[str, ...] = ()

    @property
    def is_plain(self) -> bool:
        """Whether it is one of ours, and no shell is needed to read it."""
        return self.line.startswith("tablewright ") and not re.search(r"[|&;<>$`*]", self.line)

    @property
    def words(self) -> list[str]:
        return shlex.split(self.line, comments=True)

    def faults(self) -> list[str]:
        """Commands of ours in it that do not exist, or lack an option."""
        lexer = shlex.shlex(self.line.replace("$(", " ( "), posix=True, punctuation_chars=True)
        lexer.whitespace_split = True
        faults, words = [], [*lexer, ";"]
        while words:
            length = next(n for n, word in enumerate(words) if word in _ENDS)
            part, words = words[:length], words[length + 1 :]
            while part and re.match(r"\w+=", part[0]):
                part.pop(0)
            if part[:1] == ["tablewright"]:
                faults += _usage_faults(part[1:])
        return faults


@dataclass(frozen=True)
class Block:
    """One block of a page, `line` where it begins."""

    line: int
    language: str
    text: str
    title: str | None = None
    parsed: bool = False
    before: tuple[str, ...] = ()
    commands: tuple[Command, ...] = field(default=())


def blocks(page: Path) -> Iterator[Block]:
    """The blocks of a page, in order."""
    page_text = page.read_text("utf-8")
    for match in _BLOCK.finditer(page_text):
        notes = _NOTE.findall(match["notes"])
        indent = len(match["indent"])
        text = "".join(line[indent:] or "\n" for line in match["text"].splitlines(keepends=True))
        yield Block(
            line=page_text.count("\n", 0, match.start("language")) + 1,
            language=match["language"],
            text=text,
            title=match["title"],
            parsed=any(kind == "parsed" for kind, _ in notes),
            before=tuple(note for kind, note in notes if kind == "before"),
            commands=tuple(_commands(text)) if match["language"] == "console" else (),
        )


def _commands(text: str) -> Iterator[Command]:
    for part in re.split(r"^\$ ", text.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
        line, *shown = part.splitlines()
        ending = _EXIT.search(line)
        lines = tuple(
            text_line.strip() for text_line in shown if text_line.strip() not in {"", "…"}
        )
        yield Command(line, int(ending[1]) if ending else 0, lines)


def _usage_faults(words: list[str]) -> list[str]:
    command: click.Command = root
    context = click.Context(root, info_name="tablewright")
    while isinstance(command, click.Group):
        if words[:1] in ([], ["--help"], ["--version"]):
            return []
        child = command.get_command(context, words[0])
        if child is None:
            return [f"no command {words[0]}"]
        context = click.Context(child, parent=context, info_name=words[0])
        command, words = child, words[1:]
    try:
        command.make_parser(context).parse_args([word for word in words if word != "…"])
    except click.UsageError as error:
        return [f"{command.name}: {error.format_message()}"]
    return []
