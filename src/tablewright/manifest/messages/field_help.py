"""What a field of a manifest means, from the JSON Schema: `explain spec.timeToLive`. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from tablewright.manifest.schema import KINDS as MODELS
from tablewright.manifest.schema import field_schema

KINDS: Final = (*MODELS,)
_OPENINGS = re.compile(
    rf"(?:({'|'.join(KINDS)})\.)?((?:spec|metadata)(?:$|[.\[].*))", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class FieldHelp:
    """One field of one kind.

    Args:
        kind: one of `KINDS`.
        path: `spec.timeToLive`.
        type: in words.
        description: what it means.
        default: as it is written; empty where there is none.
        required: it must be given.
        fields: those below it.
    """

    kind: str
    path: str
    type: str
    description: str
    default: str
    required: bool
    fields: tuple[FieldHelp, ...] = ()


def is_field(text: str) -> bool:
    """Whether a text reads like a field: it begins with `spec` or `metadata`, or with a kind."""
    return _OPENINGS.fullmatch(text) is not None


def find(text: str) -> tuple[FieldHelp, ...]:
    """The field that a text names, of each kind that has it; nothing if none has."""
    named = _OPENINGS.fullmatch(text)
    if named is None:
        return ()
    names = [name for name in re.split(r"[.\[\]]", named[2]) if name and not name.isdigit()]
    asked = [kind for kind in KINDS if named[1] is None or named[1].lower() == kind.lower()]
    return tuple(help_ for kind in asked if (help_ := _walk(kind, names)) is not None)


def near(text: str) -> list[str]:
    """Paths that were perhaps meant, the nearest first."""
    last = re.split(r"[.\[\]]", text.rstrip("]"))[-1].lower()
    every = dict.fromkeys(path for kind in KINDS for path in _paths(kind))
    paths = sorted(every, key=lambda path: (path.count("."), "defaults" in path))
    names = {_last(path): path for path in reversed(paths)}
    by_name = [path for path in paths if last in (_initials(path), _last(path))]
    alike = [names[name] for name in difflib.get_close_matches(last, names, n=2)]
    whole_path = difflib.get_close_matches(text, paths, n=2)
    return list(dict.fromkeys([*by_name[:2], *whole_path, *alike]))[:3]


@cache
def _schema() -> Mapping[str, Any]:
    """The schema, which takes pydantic a fifth of a second to make."""
    return field_schema()


def _last(path: str) -> str:
    return path.rpartition(".")[2].lower()


def _initials(path: str) -> str:
    """`ttl` of `spec.timeToLive`."""
    name = path.rpartition(".")[2]
    return "".join(letter for letter in name[:1] + re.sub(r"[^A-Z]", "", name)).lower()


def _walk(kind: str, names: list[str]) -> FieldHelp | None:
    schema = _schema()
    node: Mapping[str, Any] = schema["$defs"][kind]
    required, path = True, []
    for name in names:
        shape = _shape(node, schema)
        properties = shape.get("properties", {})
        spelled = next((field for field in properties if field.lower() == name.lower()), None)
        if spelled is None:
            return None
        required = spelled in shape.get("required", ())
        node = properties[spelled]
        path.append(spelled)
    return _help(kind, ".".join(path), node, schema, required=required, deep=True)


def _help(
    kind: str,
    path: str,
    node: Mapping[str, Any],
    schema: Mapping[str, Any],
    *,
    required: bool,
    deep: bool,
) -> FieldHelp:
    shape = _shape(node, schema)
    below = tuple(
        _help(kind, name, field, schema, required=name in shape.get("required", ()), deep=False)
        for name, field in (shape.get("properties", {}) if deep else {}).items()
    )
    description = str(node.get("description") or shape.get("description") or "")
    default = node.get("default")
    return FieldHelp(
        kind=kind,
        path=path,
        type=type_word(node),
        description=description,
        default="" if default is None else str(default),
        required=required,
        fields=below,
    )


def _shape(node: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """The object that a field is, or that its elements are."""
    if "$ref" in node:
        return _shape(schema["$defs"][node["$ref"].rpartition("/")[2]], schema)
    if isinstance(node.get("items"), Mapping):
        return _shape(node["items"], schema)
    for choice in node.get("anyOf", node.get("oneOf", ())):
        if "properties" in (shape := _shape(choice, schema)):
            return shape
    return node


def type_word(node: Mapping[str, Any]) -> str:
    """A field's type in words: `list of GlobalSecondaryIndex`, `PAY_PER_REQUEST or PROVISIONED`."""
    if "$ref" in node:
        return str(node["$ref"]).rpartition("/")[2]
    if "enum" in node:
        return " or ".join(map(str, node["enum"]))
    if "const" in node:
        return str(node["const"])
    if choices := node.get("anyOf", node.get("oneOf", ())):
        words = dict.fromkeys(map(type_word, choices))
        return " or ".join(word for word in words if word not in ("Variable", "null"))
    if node.get("type") == "array":
        return f"list of {type_word(node.get('items', {}))}"
    return str(node.get("type", "any"))


def _paths(kind: str) -> Iterator[str]:
    schema = _schema()

    def below(node: Mapping[str, Any], path: str, depth: int) -> Iterator[str]:
        for name, field in _shape(node, schema).get("properties", {}).items():
            full = f"{path}.{name}" if path else name
            yield full
            if depth:
                yield from below(field, full, depth - 1)

    yield from (path for path in below(schema["$defs"][kind], "", 3) if is_field(path))
