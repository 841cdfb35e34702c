"""A next step is printed as it can be typed: about the same manifests, at the same place."""

from __future__ import annotations

import click
import pytest

from tablewright.cli import advice
from tablewright.cli.commands import root
from tablewright.manifest.documents.loader import SAVED_FORMAT
from tests.support.next_steps import commands
from tests.unit.test_next_steps import command_of, naming

AGAIN = "run `tablewright up PATH --refresh` to set it back"


def within(*words: str) -> click.Context:
    """The context of a command as it is while it runs."""
    context, command, rest = click.Context(root, info_name="tablewright"), root, [*words]
    while isinstance(command, click.Group):
        name = rest.pop(0)
        command = command.get_command(context, name)
        assert command is not None
    return command.make_context(name, rest, parent=context)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("verify", "t/"), "`tablewright up t/ --refresh`"),
        (("verify", "a b.yaml", "c"), "`tablewright up 'a b.yaml' c --refresh`"),
        (
            ("verify", "t/", "--target", "aws", "--profile", "prod", "--stack", "qa"),
            "`tablewright up t/ --refresh --stack qa --target aws --profile prod`",
        ),
        (("up", "t/", "--yes", "--allow-delete", "x"), "`tablewright up t/ --refresh`"),
        (
            ("pulumi", "destroy", "-f", "m.yaml", "--stack", "o/p/s", "--set", "a=1", "--yes"),
            "`tablewright pulumi update --manifest m.yaml --refresh --stack o/p/s --set a=1`",
        ),
    ],
)
def test_the_paths_and_the_place_are_those_of_the_running_command(words, said):
    with within(*words):
        assert advice.literal(AGAIN) == f"run {said} to set it back"


PLACE = ("--stack", "organization/p/s", "--target", "aws", "--backend", "s3://b")
RUNNING = {
    "up": (
        "up",
        "t/",
        *PLACE,
        "--profile",
        "p",
        "--accounts",
        "organization:r",
        "--environment",
        "e",
    ),
    "verify": ("verify", "t/", *PLACE, "--sandbox", "x"),
    "pulumi": ("pulumi", "destroy", "-f", "m", *PLACE, "--module-dir", ".", "--set", "a=1"),
}


@pytest.mark.parametrize("running", RUNNING.values(), ids=RUNNING)
def test_a_command_is_given_only_options_that_it_has(running):
    named = {(verb, text.text) for text in naming() for verb, _ in commands(text.text)}
    seen = 0
    with within(*running):
        for verb, text in sorted(named):
            if f"`tablewright {verb} PATH" not in text:
                continue
            typed = advice.literal(f"`tablewright {verb} PATH`")
            for other, given in commands(typed):
                command = command_of(other)
                assert command is not None, typed
                own = {option for parameter in command.params for option in parameter.opts}
                assert {*given} <= own, typed
                seen += 1
    assert seen > 5


def test_a_saved_preview_is_no_manifest_of_another_command(tmp_path):
    saved = tmp_path / "plan.json"
    saved.write_text(f'{{"apiVersion": "{SAVED_FORMAT}"}}')
    with within("up", str(saved), "--target", "aws"):
        assert advice.literal("`tablewright refresh PATH`") == (
            "`tablewright refresh PATH --target aws`"
        )


def test_what_the_environment_says_it_goes_on_saying(monkeypatch):
    monkeypatch.setenv("TABLEWRIGHT_TARGET", "aws")
    with within("verify", "t/"):
        assert advice.literal(AGAIN) == "run `tablewright up t/ --refresh` to set it back"


def test_what_only_the_reader_knows_stays_as_it_is():
    other = "`tablewright release MANIFESTS --table x`, `tablewright preview MANIFESTS --save FILE`"
    with within("up", "t/"):
        assert advice.literal(other) == other


def test_without_a_command_the_placeholder_stays():
    assert advice.literal(AGAIN) == AGAIN


def test_a_command_on_other_paths_goes_to_the_same_place():
    with within("preview", "t/", "--target", "aws", "--save", "my plan.json"):
        assert advice.command_line("up", "my plan.json") == (
            "tablewright up 'my plan.json' --target aws"
        )
