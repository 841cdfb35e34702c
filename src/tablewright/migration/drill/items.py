"""Counting items, and holding a sample of a restored table against its source."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.aws.failures import translated
from tablewright.migration.items import Item, are_equal, identity

SAMPLE = 100
"""Items that are compared, and the most that one BatchGetItem takes."""
_SEGMENTS = 20
_PAUSE_SECONDS = 0.2
_MOST_TRIES = 20


def count(client: Any, table: str) -> int:
    """The items of a table, by reading it all."""
    total = 0
    with translated(f"count the items of {table}"):
        pages = client.get_paginator("scan").paginate(
            TableName=table, Select="COUNT", ConsistentRead=True
        )
        for page in pages:
            total += page["Count"]
    return total


def sample(client: Any, table: str) -> list[Item]:
    """Some items from all over a table."""
    items: list[Item] = []
    for segment in range(_SEGMENTS):
        with translated(f"read a sample of {table}"):
            reply = client.scan(
                TableName=table, Segment=segment, TotalSegments=_SEGMENTS, Limit=SAMPLE // _SEGMENTS
            )
        items += reply["Items"]
    return items


def differing(client: Any, table: str, key: tuple[str, ...], items: list[Item]) -> int:
    """How many of `items` are missing in a table, or are other ones there."""
    if not items:
        return 0
    sources = {
        identity({name: item[name] for name in key}): item
        for item in _read(client, table, [{name: item[name] for name in key} for item in items])
    }
    return sum(
        not are_equal(item, sources.get(identity({name: item[name] for name in key})))
        for item in items
    )


def _read(client: Any, table: str, keys: list[Mapping[str, Any]]) -> Iterator[Item]:
    for first in range(0, len(keys), SAMPLE):
        asked: Any = {table: {"Keys": keys[first : first + SAMPLE], "ConsistentRead": True}}
        for _ in range(_MOST_TRIES):
            with translated(f"read items of {table}"):
                reply = client.batch_get_item(RequestItems=asked)
            yield from reply["Responses"].get(table, ())
            asked = reply.get("UnprocessedKeys")
            if not asked:
                break
            time.sleep(_PAUSE_SECONDS)
