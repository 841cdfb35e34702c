"""Reading how tables were used from CloudWatch, and of that only what the store has not.

A query is one metric of one table or index over some days; a call takes 500 queries, and a page of
its answer holds 100,800 datapoints (API_GetMetricData). CloudWatch keeps periods of 60 seconds for
15 days, of 300 seconds for 63, and hours for 455. Queries are charged, datapoints are not.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import partial
from itertools import groupby
from threading import Lock
from typing import Any

from tablewright.aws.session import Session
from tablewright.errors import AwsError, WrongTargetError
from tablewright.fleet.concurrency import Watch, map_concurrently, unwatched
from tablewright.fleet.live import LiveTable
from tablewright.fleet.rate_limiter import RateLimiter
from tablewright.fleet.reading import Unread, try_read

from .day import CapacitySettings, ResourceId, UsageDay
from .metric_data import MetricReader, Query, Series
from .metric_limits import MOST_DATAPOINTS, MOST_QUERIES
from .metrics import (
    CONSUMED_READ,
    DAY_MINUTES,
    METRICS,
    ON_DEMAND_MAXIMUM,
    PROVISIONED_READ,
    PROVISIONED_WRITE,
    THROTTLED_READ,
    THROTTLED_WRITE,
)
from .store import UsageStore

USD_PER_QUERY = Decimal("0.00001")
"""0.01 USD for 1,000 metrics requested (CloudWatch pricing, September 2026)."""
PERIODS = ((60, 15), (300, 63), (3600, 455))
"""Seconds of a period, and for how many days it is kept."""
_LATE = timedelta(hours=1)
"""After which no datapoint of a day is expected any more."""


@dataclass(frozen=True, slots=True)
class ResourceQueries:
    """What is asked for one table, or one index of it, all over the same days."""

    table: LiveTable
    queries: tuple[Query, ...]

    @property
    def datapoints(self) -> int:
        """How many to expect of a resource that is in use all the time.

        Throttling is rare; capacity is published of provisioned tables, ceilings are where there
        are any.
        """
        table = self.table.table
        unlikely = {*THROTTLED_READ, *THROTTLED_WRITE}
        if table.billing_mode != "PROVISIONED":
            unlikely |= {PROVISIONED_READ, PROVISIONED_WRITE}
        if table.on_demand_maximum is None:
            unlikely |= {*ON_DEMAND_MAXIMUM}
        return sum(query.datapoints() for query in self.queries if query.metric not in unlikely)


@dataclass(frozen=True, slots=True)
class Plan:
    """What a collection asks for.

    Args:
        resources: one may come several times, once for each run of days.
        now: the time of AWS.
    """

    resources: tuple[ResourceQueries, ...]
    now: datetime

    @property
    def queries(self) -> int:
        """How many metrics are requested."""
        return sum(len(part.queries) for part in self.resources)

    @property
    def usd(self) -> Decimal:
        """What CloudWatch charges for them."""
        return self.queries * USD_PER_QUERY


@dataclass(slots=True)
class Collected:
    """What came of a collection.

    Args:
        days: resource-days that were stored.
        calls: pages that were asked for.
        datapoints: values that came.
        unread: why tables could not be read, by name.
    """

    days: int = 0
    calls: int = 0
    datapoints: int = 0
    unread: dict[str, str] = field(default_factory=dict)

    @property
    def exit_status(self) -> int:
        """0 when everything was read, else 4."""
        return 4 if self.unread else 0


def plan(tables: Sequence[LiveTable], store: UsageStore, days: int, now: datetime) -> Plan:
    """What is missing of the last days.

    Args:
        tables: whose use is wanted.
        store: what is there already; a day that was read before it had ended is read again.
        days: how many, today included; 455 at most.
        now: the time of AWS.
    """
    today = now.astimezone(UTC).date()
    wanted = [today - timedelta(days=back) for back in reversed(range(days))]
    parts = []
    for table in tables:
        file = store.file(table.account_id, table.region, table.name)
        complete = file.complete_days() if file.path.exists() else set()
        for name in ("", *table.table.index_names):
            resource = ResourceId(table.account_id, table.region, table.name, name)
            missing = [day for day in _since(table, wanted) if (name, day) not in complete]
            for (first, last), period in _ranges(missing, today):
                queries = tuple(
                    Query(resource, metric, first, last, max(period, metric.finest_seconds))
                    for metric in METRICS
                )
                parts.append(ResourceQueries(table, queries))
    return Plan(tuple(parts), now)


def _since(table: LiveTable, wanted: Sequence[date]) -> list[date]:
    """The days on which a table was there."""
    created = table.reading.created
    return [day for day in wanted if created is None or day >= created.astimezone(UTC).date()]


def _ranges(days: Sequence[date], today: date) -> Iterator[tuple[tuple[date, date], int]]:
    """Runs of days without a hole whose datapoints have the same period."""
    for (period, _), run in groupby(
        enumerate(days), lambda pair: (_period(pair[1], today), pair[1].toordinal() - pair[0])
    ):
        members = [day for _, day in run]
        yield (members[0], members[-1]), period


def _period(day: date, today: date) -> int:
    """The shortest period that CloudWatch still has of a day."""
    age = (today - day).days
    return next((seconds for seconds, kept in PERIODS if age < kept), PERIODS[-1][0])


def collect(
    plan_: Plan,
    session_of: Callable[[str], Session],
    pace_of: Callable[[Session], RateLimiter],
    store: UsageStore,
    progress: Watch = unwatched,
) -> Collected:
    """Ask CloudWatch and store what it answers, some tables at a time.

    What was stored stays if this is interrupted; the next plan asks for the rest.

    Args:
        plan_: what to ask for.
        session_of: the session of an account.
        pace_of: keeps within the quotas of a session.
        store: where to.
        progress: told after each call's worth of tables.
    """
    collected, lock = Collected(), Lock()
    lost: dict[str, AwsError] = {}
    places = {(part.table.account_id, part.table.region) for part in plan_.resources}
    paces = {place: pace_of(session_of(place[0])) for place in places}

    def read(batch: _Batch) -> None:
        place = batch.account, batch.region
        reader = MetricReader(session_of(place[0]), place[1], paces[place])
        answer = _asked(reader, batch, lost)
        days = [] if isinstance(answer, Unread) else _days(batch, answer, plan_.now)
        store.write(days)
        with lock:
            collected.days += len(days)
            collected.calls += reader.calls
            collected.datapoints += reader.datapoints
            if isinstance(answer, Unread):
                collected.unread |= dict.fromkeys(batch.names, answer.reason)

    map_concurrently(list(_batches(plan_.resources)), read, progress, threads=8, label=str)
    if lost and len({account for account, _ in places}) == 1:
        raise next(iter(lost.values()))
    return collected


def _asked(reader: MetricReader, batch: _Batch, lost: dict[str, AwsError]) -> Series | Unread:
    """What CloudWatch answers; an account that it does not let in is not asked again."""
    if batch.account in lost:
        return Unread(lost[batch.account].message)
    try:
        return try_read(partial(reader.read, batch.queries)) or {}
    except WrongTargetError:
        raise
    except AwsError as error:
        lost[batch.account] = error
        return Unread(error.message)


@dataclass(frozen=True, slots=True, eq=False)
class _Batch:
    """Tables and indexes of one place and range of days, as many as go well into a call."""

    parts: tuple[ResourceQueries, ...]

    @property
    def account(self) -> str:
        return self.parts[0].table.account_id

    @property
    def region(self) -> str:
        return self.parts[0].table.region

    @property
    def names(self) -> list[str]:
        return [
            f"{part.table.name} in {part.table.region} of {part.table.account_id}"
            for part in self.parts
        ]

    @property
    def queries(self) -> list[Query]:
        return [query for part in self.parts for query in part.queries]

    def __str__(self) -> str:
        return self.parts[-1].table.name


def _batches(parts: Sequence[ResourceQueries]) -> Iterator[_Batch]:
    ordered = sorted(parts, key=_place)
    for _, of_place in groupby(ordered, _place):
        rest = list(of_place)
        while rest:
            count = _best_count(rest)
            yield _Batch(tuple(rest[:count]))
            rest = rest[count:]


def _best_count(parts: Sequence[ResourceQueries]) -> int:
    """How many of the next to ask for at once, so that each takes the least share of a page.

    A call takes so many queries, and each page of its answer so many datapoints; the last page of
    an answer is better full.
    """
    queries = datapoints = 0
    best, least = 1, float("inf")
    for count, part in enumerate(parts, 1):
        queries += len(part.queries)
        datapoints += part.datapoints
        if queries > MOST_QUERIES:
            break
        share = max(1, -(-datapoints // MOST_DATAPOINTS)) / count
        if share <= least:
            best, least = count, share
    return best


def _place(part: ResourceQueries) -> tuple[str, str, date, date]:
    first = part.queries[0]
    return part.table.account_id, part.table.region, first.first, first.last


def _days(batch: _Batch, series: Series, now: datetime) -> list[UsageDay]:
    """What came, as days to store; a day on which nothing came of a resource is one of NaN."""
    days = []
    for part in batch.parts:
        for resource, of_resource in groupby(part.queries, lambda query: query.resource):
            queries = list(of_resource)
            settings = _settings(part.table, resource.index)
            for number in range((queries[0].last - queries[0].first).days + 1):
                day = queries[0].first + timedelta(days=number)
                window = slice(number * DAY_MINUTES, (number + 1) * DAY_MINUTES)
                minutes = {
                    query.metric.column: series[query][window]
                    for query in queries
                    if query in series
                }
                days.append(_day(resource, day, minutes, queries, settings, now))
    return days


def _day(
    resource: ResourceId,
    day: date,
    minutes: Mapping[str, Any],
    queries: Sequence[Query],
    settings: CapacitySettings,
    now: datetime,
) -> UsageDay:
    consumed = next(query for query in queries if query.metric == CONSUMED_READ)
    end = datetime.combine(day + timedelta(days=1), datetime.min.time(), UTC)
    return UsageDay(
        resource, day, consumed.period_seconds, minutes, settings, complete=now >= end + _LATE
    )


def _settings(live: LiveTable, index: str) -> CapacitySettings:
    """How a table or index is set up now."""
    table, reading = live.table, live.reading
    sizes = reading.indexes.get(index, reading)
    return CapacitySettings(
        billing_mode=table.billing_mode,
        table_class=table.table_class,
        items=sizes.item_count,
        size_bytes=sizes.size_bytes,
        recovery=None if table.recovery is None else bool(table.recovery.days),
        replicas=tuple(replica.region for replica in reading.replicas),
    )
