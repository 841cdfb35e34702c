"""Inputs against the shape of their type."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.shape import (
    Shape,
    at,
    block,
    blocks,
    conform,
    document,
    flag,
    mapping,
    number,
    refused,
    text,
    texts,
    whole,
)

SHAPE: Shape = {
    "name": text(longest=5),
    "mode": text("PROVISIONED", "PAY_PER_REQUEST"),
    "units": whole(at_least=1, at_most=9),
    "share": number(),
    "on": flag(),
    "zones": texts(),
    "tags": mapping(longest=4),
    "inner": block({"name": text(required=True), "deep": block({"on": flag()})}),
    "many": blocks({"units": whole(required=True)}),
    "policy": document(),
    "old": refused("is not supported any more"),
}


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ({"units": "5"}, {"units": 5}),
        ({"units": 5.0}, {"units": 5}),
        ({"share": "0.5"}, {"share": 0.5}),
        ({"on": "true"}, {"on": True}),
        ({"on": False}, {"on": False}),
        ({"name": 12}, {"name": "12"}),
        ({"tags": {"a": 1, "b": True, "c": None}}, {"tags": {"a": "1", "b": "true"}}),
        ({"name": None, "__defaults": ["name"]}, {}),
        ({"policy": {"a": [1]}}, {"policy": '{"a":[1]}'}),
        ({"policy": {"a": UNKNOWN}}, {"policy": {"a": UNKNOWN}}),
        ({"units": UNKNOWN, "inner": UNKNOWN}, {"units": UNKNOWN, "inner": UNKNOWN}),
        ({"many": [UNKNOWN, {"units": 1}]}, {"many": [UNKNOWN, {"units": 1}]}),
        ({"zones": ["a", UNKNOWN]}, {"zones": ["a", UNKNOWN]}),
    ],
)
def test_inputs_become_what_the_shape_says(given: dict[str, Any], taken: dict[str, Any]) -> None:
    assert conform(SHAPE, given) == (taken, [])


@pytest.mark.parametrize(
    ("given", "path", "words"),
    [
        ({"nmae": "x"}, "nmae", "name is"),
        ({"zzz": "x"}, "zzz", "is not an input of this type"),
        ({"old": "x"}, "old", "is not supported any more"),
        ({"name": "toolong"}, "name", "has 7 characters; AWS takes 5"),
        ({"name": ["x"]}, "name", "must be text, not a list"),
        ({"mode": "PROVISION"}, "mode", "did you mean PROVISIONED"),
        ({"units": 0}, "units", "at least 1, not 0"),
        ({"units": 10}, "units", "at most 9, not 10"),
        ({"units": 1.5}, "units", "must be a whole number, not a number"),
        ({"units": "many"}, "units", "must be a whole number, not text"),
        ({"units": True}, "units", "not true or false"),
        ({"on": "yes"}, "on", "must be true or false"),
        ({"on": {}}, "on", "not an object"),
        ({"zones": "a"}, "zones", "must be a list of texts, not text"),
        ({"zones": [["a"]]}, "zones[0]", "must be text, not a list"),
        ({"tags": {"a b": "longer"}}, 'tags["a b"]', "has 6 characters"),
        ({"inner": {}}, "inner.name", "is required"),
        ({"inner": "x"}, "inner", "must be an object, not text"),
        ({"inner": {"name": "x", "deep": {"on": 5}}}, "inner.deep.on", "must be true or false"),
        ({"many": [{"units": 1}, {}]}, "many[1].units", "is required"),
        ({"many": ["x"]}, "many[0]", "must be an object, not text"),
        ({"policy": "no json"}, "policy", "must be a JSON document"),
        ({"policy": "[1]"}, "policy", "must be a JSON document"),
        ({"policy": 5}, "policy", "must be a JSON document"),
    ],
)
def test_what_does_not_fit_is_told_with_its_path(
    given: dict[str, Any], path: str, words: str
) -> None:
    (failure,) = conform(SHAPE, given)[1]
    assert failure.path == path
    assert words in failure.reason


def test_a_document_given_as_an_object_is_the_same_as_its_text() -> None:
    policy = {"Version": "2012-10-17"}
    assert conform(SHAPE, {"policy": policy}) == conform(
        SHAPE, {"policy": json.dumps(policy, separators=(",", ":"))}
    )


def test_paths_are_quoted_where_the_engine_needs_it() -> None:
    assert at("tags", "Team") == "tags.Team"
    assert at("tags", "cost:center") == 'tags["cost:center"]'
    assert at("", "name") == "name"
