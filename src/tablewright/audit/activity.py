"""How tables were used over some days: sums from CloudWatch, a value a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.fleet.live import LiveTable
from tablewright.fleet.rate_limiter import RateLimiter
from tablewright.fleet.reading import Unread, try_read
from tablewright.usage.metric_limits import MOST_DATAPOINTS, MOST_QUERIES, checked

from .evidence import Activity
from .use_rules import EXPIRED, KEY_RANGE_THROTTLES, READS, STREAM_READS, THROTTLES, WRITES

DAY_SECONDS = 86_400


@dataclass(frozen=True, slots=True)
class _Query:
    """One sum: of a metric of a table or index, or the calls that read a stream."""

    table: str
    metric: str
    index: str | None
    dimensions: tuple[tuple[str, str], ...]
    name: str
    statistic: str = "Sum"


def read_activity(
    session: Session,
    region: str,
    tables: Sequence[LiveTable],
    days: int,
    now: datetime,
    pace: RateLimiter,
) -> dict[str, Activity | Unread]:
    """The use of tables of one region, by name.

    Args:
        session: of their account.
        region: where they are.
        tables: which.
        days: how many to look at.
        now: the time of AWS.
        pace: keeps within its rates.
    """
    queries = [query for table in tables for query in _queries(table)]
    totals: dict[str, dict[tuple[str, str | None], float]] = defaultdict(dict)
    for at in range(0, len(queries), MOST_QUERIES):
        some = queries[at : at + MOST_QUERIES]
        answer = try_read(partial(_sums, session, region, some, days, now, pace))
        if isinstance(answer, Unread):
            return {table.name: answer for table in tables}
        for (name, metric, index), value in (answer or {}).items():
            totals[name][metric, index] = value
    return {
        table.name: Activity(_observed(table, days, now), totals[table.name]) for table in tables
    }


def _observed(table: LiveTable, days: int, now: datetime) -> int:
    created = table.reading.created
    return days if created is None else min(days, max(0, (now - created).days))


def _queries(live: LiveTable) -> Iterator[_Query]:
    for index in (None, *live.table.index_names):
        dimensions = [("TableName", live.name)]
        if index is not None:
            dimensions.append(("GlobalSecondaryIndexName", index))
        for metric in (*READS, *WRITES, *THROTTLES, *KEY_RANGE_THROTTLES):
            yield _Query(live.name, metric, index, tuple(dimensions), metric)
    yield _Query(live.name, EXPIRED, None, (("TableName", live.name),), EXPIRED)
    if live.reading.stream_label is not None:
        dimensions = [
            ("TableName", live.name),
            ("Operation", "GetRecords"),
            ("StreamLabel", live.reading.stream_label),
        ]
        of_calls = ("SuccessfulRequestLatency", "SampleCount")
        yield _Query(live.name, STREAM_READS, None, tuple(dimensions), *of_calls)


def _sums(
    session: Session,
    region: str,
    queries: Sequence[_Query],
    days: int,
    now: datetime,
    pace: RateLimiter,
) -> dict[tuple[str, str, str | None], float]:
    """What CloudWatch adds up, by table, metric and index; followed to its last page."""
    client = session.client("cloudwatch", region)
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    request: dict[str, Any] = {
        "MetricDataQueries": [_request(number, query) for number, query in enumerate(queries)],
        "StartTime": midnight - timedelta(days=days - 1),
        "EndTime": midnight + timedelta(days=1),
        "MaxDatapoints": MOST_DATAPOINTS,
    }
    totals: dict[tuple[str, str, str | None], float] = {}
    while True:
        pace("GetMetricData")
        with translated("read metrics from CloudWatch"):
            reply: Mapping[str, Any] = client.get_metric_data(**request)
        for result in reply["MetricDataResults"]:
            query = queries[int(result["Id"].removeprefix("m"))]
            key = (query.table, query.metric, query.index)
            totals[key] = totals.get(key, 0.0) + sum(result["Values"])
        if "NextToken" not in reply:
            checked(reply["MetricDataResults"])
            return totals
        request["NextToken"] = reply["NextToken"]


def _request(number: int, query: _Query) -> dict[str, Any]:
    return {
        "Id": f"m{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": query.name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in query.dimensions],
            },
            "Period": DAY_SECONDS,
            "Stat": query.statistic,
        },
    }
