"""The two tables of a migration, read and held against what a migration needs."""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final

from tablewright.aws import tables
from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import UsageError, WaitTimeoutError
from tablewright.fleet.absent_tables import describe_table
from tablewright.plan.table import Key

from .comparison import KeyedTable
from .items import KeySchema
from .migration import Tables

VIEW: Final = "NEW_AND_OLD_IMAGES"
_POLL_SECONDS: Final = 1.0
_MOST_POLLS: Final = 600


def read_tables(session: Session, region: str, old: str, new: str) -> Tables:
    """Both tables.

    Raises:
        UsageError: they are the same, one is not ACTIVE, the old one's stream is of another view,
            or the new one lacks the old one's key.
        NotFoundError: one is not there.
    """
    if old == new:
        raise UsageError(f"{old} cannot be copied into itself", "name the new table second")
    descriptions = [describe_table(session, region, name) for name in (old, new)]
    for name, description in zip((old, new), descriptions, strict=True):
        if description["TableStatus"] not in ("ACTIVE", "UPDATING"):
            raise UsageError(f"table {name} is {description['TableStatus']}", "try again later")
    view = stream_view(descriptions[0])
    if view not in ("", VIEW):
        raise UsageError(
            f"the stream of {old} is {view}, and a copy follows it by {VIEW}",
            f"declare `stream: {{viewType: {VIEW}}}` on {old}; its consumers then need the new ARN",
        )
    old_side, new_side = (
        KeyedTable(name, _schema(description))
        for name, description in zip((old, new), descriptions, strict=True)
    )
    ids = [str(description["TableId"]) for description in descriptions]
    stream_arn = str(descriptions[0]["LatestStreamArn"]) if view else ""
    return Tables(old_side, new_side, ids, stream_arn)


def refuse_foreign_items(session: Session, region: str, table: str) -> None:
    """Refuse a new table that has items before anything was copied.

    Raises:
        UsageError: it has.
    """
    with translated(f"read table {table}"):
        page = session.client("dynamodb", region).scan(
            TableName=table, Limit=1, ConsistentRead=True
        )
    if page["Items"]:
        raise UsageError(
            f"{table} has items, and nothing here records that a migration wrote them",
            "name an empty table, or add --not-empty to overwrite items of the same old key",
        )


def switch_stream_on(session: Session, region: str, table: str) -> None:
    """Switch the stream of a table on, in place, and wait until it records.

    Raises:
        WaitTimeoutError: it does not within ten minutes.
    """
    client = session.client("dynamodb", region)
    with translated(f"switch the stream of {table} on"):
        client.update_table(
            TableName=table,
            StreamSpecification={"StreamEnabled": True, "StreamViewType": VIEW},
        )
    for _ in range(_MOST_POLLS):
        description = describe_table(session, region, table)
        if description["TableStatus"] == "ACTIVE" and _is_enabled(session, region, description):
            return
        time.sleep(_POLL_SECONDS)
    raise WaitTimeoutError(
        f"the stream of {table} is not enabled yet", "run the same command again"
    )


def stream_view(description: tables.Reply) -> str:
    """The view of a table's stream; empty where it is off."""
    specification = description.get("StreamSpecification") or {}
    is_on = specification.get("StreamEnabled")
    return str(specification.get("StreamViewType", "")) if is_on else ""


def checkpoint_path(folder: Path, tables_: Tables) -> Path:
    """Where a migration of these two tables is written down."""
    digest = hashlib.sha256(" ".join(tables_.ids).encode()).hexdigest()[:12]
    return folder / f"{tables_.old.table}-to-{tables_.new.table}-{digest}.json"


def _is_enabled(session: Session, region: str, description: tables.Reply) -> bool:
    arn = description.get("LatestStreamArn")
    if not arn:
        return False
    with translated("read the stream"):
        client = session.client("dynamodbstreams", region)
        stream = client.describe_stream(StreamArn=arn)["StreamDescription"]
    return bool(stream["StreamStatus"] == "ENABLED")


def _schema(description: tables.Reply) -> KeySchema:
    key: Key = tables.key(description["KeySchema"])
    types = tables.attributes(description)
    return KeySchema({name: types[name] for name in key.names})
