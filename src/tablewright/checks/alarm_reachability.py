"""Whether an alarm can fire at all: whether the series it watches exist, and its math is legal."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from tablewright.dynamodb_values import TABLE_NAME
from tablewright.plan.declaration.declared import Alarm, MetricStat

from .metrics import ALWAYS_ZERO, METRICS, NAMESPACE, OPERATIONS, UNDOCUMENTED, Dimensions

Indexes = Mapping[str, Collection[str]]
"""Names of the global indexes of each table that is known to exist."""

MOST_METRICS = 10
"""In the math of one alarm (CloudWatch User Guide, alarms on metric math expressions)."""
SHORTEST_PERIOD_SECONDS = 60
"""AWS's own metrics have no datapoints nearer than a minute apart."""

_SEARCH = re.compile(r"\bSEARCH\s*\(", re.IGNORECASE)
_NAME = re.compile(r"\b[a-z]\w*\b")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def obstacles(alarm: Alarm, indexes: Indexes, missing: Collection[str] = ()) -> list[str]:
    """Why `alarm` can never fire, one sentence each; empty when nothing is in its way.

    Args:
        alarm: as it is.
        indexes: global indexes by table; series of tables not named here are taken to exist.
        missing: tables that are known not to exist.
    """
    series = [query.metric for query in alarm.queries if query.metric is not None]
    if alarm.metric is not None:
        series = [alarm.metric]
    gone = alarm.tables.intersection(missing)
    return [
        *([] if alarm.metric is not None else _math(alarm)),
        *sorted({reason for stat in series for reason in _series(stat, indexes)}),
        *(f"there is no table {name}" for name in sorted(gone)),
    ]


def has_data(series: MetricStat) -> bool:
    """Whether AWS publishes a series; of other namespaces anybody may."""
    return next(_series(series, {}), None) is None


def _series(series: MetricStat, indexes: Indexes) -> Iterator[str]:
    if series.namespace != NAMESPACE:
        return
    name, given = series.metric_name, frozenset(series.dimensions)
    if name not in METRICS:
        yield f"AWS publishes no metric {name} in {NAMESPACE}"
        return
    published = METRICS[name].dimensions
    if given not in published and not given & UNDOCUMENTED:
        yield (
            f"AWS publishes {name} {_by(published)}, never {_with(given)}: that series has no data"
        )
        return
    if name in ALWAYS_ZERO:
        yield f"{name} is 0 whatever happens"
    if series.period_seconds < SHORTEST_PERIOD_SECONDS:
        yield f"{name} has a datapoint a minute, a period of {series.period_seconds} s has none"
    yield from _values(series, indexes)


def _values(series: MetricStat, indexes: Indexes) -> Iterator[str]:
    operation = series.dimensions.get("Operation")
    if operation is not None and operation not in OPERATIONS:
        yield f"DynamoDB has no operation {operation}"
    table = series.dimensions.get("TableName", "")
    if "TableName" in series.dimensions and not TABLE_NAME.fullmatch(table):
        yield f"no table can be called {table}"
    index = series.dimensions.get("GlobalSecondaryIndexName")
    if index is not None and table in indexes and index not in indexes[table]:
        yield f"table {table} has no global index {index}"


def _math(alarm: Alarm) -> Iterator[str]:
    returned = [query for query in alarm.queries if query.return_data]
    if len(returned) != 1:
        yield f"its math returns {len(returned)} series, an alarm needs exactly one"
    metrics = sum(query.metric is not None for query in alarm.queries)
    if metrics > MOST_METRICS:
        yield f"its math uses {metrics} metrics, an alarm may use {MOST_METRICS}"
    ids = {query.id for query in alarm.queries}
    for query in alarm.queries:
        expression = query.expression or ""
        if _SEARCH.search(expression):
            yield "SEARCH is not allowed in an alarm"
        for name in sorted(_references(expression) - ids):
            yield f"{query.id} uses {name}, which is not defined"


def _references(expression: str) -> set[str]:
    """Ids begin with a small letter, functions and keywords are in capitals."""
    if expression.lstrip().upper().startswith("SELECT"):
        return set()
    return set(_NAME.findall(_QUOTED.sub("", expression)))


def _by(published: tuple[Dimensions, ...]) -> str:
    return " or ".join(_with(dimensions) for dimensions in published)


def _with(dimensions: Dimensions) -> str:
    if not dimensions:
        return "without dimensions"
    # TableName first: it is how people think of the others.
    names = sorted(dimensions, key=lambda name: (name != "TableName", name))
    return f"by {' and '.join(names)}" + (" alone" if len(names) == 1 else "")
