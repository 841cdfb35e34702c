"""Gathering what the rules need around live tables. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.fleet.alarms import LiveAlarm, tables_watched
from tablewright.fleet.concurrency import Watch, map_concurrently, unwatched
from tablewright.fleet.discovery import Discovery, by_account, discover_alarms
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread, Value, try_read
from tablewright.fleet.stack import rate_limiter_for

from .activity import read_activity
from .evidence import AccountLimits, Activity, AuditedRegion, AuditedTable, DaxCluster

Place = tuple[str, str]
"""Account and region."""


@dataclass(frozen=True, slots=True)
class _Around:
    """What is read once for all tables of an account's region."""

    region: AuditedRegion
    activity: Mapping[str, Activity | Unread]
    readers: Mapping[str, tuple[str, ...]] | Unread


def read_evidence(
    sessions: Sequence[Session],
    discovery: Discovery,
    days: int,
    now: datetime,
    progress: Watch = unwatched,
) -> list[AuditedTable]:
    """All that is known around the tables that were found.

    Args:
        sessions: one per account, as given to `discover`.
        discovery: what it found, with the replicas (`with_replicas`).
        days: over how many days to look at their use.
        now: the time of AWS.
        progress: told after each region.
    """
    reached = by_account(sessions)
    by_place: dict[Place, list[LiveTable]] = defaultdict(list)
    for table in discovery.tables:
        by_place[table.account_id, table.region].append(table)
    alarms = discover_alarms(sessions, discovery.tables)

    def read(place: Place) -> _Around:
        return _around(reached[place[0]], place[1], by_place[place], days, now)

    around = map_concurrently([*by_place], read, progress, threads=8, label=lambda place: place[1])
    copies = {(table.account_id, table.region, table.name): table for table in discovery.tables}
    unread = {(part.account_id, part.region, part.name): part.reason for part in discovery.unread}
    watched = {place: _watching(answer) for place, answer in alarms.items()}
    audited = []
    for table in discovery.tables:
        place = table.account_id, table.region
        known = around[place]
        watching = watched.get(place, {})
        stream = table.reading.stream_arn
        audited.append(
            AuditedTable(
                live=table,
                alarms=(
                    watching
                    if isinstance(watching, Unread)
                    else tuple(watching.get(table.name, ()))
                ),
                activity=known.activity[table.name],
                replicas=_copies(table, copies, unread),
                stream_readers=(
                    known.readers
                    if isinstance(known.readers, Unread)
                    else known.readers.get(stream or "", ())
                ),
                region=known.region,
            )
        )
    return audited


def _watching(
    alarms: tuple[LiveAlarm, ...] | Unread,
) -> dict[str, list[LiveAlarm]] | Unread:
    if isinstance(alarms, Unread):
        return alarms
    by_table: dict[str, list[LiveAlarm]] = defaultdict(list)
    for alarm in alarms:
        for name in tables_watched(alarm.alarm):
            by_table[name].append(alarm)
    return by_table


def _copies(
    table: LiveTable,
    copies: Mapping[tuple[str, str, str], LiveTable],
    unread: Mapping[tuple[str, str, str], str],
) -> dict[str, LiveTable | Unread]:
    """Its replicas as far as they were found; a witness holds nothing and cannot be read."""
    replicas: dict[str, LiveTable | Unread] = {}
    for replica in table.reading.replicas:
        key = (table.account_id, replica.region, table.name)
        if replica.witness or replica.region == table.region:
            continue
        if key in copies:
            replicas[replica.region] = copies[key]
        else:
            reason = unread.get(key) or unread.get((*key[:2], "")) or "not looked at"
            replicas[replica.region] = Unread(f"replica in {replica.region}: {reason}")
    return replicas


def _around(
    session: Session, region: str, tables: Sequence[LiveTable], days: int, now: datetime
) -> _Around:
    pace = rate_limiter_for(session)

    def ask(read: Callable[[Session, str], Value]) -> Value | Unread | None:
        return try_read(partial(read, session, region))

    return _Around(
        AuditedRegion(
            limits=ask(_limits),
            tables=_count(ask(_table_count)),
            backed_up=_or_none(ask(_backed_up), frozenset()),
            dax=_or_none(ask(_dax), ()),
        ),
        read_activity(session, region, tables, days, now, pace),
        _or_none(ask(_stream_readers), {}),
    )


def _or_none(answer: Value | Unread | None, nothing: Value) -> Value | Unread:
    """A region without the service has nothing of it."""
    return nothing if answer is None else answer


def _count(answer: int | Unread | None) -> int:
    return answer if isinstance(answer, int) else 0


def _limits(session: Session, region: str) -> AccountLimits:
    with translated(f"read the quotas of {region}"):
        reply = session.client("dynamodb", region).describe_limits()
    return AccountLimits(
        reply["TableMaxReadCapacityUnits"],
        reply["TableMaxWriteCapacityUnits"],
    )


def _table_count(session: Session, region: str) -> int:
    pages = _pages(session, region, "dynamodb", "list_tables", "list the tables")
    return sum(len(page["TableNames"]) for page in pages)


def _backed_up(session: Session, region: str) -> frozenset[str]:
    pages = _pages(session, region, "backup", "list_protected_resources", "list the backups")
    return frozenset(entry["ResourceArn"] for page in pages for entry in page["Results"])


def _dax(session: Session, region: str) -> tuple[DaxCluster, ...]:
    pages = _pages(session, region, "dax", "describe_clusters", "list the DAX clusters")
    return tuple(
        DaxCluster(
            name=cluster["ClusterName"],
            encrypted=(cluster.get("SSEDescription") or {}).get("Status") == "ENABLED",
            tls=cluster.get("ClusterEndpointEncryptionType") == "TLS",
            nodes=int(cluster.get("TotalNodes", 0)),
        )
        for page in pages
        for cluster in page["Clusters"]
    )


def _stream_readers(session: Session, region: str) -> dict[str, tuple[str, ...]]:
    """ARNs of the functions that read a stream, by the stream's ARN."""
    doing = "list the event source mappings"
    pages = _pages(session, region, "lambda", "list_event_source_mappings", doing)
    readers: dict[str, list[str]] = defaultdict(list)
    for page in pages:
        for mapping in page.get("EventSourceMappings") or ():
            readers[mapping.get("EventSourceArn", "")].append(mapping["FunctionArn"])
    return {stream: tuple(functions) for stream, functions in readers.items()}


def _pages(
    session: Session, region: str, service: str, operation: str, doing: str
) -> list[Mapping[str, Any]]:
    with translated(f"{doing} of {region}"):
        return list(session.client(service, region).get_paginator(operation).paginate())
