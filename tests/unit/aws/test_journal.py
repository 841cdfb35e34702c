"""What is kept of AWS's answers: whole lines, no older than an hour, nothing of who asks."""

from __future__ import annotations

import json
import os
import stat
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.config import Config
from botocore.stub import Stubber

from tablewright.aws.journal import LONGEST, ReplyJournal

TABLE = {"Table": {"TableName": "orders", "CreationDateTime": datetime(2026, 1, 2, tzinfo=UTC)}}
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def client(service: str) -> Any:
    """A client that reaches nobody."""
    return botocore.session.Session().create_client(
        service,
        "eu-west-1",
        endpoint_url="http://127.0.0.1:1",
        aws_access_key_id="k",
        aws_secret_access_key="s",
        config=Config(retries={"max_attempts": 0}),
    )


def asked(journal: ReplyJournal, answer: dict[str, Any] | None, account: str = "1" * 12) -> Any:
    """What a client is answered, by AWS or without it."""
    dynamodb = client("dynamodb")
    stub = Stubber(dynamodb)
    if answer is not None:
        stub.add_response("describe_table", answer)
        stub.activate()
    journal.attach(dynamodb, "dynamodb", "eu-west-1", lambda: account)
    reply = dynamodb.describe_table(TableName="orders")
    stub.assert_no_pending_responses()
    return reply


def test_what_was_answered_is_not_asked_again_with_all_its_values(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    first = asked(ReplyJournal(file, lambda: NOW), TABLE)
    again = ReplyJournal(file, lambda: NOW + LONGEST)
    assert (again.kept, again.oldest) == (1, NOW)
    assert again.holds("1" * 12, "DescribeTable")
    assert asked(again, None) == first
    assert not again.holds("1" * 12, "DescribeTable")
    assert again.since("1" * 12, "eu-west-1") == NOW
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


@pytest.mark.parametrize("why", ["too old", "of another account", "half a line", "not JSON"])
def test_what_cannot_be_used_is_asked_for(why: str, tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    asked(ReplyJournal(file, lambda: NOW), TABLE)
    account, later = "1" * 12, NOW
    match why:
        case "too old":
            later = NOW + LONGEST + timedelta(seconds=1)
        case "of another account":
            account = "2" * 12
        case "half a line":
            file.write_bytes(file.read_bytes()[:-20])
        case _:
            file.write_bytes(b"\xff\x00{}\n[]\n")
    asked(ReplyJournal(file, lambda: later), TABLE, account)
    assert asked(ReplyJournal(file, lambda: later), None, account)["Table"] == TABLE["Table"]


def test_nothing_of_who_asks_is_kept(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    journal, sts = ReplyJournal(file), client("sts")
    identity = {"Account": "1" * 12, "UserId": "me", "Arn": "arn:aws:iam::111111111111:user/me"}
    with Stubber(sts) as stub:
        journal.attach(sts, "sts", "eu-west-1", lambda: "1" * 12)
        stub.add_response("get_caller_identity", identity)
        sts.get_caller_identity()
    assert not file.read_text().strip()


def test_the_file_goes_where_the_work_ends_and_stays_where_it_does_not(tmp_path: Path) -> None:
    file = tmp_path / "fleets" / "kept.jsonl"

    def interrupted() -> None:
        with ReplyJournal.open(file) as journal:
            asked(journal, TABLE)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert json.loads(file.read_text())["operation"] == "DescribeTable"
    with ReplyJournal.open(file, fresh=True) as journal:
        assert journal.kept == 0
    assert not file.exists()


def test_what_nobody_came_back_for_is_removed(tmp_path: Path) -> None:
    old, young = tmp_path / "old.jsonl", tmp_path / "young.jsonl"
    for file in (old, young):
        file.touch()
    long_ago = time.time() - LONGEST.total_seconds() - 60
    os.utime(old, (long_ago, long_ago))
    with ReplyJournal.open(tmp_path / "kept.jsonl"):
        pass
    assert [*tmp_path.iterdir()] == [young]
