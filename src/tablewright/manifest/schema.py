"""The JSON Schema of manifests (draft 2020-12): for editors, for CI, and as the published form.

It is generated from the models, so their descriptions are what an editor shows. It is as strict as
they are for single fields; what fields mean together is left to `tablewright validate`. Wherever a
number, a boolean or a chosen word stands, an environment variable may stand as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic.json_schema import models_json_schema

from tablewright.manifest.models import Stack, StackDefaults, StackPolicy, Table
from tablewright.manifest.models.base import API_VERSION, Model

DIALECT = "https://json-schema.org/draft/2020-12/schema"
IDENTITY = "https://tablewright.dev/v1/manifest.schema.json"

KINDS: Mapping[str, type[Model]] = {
    kind.__name__: kind for kind in (Stack, Table, StackDefaults, StackPolicy)
}
"""Models of the documents that are ours."""

_VARIABLE = {"$ref": "#/$defs/Variable"}
_KEYWORDS = {"ge": "minimum", "le": "maximum", "multiple_of": "multipleOf"}
_REQUIRED = ["apiVersion", "kind", "metadata", "spec"]

Schema = dict[str, Any]


def json_schema() -> Schema:
    """The schema of one document, of any kind; `null` for a field removes it from what is below."""
    schema = field_schema()
    for definition in schema["$defs"].values():
        required = definition.get("required", ())
        for name, field in definition.get("properties", {}).items():
            if name not in required:
                definition["properties"][name] = _or_null(field)
    return schema


def field_schema() -> Schema:
    """The same without `null`: what a field is where it says something."""
    _, generated = models_json_schema(
        [(kind, "validation") for kind in KINDS.values()],
        by_alias=True,
        ref_template="#/$defs/{model}",
    )
    definitions = {name: _tidy(schema) for name, schema in sorted(generated["$defs"].items())}
    for kind in KINDS:
        definitions[kind]["required"] = _REQUIRED
    definitions["Variable"] = {
        "description": "An environment variable: `${NAME}` or `${NAME:-default}`.",
        "type": "string",
        "pattern": r"\$\{",
    }
    return {
        "$schema": DIALECT,
        "$id": IDENTITY,
        "title": "tablewright manifest",
        "description": "One document: a stack, a DynamoDB table of a stack, or what holds for all "
        "stacks.",
        "type": "object",
        "required": _REQUIRED,
        "properties": {
            "apiVersion": {"const": API_VERSION},
            "kind": {"enum": [*KINDS]},
        },
        "allOf": [_when(kind) for kind in KINDS],
        "$defs": definitions,
    }


def _when(kind: str) -> Schema:
    condition = {"properties": {"kind": {"const": kind}}, "required": ["kind"]}
    return {"if": condition, "then": {"$ref": f"#/$defs/{kind}"}}


def _tidy(schema: Any) -> Any:
    """Drop what only a generator needs; allow variables; forbid null."""
    if isinstance(schema, list):
        return [_tidy(definition) for definition in schema]
    if not isinstance(schema, dict):
        return schema
    tidy: Schema = {}
    for key, value in schema.items():
        if key == "properties":
            tidy[key] = {name: _property(definition) for name, definition in value.items()}
        elif key == "items":
            tidy[key] = _or_variable(_tidy(value))
        elif key not in ("title", "default") or (key == "default" and value is not None):
            tidy[_KEYWORDS.get(str(key), str(key))] = _tidy(value)
    return _without_null(tidy)


def _property(schema: Schema) -> Schema:
    """A field: its description and default stay outside, so that editors show them at once."""
    tidy = _or_variable(_tidy(schema))
    return {name: tidy[name] for name in sorted(tidy, key=lambda name: name != "description")}


def _without_null(schema: Schema) -> Schema:
    choices = schema.get("anyOf")
    if not choices:
        return schema
    kept = [choice for choice in choices if choice != {"type": "null"}]
    if len(kept) > 1:
        return {**schema, "anyOf": kept}
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    return {**kept[0], **rest}


def _or_variable(schema: Schema) -> Schema:
    """A leaf that is more than any text may come from a variable instead."""
    if "const" in schema or not _is_restricted_leaf(schema):
        return schema
    outside: Schema = {name: schema[name] for name in ("description", "default") if name in schema}
    inside = {name: value for name, value in schema.items() if name not in outside}
    return {**outside, "anyOf": [inside, _VARIABLE]}


def _or_null(schema: Schema) -> Schema:
    outside: Schema = {name: schema[name] for name in ("description", "default") if name in schema}
    inside = {name: value for name, value in schema.items() if name not in outside}
    choices = inside["anyOf"] if inside.keys() == {"anyOf"} else [inside]
    return {**outside, "anyOf": [*choices, {"type": "null"}]}


def _is_restricted_leaf(schema: Schema) -> bool:
    kind = schema.get("type")
    if kind in ("integer", "number", "boolean"):
        return True
    return kind == "string" and bool({"enum", "pattern", "minLength", "maxLength"} & schema.keys())
