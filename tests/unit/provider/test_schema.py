"""The package schema: what the installed SDK declares of all that is carried, and no more."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterator
from typing import Any

import pytest

from pulumi import _types as metadata
from tablewright.provider.catalogue import INVOKES, RESOURCES, package_schema
from tablewright.provider.protocol.schema import sdk_name
from tablewright.provider.resources.shape import Shape, ValueKind

SCHEMA: dict[str, Any] = json.loads(package_schema())
WORDS = {
    ValueKind.TEXT: {"string"},
    ValueKind.MOMENT: {"string"},
    ValueKind.LENGTH: {"string"},
    ValueKind.DOCUMENT: {"string"},
    ValueKind.WHOLE: {"integer"},
    ValueKind.NUMBER: {"number"},
    ValueKind.FLAG: {"boolean"},
    ValueKind.TEXTS: {"array"},
    ValueKind.BLOCKS: {"array"},
    ValueKind.MAP: {"object"},
}


def references(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        if isinstance(value.get("$ref"), str):
            yield value["$ref"]
        for inner in value.values():
            yield from references(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from references(inner)


def test_it_names_everything_that_is_carried_and_nothing_else() -> None:
    assert set(SCHEMA["resources"]) == set(RESOURCES)
    assert set(SCHEMA["functions"]) == set(INVOKES)


def test_every_type_it_mentions_is_in_it() -> None:
    known = {f"#/types/{token}" for token in SCHEMA["types"]} | {"pulumi.json#/Any"}
    assert set(references(SCHEMA)) <= known


def test_it_names_no_version_so_that_any_sdk_may_ask_for_it() -> None:
    assert "version" not in SCHEMA


def compare(shape: Shape, properties: dict[str, Any], path: str) -> None:
    assert set(shape) == set(properties), path
    for name, known in shape.items():
        written = properties[name]
        if known.refused:
            continue
        if known.kind in (ValueKind.BLOCK, ValueKind.BLOCKS):
            (token,) = (one.removeprefix("#/types/") for one in references(written))
            compare(known.members, SCHEMA["types"][token]["properties"], f"{path}.{name}")
        else:
            assert written["type"] in WORDS[known.kind], f"{path}.{name}"


@pytest.mark.parametrize("tok", sorted(RESOURCES))
def test_a_type_has_the_inputs_and_outputs_of_the_sdk(tok: str) -> None:
    written = SCHEMA["resources"][tok]
    compare(RESOURCES[tok].shape, written["inputProperties"], tok)
    module, name = sdk_name(tok)
    kind = getattr(importlib.import_module(f"pulumi_aws.{module}"), name)
    assert set(written["properties"]) == set(metadata.resource_types(kind))
    required = {name for name, known in RESOURCES[tok].shape.items() if known.required}
    assert required - {"alarmName", "dashboardName"} <= set(written["requiredInputs"])


@pytest.mark.parametrize("tok", sorted(INVOKES))
def test_a_function_takes_what_the_sdk_gives(tok: str) -> None:
    written = SCHEMA["functions"][tok]
    shape = INVOKES[tok].shape
    if shape is not None:
        compare(shape, written["inputs"]["properties"], tok)
    assert set(written["inputs"]["required"]) <= set(written["inputs"]["properties"])
    assert written["outputs"]["properties"]
