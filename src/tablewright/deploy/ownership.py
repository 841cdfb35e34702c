"""Noting on a live table which stack it belongs to, and asking about live tables by name."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.aws.tables import OWNER_TAG
from tablewright.errors import AwsError, NotFoundError

THREADS = 8
MOST_TAGS = 50
"""Of a table (DynamoDB Developer Guide, Tagging restrictions)."""


def claim(names: Sequence[str], owner: str, session: Session) -> None:
    """Tag tables as this stack's, so that no other stack adopts them.

    A table that carries as many tags as AWS allows has no room for the note and does without it.
    """

    def tag(name: str) -> None:
        client = session.client("dynamodb")
        doing = f"note the owner of table {name}"
        with translated(doing):
            arn = client.describe_table(TableName=name)["Table"]["TableArn"]
        try:
            with translated(doing):
                client.tag_resource(ResourceArn=arn, Tags=[{"Key": OWNER_TAG, "Value": owner}])
        except AwsError:
            if not _is_full(client, arn):
                raise

    _each(names, tag)


def _is_full(client: Any, arn: str) -> bool:
    with translated("count the tags of a table"):
        pages = client.get_paginator("list_tags_of_resource").paginate(ResourceArn=arn)
        keys = {tag["Key"] for page in pages for tag in page["Tags"]}
    return OWNER_TAG not in keys and len(keys) >= MOST_TAGS


def disclaim(names: Sequence[str], session: Session) -> None:
    """Take the note away again, for a table that is released."""

    def untag(name: str) -> None:
        client = session.client("dynamodb")
        with translated(f"free table {name}"):
            arn = client.describe_table(TableName=name)["Table"]["TableArn"]
            client.untag_resource(ResourceArn=arn, TagKeys=[OWNER_TAG])

    _each(names, untag)


def item_counts(names: Sequence[str], session: Session) -> dict[str, int | None]:
    """Items of each table as DescribeTable says, some six hours old; None for one that is gone."""
    counts: dict[str, int | None] = {}

    def count(name: str) -> None:
        try:
            with translated(f"count the items of {name}"):
                table = session.client("dynamodb").describe_table(TableName=name)["Table"]
        except NotFoundError:
            counts[name] = None
        else:
            counts[name] = int(table.get("ItemCount", 0))

    _each(names, count)
    return {name: counts[name] for name in names}


def _each(names: Sequence[str], work: object) -> None:
    if names:
        with ThreadPoolExecutor(min(THREADS, len(names))) as threads:
            list(threads.map(work, names))  # type: ignore[arg-type]
