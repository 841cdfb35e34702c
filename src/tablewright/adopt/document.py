"""Manifests as text, with comments where something is to be said about them."""

from __future__ import annotations

import io
import re
import textwrap
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.representer import RoundTripRepresenter
from ruamel.yaml.scalarstring import DoubleQuotedScalarString

_WIDTH = 98
_LONGEST_FLOW = 70
_PLAIN_IN_FLOW = re.compile(r"[\w.-]+")


def document(kind: str, name: str, spec: Mapping[str, Any]) -> str:
    """One document.

    Args:
        kind: `Stack` or `Table`.
        name: `metadata.name`.
        spec: its specification; strings are taken literally, `${` included.
    """
    mapping = CommentedMap()
    mapping["apiVersion"] = "tablewright.dev/v1"
    mapping["kind"] = kind
    mapping["metadata"] = _flow({"name": _literal(name)})
    mapping["spec"] = _spread(spec)
    return _dump(mapping)


def comments(texts: Iterable[str]) -> str:
    """Texts as comment lines; one that begins with two spaces is left on its line."""
    lines: list[str] = []
    for text in texts:
        lines += [text] if text.startswith("  ") else textwrap.wrap(text, _WIDTH)
    return "".join(f"# {line}\n" for line in lines)


def joined(documents: Iterable[str]) -> str:
    """Several documents as one stream."""
    return "---\n".join(documents)


def _value(value: Any) -> Any:
    """Small mappings and lists on one line, everything else spread out."""
    if isinstance(value, str):
        return _literal(value)
    if isinstance(value, Mapping):
        made = _spread(value)
        return _flow(made) if _is_small(value) else made
    if isinstance(value, Sequence):
        return _list(value)
    return value


def _spread(value: Mapping[str, Any]) -> CommentedMap:
    return CommentedMap((key, _value(item)) for key, item in value.items())


def _list(values: Sequence[Any]) -> CommentedSeq:
    made = CommentedSeq(_value(value) for value in values)
    if all(isinstance(value, str | int) for value in values) and len(str(values)) <= _LONGEST_FLOW:
        made.fa.set_flow_style()
    return made


def _is_small(value: Mapping[str, Any]) -> bool:
    plain = all(isinstance(item, str | int | float) for item in value.values())
    return plain and len(str(dict(value))) <= _LONGEST_FLOW


def _flow(value: Mapping[str, Any]) -> CommentedMap:
    made = value if isinstance(value, CommentedMap) else CommentedMap(value)
    made.fa.set_flow_style()
    return made


def _literal(text: str) -> str:
    """Text that is read back as it is: `${` begins a variable in a manifest."""
    escaped = text.replace("${", "$${")
    plain = _PLAIN_IN_FLOW.fullmatch(escaped) or not escaped.strip()
    return escaped if plain else DoubleQuotedScalarString(escaped)


class _Representer(RoundTripRepresenter):
    """Says `null` in full: a field with nothing behind it looks forgotten."""

    def represent_null(self, data: None) -> Any:
        del data
        return self.represent_scalar("tag:yaml.org,2002:null", "null")


_Representer.add_representer(type(None), _Representer.represent_null)


def _dump(value: CommentedMap) -> str:
    yaml = YAML()
    yaml.Representer = _Representer
    yaml.width = _WIDTH
    yaml.indent(mapping=2, sequence=4, offset=2)
    stream = io.StringIO()
    yaml.dump(value, stream)
    return stream.getvalue()
