"""Names of tables and indexes. Source: API reference, CreateTable; text of DynamoDB Local."""

from __future__ import annotations

import re
from typing import Any

from tablewright_emulator.request import AwsFault

_NAME = re.compile(r"[a-zA-Z0-9_.-]{3,255}")


def check_name(name: Any) -> str:
    """Refuse a name that no table and no index can have."""
    if name is None:
        raise AwsFault(
            "ValidationException",
            "The parameter 'TableName' is required but was not present in the request",
        )
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise AwsFault(
            "ValidationException",
            "Invalid table/index name.  Table/index names must be between 3 and 255 characters "
            "long, and may contain only the characters a-z, A-Z, 0-9, '_', '-', and '.'",
        )
    return name
