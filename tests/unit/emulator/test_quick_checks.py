"""What is done quickly says the same as what is done whole: checks of a request, reading JSON."""

import pytest
from tests.sandbox.gateway.test_hostile import Chance

from tablewright_emulator import json_text
from tablewright_emulator.constraints import conformer, violations
from tablewright_emulator.dynamodb.rules import wire
from tablewright_emulator.protocol import service_model
from tablewright_emulator.request import AwsFault

OPAQUE = frozenset({"AttributeValue"})
MODEL = service_model("dynamodb")


@pytest.mark.parametrize("operation", MODEL.operation_names)
def test_a_request_conforms_where_no_violation_is_found(operation: str):
    shape = MODEL.operation_model(operation).input_shape
    chance = Chance(len(operation))
    if shape is None:
        return
    conforms, judged = conformer(shape, OPAQUE), set()
    for _ in range(40):
        try:
            value = wire.reader(shape)(chance.value(shape))
        except AwsFault:
            continue
        found = violations(shape, value, opaque=OPAQUE)
        assert conforms(value) == (not found), (value, found)
        judged.add(not found)
    assert judged


@pytest.mark.parametrize(
    "text",
    [
        b"{}", b'{"a": [1, 2.5, -3e2, true, null, "\\u00e4\\ud83d\\ude00"]}', b'{"a": 1, "a": 2}',
        b"", b"{", b'"\\ud800"', b"[NaN]", b"[Infinity]", b'{"a": 1} x', b"\xff", b'"\x01"',
        b"\xef\xbb\xbf{}", b"[1,]", b"{'a': 1}", b"[" * 5000 + b"]" * 5000,
        b"[" * 900 + b"{}" + b"]" * 900, b"[" + b"[{}]," * 1100 + b"[]]",
    ],
    ids=range(17),
)  # fmt: skip
def test_json_is_read_and_refused_alike_without_a_wheel(text: bytes, monkeypatch):
    def outcome():
        try:
            return json_text.read(text)
        except (ValueError, RecursionError):
            return "refused"

    by_wheel = outcome()
    monkeypatch.setattr(json_text, "_orjson", None)
    assert outcome() == by_wheel
