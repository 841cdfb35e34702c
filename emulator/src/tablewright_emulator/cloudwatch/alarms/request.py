"""What PutMetricAlarm and PutCompositeAlarm refuse beyond their model.

Sources: the API reference's PutMetricAlarm page, the user guide's "Alarm evaluation" and "Math
expressions with metrics"; the texts are AWS's where a public issue tracker quotes them.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from tablewright_emulator.cloudwatch.metrics.statistic import PLAIN, is_statistic
from tablewright_emulator.cloudwatch.metrics.store import MetricStore
from tablewright_emulator.cloudwatch.queries.calculation import Calculation, Span
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError
from tablewright_emulator.cloudwatch.queries.query import QueryError, parse_queries
from tablewright_emulator.cloudwatch.queries.timeseries import TimeSeries

MAX_TAGS = 50
MAX_METRICS = 10
DAY_SECONDS = 86_400
WEEK_SECONDS = 604_800
TREATMENTS = ("breaching", "notBreaching", "ignore", "missing")
STATIC_OPERATORS = (
    "GreaterThanOrEqualToThreshold",
    "GreaterThanThreshold",
    "LessThanThreshold",
    "LessThanOrEqualToThreshold",
)
_SINGLE_METRIC = (
    "MetricName",
    "Namespace",
    "Dimensions",
    "Period",
    "Unit",
    "Statistic",
    "ExtendedStatistic",
)
_ACTION_LISTS = ("OKActions", "AlarmActions", "InsufficientDataActions")
_ACTION_ARN = re.compile(
    r"arn:aws[a-z-]*:"
    r"(sns|lambda|autoscaling|ssm|ssm-incidents|swf|automate|aiops)"
    r":([a-z0-9-]*):(.*)"
)
_QUERY_ID = re.compile(r"[a-z][A-Za-z0-9_]*")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_NOT_HERE = (
    "EvaluationCriteria",
    "EvaluationInterval",
    "EvaluationWindow",
    "WarmUpConfiguration",
    "ActionConfiguration",
    "ThresholdMetricId",
)

Request = Mapping[str, Any]


def metric_alarm_problem(request: Request, region: str) -> str | None:
    """AWS's text for the first thing wrong with a PutMetricAlarm request, None when it is right."""
    checks: tuple[Callable[[Request], Iterator[str]], ...] = (
        _not_emulated,
        _common_problems,
        _threshold_problems,
        _metrics_problems if request.get("Metrics") is not None else _single_metric_problems,
        _window_problems,
        lambda asked: _action_problems(asked, region),
    )
    return next((problem for check in checks for problem in check(request)), None)


def composite_alarm_problem(request: Request, region: str) -> str | None:
    """The same for PutCompositeAlarm; its rule is parsed elsewhere."""
    checks = (_common_problems(request), _action_problems(request, region))
    return next((problem for check in checks for problem in check), None)


def alarm_period(request: Request) -> int:
    """Seconds of one data point of the alarm: for math the longest period among its metrics."""
    if request.get("Metrics") is None:
        return int(request["Period"])
    periods = [_query_period(query) for query in request["Metrics"]]
    return max(period for period in periods if period is not None)


def returned_query(queries: Sequence[Request]) -> Request:
    """The one query the alarm watches (ReturnData is true where it is not said)."""
    return next(query for query in queries if query.get("ReturnData", True))


def tag_problem(tags: Sequence[Request]) -> str | None:
    """AWS's text for the first thing wrong with a list of tags."""
    keys = [str(tag["Key"]) for tag in tags]
    if len(set(keys)) != len(keys):
        return "Duplicate tag keys are not allowed."
    if any(key.lower().startswith("aws:") for key in keys):
        return "aws: prefixed tag key names are not allowed for external use."
    if len(keys) > MAX_TAGS:
        return f"The number of tags must not exceed {MAX_TAGS}."
    return None


def _not_emulated(request: Request) -> Iterator[str]:
    for name in _NOT_HERE:
        if request.get(name) not in (None, {"SlidingWindow": {}}):
            yield f"{name} is not supported by this embedded AWS."


def _common_problems(request: Request) -> Iterator[str]:
    if _CONTROL.search(request["AlarmName"]):
        yield "Alarm names must not contain ASCII control characters."
    problem = tag_problem(request.get("Tags") or ())
    if problem:
        yield problem


def _threshold_problems(request: Request) -> Iterator[str]:
    for name in ("ComparisonOperator", "EvaluationPeriods", "Threshold"):
        if request.get(name) is None:
            yield f"{name} must not be null"
    if request["ComparisonOperator"] not in STATIC_OPERATORS:
        yield (
            f"{request['ComparisonOperator']} needs an anomaly detection model, "
            "which is not supported by this embedded AWS."
        )
    threshold = request["Threshold"]
    if not math.isfinite(threshold):
        yield f"Threshold must be a finite number, not {threshold}."
    treatment = request.get("TreatMissingData")
    if treatment is not None and treatment not in TREATMENTS:
        yield f"Invalid TreatMissingData: {treatment}. Valid values are {', '.join(TREATMENTS)}."
    low_samples = request.get("EvaluateLowSampleCountPercentile")
    if low_samples not in {None, "evaluate", "ignore"}:
        yield f"Invalid EvaluateLowSampleCountPercentile: {low_samples}."


def _single_metric_problems(request: Request) -> Iterator[str]:
    for name in ("MetricName", "Namespace", "Period"):
        if request.get(name) is None:
            yield f"{name} must not be null"
    statistics = [name for name in ("Statistic", "ExtendedStatistic") if request.get(name)]
    if len(statistics) != 1:
        yield "Exactly one of Statistic and ExtendedStatistic must be specified."
    extended = request.get("ExtendedStatistic")
    if extended is not None and (not is_statistic(extended) or extended in PLAIN):
        yield f"The value {extended} for parameter ExtendedStatistic is not supported."
    if not is_alarm_period(request["Period"]):
        yield "Period must be 10, 20, 30 or a multiple of 60"
    dimension = _twice(d["Name"] for d in request.get("Dimensions") or ())
    if dimension:
        yield f"The dimension {dimension} is given more than once."


def is_alarm_period(seconds: int) -> bool:
    """10, 20, 30 or a multiple of 60."""
    return seconds in {10, 20, 30} or (seconds > 0 and seconds % 60 == 0)


def _metrics_problems(request: Request) -> Iterator[str]:
    for name in _SINGLE_METRIC:
        if request.get(name) not in (None, [], ()):
            yield f"{name} should not be set if list of Metrics is set."
    queries: Sequence[Request] = request["Metrics"]
    if not queries:
        yield "MetricName must not be null"
    identity = _twice(query["Id"] for query in queries)
    if identity or not all(_QUERY_ID.fullmatch(query["Id"]) for query in queries):
        yield "Invalid metrics list"
    if sum(1 for query in queries if query.get("ReturnData", True)) != 1:
        yield "Exactly one element of the metrics list should return data."
    if sum(1 for query in queries if query.get("MetricStat")) > MAX_METRICS:
        yield f"The metrics list must not contain more than {MAX_METRICS} metrics."
    for query in queries:
        yield from _query_problems(query)
    if any("SEARCH" in _words(query.get("Expression")) for query in queries):
        yield "SEARCH is not supported on Metric Alarms"
    if all(_query_period(query) is None for query in queries):
        yield "Period must not be null"
    yield from _result_problems(queries)


def _result_problems(asked: Sequence[Request]) -> Iterator[str]:
    """Whether every expression can be read, and the alarm's own gives one series, never a scalar.

    What it gives does not depend on the data; here every metric has one point.
    """
    watched = str(returned_query(asked)["Id"])
    try:
        queries = parse_queries(asked, "Metrics")
        if queries[watched].insight is None:
            known = {
                query.id: TimeSeries(0, query.stat.period, np.ones(1))
                for query in queries.values()
                if query.stat is not None
            }
            span = Span(0, DAY_SECONDS, DAY_SECONDS)
            results = Calculation(MetricStore(), ("", ""), queries, span, known).answer(watched)
            if len(results) != 1:
                yield f"The expression '{watched}' must return a single time series."
    except QueryError as error:
        yield str(error)
    except ExpressionError as error:
        yield f"Error in expression '{watched}': {error}"


def _query_problems(query: Request) -> Iterator[str]:
    """Bad elements are all reported as an invalid list, as AWS does."""
    stat = query.get("MetricStat")
    if (stat is None) == (query.get("Expression") is None):
        yield "Invalid metrics list"
    if stat is not None and not is_statistic(stat["Stat"]):
        yield "Invalid metrics list"
    period = _query_period(query)
    if period is not None and not (is_alarm_period(period) or period in {1, 5}):
        yield "Period must be 10, 20, 30 or a multiple of 60"


def _query_period(query: Request) -> int | None:
    stat = query.get("MetricStat")
    period = stat["Period"] if stat is not None else query.get("Period")
    return None if period is None else int(period)


def _words(expression: str | None) -> list[str]:
    unquoted = re.sub(r"'[^']*'|\"[^\"]*\"", "", expression or "")
    return re.findall(r"[A-Z_]+(?=\s*\()", unquoted)


def _window_problems(request: Request) -> Iterator[str]:
    needed = request.get("DatapointsToAlarm")
    periods = request["EvaluationPeriods"]
    if needed is not None and needed > periods:
        yield "DatapointsToAlarm must be less than or equal to EvaluationPeriods"
    period = alarm_period(request)
    if period < 3600 and period * periods > DAY_SECONDS:  # noqa: PLR2004 - an hour
        yield (
            "Metrics cannot be checked across more than a day "
            f"(EvaluationPeriods * Period must be <= {DAY_SECONDS})."
        )
    if period * periods > WEEK_SECONDS:
        yield (
            "Metrics cannot be checked across more than a week "
            f"(EvaluationPeriods * Period must be <= {WEEK_SECONDS})."
        )


def _action_problems(request: Request, region: str) -> Iterator[str]:
    for name in _ACTION_LISTS:
        for action in request.get(name) or ():
            arn = _ACTION_ARN.fullmatch(action)
            if arn is None:
                yield f"Invalid arn syntax: {action}"
            elif arn[2] not in {"", region}:
                yield f"Invalid region {arn[2]} specified. Only {region} is supported."


def _twice(names: Any) -> str | None:
    """The first name that comes a second time."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            return str(name)
        seen.add(name)
    return None
