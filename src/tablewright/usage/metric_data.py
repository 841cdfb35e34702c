"""CloudWatch's GetMetricData: pages followed to the end, values put into their minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import numpy as np

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.fleet.rate_limiter import RateLimiter

from .day import ResourceId
from .metric_limits import MOST_DATAPOINTS, MOST_QUERIES, checked
from .metrics import DAY_MINUTES, Metric


@dataclass(frozen=True, slots=True)
class Query:
    """One metric of one resource over some days.

    Args:
        resource: a table or index.
        metric: which.
        first: first day.
        last: last day, included.
        period_seconds: of the datapoints that are asked for.
    """

    resource: ResourceId
    metric: Metric
    first: date
    last: date
    period_seconds: int

    def datapoints(self) -> int:
        """How many CloudWatch has at most."""
        return ((self.last - self.first).days + 1) * 86_400 // self.period_seconds


Series = Mapping[Query, Any]
"""Minutes of a query, one value each from the midnight of its first day on, NaN for none."""


class MetricReader:
    """Asks for batches in one region of one account, and counts."""

    def __init__(self, session: Session, region: str, pace: RateLimiter) -> None:
        self._client = session.client("cloudwatch", region)
        self._pace = pace
        self.calls = self.datapoints = 0

    def read(self, queries: Sequence[Query]) -> Series:
        """All minutes of queries over the same days.

        Raises:
            AwsError: CloudWatch refuses, or cannot answer to the end.
        """
        series: dict[Query, Any] = {}
        for at in range(0, len(queries), MOST_QUERIES):
            self._read(queries[at : at + MOST_QUERIES], series)
        return series

    def _read(self, queries: Sequence[Query], series: dict[Query, Any]) -> None:
        first, last = queries[0].first, queries[0].last
        start = datetime.combine(first, datetime.min.time(), UTC)
        request: dict[str, Any] = {
            "MetricDataQueries": [_query(number, query) for number, query in enumerate(queries)],
            "StartTime": start,
            "EndTime": datetime.combine(last + timedelta(days=1), datetime.min.time(), UTC),
            "ScanBy": "TimestampAscending",
            "MaxDatapoints": MOST_DATAPOINTS,
        }
        while True:
            self._pace("GetMetricData")
            self.calls += 1
            with translated("read metrics from CloudWatch"):
                reply = self._client.get_metric_data(**request)
            for result in reply["MetricDataResults"]:
                query = queries[int(result["Id"].removeprefix("m"))]
                self.datapoints += len(result["Values"])
                _place_values(series, query, start, result)
            if "NextToken" not in reply:
                checked(reply["MetricDataResults"])
                return
            request["NextToken"] = reply["NextToken"]


def _query(number: int, query: Query) -> dict[str, Any]:
    dimensions = [{"Name": "TableName", "Value": query.resource.table}]
    if query.resource.index:
        dimensions.append({"Name": "GlobalSecondaryIndexName", "Value": query.resource.index})
    return {
        "Id": f"m{number}",
        "MetricStat": {
            "Metric": {
                "Namespace": "AWS/DynamoDB",
                "MetricName": query.metric.name,
                "Dimensions": dimensions,
            },
            "Period": query.period_seconds,
            "Stat": query.metric.statistic,
        },
    }


def _place_values(
    series: dict[Query, Any], query: Query, start: datetime, result: Mapping[str, Any]
) -> None:
    """Put a page's values of a query into its minutes."""
    if not result["Values"]:
        return
    if query not in series:
        days = (query.last - query.first).days + 1
        series[query] = np.full(days * DAY_MINUTES, np.nan, np.float32)
    origin = start.timestamp()
    seconds = np.array([time.timestamp() for time in result["Timestamps"]]) - origin
    minutes = (seconds // 60).astype(np.int64)
    values = np.array(result["Values"], np.float64)
    length = query.period_seconds // 60
    if not query.metric.level:
        values = values / length
    for minute in range(length):
        series[query][minutes + minute] = values
