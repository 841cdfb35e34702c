"""ExclusiveStartKey: whether a Query or Scan can have ended there.

Source: the tests of dynalite, which its authors ran on AWS (query.js, scan.js). What is wrong is
told of the keys of an index before those of its table, and attribute by attribute, each with what
the query asks of it.
"""

from __future__ import annotations

from collections.abc import Callable

from tablewright_emulator.dynamodb.items.keys import NO_MATCH
from tablewright_emulator.dynamodb.items.partitions import KeySchema
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import Attributes
from tablewright_emulator.request import AwsFault

_INVALID = "The provided starting key is invalid"


def bad_start(text: str) -> AwsFault:
    """What is said of a key that nothing ends at."""
    return AwsFault("ValidationException", text)


def check_names(key: Attributes | None, keys: KeySchema, table: Table, *, reason: bool) -> None:
    """It has as many attributes as the keys of table and index have together.

    Args:
        key: of well formed values.
        keys: of what is read.
        table: it is of.
        reason: whether AWS says more than that the key is invalid.
    """
    if key is not None and len(key) != len({*keys.names, *table.keys.names}):
        raise bad_start(f"{_INVALID}: {NO_MATCH}" if reason else _INVALID)


def checker(key: Attributes | None, table: Table) -> Callable[[str], None]:
    """Refuses a key that has not the attribute named, or one of another type."""

    def check(name: str) -> None:
        if key is None:
            return
        if name not in key:
            raise bad_start(_INVALID)
        if table.types[name] not in key[name]:
            raise bad_start(NO_MATCH)

    return check


def check_parts(key: Attributes | None, keys: KeySchema, table: Table) -> None:
    """It has all keys of an index."""
    check = checker(key, table)
    for name in keys.names:
        check(name)


def check_home(key: Attributes | None, table: Table) -> None:
    """It has the key of an item of the table."""
    if key is None:
        return
    for name in table.keys.names:
        kind = table.types[name]
        if kind not in key.get(name, ()):
            raise bad_start(f"{_INVALID}: {NO_MATCH}")
        if key[name][kind] == "":
            what = "binary" if kind == "B" else "string"
            raise bad_start(
                f"{_INVALID}: One or more parameter values were invalid: The AttributeValue for a "
                f"key attribute cannot contain an empty {what} value. Key: {name}"
            )
