"""Every command that takes manifests takes a folder of several stacks, and an environment."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest

from tablewright.cli.commands import root

OVER_ALL = {"validate", "convert"}
"""They are about the manifests themselves: all of them, always."""


def with_paths(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, set[str]]]:
    """Each command that takes manifests, with the names of its options."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from with_paths(command, (*words, name))
        elif command and any(option.name == "paths" for option in command.params):
            options = {word for option in command.params for word in option.opts}
            yield " ".join((*words, name)), options


COMMANDS = dict(with_paths(root))


@pytest.mark.parametrize("name", COMMANDS)
def test_of_several_stacks_some_can_be_named_and_each_has_its_environment(name):
    assert ("--stack" in COMMANDS[name]) == (name not in OVER_ALL)
    assert "--environment" in COMMANDS[name]
