"""Metric data queries: a metric with a statistic or an expression over others, read and checked.

Both GetMetricData and metric math alarms are lists of these.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.cloudwatch.metrics.statistic import Statistic, parse_statistic
from tablewright_emulator.cloudwatch.metrics.store import MetricName
from tablewright_emulator.cloudwatch.queries.expression import (
    ExpressionError,
    Node,
    functions,
    parse,
    references,
)
from tablewright_emulator.cloudwatch.queries.formulas import FORMULAS, NOT_HERE
from tablewright_emulator.cloudwatch.queries.insights import Insight, is_insight, parse_insight

SHORT_PERIODS = frozenset({1, 5, 10, 20, 30})
_ID = re.compile(r"[a-z][a-zA-Z0-9_]*")
_OF_THE_REQUEST = frozenset({"METRICS", "SEARCH", "TIME_SERIES"})


class QueryError(ValueError):
    """The queries cannot be answered as they are; the text is AWS's, as far as known."""


@dataclass(frozen=True, slots=True)
class MetricStat:
    """A metric, its statistic and the length of its periods in seconds."""

    metric: MetricName
    statistic: Statistic
    period: int
    unit: str | None = None


@dataclass(frozen=True, slots=True)
class Query:
    """One query: exactly one of `stat`, `expression` and `insight` is there."""

    id: str
    stat: MetricStat | None = None
    expression: Node | None = None
    insight: Insight | None = None
    period: int | None = None
    label: str | None = None
    returned: bool = True


def parse_queries(
    asked: Sequence[Mapping[str, Any]], member: str = "MetricDataQueries"
) -> dict[str, Query]:
    """Read queries as the API writes them, in their order.

    Args:
        asked: the queries.
        member: what the list is called in the request.

    Raises:
        QueryError: for the first that is wrong, refers to nobody, or to itself in the end.
    """
    queries: dict[str, Query] = {}
    for number, entry in enumerate(asked, 1):
        query = _query(entry, f"{member}.member.{number}")
        if query.id in queries:
            raise QueryError(f"The values for parameter id in {member} are not unique.")
        queries[query.id] = query
    for query in queries.values():
        _check_references(query, queries, ())
    return queries


def metric_stat(asked: Mapping[str, Any], place: str) -> MetricStat:
    """Read a MetricStat.

    Raises:
        QueryError: for an unknown statistic or an impossible period.
    """
    metric = asked["Metric"]
    for name in ("Namespace", "MetricName"):
        if not metric.get(name):
            raise QueryError(f"The parameter {place}.Metric.{name} is required.")
    statistic = parse_statistic(asked["Stat"])
    if statistic is None:
        raise QueryError(f"The value {asked['Stat']} for parameter {place}.Stat is not supported.")
    period = check_period(int(asked["Period"]), f"{place}.Period")
    return MetricStat(name_of(metric), statistic, period, asked.get("Unit"))


def name_of(metric: Mapping[str, Any]) -> MetricName:
    """The name of a metric as the API writes it."""
    dimensions = {
        dimension["Name"]: dimension["Value"] for dimension in metric.get("Dimensions") or ()
    }
    return MetricName.of(metric["Namespace"], metric["MetricName"], dimensions)


def check_period(period: int, place: str) -> int:
    """The period itself.

    Raises:
        QueryError: when it is neither 1, 5, 10, 20, 30 nor a multiple of 60.
    """
    if period in SHORT_PERIODS or (period > 0 and period % 60 == 0):
        return period
    raise QueryError(
        f"The parameter {place} must be 1, 5, 10, 20, 30 or a multiple of 60; it is {period}."
    )


def _query(asked: Mapping[str, Any], place: str) -> Query:
    identity = asked["Id"]
    if not _ID.fullmatch(identity):
        raise QueryError(
            f"The value {identity} for parameter {place}.Id is not matching the expected pattern "
            "^[a-z][a-zA-Z0-9_]*$."
        )
    stat, text = asked.get("MetricStat"), asked.get("Expression")
    if (stat is None) == (text is None):
        raise QueryError(f"Exactly one of {place}.MetricStat and {place}.Expression is required.")
    returned, label = asked.get("ReturnData"), asked.get("Label")
    returned = True if returned is None else bool(returned)
    if stat is not None:
        metric = metric_stat(stat, f"{place}.MetricStat")
        return Query(identity, metric, period=metric.period, label=label, returned=returned)
    period = asked.get("Period")
    if period is not None:
        check_period(int(period), f"{place}.Period")
    insight, node = _read(identity, str(text))
    return Query(
        identity,
        expression=node,
        insight=insight,
        period=period,
        label=label,
        returned=returned,
    )


def _read(identity: str, text: str) -> tuple[Insight | None, Node | None]:
    try:
        if is_insight(text):
            return parse_insight(text), None
        node = parse(text)
    except ExpressionError as error:
        raise QueryError(f"Error in expression '{identity}': {error}") from error
    for function in sorted(functions(node)):
        if function in NOT_HERE:
            raise QueryError(
                f"Error in expression '{identity}': "
                f"{function} is not supported by this embedded AWS"
            )
        if function not in FORMULAS and function not in _OF_THE_REQUEST:
            raise QueryError(f"Error in expression '{identity}': Unknown function {function}")
    return None, node


def _check_references(query: Query, queries: Mapping[str, Query], above: tuple[str, ...]) -> None:
    if query.id in above:
        raise QueryError(f"Error in expression '{query.id}': It refers to itself")
    if query.expression is None:
        return
    for identity in sorted(references(query.expression)):
        if identity not in queries:
            raise QueryError(f"Error in expression '{query.id}': Unknown id {identity}")
        _check_references(queries[identity], queries, (*above, query.id))
