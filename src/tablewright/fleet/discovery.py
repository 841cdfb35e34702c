"""All live tables of regions and accounts, many at once and within AWS's rates.

discovery = discover([session], progress=watch)
discovery.tables      # LiveTable, by account, region and name
discovery.unread      # what could not be read, each with its reason; never a table with defaults
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.regions import enabled_regions
from tablewright.aws.session import Session
from tablewright.documents import fleet as documents
from tablewright.errors import AwsError, WrongTargetError
from tablewright.plan.facets import RECOVERY, SETTINGS, STREAM, TABLE_CLASS, Facet
from tablewright.plan.table import Table

from .absent_tables import AbsentTables
from .accounts import account_of
from .alarms import LiveAlarm, every_alarm, tables_watched, with_tags
from .concurrency import Watch, map_concurrently, unwatched
from .live import LiveTable, LiveTableReader
from .rate_limiter import RateLimiter, rate_limiter_for
from .reading import Unread, Value, try_read
from .scaling import read_scaling

THREADS = 32
"""Most of the time they wait, for AWS or for their turn."""


@dataclass(frozen=True, slots=True)
class UnreadPart:
    """A table of which nothing could be read; without `name` a region, without it an account."""

    account_id: str
    region: str
    name: str
    reason: str

    def __str__(self) -> str:
        """`orders in eu-west-1: could not read table orders ...`."""
        where = self.region or f"account {self.account_id}".rstrip()
        return f"{self.name or 'everything'} in {where}: {self.reason}"


@dataclass(frozen=True, slots=True)
class Discovery:
    """What was found.

    Args:
        tables: by account, region and name.
        unread: tables, regions and accounts that could not be read at all.
        missing: names that were asked for and are nowhere; none where a region is unread, in
            which they might be.
        regions: how many were looked at, over all accounts.
        listed: how many tables there are, wanted or not, by account and region.
        absences: of the missing, where each was looked for.
    """

    tables: tuple[LiveTable, ...]
    unread: tuple[UnreadPart, ...]
    missing: tuple[str, ...]
    regions: int
    listed: Mapping[tuple[str, str], int] = field(default_factory=dict)
    absences: tuple[AbsentTables, ...] = ()

    @property
    def complete(self) -> bool:
        """Nothing is unread, not even a facet of a table."""
        return not self.unread and not any(table.unread for table in self.tables)

    @property
    def exit_status(self) -> int:
        """0 when everything was read, else 4."""
        return 0 if self.complete else 4


def as_json(
    discovery: Discovery, read: Sequence[documents.ReadDocument] = ()
) -> documents.DiscoveryDocument:
    """What was found as plain JSON values; a facet that could not be read is null.

    Args:
        discovery: what was found.
        read: when each region was read.
    """
    return {
        "tables": [_row(live) for live in discovery.tables],
        "unread": [unread_as_json(part) for part in discovery.unread],
        "missing": list(discovery.missing),
        "regions": discovery.regions,
        "complete": discovery.complete,
        "read": list(read),
    }


def unread_as_json(part: UnreadPart) -> documents.UnreadDocument:
    """What could not be read at all, as plain JSON values."""
    return {
        "account": part.account_id,
        "region": part.region,
        "table": part.name,
        "reason": part.reason,
    }


def _row(live: LiveTable) -> Any:
    table, reading = live.table, live.reading
    return {
        "account": live.account_id,
        "region": live.region,
        "name": live.name,
        "arn": live.arn,
        "status": reading.status,
        "billingMode": table.billing_mode,
        "readCapacityUnits": table.throughput.read if table.throughput else None,
        "writeCapacityUnits": table.throughput.write if table.throughput else None,
        "autoScaling": None if "scaling" in live.unread else bool(live.scaling),
        **_columns(table, [TABLE_CLASS]),
        "globalIndexes": [*table.index_names],
        "localIndexes": [index.name for index in table.local_indexes or ()],
        "items": reading.item_count,
        "sizeBytes": reading.size_bytes,
        **_columns(table, [STREAM, RECOVERY, *SETTINGS]),
        "replicas": [replica.region for replica in reading.replicas],
        "tags": None if table.tags is None else dict(table.tags),
        "owner": reading.owner,
        "unread": dict(live.unread),
    }


def _columns(table: Table, facets: Sequence[Facet[Any]]) -> dict[str, Any]:
    """The facets that are listed; one named twice keeps its first place."""
    columns: dict[str, Any] = {}
    for facet in facets:
        if facet.column is not None:
            value = facet.of(table)
            columns[facet.column.name] = None if value is None else facet.column.value(value)
    return columns


@dataclass(frozen=True, slots=True)
class _Region:
    """One region of one account."""

    session: Session
    account_id: str
    name: str
    pace: RateLimiter


@dataclass(frozen=True, slots=True)
class _Wanted:
    """One table to be read."""

    region: _Region
    name: str


def discover(
    sessions: Sequence[Session],
    regions: Sequence[str] | None = None,
    names: Collection[str] | None = None,
    tags: Mapping[str, str] | None = None,
    progress: Watch = unwatched,
) -> Discovery:
    """Read the live tables of one or several accounts.

    Args:
        sessions: one per account.
        regions: None for all that are enabled in each account.
        names: only these tables; None for all.
        tags: only tables that carry all of these; a table whose tags are unread is kept.
        progress: told after each table.

    Raises:
        AwsError: the only account could not be asked at all; one of several is unread.
    """
    alone = len(sessions) == 1
    reached = map_concurrently(
        sessions, lambda session: _answered(partial(_regions, session, regions), alone=alone)
    )
    places = [place for answer in reached.values() if isinstance(answer, tuple) for place in answer]
    listed = map_concurrently(places, _list_tables, threads=THREADS)
    wanted = [
        _Wanted(region, name)
        for region, region_names in listed.items()
        for name in (() if isinstance(region_names, Unread) else region_names)
        if names is None or name in names
    ]
    readers = map_concurrently(
        [table.region for table in wanted], partial(_reader, alone=alone), threads=THREADS
    )
    answers = map_concurrently(
        wanted,
        lambda table: _tried(partial(readers[table.region].read, table.name), alone=alone),
        progress,
        threads=THREADS,
        label=lambda table: table.name,
    )
    unread = (*_unread_accounts(reached), *_unread_regions(listed), *_unread_tables(answers))
    nowhere = set(names or ()) - {table.name for table in wanted}
    missing = () if any(not part.name for part in unread) else tuple(sorted(nowhere))
    there = {place: names for place, names in listed.items() if not isinstance(names, Unread)}
    absent = AbsentTables(
        missing,
        frozenset(place.name for place in there),
        frozenset(name for names in there.values() for name in names),
    )
    live = [answer for answer in answers.values() if isinstance(answer, LiveTable)]
    return Discovery(
        tables=tuple(table for table in live if _carries(table, tags or {})),
        unread=unread,
        missing=missing,
        regions=len(places),
        listed={
            (place.account_id, place.name): len(names_there) for place, names_there in there.items()
        },
        absences=(absent,) if missing else (),
    )


def with_replicas(
    discovery: Discovery, sessions: Sequence[Session], progress: Watch = unwatched
) -> Discovery:
    """`discovery`, and the replicas of its tables in regions that were not looked at.

    Args:
        discovery: what `discover` found.
        sessions: one per account, as given to it.
        progress: told after each replica.
    """
    known = {(table.account_id, table.region, table.name) for table in discovery.tables}
    known |= {(part.account_id, part.region, part.name) for part in discovery.unread}
    copies: dict[tuple[str, str], set[str]] = {}
    for table in discovery.tables:
        for replica in table.reading.replicas:
            place = (table.account_id, replica.region)
            if not replica.witness and not known & {(*place, table.name), (*place, "")}:
                copies.setdefault(place, set()).add(table.name)
    reached = by_account(sessions)
    for (account, region), names in sorted(copies.items()):
        further = discover([reached[account]], [region], names, progress=progress)
        discovery = Discovery(
            tables=(*discovery.tables, *further.tables),
            unread=(*discovery.unread, *further.unread),
            missing=discovery.missing,
            absences=discovery.absences,
            regions=discovery.regions + further.regions,
            listed={**discovery.listed, **further.listed},
        )
    return discovery


def discover_alarms(
    sessions: Sequence[Session], tables: Sequence[LiveTable], *, tagged: bool = True
) -> dict[tuple[str, str], tuple[LiveAlarm, ...] | Unread]:
    """The alarms that watch any of these tables, by account and region.

    Args:
        sessions: one per account, as given to `discover`.
        tables: what it found.
        tagged: with their tags, for which each alarm is asked by itself.
    """
    reached = by_account(sessions)
    places = sorted({(table.account_id, table.region) for table in tables})

    def read(place: tuple[str, str]) -> tuple[LiveAlarm, ...]:
        account, region = place
        session, pace = reached[account], rate_limiter_for(reached[account])
        names = {table.name for table in tables if (table.account_id, table.region) == place}
        live_alarms = [
            live
            for live in every_alarm(session, region, pace)
            if tables_watched(live.alarm) & names
        ]
        return tuple(with_tags(session, live_alarms, region, pace) if tagged else live_alarms)

    answers = map_concurrently(places, lambda place: try_read(partial(read, place)))
    return {place: () if answer is None else answer for place, answer in answers.items()}


def by_account(sessions: Sequence[Session]) -> dict[str, Session]:
    """The sessions of the accounts that answer; `discover` tells of the others.

    Raises:
        AwsError: the only one does not.
    """
    alone = len(sessions) == 1
    answers = map_concurrently(
        sessions, lambda session: _answered(lambda: session.account_id, alone=alone)
    )
    return {answer: session for session, answer in answers.items() if isinstance(answer, str)}


def _answered(read: Callable[[], Value], *, alone: bool) -> Value | Unread:
    """What `read` answers; an account of several that answers nothing stops nobody else."""
    try:
        return read()
    except WrongTargetError:
        raise
    except AwsError as error:
        if alone:
            raise
        return Unread(error.message)


def _tried(read: Callable[[], Value], *, alone: bool) -> Value | Unread | None:
    return _answered(partial(try_read, read), alone=alone)


def _regions(session: Session, regions: Sequence[str] | None) -> tuple[_Region, ...]:
    account = session.account_id
    return tuple(
        _Region(session, account, region, rate_limiter_for(session))
        for region in regions or enabled_regions(session)
    )


def _list_tables(region: _Region) -> tuple[str, ...] | Unread:
    """Names of the region's tables; a region that refuses the account is unread.

    The account itself has answered already, so credentials that are refused here mean a region
    that is not enabled, or one that a policy of the organisation forbids.
    """
    try:
        with translated(f"list the tables of {region.name}"):
            pages = region.session.client("dynamodb", region.name).get_paginator("list_tables")
            return tuple(name for page in pages.paginate() for name in page["TableNames"])
    except WrongTargetError:
        raise
    except AwsError as error:
        return Unread(error.message)


def _reader(region: _Region, *, alone: bool) -> LiveTableReader:
    scaling = _tried(
        lambda: tuple(read_scaling(region.session, region.name, region.pace)), alone=alone
    )
    return LiveTableReader(region.session, region.name, region.pace, scaling or ())


def _carries(live: LiveTable, tags: Mapping[str, str]) -> bool:
    has = live.table.tags
    return has is None or all(has.get(name) == value for name, value in tags.items())


def _unread_accounts(
    reached: Mapping[Session, tuple[_Region, ...] | Unread | None],
) -> Iterator[UnreadPart]:
    for session, answer in reached.items():
        if isinstance(answer, Unread):
            yield UnreadPart(account_of(session.target.role_arn), "", "", answer.reason)


def _unread_regions(listed: Mapping[_Region, tuple[str, ...] | Unread]) -> Iterator[UnreadPart]:
    for region, answer in listed.items():
        if isinstance(answer, Unread):
            yield UnreadPart(region.account_id, region.name, "", answer.reason)


def _unread_tables(answers: Mapping[_Wanted, LiveTable | Unread | None]) -> Iterator[UnreadPart]:
    for table, answer in answers.items():
        if isinstance(answer, Unread):
            where = table.region
            yield UnreadPart(where.account_id, where.name, table.name, answer.reason)
