"""Names of tables and indexes, alone and in a request.

Sources: API reference, CreateTable; texts of AWS as dynalite's tests and dynamodb-conformance have
them (captures of June 2026). Reading and writing takes a name of one character, and an ARN.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

from tablewright_emulator.dynamodb.rules.wording import lacks_target
from tablewright_emulator.request import AwsFault

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")
_LETTERS = re.compile(r"[a-zA-Z0-9_.-]+")
_SHORTEST, _LONGEST = 3, 255
PATTERN = "Member must satisfy regular expression pattern: [a-zA-Z0-9_.-]+"
_TOO_SHORT = "Member must have length greater than or equal to"
_TOO_LONG = "Member must have length less than or equal to"
_OF_TABLES = frozenset({
    "CreateTable", "DeleteTable", "DescribeTable", "DescribeTimeToLive", "UpdateTable",
    "UpdateTimeToLive",
})  # fmt: skip
OF_TAGS = frozenset({"ListTagsOfResource", "TagResource", "UntagResource"})
_WRITES = frozenset({"DeleteItem", "PutItem", "UpdateItem"})  # an empty name is all they look at


@lru_cache(4096)
def is_name(name: str) -> bool:
    """Whether a table or an index can be called so."""
    return _NAME.fullmatch(name) is not None


def check_name(name: Any) -> str:
    """Refuse a name that no table and no index can have."""
    if name is None:
        raise _required()
    if not isinstance(name, str) or not is_name(name):
        raise AwsFault(
            "ValidationException",
            "Invalid table/index name.  Table/index names must be between 3 and 255 characters "
            "long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
        )
    return name


def check_request(operation: str, params: dict[str, Any], texts: list[str]) -> list[str]:
    """The violations found in a request, and what else is wrong with the names of its tables.

    Raises:
        AwsFault: what AWS says alone, beside no other violation.
    """
    name = params.get("TableName")
    if name == "" and operation in _WRITES and not lacks_target(operation, params):
        raise AwsFault(
            "ValidationException",
            "1 validation error detected: Value at 'TableName' failed to satisfy constraint: "
            f"{_TOO_SHORT} 1",
        )
    if operation not in _OF_TABLES:
        return texts + _violations(name)
    if name is None:
        raise _required()
    if operation == "CreateTable":
        return [*_violations(name, _SHORTEST), *texts]
    if not name.startswith("arn:") and not _SHORTEST <= len(name) <= _LONGEST:
        raise AwsFault(
            "ValidationException",
            "TableName must be at least 3 characters long and at most 255 characters long",
        )
    return [*_violations(name), *texts]


def _violations(name: str | None, shortest: int = 1) -> list[str]:
    if name is None or is_name(name) or name.startswith("arn:") or len(name) < shortest == 1:
        return []
    rules = []
    if name and not _LETTERS.fullmatch(name):
        rules.append(PATTERN)
    if len(name) < shortest:
        rules.append(f"{_TOO_SHORT} {shortest}")
    if len(name) > _LONGEST:
        rules.append(f"{_TOO_LONG} {_LONGEST}")
    return [f"Value '{name}' at 'tableName' failed to satisfy constraint: {rule}" for rule in rules]


def _required() -> AwsFault:
    return AwsFault(
        "ValidationException",
        "The parameter 'TableName' is required but was not present in the request",
    )
