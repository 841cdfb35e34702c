"""A misspelt region is told: it would have no tables, and every answer about them would be well."""

from __future__ import annotations

import re
from collections.abc import Iterator

import boto3
import click
import pytest

from tablewright.cli.commands import root
from tablewright.manifest.models.base import REGION_PATTERN


def taking(group: click.Group, words: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Option]]:
    """Each command that takes a region, with that option."""
    for name in group.list_commands(click.Context(group)):
        command = group.get_command(click.Context(group), name)
        if isinstance(command, click.Group):
            yield from taking(command, (*words, name))
        for option in command.params if command else ():
            if isinstance(option, click.Option) and "--region" in option.opts:
                yield " ".join((*words, name)), option


TAKING = dict(taking(root))


def test_every_region_of_aws_has_the_form():
    session = boto3.session.Session()
    parts = session.get_available_partitions()
    regions = {name for part in parts for name in session.get_available_regions("dynamodb", part)}
    assert len(regions) > 30
    assert [name for name in regions if not re.fullmatch(REGION_PATTERN, name)] == []


@pytest.mark.parametrize("name", sorted(TAKING))
def test_a_misspelt_region_is_refused(name):
    option = TAKING[name]
    context = click.Context(click.Command(name))
    given = ("eu-west-1",) if option.multiple else "eu-west-1"
    assert option.process_value(context, given) == given
    for wrong in ("eu-centrl-1", "eu-west", "xx", "eu--1"):
        with pytest.raises(click.BadParameter, match="is no AWS region"):
            option.process_value(context, (wrong,) if option.multiple else wrong)
