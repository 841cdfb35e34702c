"""What a backup tells of the table that is restored from it, and what only its source does."""

from __future__ import annotations

from typing import Any

import pytest

from tablewright.aws.origins import read_source
from tablewright.errors import AccessDeniedError, AwsError, NotFoundError, ThrottledError
from tablewright.plan.origin import Restore
from tablewright.plan.table import Key, Table

BACKUP = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders/backup/01"
KEYS = [{"AttributeName": "id", "KeyType": "HASH"}]
LIVE = {"TableId": "a", "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}]}
DECLARED = Table(name="rescued", key=Key("id"), attributes={"id": "N", "day": "N"})


def source(live: dict[str, Any] | AwsError) -> Table:
    details = {
        "TableId": "a",
        "TableArn": "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
        "KeySchema": KEYS,
    }

    def call(operation: str, region: str, **request: Any) -> Any:
        if operation == "DescribeBackup":
            return {"BackupDescription": {"SourceTableDetails": details}}
        assert (operation, region, request) == (
            "DescribeTable",
            "eu-west-1",
            {"TableName": "orders"},
        )
        if isinstance(live, AwsError):
            raise live
        return {"Table": live}

    return read_source(call, "eu-west-1", Restore(backup_arn=BACKUP), DECLARED)


def test_the_types_are_those_of_the_table_that_was_backed_up():
    assert source(LIVE).attributes == {"id": "S", "day": "N"}


@pytest.mark.parametrize(
    "live",
    [
        {**LIVE, "TableId": "made since"},
        NotFoundError("no such table"),
        AccessDeniedError("not for you"),
    ],
    ids=["another table", "gone", "not shown"],
)
def test_where_that_table_does_not_tell_the_declared_types_stand(live):
    assert source(live).attributes == {"id": "N", "day": "N"}


def test_an_answer_that_was_lost_is_no_answer():
    with pytest.raises(ThrottledError):
        source(ThrottledError("later"))
