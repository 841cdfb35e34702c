"""An option that does not exist is answered with those that were meant, and never with a yes."""

from __future__ import annotations

import click
import pytest

from tablewright.cli.commands import root
from tablewright.cli.failing import error_of


def answer(*words: str) -> str:
    with pytest.raises(click.NoSuchOption) as caught:
        root.main([*words], "tablewright", standalone_mode=False)
    return error_of(caught.value).next_step


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        (("up", "--env", "prod"), "--environment"),
        (("up", "--enviroment", "prod"), "--environment"),
        (("preview", "--refersh"), "--refresh"),
        (("verify", "--alarm"), "--alarms"),
    ],
)
def test_what_begins_so_or_is_spelt_so_is_named(words, meant):
    assert answer(*words).startswith(f"did you mean {meant}? see `tablewright {words[0]} --help`")


@pytest.mark.parametrize("name", ["up", "destroy", "release", "audit", "drift"])
@pytest.mark.parametrize("option", ["--env", "--dry", "--y", "--auto-approve", "--delete"])
def test_no_other_option_is_answered_with_what_says_yes(name, option):
    assert "--yes" not in answer(name, option)
    assert "--allow" not in answer(name, option)


def test_an_option_without_its_value_leads_to_the_help_of_its_command():
    with pytest.raises(click.UsageError) as caught:
        root.main(["outputs", "tables/", "--raw"], "tablewright", standalone_mode=False)
    assert error_of(caught.value).next_step == "see `tablewright outputs --help`"
