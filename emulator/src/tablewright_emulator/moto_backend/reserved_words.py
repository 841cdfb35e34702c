"""DynamoDB's reserved words, from the list moto carries; moto itself is not loaded for it."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path


@cache
def reserved_words() -> frozenset[str]:
    """The words, in upper case."""
    spec = importlib.util.find_spec("moto")
    assert spec is not None  # noqa: S101 - a dependency of this package
    assert spec.origin is not None  # noqa: S101
    path = Path(spec.origin).parent / "dynamodb" / "parsing" / "reserved_keywords.txt"
    return frozenset(path.read_text(encoding="utf-8").upper().split())
