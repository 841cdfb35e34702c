"""A type that is not carried: what is carried of its service, and what to do instead."""

from __future__ import annotations

import pytest

from tablewright.provider.catalogue import INVOKES, RESOURCES, refusal_of


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("aws:sqs/queuePolicy:QueuePolicy", "sqs.QueuePolicy is not carried"),
        ("aws:sqs/queuePolicy:QueuePolicy", "of sqs it carries sqs.Queue;"),
        ("aws:dynamodb/globalTable:GlobalTable", "dynamodb.TableReplica"),
        ("aws:dynamodb/getBackups:getBackups", "dynamodb.getTable,"),
        ("aws:kms/keyPolicy:KeyPolicy", "of kms it carries kms.Alias, kms.Key;"),
        ("aws:dynamodb/tableExports:TableExports", "did you mean dynamodb.TableExport?"),
        ("aws:s3/bucket:Bucket", "it carries types of appautoscaling, cloudwatch, dynamodb,"),
        ("aws:s3/bucket:Bucket", "make it with boto3 at the same endpoint"),
    ],
)
def test_a_refusal_names_what_is_carried_and_what_to_do(token: str, words: str) -> None:
    assert words in refusal_of(token)


def test_what_is_carried_is_spelled_as_programs_spell_it() -> None:
    told = "".join(refusal_of(token + "x") for token in (*RESOURCES, *INVOKES))
    for token in RESOURCES:
        module, name = token.removeprefix("aws:").split("/")[0], token.rpartition(":")[2]
        assert f"{module}.{name}" in told
