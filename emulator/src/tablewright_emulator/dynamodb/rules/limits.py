"""How many requests a batch may have, which the published model does not say or says otherwise.

Texts of AWS, with the captures of dynamodb-conformance. Of an empty BatchGetItem 32 of 33 regions
have had the sentence here since September 2026; of an empty BatchWriteItem regions have either.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tablewright_emulator.constraints import operation_input, shown
from tablewright_emulator.dynamodb.rules.naming import PATTERN, is_name
from tablewright_emulator.request import AwsFault

MAX_WRITES = 25
_EMPTY = {
    "BatchGetItem": "1 validation error detected: Value at 'RequestItems' failed to satisfy "
    "constraint: Member must have length greater than or equal to 1",
    "BatchWriteItem": "The requestItems parameter is required for BatchWriteItem",
}
_OF_WRITES = (
    "Member must have length less than or equal to 25, Member must have length greater than or "
    "equal to 1"
)
_OF_NAMES = (
    "Member must have length less than or equal to 255, Member must have length greater than or "
    f"equal to 3, {PATTERN}"
)


def check_request(operation: str, params: dict[str, Any], texts: list[str]) -> list[str]:
    """The violations found in a request, and those of limits that the model does not have.

    Raises:
        AwsFault: what AWS says alone.
    """
    asked = params.get("RequestItems")
    if operation not in {"BatchGetItem", "BatchWriteItem"} or asked is None:
        return texts
    if not asked:
        raise AwsFault("ValidationException", _EMPTY[operation])
    rules = list(_broken(operation, asked))
    if not rules:
        return texts
    shape = operation_input("dynamodb", operation)
    assert shape is not None  # noqa: S101 - both take something
    echo = shown(shape.members["RequestItems"], asked)
    if operation == "BatchGetItem":
        echo = json.dumps(asked, separators=(",", ":"))
    where = f"Value '{echo}' at 'requestItems'"
    replaced = "Member must have length" if operation == "BatchWriteItem" else "requestItems.key'"
    others = [text for text in texts if replaced not in text]
    return [*others, *(f"{where} failed to satisfy constraint: {rule}" for rule in rules)]


def _broken(operation: str, asked: dict[str, Any]) -> Iterator[str]:
    if not all(name.startswith("arn:") or is_name(name) for name in asked):
        yield f"Map keys must satisfy constraint: [{_OF_NAMES}]"
    if operation == "BatchWriteItem" and not all(
        1 <= len(requests) <= MAX_WRITES for requests in asked.values()
    ):
        yield f"Map value must satisfy constraint: [{_OF_WRITES}]"
