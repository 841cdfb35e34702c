"""DynamoDB's own rules about a table's inputs, by property."""

from __future__ import annotations

from typing import Any

import pytest

from tablewright.provider.dynamodb.table_rules import wrong_table
from tablewright.provider.protocol.unknown import UNKNOWN

EVENTS: dict[str, Any] = {
    "name": "events",
    "hashKey": "id",
    "attributes": [{"name": "id", "type": "S"}],
    "billingMode": "PAY_PER_REQUEST",
}


def attributes(*names: str) -> list[dict[str, str]]:
    return [{"name": name, "type": "S"} for name in names]


def index(name: str = "by-user", **rest: Any) -> dict[str, Any]:
    return {"name": name, "hashKey": "user", "projectionType": "ALL", **rest}


def local(name: str = "by-day", **rest: Any) -> dict[str, Any]:
    return {"name": name, "rangeKey": "day", "projectionType": "ALL", **rest}


def found(change: dict[str, Any], *, is_new: bool = True) -> dict[str, str]:
    inputs = {key: value for key, value in {**EVENTS, **change}.items() if value is not None}
    return {failure.path: failure.reason for failure in wrong_table(inputs, is_new=is_new)}


WITH_USER = {"attributes": attributes("id", "user")}
PARTS = [{"attributeName": f"k{n}", "keyType": "HASH"} for n in range(5)]


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        ({"name": "ab"}, "name", "3 to 255"),
        ({"hashKey": None, "attributes": None}, "hashKey", "is required for a new table"),
        ({"attributes": attributes("id", "id")}, "attributes", "defines id 2 times"),
        ({"attributes": attributes("id", "x")}, "attributes", "defines x, which is not a key"),
        ({"rangeKey": "at"}, "rangeKey", "names at, which attributes does not define"),
        (
            {"globalSecondaryIndexes": [index()]},
            "globalSecondaryIndexes[0].hashKey",
            "names user",
        ),
        (
            {**WITH_USER, "globalSecondaryIndexes": [index("a!")]},
            "globalSecondaryIndexes[0].name",
            "3 to 255",
        ),
        (
            {**WITH_USER, "globalSecondaryIndexes": [index(), index()]},
            "globalSecondaryIndexes[1].name",
            "used twice",
        ),
        (
            {**WITH_USER, "globalSecondaryIndexes": [index(f"i-{n}") for n in range(21)]},
            "globalSecondaryIndexes",
            "has 21 indexes; AWS takes 20",
        ),
        (
            {"globalSecondaryIndexes": [index(hashKey=None)]},
            "globalSecondaryIndexes[0].hashKey",
            "or keySchemas",
        ),
        (
            {
                "attributes": attributes("id", *(part["attributeName"] for part in PARTS)),
                "globalSecondaryIndexes": [index(hashKey=None, keySchemas=PARTS)],
            },
            "globalSecondaryIndexes[0].keySchemas",
            "one to four HASH",
        ),
        (
            {
                "attributes": attributes("id", "k0"),
                "globalSecondaryIndexes": [index(hashKey=None, keySchemas=[PARTS[0], PARTS[0]])],
            },
            "globalSecondaryIndexes[0].keySchemas",
            "names k0 twice",
        ),
        (
            {
                "attributes": attributes("id", "k0", "user"),
                "globalSecondaryIndexes": [index(keySchemas=PARTS[:1])],
            },
            "globalSecondaryIndexes[0].hashKey",
            "something else than keySchemas",
        ),
        (
            {**WITH_USER, "globalSecondaryIndexes": [index(projectionType="INCLUDE")]},
            "globalSecondaryIndexes[0].nonKeyAttributes",
            "is required with projectionType INCLUDE",
        ),
        (
            {**WITH_USER, "globalSecondaryIndexes": [index(nonKeyAttributes=["x"])]},
            "globalSecondaryIndexes[0].nonKeyAttributes",
            "no place with projectionType ALL",
        ),
        (
            {"attributes": attributes("id", "day"), "localSecondaryIndexes": [local()]},
            "localSecondaryIndexes",
            "needs a table with a rangeKey",
        ),
        (
            {
                "rangeKey": "at",
                "attributes": attributes("id", "at", "day"),
                "localSecondaryIndexes": [local(f"l-{n}") for n in range(6)],
            },
            "localSecondaryIndexes",
            "has 6 indexes; AWS takes 5",
        ),
        (
            {
                "rangeKey": "at",
                "attributes": attributes("id", "at", "day"),
                "localSecondaryIndexes": [local(projectionType="INCLUDE")],
            },
            "localSecondaryIndexes[0].nonKeyAttributes",
            "is required",
        ),
        ({"billingMode": "PROVISIONED"}, "readCapacity", "must be at least 1"),
        (
            {"billingMode": "PROVISIONED", "readCapacity": 1},
            "writeCapacity",
            "must be at least 1",
        ),
        (
            {
                **WITH_USER,
                "billingMode": "PROVISIONED",
                "readCapacity": 1,
                "writeCapacity": 1,
                "globalSecondaryIndexes": [index(readCapacity=1)],
            },
            "globalSecondaryIndexes[0].writeCapacity",
            "in a PROVISIONED table",
        ),
        (
            {
                "billingMode": "PROVISIONED",
                "readCapacity": 1,
                "writeCapacity": 1,
                "onDemandThroughput": {"maxReadRequestUnits": 5},
            },
            "onDemandThroughput",
            "no place with billingMode PROVISIONED",
        ),
        ({"writeCapacity": 5}, "writeCapacity", "no place with billingMode PAY_PER_REQUEST"),
        (
            {**WITH_USER, "globalSecondaryIndexes": [index(readCapacity=5)]},
            "globalSecondaryIndexes[0].readCapacity",
            "no place with billingMode PAY_PER_REQUEST",
        ),
        ({"streamViewType": "NEW_IMAGE"}, "streamEnabled", "is required with streamViewType"),
        ({"streamEnabled": True}, "streamViewType", "is required"),
        ({"ttl": {"enabled": True}}, "ttl.attributeName", "is required"),
        (
            {"serverSideEncryption": {"enabled": False, "kmsKeyArn": "arn:x"}},
            "serverSideEncryption.kmsKeyArn",
            "no place with enabled: false",
        ),
        (
            {"replicas": [{"regionName": "a"}, {"regionName": "a"}]},
            "replicas",
            "names a 2 times",
        ),
        (
            {
                "replicas": [
                    {"regionName": "a", "consistencyMode": "STRONG"},
                    {"regionName": "b"},
                ]
            },
            "replicas",
            "mixes STRONG and EVENTUAL",
        ),
        (
            {
                "importTable": {},
                "rangeKey": "at",
                "attributes": attributes("id", "at", "day"),
                "localSecondaryIndexes": [local()],
            },
            "localSecondaryIndexes",
            "cannot be made by an import",
        ),
    ],
)
def test_what_dynamodb_would_refuse_is_told_by_property(
    change: dict[str, Any], path: str, words: str
) -> None:
    failures = found(change)
    assert words in failures.get(path, ""), failures


@pytest.mark.parametrize(
    "change",
    [
        {},
        {"billingMode": UNKNOWN, "readCapacity": 5},
        {"hashKey": UNKNOWN},
        {"attributes": UNKNOWN},
        {"name": UNKNOWN},
        {"globalSecondaryIndexes": UNKNOWN},
        {"globalSecondaryIndexes": [UNKNOWN]},
        {"globalSecondaryIndexes": [index(hashKey=UNKNOWN)]},
        {"globalSecondaryIndexes": [index(keySchemas=UNKNOWN)]},
        {"rangeKey": UNKNOWN, "localSecondaryIndexes": [UNKNOWN]},
        {"serverSideEncryption": {"enabled": True, "kmsKeyArn": UNKNOWN}},
        {"serverSideEncryption": UNKNOWN},
        {"ttl": UNKNOWN},
        {"ttl": {"enabled": True, "attributeName": UNKNOWN}},
        {"streamEnabled": UNKNOWN},
        {"streamEnabled": False, "streamViewType": "NEW_IMAGE"},
        {"onDemandThroughput": UNKNOWN},
        {"onDemandThroughput": {"maxReadRequestUnits": -1}},
        {"replicas": UNKNOWN},
        {"replicas": [{"regionName": UNKNOWN}, {"regionName": UNKNOWN}]},
        {
            "attributes": attributes("id", "a", "b", "c", "d", "e", "f", "g", "h"),
            "globalSecondaryIndexes": [
                index(
                    hashKey=None,
                    keySchemas=[
                        *({"attributeName": name, "keyType": "HASH"} for name in "abcd"),
                        *({"attributeName": name, "keyType": "RANGE"} for name in "efgh"),
                    ],
                )
            ],
        },
    ],
)
def test_what_may_be_is_let_pass(change: dict[str, Any]) -> None:
    assert found(change) == {}


@pytest.mark.parametrize(
    "change",
    [
        {"billingMode": None},
        {"hashKey": None, "attributes": None},
        {"attributes": attributes("id", "user")},
        {"billingMode": None, "readCapacity": 5},
    ],
)
def test_what_a_table_that_exists_has_already_need_not_be_said(change: dict[str, Any]) -> None:
    assert found(change, is_new=False) == {}
