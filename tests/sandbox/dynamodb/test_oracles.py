"""The list of invalid requests against other emulators, when one is running and named.

    TABLEWRIGHT_ORACLE_DYNAMODB_LOCAL=http://127.0.0.1:8000
    TABLEWRIGHT_ORACLE_DYNOXIDE=http://127.0.0.1:8001

Where they answer otherwise is written down in `oracle_differences.yaml`; the test holds the file to
what they do, so that a difference that is new, or gone, is seen.
"""

import os
from decimal import Decimal
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from hypothesis import given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML

from tablewright_emulator.server import Emulator

from .conftest import clients_of
from .test_invalid_requests import CASES, LIST, expanded

DIFFERENCES = YAML(typ="safe").load(
    (Path(__file__).parents[1] / "data" / "oracle_differences.yaml").read_text("utf-8")
)


def oracle_client(url: str) -> Any:
    return boto3.client(
        "dynamodb",
        endpoint_url=url,
        region_name="us-east-1",
        aws_access_key_id="123456789012",
        aws_secret_access_key="none",
        config=Config(parameter_validation=False, retries={"total_max_attempts": 1}),
    )


def answer(client: Any, case: dict[str, Any]) -> str:
    """The code another emulator answers a case with, or `accepted`."""
    request = expanded(case["request"])
    if case["operation"] == "CreateTable":
        request = {k: v for k, v in (LIST["base"] | request).items() if v is not None}
    try:
        client._make_api_call(case["operation"], request)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    except (BotoCoreError, TypeError, ValueError, AttributeError):
        return "not sent"
    return "accepted"


def differences(url: str) -> dict[str, str]:
    """Name of each case that is answered with another code, and that code."""
    client = oracle_client(url)
    found = {}
    for case in CASES:
        for name in client.list_tables()["TableNames"]:
            client.update_table(TableName=name, DeletionProtectionEnabled=False)
            client.delete_table(TableName=name)
        for table in LIST["tables"]:
            client.create_table(**LIST["base"] | table)
        for step in LIST["setup"][:1]:
            client._make_api_call(step["operation"], step["request"])
        given = answer(client, case)
        if given not in {case["code"], "not sent"}:
            found[case["name"]] = given
    return found


@pytest.mark.parametrize("oracle", sorted(DIFFERENCES))
def test_others_differ_where_it_is_written(oracle):
    url = os.environ.get(f"TABLEWRIGHT_ORACLE_{oracle.upper()}")
    if url is None:
        pytest.skip(f"TABLEWRIGHT_ORACLE_{oracle.upper()} names none")
    assert differences(url) == DIFFERENCES[oracle]


VALUES = st.sampled_from([
    {"S": "a"}, {"S": "ab"}, {"S": ""}, {"N": "1"}, {"N": "-2.5"}, {"N": "1000"}, {"BOOL": True},
    {"NULL": True}, {"B": b"a"}, {"SS": ["a", "b"]}, {"NS": ["1", "2"]}, {"L": []},
    {"L": [{"N": "1"}, {"S": "a"}]}, {"M": {}}, {"M": {"x": {"N": "1"}, "l": {"L": [{"S": "a"}]}}},
])  # fmt: skip
PATHS = st.sampled_from(["a", "b", "c.x", "c.l[0]", "b[0]", "b[5]", "c.nothing.y", "d", "a.x"])
OPERANDS = st.sampled_from([":v", ":w"]) | PATHS
CONDITIONS = st.one_of(
    st.tuples(st.sampled_from(["attribute_exists", "attribute_not_exists"]), PATHS).map(
        lambda parts: f"{parts[0]}({parts[1]})"
    ),
    st.tuples(OPERANDS, st.sampled_from(["=", "<>", "<", "<=", ">", ">="]), OPERANDS).map(" ".join),
    st.tuples(PATHS, OPERANDS, OPERANDS).map(lambda p: f"{p[0]} BETWEEN {p[1]} AND {p[2]}"),
    st.tuples(PATHS, OPERANDS, OPERANDS).map(lambda p: f"NOT {p[0]} IN ({p[1]}, {p[2]})"),
    st.tuples(st.sampled_from(["begins_with", "contains"]), PATHS, OPERANDS).map(
        lambda p: f"{p[0]}({p[1]}, {p[2]})"
    ),
    st.tuples(PATHS, st.sampled_from(["=", ">"])).map(lambda p: f"size({p[0]}) {p[1]} :v"),
)
TERMS = st.one_of(
    OPERANDS,
    st.tuples(OPERANDS, st.sampled_from("+-"), OPERANDS).map(" ".join),
    st.tuples(PATHS, OPERANDS).map(lambda p: f"if_not_exists({p[0]}, {p[1]})"),
    st.tuples(OPERANDS, OPERANDS).map(lambda p: f"list_append({p[0]}, {p[1]})"),
)
UPDATES = st.lists(
    st.one_of(
        st.tuples(PATHS, TERMS).map(lambda p: ("SET", f"{p[0]} = {p[1]}")),
        PATHS.map(lambda path: ("REMOVE", path)),
        PATHS.map(lambda path: ("ADD", f"{path} :v")),
        PATHS.map(lambda path: ("DELETE", f"{path} :w")),
    ),
    min_size=1,
    max_size=3,
).map(lambda parts: " ".join(
    f"{kind} {', '.join(text for each, text in parts if each == kind)}"
    for kind in dict.fromkeys(kind for kind, _ in parts)
))  # fmt: skip
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.sampled_from("xy"), VALUES, VALUES, VALUES),
        st.tuples(st.just("update"), st.sampled_from("xyz"), UPDATES, VALUES, VALUES),
        st.tuples(st.just("check"), st.sampled_from("xyz"), CONDITIONS, VALUES, VALUES),
    ),
    min_size=1,
    max_size=6,
)


def used(text: str, values: dict[str, Any]) -> dict[str, Any]:
    """Only the values an expression names, none when it names none."""
    found = {name: value for name, value in values.items() if name in text}
    return {"ExpressionAttributeValues": found} if found else {}


def done(dynamodb: Any, step: tuple) -> Any:
    """What a step answers: the item afterwards, the items found, or the code of the error."""
    kind, key, *rest = step
    place = {"TableName": "orders", "Key": {"pk": {"S": key}}}
    try:
        if kind == "put":
            attributes = dict(zip("abc", rest, strict=True))
            dynamodb.put_item(TableName="orders", Item={**place["Key"], **attributes})
        elif kind == "update":
            text, values = rest[0], {":v": rest[1], ":w": rest[2]}
            dynamodb.update_item(**place, UpdateExpression=text, **used(text, values))
        else:
            text, values = rest[0], {":v": rest[1], ":w": rest[2]}
            found = dynamodb.scan(TableName="orders", FilterExpression=text, **used(text, values))[
                "Items"
            ]
            return sorted(item["pk"]["S"] for item in found)
        return normal(dynamodb.get_item(**place).get("Item"))
    except ClientError as error:
        return error.response["Error"]["Code"]


def normal(value: Any) -> Any:
    """Sets have no order, and DynamoDB Local leaves zeros behind the point of a number."""
    if isinstance(value, dict) and set(value) == {"N"}:
        return {"N": Decimal(value["N"]).normalize()}
    if isinstance(value, dict):
        return {
            key: sorted(item, key=str) if key in {"SS", "NS", "BS"} else normal(item)
            for key, item in value.items()
        }
    return [normal(item) for item in value] if isinstance(value, list) else value


def test_items_are_written_and_filtered_as_dynamodb_local_does():
    url = os.environ.get("TABLEWRIGHT_ORACLE_DYNAMODB_LOCAL")
    if url is None:
        pytest.skip("TABLEWRIGHT_ORACLE_DYNAMODB_LOCAL names none")
    with Emulator(durations="none") as emulator:
        clients = [clients_of(emulator)("dynamodb"), oracle_client(url)]

        @settings(max_examples=int(os.environ.get("TABLEWRIGHT_EXAMPLES", "200")), deadline=None)
        @given(STEPS)
        def alike(steps: list[tuple]) -> None:
            for dynamodb in clients:
                for name in dynamodb.list_tables()["TableNames"]:
                    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)
                    dynamodb.delete_table(TableName=name)
                dynamodb.create_table(**LIST["base"] | {"TableName": "orders"})
            for step in steps:
                ours, theirs = (done(dynamodb, step) for dynamodb in clients)
                assert ours == theirs, step

        alike()
