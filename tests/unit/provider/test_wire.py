"""Values between the engine and the provider."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from hypothesis import given
from hypothesis import strategies as st

from tablewright.errors import InputError
from tablewright.provider.protocol.unknown import UNKNOWN, has_unknown
from tablewright.provider.protocol.wire import decode, encode
from tablewright.pulumi_values import (
    OUTPUT_SIGNATURE,
    RESOURCE_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_SENTINELS,
    UNKNOWN_STRING,
)

names = st.text(min_size=1, max_size=5)
scalars = st.none() | st.booleans() | st.integers(-(2**50), 2**50) | st.text(max_size=8)
values = st.recursive(
    scalars | st.just(UNKNOWN),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=8,
)


def struct(value: dict[str, Any]) -> struct_pb2.Struct:
    message = struct_pb2.Struct()
    json_format.ParseDict(value, message)
    return message


@given(st.dictionaries(names, values, max_size=4))
def test_what_is_written_is_read_again(bag: dict[str, Any]) -> None:
    read = decode(encode(bag))
    assert read.values == bag
    assert read.secrets is False


@given(st.dictionaries(names, values, min_size=1, max_size=4), st.data())
def test_what_was_secret_is_written_as_secret(bag: dict[str, Any], data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(bag)))
    read = decode(encode(bag, {name: True}))
    assert read.values == bag
    assert read.secrets == ({name: True} if bag[name] is not None else False)


def test_only_the_secret_member_of_an_object_is_marked() -> None:
    bag = {"tags": {"A": "hidden", "B": "open"}}
    read = decode(encode(bag, {"tags": {"A": True}}))
    assert read.secrets == {"tags": {"A": True}}
    assert read.values == bag


def test_a_secret_bag_is_secret_in_every_member() -> None:
    assert decode(encode({"a": "1", "b": "2"}, secrets=True)).secrets == {"a": True, "b": True}


@pytest.mark.parametrize("sentinel", sorted(UNKNOWN_SENTINELS))
def test_every_sentinel_of_the_engine_is_the_unknown_value(sentinel: str) -> None:
    read = decode(struct({"list": [sentinel], "map": {"x": sentinel}}))
    assert read.values == {"list": [UNKNOWN], "map": {"x": UNKNOWN}}
    assert has_unknown(read.values)


def test_the_unknown_value_is_written_as_the_engine_wants_it() -> None:
    assert encode({"a": UNKNOWN}).fields["a"].string_value == UNKNOWN_STRING
    assert repr(UNKNOWN) == "UNKNOWN"


def test_whole_numbers_are_whole_and_others_are_not() -> None:
    assert decode(struct({"a": 5, "b": 0.5})).values == {"a": 5, "b": 0.5}
    assert isinstance(decode(struct({"a": 5})).values["a"], int)


@pytest.mark.parametrize(
    ("wrapped", "value", "secrets"),
    [
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE, "value": "x"}, "x", False),
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE, "value": "x", "secret": True}, "x", True),
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE}, UNKNOWN, False),
        ({SIGNATURE_KEY: OUTPUT_SIGNATURE, "secret": True}, UNKNOWN, True),
        ({SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": "urn:x", "id": "events"}, "events", False),
        ({SIGNATURE_KEY: RESOURCE_SIGNATURE, "urn": "urn:x"}, "urn:x", False),
        ({SIGNATURE_KEY: SECRET_SIGNATURE, "value": {"a": 1}}, {"a": 1}, True),
    ],
)
def test_wrapped_values_are_unwrapped(wrapped: dict[str, Any], value: Any, secrets: Any) -> None:
    read = decode(struct({"it": wrapped}))
    assert read.values["it"] == value
    assert bool(read.secrets) is secrets


def test_a_file_where_text_is_expected_is_refused() -> None:
    asset = {SIGNATURE_KEY: "c44067f5952c0a294b673a41bacd8c17", "path": "x"}
    with pytest.raises(InputError, match="a file or an archive"):
        decode(struct({"policy": asset}))


def test_a_value_without_a_form_is_a_defect() -> None:
    with pytest.raises(TypeError, match="object cannot be sent"):
        encode({"a": object()})


def test_a_null_is_never_wrapped_as_a_secret() -> None:
    assert encode({"a": None}, {"a": True}).fields["a"].HasField("null_value")
