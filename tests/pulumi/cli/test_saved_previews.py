"""`preview --save FILE`, looked at by somebody, then `up FILE`: exactly that or nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.terminal import Said, Terminal, stack

pytestmark = pytest.mark.engine


@dataclass(frozen=True)
class Story:
    """One saved preview: looked at, done without its manifest, and tried once more."""

    file: Path
    preview: Said
    up: Said
    again: Said


@pytest.fixture(scope="module")
def story(machine: Terminal, aws: EmbeddedAws) -> Story:
    manifest = machine.write(
        "tables.yaml", stack("once", {"name": "bought-${WHERE}"}, environment="${WHERE}")
    )
    file = machine.folder / "change.json"
    preview = machine.run("preview", manifest, "--save", file, WHERE="qa")
    manifest.unlink()
    words = ("up", file, "--yes")
    return Story(file, preview, machine.run(*words, WHERE="never"), machine.run(*words))


def test_what_was_looked_at_is_done_without_the_manifest_and_its_variables(story, aws):
    assert f"tablewright up {story.file}" in story.preview.ended(0).err
    assert "1 created" in story.up.ended(0).err
    assert "bought-qa" in aws.tables()


def test_where_all_of_it_is_done_nothing_is_left_to_do(story):
    """As CI asks that runs a job once more."""
    assert "no changes" in story.again.ended(0).err


def test_the_file_can_be_read_by_other_tools(story):
    saved = json.loads(story.file.read_text("utf-8"))
    assert [each["operation"] for each in saved["preview"]["changes"]] == ["create"]


def test_the_file_stands_for_its_stack_in_other_commands(story, machine):
    said = machine.run("outputs", story.file, "--output", "json").ended(0)
    assert said.json["tableNames"] == ["bought-qa"]


def test_it_is_not_for_another_target_which_is_not_even_asked(story, machine):
    """Where AWS is asked first, it is the credentials that are missing."""
    message = machine.run("up", story.file, "--yes", "--target", "aws").refused(3)
    assert "saved for the target sandbox, not for aws" in message


def test_it_is_not_for_another_stack(story, machine):
    message = machine.run("up", story.file, "--yes", "--stack", "organization/once/prod").refused(3)
    assert "belongs to the stack once/qa" in message


def test_a_stack_that_has_changed_meanwhile_is_not_touched(terminal, aws):
    """The same values would be set, but what they would be set over is not what was seen."""

    def declare(days: int) -> Path:
        return terminal.write(
            "t.yaml", stack("shop", {"name": "orders", "recovery": {"days": days}})
        )

    terminal.run("up", declare(7), "--yes").ended(0)
    terminal.run("preview", declare(20), "--save", "change.json").ended(0)
    terminal.run("up", declare(30), "--yes").ended(0)
    message = terminal.run("up", "change.json", "--yes").refused(3)
    assert "would update orders (pointInTimeRecovery), but that has changed since" in message
    assert "`tablewright preview MANIFESTS --save FILE`, and confirm that" in message
    found = aws.client("dynamodb").describe_continuous_backups(TableName="orders")
    recovery = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["RecoveryPeriodInDays"] == 30


@pytest.mark.parametrize("text", ["tablewright.dev/saved/v1", '{"x": "tablewright.dev/saved/v1"}'])
def test_a_damaged_file_is_no_saved_preview(terminal, text):
    terminal.write("bad.json", text)
    assert "bad.json is not a saved preview" in terminal.run("up", "bad.json", "--yes").refused(2)


def test_a_place_that_cannot_be_written_is_named(aws, terminal):
    manifest = terminal.write("t.yaml", stack("elsewhere", "elsewhere"))
    message = terminal.run("preview", manifest, "--save", "nowhere/change.json").ended(1).err
    assert "nowhere/change.json: No such file or directory" in message
    assert "Traceback" not in message
