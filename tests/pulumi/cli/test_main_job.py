"""The main job from a seeded sandbox to nothing left, every command as a user types it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

import pytest
from tests.pulumi.cli.conftest import client
from tests.support.terminal import EXAMPLES, Said, Terminal

pytestmark = pytest.mark.engine

PATH = EXAMPLES / "three-tables"
REGION = "ap-southeast-2"
TABLES = ("events", "sessions", "users")


@dataclass(frozen=True)
class Life:
    """What lives in the sandbox, asked through AWS's APIs."""

    items: dict[str, int]
    alarms: int
    roles: int


@dataclass(frozen=True)
class Story:
    """What each command said, in the order of the job."""

    seed: Said
    preview: Said
    untouched: Life
    up: Said
    verify: Said
    second_preview: Said
    second_up: Said
    outputs: Said
    flat: dict[str, Any]
    done: Life
    refresh: Said
    destroy: Said
    end: Life


def look(endpoint: str) -> Life:
    dynamodb = client(endpoint, "dynamodb", REGION)
    names = dynamodb.list_tables()["TableNames"]
    pages = {name: dynamodb.get_paginator("scan").paginate(TableName=name) for name in names}
    return Life(
        {name: sum(page["Count"] for page in pages[name]) for name in names},
        len(client(endpoint, "cloudwatch", REGION).describe_alarms()["MetricAlarms"]),
        len(client(endpoint, "iam", REGION).list_roles()["Roles"]),
    )


@pytest.fixture(scope="module")
def story(machine: Terminal) -> Story:
    endpoint = machine.run("sandbox", "start", "--background").ended(0).out.strip()
    flat = machine.folder / "cfn-outputs" / "flat-outputs.json"
    return Story(
        seed=machine.run("sandbox", "seed"),
        preview=machine.run("preview", PATH, "--output", "json"),
        untouched=look(endpoint),
        up=machine.run("up", PATH, "--yes"),
        verify=machine.run("verify", PATH),
        second_preview=machine.run("preview", PATH, "--expect-no-changes"),
        second_up=machine.run("up", PATH, "--yes", "--output", "json"),
        outputs=machine.run("outputs", PATH, "--flat", flat, "--output", "json"),
        flat=json.loads(flat.read_text("utf-8")),
        done=look(endpoint),
        refresh=machine.run("refresh", PATH, "--yes", "--output", "json"),
        destroy=machine.run("destroy", PATH, "--yes"),
        end=look(endpoint),
    )


def test_the_company_is_seeded_with_two_thousand_items_each(story):
    assert story.seed.ended(0).out.splitlines() == [f"{t}: 2000 items (made)" for t in TABLES]


def test_the_preview_imports_and_updates_and_replaces_nothing(story):
    found = story.preview.ended(0).json
    assert found["counts"] == {"import and update": 3, "create": 19}
    tables = {each["name"]: each for each in found["changes"] if each["kind"] == "table"}
    assert set(tables) == set(TABLES)
    assert all(each["actions"] == ["import", "update"] for each in tables.values())
    assert not {each["risk"] for each in found["changes"]} & {"replaces", "deletes", "impossible"}


def test_the_preview_shows_each_call_with_its_risk(story):
    sessions = next(each for each in story.preview.json["changes"] if each["name"] == "sessions")
    steps = {step["title"]: step for step in sessions["steps"]}
    index = steps["Build index userId-timestamp-index on userId + timestamp"]
    assert (index["operation"], index["risk"]) == ("UpdateTable", "slow")
    assert steps["Switch to on demand"]["risk"] == "slow"
    assert steps["Encrypt with the AWS managed key"]["risk"] == "limited"


def test_the_preview_touches_nothing(story):
    assert story.untouched == Life(dict.fromkeys(TABLES, 2000), alarms=0, roles=0)


def test_up_tells_each_step_and_prints_the_outputs(story):
    said = story.up.ended(0)
    assert "updated   table sessions" in said.err
    assert "3 imported and updated, 19 created" in said.err
    assert "tableNames:\n  - events\n  - sessions\n  - users\n" in said.out


def test_what_lives_is_proved_to_be_what_was_declared(story):
    assert "Verified: all " in story.verify.ended(0).out
    assert "✗" not in story.verify.out


def test_a_second_preview_and_a_second_up_find_nothing_to_do(story):
    assert "No changes: 22 resources match the recorded state;" in story.second_preview.ended(0).out
    assert story.second_up.ended(0).json["changes"] == []


def test_no_item_is_lost_and_everything_declared_is_there(story):
    assert story.done == Life(dict.fromkeys(TABLES, 2000), alarms=6, roles=6)


def test_the_flat_file_holds_the_outputs_by_name_and_keeps_lists(story):
    assert story.flat == story.outputs.ended(0).json == story.second_up.json["outputs"]
    assert story.flat["tableNames"] == list(TABLES)
    assert len(story.flat["tableArns"]) == 3
    (stream,) = story.flat["streamArns"]
    assert ":table/events/stream/" in stream
    assert set(story.flat) == {
        "alarmArns",
        "roleArns",
        "streamArns",
        "tableArns",
        "tableNames",
        "tables",
    }


def test_a_refresh_finds_everything_as_recorded(story):
    assert story.refresh.ended(0).json["counts"] == {}


def test_destroy_names_what_is_lost_and_leaves_nothing(story):
    assert all(f"table {name}: 2000 items" in story.destroy.ended(0).err for name in TABLES)
    assert story.end == Life({}, alarms=0, roles=0)
