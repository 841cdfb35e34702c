"""In which words, and beside which others, AWS tells of a request what its model says against it.

The published model tells what is wrong. Since June 2026 some operations tell a part of that in
another form, alone, or in an order of their own. Source: dynamodb-conformance, tests of
validation-ordering and error-messages, of two to four regions, October 2026.
"""

from __future__ import annotations

import re
from typing import Any

from tablewright_emulator.request import AwsFault

# What is said in another form where nothing else is wrong: without the value, the member as the
# API writes it.
_ALONE = {
    "Query": (re.compile(r"Value '.*' at 'limit'(?= failed)"), "Value at 'Limit'"),
    "BatchGetItem": (
        re.compile(r"Value '.*' at 'requestItems\.(.+)\.member\.keys'(?= failed)", re.DOTALL),
        r"Value at 'RequestItems.\1.member.Keys'",
    ),
}
# Members told before all others.
_FIRST = {
    "BatchGetItem": "at 'requestItems'",
    "TransactWriteItems": "at 'clientRequestToken'",
    "CreateTable": "at 'globalSecondaryIndexes",
}
# Where the key or item is missing, what is wrong with a write is told in this order.
_WRITES = {"DeleteItem": "Key", "PutItem": "Item", "UpdateItem": "Key"}
_ORDER = (
    "returnConsumedCapacity", "tableName", "returnValues", "conditionalOperator", "key", "item",
)  # fmt: skip
# Of UpdateItem nothing else beside it; the misspelt word is AWS's (captures of 33 regions, 2026).
_RETURN_VALUES = (
    "Failed to satisfy constraint: Member must satisfy enum value set: [ALL_OLD, UPDATED_OLD, "
    "ALL_NEW, UPDATE_NEW, NONE]"
)
_OF_QUERIES = ("at 'conditionalOperator'", "at 'select'")


def lacks_target(operation: str, params: dict[str, Any]) -> bool:
    """Whether a write lacks its key or item, which has all that is wrong with it told."""
    member = _WRITES.get(operation)
    return member is not None and member not in params


def worded(operation: str, params: dict[str, Any], texts: list[str]) -> list[str]:
    """The violations as AWS tells them.

    Raises:
        AwsFault: one that is told alone, and not counted.
    """
    if lacks_target(operation, params):
        return sorted(texts, key=_place)
    if operation == "UpdateItem":
        return [_RETURN_VALUES] if any("at 'returnValues'" in text for text in texts) else texts
    if operation == "Query" and _is_of_operator(texts):
        text = "Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]"
        raise AwsFault("ValidationException", text)
    if operation == "BatchWriteItem":
        return [text for text in texts if "Map keys must" not in text] or texts
    if operation in _FIRST:
        texts = sorted(texts, key=lambda text: _FIRST[operation] not in text)
    if len(texts) == 1 and operation in _ALONE:
        pattern, form = _ALONE[operation]
        return [pattern.sub(form, texts[0])]
    return texts


def _place(text: str) -> int:
    members = (at for at, member in enumerate(_ORDER) if f"at '{member}'" in text)
    return next(members, len(_ORDER))


def _is_of_operator(texts: list[str]) -> bool:
    """Whether an unknown ConditionalOperator is told, which hides an unknown Select."""
    return any(_OF_QUERIES[0] in text for text in texts) and all(
        any(member in text for member in _OF_QUERIES) for text in texts
    )
