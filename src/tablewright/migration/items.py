"""Items under two key schemas. Pure; items are as botocore has them: `{"id": {"S": "7"}}`."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

Item = Mapping[str, Mapping[str, Any]]
_SETS = ("SS", "NS", "BS")
_NAMES = {"S": "text", "N": "number", "B": "binary value"}


@dataclass(frozen=True, slots=True)
class KeySchema:
    """Names of a table's key attributes with their types, the partition key first."""

    attributes: Mapping[str, str]

    def of(self, item: Item) -> dict[str, Mapping[str, Any]]:
        """The key of an item that has one."""
        return {name: item[name] for name in self.attributes}

    def lacks(self, item: Item) -> str:
        """Why an item cannot stand under this key; empty where it can."""
        for name, type_ in self.attributes.items():
            value = item.get(name)
            if value is None:
                return f"it has no attribute {name}"
            if type_ not in value:
                return f"its {name} is no {_NAMES.get(type_, type_)}"
            if value[type_] in ("", b""):
                return f"its {name} is empty"
        return ""


def identity(key: Item) -> str:
    """A key as one text, the same for the same key."""
    return json.dumps(_plain(key), sort_keys=True, separators=(",", ":"))


def key_of_identity(text: str) -> dict[str, Any]:
    """The inverse of `identity`."""
    key: dict[str, Any] = json.loads(text)
    for value in key.values():
        if "B" in value:
            value["B"] = base64.b64decode(value["B"])
    return key


def are_equal(item: Item | None, other: Item | None) -> bool:
    """Whether two items have the same attributes; the order of a set's elements has no meaning."""
    if item is None or other is None:
        return item is other
    return bool(_plain(item) == _plain(other))


def is_sampled(key: Item, fraction: float) -> bool:
    """Whether an item is in a sample; by the hash of its key, so that each run takes the same."""
    digest = hashlib.sha256(identity(key).encode()).digest()
    return int.from_bytes(digest[:8], "big") < fraction * 2**64


def _plain(value: Any) -> Any:
    match value:
        case bytes() | bytearray():
            return base64.b64encode(bytes(value)).decode()
        case Mapping():
            return {
                name: sorted(map(_plain, member)) if name in _SETS else _plain(member)
                for name, member in value.items()
            }
        case list() | tuple():
            return [_plain(element) for element in value]
        case _:
            return value
