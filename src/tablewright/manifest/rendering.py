"""From models to YAML as a person would write it, which is read back as the same models."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

import yaml  # type: ignore[import-untyped]

from tablewright.manifest.documents.node import Scalar
from tablewright.manifest.models.base import Model

WIDTH = 100
MOST_FIELDS_IN_A_LINE = 2


def document_of(model: Model) -> dict[str, Any]:
    """What a model says, without what it leaves to defaults, as plain data in document order."""
    written = model.model_dump(exclude_unset=True)
    head = {"apiVersion": getattr(model, "api_version", ""), "kind": getattr(model, "kind", "")}
    document: dict[str, Any] = {**head, **written}
    for index in document.get("spec", {}).get("globalSecondaryIndexes", ()):
        for half in ("partitionKey", "sortKey"):
            if len(index.get(half, ())) == 1:
                index[half] = index[half][0]
    return document


def render(documents: Iterable[Mapping[str, Any]]) -> str:
    """Documents of plain data as YAML text, separated by `---`."""
    texts = [
        yaml.dump(
            _plain(document),
            Dumper=_Dumper,
            sort_keys=False,
            allow_unicode=True,
            width=WIDTH,
            default_flow_style=False,
        )
        for document in documents
    ]
    return "---\n".join(texts)


class _Dumper(yaml.SafeDumper):  # type: ignore[misc]
    """Lists are indented below their field; nothing is an alias of something else."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002 - the base's signature
        super().increase_indent(flow, False)  # noqa: FBT003 - likewise

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the base's signature
        return True


def _text(dumper: _Dumper, text: str) -> yaml.Node:
    """Text is quoted where it would be read as something else."""
    means_itself = Scalar(None, 1, 1, text=text).value == text
    return dumper.represent_scalar(
        "tag:yaml.org,2002:str", text.replace("${", "$${"), style=None if means_itself else '"'
    )


def _number(dumper: _Dumper, number: Decimal) -> yaml.Node:
    is_whole = number == number.to_integral_value()
    kind = "int" if is_whole else "float"
    return dumper.represent_scalar(f"tag:yaml.org,2002:{kind}", f"{number:f}")


def _mapping(dumper: _Dumper, mapping: dict[str, Any]) -> yaml.Node:
    """A short mapping of single values stands in one line: `{name: id, type: S}`."""
    short = len(mapping) <= MOST_FIELDS_IN_A_LINE
    single = not any(isinstance(value, dict | list) for value in mapping.values())
    inline = not mapping or (short and single and "kind" not in mapping)
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping.items(), flow_style=inline)


_Dumper.add_representer(str, _text)
_Dumper.add_representer(Decimal, _number)
_Dumper.add_representer(dict, _mapping)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, tuple | list):
        return [_plain(item) for item in value]
    return str(value) if isinstance(value, str) else value
