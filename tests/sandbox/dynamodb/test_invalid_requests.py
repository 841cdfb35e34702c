"""Every request of the list is refused with AWS's code and text, and changes nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tablewright_emulator.server import Emulator

from .conftest import clients_of, code_of, send

LIST = yaml.load(
    (Path(__file__).parents[1] / "data" / "invalid_requests.yaml").read_text("utf-8"),
    yaml.CSafeLoader,
)
CASES = LIST["cases"]


def expanded(value: Any) -> Any:
    """The value with `$text` and `$repeat` written out."""
    if isinstance(value, dict) and "$text" in value:
        text, times = value["$text"]
        return text * times
    if isinstance(value, dict) and "$repeat" in value:
        pattern, times = value["$repeat"]
        return [numbered(pattern, number) for number in range(times)]
    if isinstance(value, dict):
        return {key: expanded(item) for key, item in value.items()}
    return [expanded(item) for item in value] if isinstance(value, list) else value


def numbered(value: Any, number: int) -> Any:
    if isinstance(value, str):
        return value.replace("#", str(number))
    if isinstance(value, dict):
        return {key: numbered(item, number) for key, item in value.items()}
    return [numbered(item, number) for item in value] if isinstance(value, list) else value


@pytest.fixture(scope="module")
def emulator() -> Iterator[Emulator]:
    with Emulator(durations="none") as running:
        for table in LIST["tables"]:
            status, reply = send(running, "CreateTable", LIST["base"] | table)
            assert status == 200, reply
        for step in LIST["setup"]:
            status, reply = send(running, step["operation"], step["request"])
            assert status == 200, reply
        yield running


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_is_refused(case: dict[str, Any], emulator: Emulator):
    request = expanded(case["request"])
    if case["operation"] == "CreateTable":
        request = {k: v for k, v in (LIST["base"] | request).items() if v is not None}
    status, reply = send(emulator, case["operation"], request)
    assert (status, code_of(reply)) == (400, case["code"]), reply
    message = reply["Message" if case["code"] == "SerializationException" else "message"]
    if case["text"].endswith("…"):
        assert message.startswith(case["text"].removesuffix("…"))
    else:
        assert message == case["text"]


def test_none_of_them_changed_a_table(emulator: Emulator):
    dynamodb = clients_of(emulator)("dynamodb")
    wanted = sorted(table["TableName"] for table in LIST["tables"])
    before = {name: dynamodb.describe_table(TableName=name)["Table"] for name in wanted}
    for case in CASES:
        if case["operation"] == "UpdateTable":
            send(emulator, "UpdateTable", expanded(case["request"]))
    assert dynamodb.list_tables()["TableNames"] == wanted
    assert {name: dynamodb.describe_table(TableName=name)["Table"] for name in wanted} == before


def test_names_of_cases_are_unique():
    names = [case["name"] for case in CASES]
    assert len(set(names)) == len(names)
