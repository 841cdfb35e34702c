"""What counts as a change."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.difference import Change, canonical_document, changes
from tablewright.provider.resources.shape import (
    Shape,
    block,
    blocks,
    document,
    flag,
    mapping,
    refused,
    text,
    texts,
    whole,
)

SHAPE: Shape = {
    "name": text(replaces=True),
    "words": text(),
    "kept": text(keeps=True),
    "on": flag(default=False),
    "zones": texts(),
    "path": texts(ordered=True),
    "labels": mapping(),
    "inner": block({"a": text(), "b": whole(default=5)}),
    "fixed": block({"a": text()}, replaces=True),
    "many": blocks({"id": text(), "on": flag(default=False)}),
    "policy": document(),
    "body": document(ordered=True),
    "old": refused("is gone"),
}


def found(old: dict[str, Any], new: dict[str, Any], was: dict[str, Any] | None = None) -> Any:
    return changes(SHAPE, old, old if was is None else was, new)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ({"words": "a"}, {"words": "a"}),
        ({"zones": ["a", "b"]}, {"zones": ["b", "a"]}),
        ({"many": [{"id": "a"}, {"id": "b"}]}, {"many": [{"id": "b", "on": False}, {"id": "a"}]}),
        ({"on": False}, {}),
        ({}, {"on": False}),
        ({"words": ""}, {}),
        ({"kept": "a"}, {}),
        ({"inner": {"a": "x", "b": 5}}, {"inner": {"a": "x"}}),
        ({"inner": {"a": "x", "b": 9}}, {"inner": {"a": "x"}}),
        ({"labels": {}}, {}),
        ({}, {"zones": []}),
        (
            {"policy": '{"Statement": {"Effect": "Allow", "Action": ["b", "a"]}}'},
            {"policy": '{"Statement":[{"Action":["a","B"],"Effect":"Allow"}]}'},
        ),
        ({"body": '{"a": [1, 2]}'}, {"body": '{"a":[1,2]}'}),
    ],
)
def test_what_means_the_same_is_no_change(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert found(old, new) == []


@pytest.mark.parametrize(
    ("old", "new", "change"),
    [
        ({"words": "a"}, {"words": "b"}, Change("words", "update")),
        ({}, {"words": "b"}, Change("words", "add")),
        ({"words": "a"}, {}, Change("words", "delete")),
        ({"name": "a"}, {"name": "b"}, Change("name", "update", replaces=True)),
        ({"path": ["a", "b"]}, {"path": ["b", "a"]}, Change("path", "update")),
        ({"labels": {"a": "1"}}, {"labels": {"a": "2"}}, Change("labels.a", "update")),
        ({"labels": {"a": "1"}}, {"labels": {"b": "1", "a": "1"}}, Change("labels.b", "add")),
        ({"labels": {"a": "1", "b": "1"}}, {"labels": {"a": "1"}}, Change("labels.b", "delete")),
        ({"inner": {"a": "x"}}, {"inner": {"a": "y"}}, Change("inner.a", "update")),
        ({"fixed": {"a": "x"}}, {"fixed": {"a": "y"}}, Change("fixed.a", "update", replaces=True)),
        ({"many": [{"id": "a"}]}, {"many": [{"id": "b"}]}, Change("many", "update")),
        ({"body": '{"a":[1,2]}'}, {"body": '{"a":[2,1]}'}, Change("body", "update")),
        ({"words": "a"}, {"words": UNKNOWN}, Change("words", "update")),
        ({"many": []}, {"many": [{"id": UNKNOWN}]}, Change("many", "add")),
        ({"name": "a"}, {"name": UNKNOWN}, Change("name", "update", replaces=True)),
        ({"labels": {"a": "1"}}, {"labels": {"a": UNKNOWN}}, Change("labels.a", "update")),
        ({"labels": {"a": "1"}}, {"labels": UNKNOWN}, Change("labels", "update")),
        ({"inner": {"a": "x"}}, {"inner": {"a": UNKNOWN}}, Change("inner.a", "update")),
    ],
)
def test_what_differs_is_told_with_its_path(
    old: dict[str, Any], new: dict[str, Any], change: Change
) -> None:
    assert found(old, new) == [change]
    assert change.top == change.path.split(".")[0]


def test_what_was_never_given_is_not_missed() -> None:
    assert found({"words": "live"}, {}, was={}) == []


def statement(**members: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [members]})


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (statement(Action="a"), statement(Action=["a"])),
        (statement(Action=["a", "b"]), statement(Action=["b", "a"])),
        (
            statement(Action="a"),
            json.dumps({"Statement": {"Action": "a"}, "Version": "2012-10-17"}),
        ),
        (
            statement(Principal={"AWS": "123456789012"}),
            statement(Principal={"AWS": ["arn:aws:iam::123456789012:root"]}),
        ),
        (
            statement(Condition={"StringEquals": {"aws:x": "y"}}),
            statement(Condition={"StringEquals": {"aws:x": ["y"]}}),
        ),
        (statement(Principal="*"), statement(Principal={"AWS": "*"})),
    ],
)
def test_documents_that_mean_the_same_are_equal(one: str, other: str) -> None:
    assert canonical_document(one) == canonical_document(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (statement(Action="a"), statement(Action="b")),
        (statement(Action="a"), statement(NotAction="a")),
        (statement(Principal="*"), statement(Principal={"Service": "a"})),
        (statement(Statement="a"), statement(Statement="b")),
        (statement(Effect="Allow"), statement(Effect="Deny")),
        ("not json", statement()),
    ],
)
def test_documents_that_mean_other_things_differ(one: str, other: str) -> None:
    assert canonical_document(one) != canonical_document(other)
