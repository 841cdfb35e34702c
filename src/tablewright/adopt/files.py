"""Names of the files that a stack is written to. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

STACK_FILE = "stack.yaml"

_LONGEST_STEM = 100
_MARK_LENGTH = 8


def file_names(tables: Iterable[str]) -> dict[str, str]:
    """A file for each table, `TABLE.yaml`.

    A name gets a mark of its own where the plain one would not do: too long, hidden, or another's
    on a disk that knows no capital letters.

    >>> file_names(["orders", "Orders", ".inf"])
    {'orders': 'orders.yaml', 'Orders': 'Orders-b7e8acdd.yaml', '.inf': 'inf-9e36e532.yaml'}
    """
    taken, names = {STACK_FILE}, dict[str, str]()
    for table in tables:
        name = f"{table}.yaml"
        if len(table) > _LONGEST_STEM or table.startswith(".") or name.lower() in taken:
            mark = hashlib.sha256(table.encode()).hexdigest()[:_MARK_LENGTH]
            name = f"{table[:_LONGEST_STEM].lstrip('.')}-{mark}.yaml".lstrip("-")
        taken.add(name.lower())
        names[table] = name
    return names
