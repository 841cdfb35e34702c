"""The CloudWatch dashboard of a stack: what its tables consume, may consume, refuse, and how fast.

Source: CloudWatch API reference, Dashboard body structure; CloudWatch User Guide, quotas (500
widgets and 2,500 metrics on a dashboard).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from .declared import DeclaredTable

MOST_WIDGETS = 500
MOST_METRICS = 2500
GRID_WIDTH = 24
HEIGHT = 6
HEADING_HEIGHT = 1
NAMESPACE = "AWS/DynamoDB"
OPERATIONS = ("GetItem", "Query", "Scan", "PutItem", "UpdateItem")

Widget = dict[str, Any]
Metric = list[Any]


def dashboard_body(
    title: str, region: str, tables: Sequence[DeclaredTable], period_seconds: int
) -> dict[str, Any]:
    """The document: a row per table; where that is too much, one graph per table.

    Args:
        title: heading of the whole.
        region: where the metrics are.
        tables: in order of declaration.
        period_seconds: of each point of the graphs.
    """
    rows = [list(_row(table)) for table in tables]
    count = sum(len(row) + 1 for row in rows) + 1
    metrics = sum(len(metrics) for row in rows for _, metrics, _ in row)
    if count > MOST_WIDGETS or metrics > MOST_METRICS:
        rows = [row[:1] for row in rows]
    widgets = [_heading(f"# {title}", 0)]
    y = HEADING_HEIGHT
    for table, row in zip(tables, rows, strict=True):
        if len(row) > 1:
            widgets.append(_heading(f"## {table.table.name}", y))
            y += HEADING_HEIGHT
        width = GRID_WIDTH // max(len(row), 1)
        for column, (label, metrics_of, stat) in enumerate(row):
            heading = label if len(row) > 1 else f"{table.table.name}: {label}"
            properties = {
                "title": heading,
                "region": region,
                "view": "timeSeries",
                "stat": stat,
                "period": period_seconds,
                "metrics": metrics_of,
            }
            place = {"x": column * width, "y": y, "width": width, "height": HEIGHT}
            widgets.append({"type": "metric", **place, "properties": properties})
        y += HEIGHT
    return {"widgets": widgets[:MOST_WIDGETS]}


def _row(declared: DeclaredTable) -> Iterator[tuple[str, list[Metric], str]]:
    table = declared.table
    indexes = [*table.index_names]
    provisioned = table.billing_mode == "PROVISIONED"
    consumed = [
        metric
        for side in ("Read", "Write")
        for metric in (
            _metric(f"Consumed{side}CapacityUnits", table.name),
            *([_metric(f"Provisioned{side}CapacityUnits", table.name)] if provisioned else []),
            *(_metric(f"Consumed{side}CapacityUnits", table.name, index) for index in indexes),
        )
    ]
    throttles = [
        metric
        for side in ("Read", "Write")
        for metric in (
            _metric(f"{side}ThrottleEvents", table.name),
            *(_metric(f"{side}ThrottleEvents", table.name, index) for index in indexes),
        )
    ]
    latency = [
        [NAMESPACE, "SuccessfulRequestLatency", "TableName", table.name, "Operation", operation]
        for operation in OPERATIONS
    ]
    errors = [
        [NAMESPACE, "SystemErrors", "TableName", table.name, "Operation", operation]
        for operation in OPERATIONS
    ]
    errors.append(_metric("ConditionalCheckFailedRequests", table.name))
    yield "consumed capacity", consumed, "Sum"
    yield "throttled", throttles, "Sum"
    yield "latency, p99", latency, "p99"
    yield "errors", errors, "Sum"


def _metric(name: str, table: str, index: str | None = None) -> Metric:
    metric: Metric = [NAMESPACE, name, "TableName", table]
    return [*metric, "GlobalSecondaryIndexName", index] if index else metric


def _heading(text: str, y: int) -> Widget:
    place = {"x": 0, "y": y, "width": GRID_WIDTH, "height": HEADING_HEIGHT}
    return {"type": "text", **place, "properties": {"markdown": text}}
