"""The tags that every registration gets whose type carries tags."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2

from tablewright.engine import Tagging
from tablewright.pulumi_values import (
    OUTPUT_SIGNATURE,
    SECRET_SIGNATURE,
    SIGNATURE_KEY,
    UNKNOWN_STRING,
)
from tablewright.resource_kinds import KINDS

OWNER = {"tablewright:stack": "shop/dev"}


def tagged(inputs: dict[str, Any], type_: str = "aws:sqs/queue:Queue", **more: Any) -> Any:
    message = struct_pb2.Struct()
    json_format.ParseDict(inputs, message)
    Tagging(OWNER, **more).add_to(type_, message)
    return json_format.MessageToDict(message)


@pytest.mark.parametrize("type_", sorted(KINDS))
def test_what_carries_tags_gets_them_and_nothing_else_does(type_: str) -> None:
    expected = {"name": "it", "tags": OWNER} if KINDS[type_].tagged else {"name": "it"}
    assert tagged({"name": "it"}, type_) == expected


def test_types_that_are_none_of_ours_get_none() -> None:
    assert tagged({}, "aws:s3/bucket:Bucket") == {}


@pytest.mark.parametrize("none", [{}, {"tags": None}, {"tags": {}}])
def test_none_of_its_own_is_the_owners_alone(none: dict[str, Any]) -> None:
    assert tagged(none) == {"tags": OWNER}


def test_tags_of_its_own_stay_and_another_owner_does_not() -> None:
    other = {"Team": "data", "tablewright:stack": "other/dev"}
    assert tagged({"tags": other}) == {"tags": {"Team": "data", **OWNER}}


@pytest.mark.parametrize("signature", [OUTPUT_SIGNATURE, SECRET_SIGNATURE])
def test_tags_that_are_an_output_or_a_secret_get_them_inside(signature: str) -> None:
    wrapped = {SIGNATURE_KEY: signature, "value": {"Team": "data"}}
    assert tagged({"tags": wrapped})["tags"]["value"] == {"Team": "data", **OWNER}


@pytest.mark.parametrize("unknown", [UNKNOWN_STRING, {SIGNATURE_KEY: OUTPUT_SIGNATURE}])
def test_what_only_the_run_knows_stays_unknown(unknown: Any) -> None:
    assert tagged({"tags": unknown}) == {"tags": unknown}


def test_what_has_as_many_tags_as_aws_allows_stays_without() -> None:
    full = {"tags": {"a": "1", "b": "2"}}
    assert tagged(full, most=2) == full


def test_without_tags_to_add_nothing_changes() -> None:
    message = struct_pb2.Struct()
    Tagging().add_to("aws:sqs/queue:Queue", message)
    assert not message.fields
