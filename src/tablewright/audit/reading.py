"""Gathering what the rules need around live tables. Only reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
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
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.fleet.reading import Unread, Value, try_read
from tablewright.fleet.role_use import RoleUse, read_role_uses
from tablewright.fleet.stream_readers import read_stream_readers

from .activity import read_activity
from .evidence import (
    NOT_ASKED,
    AccountLimits,
    Activity,
    AuditedRegion,
    AuditedTable,
    DaxCluster,
    IdleGrant,
)

Place = tuple[str, str]
"""Account and region."""
ALARMS = "cloudwatch:DescribeAlarms"
METRICS = "cloudwatch:GetMetricData"
ROLES = "iam:GenerateServiceLastAccessedDetails"


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
    actions: Collection[str],
    progress: Watch = unwatched,
) -> list[AuditedTable]:
    """What the rules need to know around the tables that were found.

    Args:
        sessions: one per account, as given to `discover`.
        discovery: what it found, with the replicas (`with_replicas`).
        days: over how many days to look at their use.
        now: the time of AWS.
        actions: that the rules need (`AuditRule.iam`); what needs others is not asked.
        progress: told after each region.
    """
    reached = by_account(sessions)
    by_place: dict[Place, list[LiveTable]] = defaultdict(list)
    for table in discovery.tables:
        by_place[table.account_id, table.region].append(table)
    alarms = discover_alarms(sessions, discovery.tables, tagged=False) if ALARMS in actions else {}
    uses = _role_uses(reached, discovery.tables) if ROLES in actions else {}

    def read(place: Place) -> _Around:
        session, tables = reached[place[0]], by_place[place]
        return _around(session, place[1], tables, days, now, actions, discovery.listed.get(place))

    around = map_concurrently([*by_place], read, progress, threads=8, label=lambda place: place[1])
    copies = {(table.account_id, table.region, table.name): table for table in discovery.tables}
    unread = {(part.account_id, part.region, part.name): part.reason for part in discovery.unread}
    watched = {place: _watching(answer) for place, answer in alarms.items()}
    audited = []
    for table in discovery.tables:
        place = table.account_id, table.region
        known = around[place]
        watching = watched.get(place, {} if ALARMS in actions else NOT_ASKED)
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
                grants=_grants(table, uses.get(table.account_id, NOT_ASKED), now),
                region=known.region,
            )
        )
    return audited


def _role_uses(
    reached: Mapping[str, Session], tables: Sequence[LiveTable]
) -> dict[str, tuple[RoleUse | Unread, ...] | Unread]:
    """What IAM saw of the roles of each account that may use a table of it."""
    arns: dict[str, list[str]] = defaultdict(list)
    for table in tables:
        arns[table.account_id].append(table.arn)

    def read(account: str) -> tuple[RoleUse | Unread, ...]:
        session = reached[account]
        return read_role_uses(session, arns[account], rate_limiter_for(session))

    answers = map_concurrently(arns, lambda account: try_read(partial(read, account)))
    return {account: _or_none(answer, ()) for account, answer in answers.items()}


def _grants(
    table: LiveTable, uses: tuple[RoleUse | Unread, ...] | Unread, now: datetime
) -> tuple[IdleGrant | Unread, ...] | Unread:
    if isinstance(uses, Unread):
        return uses
    return tuple(
        use if isinstance(use, Unread) else _grant(use, now)
        for use in uses
        if isinstance(use, Unread) or use.role.may_use(table.arn)
    )


def _grant(use: RoleUse, now: datetime) -> IdleGrant:
    created, last = use.role.created, use.last_used
    return IdleGrant(
        use.role.name,
        None if created is None else (now - created).days,
        None if last is None else max(0, (now - last).days),
        use.unused,
    )


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
    session: Session,
    region: str,
    tables: Sequence[LiveTable],
    days: int,
    now: datetime,
    actions: Collection[str],
    count: int | None,
) -> _Around:
    def ask(action: str, read: Callable[[Session, str], Value], nothing: Value) -> Value | Unread:
        if action not in actions:
            return NOT_ASKED
        return _or_none(try_read(partial(read, session, region)), nothing)

    activity: Mapping[str, Activity | Unread] = {table.name: NOT_ASKED for table in tables}
    if METRICS in actions:
        pace = rate_limiter_for(session)
        activity = read_activity(session, region, tables, days, now, pace)
    return _Around(
        AuditedRegion(
            limits=ask("dynamodb:DescribeLimits", _limits, None),
            tables=NOT_ASKED if count is None else count,
            backed_up=ask("backup:ListProtectedResources", _backed_up, frozenset()),
            dax=ask("dax:DescribeClusters", _dax, ()),
        ),
        activity,
        ask("lambda:ListEventSourceMappings", _stream_readers, {}),
    )


def _or_none(answer: Value | Unread | None, nothing: Value) -> Value | Unread:
    """A region without the service has nothing of it."""
    return nothing if answer is None else answer


def _limits(session: Session, region: str) -> AccountLimits | None:
    with translated(f"read the quotas of {region}"):
        reply = session.client("dynamodb", region).describe_limits()
    return AccountLimits(
        reply["TableMaxReadCapacityUnits"],
        reply["TableMaxWriteCapacityUnits"],
    )


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
    return read_stream_readers(session, region, f"list the event source mappings of {region}")


def _pages(
    session: Session, region: str, service: str, operation: str, doing: str
) -> list[Mapping[str, Any]]:
    with translated(f"{doing} of {region}"):
        return list(session.client(service, region).get_paginator(operation).paginate())
