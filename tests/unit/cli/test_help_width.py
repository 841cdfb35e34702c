"""Help fits a terminal of 80 columns, for every command."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from click.testing import CliRunner

from tablewright.cli.commands import root

WIDTH = 80


def commands(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield words
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if isinstance(command, click.Group):
            yield from commands(command, (*words, name))
        else:
            yield (*words, name)


@pytest.mark.parametrize("words", [*commands(root)], ids=lambda words: " ".join(words) or "root")
def test_help_fits_80_columns(words):
    result = CliRunner().invoke(
        root, [*words, "--help"], terminal_width=WIDTH, prog_name="tablewright"
    )
    assert result.exit_code == 0
    too_long = [line for line in result.output.splitlines() if len(line) > WIDTH]
    assert too_long == []
    listed = result.output.partition("Commands:")[2]
    assert "..." not in listed, "sentences are whole"
