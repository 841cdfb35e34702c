"""Values as JSON that is another one for every other value, to be told apart by a digest. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any


def plain_form(value: Any) -> Any:
    """A value as JSON, another one for every other value.

    Raises:
        TypeError: it holds what has no such form.
    """
    match value:
        case Enum() | Decimal() | Path() | datetime():
            return {type(value).__qualname__: str(value)}
        case None | bool() | int() | float() | str():
            return value
        case list() | tuple():
            return [plain_form(item) for item in value]
        case Mapping():
            return {"": [[plain_form(key), plain_form(item)] for key, item in value.items()]}
        case set() | frozenset():
            return {"set": sorted(json.dumps(plain_form(item)) for item in value)}
        case _ if is_dataclass(value) and not isinstance(value, type):
            return {type(value).__qualname__: [*_members(value)]}
    raise TypeError(f"a {type(value).__qualname__} has no plain form")


def _members(value: Any) -> Iterator[Any]:
    for member in fields(value):
        yield plain_form(getattr(value, member.name))
