"""Rules on an alarm: field by field as declared, and able to fire."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import Alarm, MetricQuery, MetricStat

from . import formatting
from .alarm_reachability import obstacles
from .alarm_sense import doubts
from .effects import AGAIN, SET_BACK
from .rule import Case, rule
from .tags import tags_outcome
from .verdict import FactOutcome, compared, failed, passed, unknown

AlarmCase = Case[Alarm, LiveAlarm]

_DESCRIBE = ("cloudwatch:DescribeAlarms",)
_SERVICE_DEFAULT = "missing"
_CALM = "declare `treatMissingData: notBreaching`"


@rule("TW121", "alarm", "The alarm exists and watches metrics", _DESCRIBE, always=True)
def alarm_exists(case: Case[Alarm, LiveAlarm | Unread | None]) -> Iterator[FactOutcome]:
    """Metric alarms and composite ones share their names.

    A composite alarm watches other alarms and no metric.
    """
    match case.live:
        case None:
            yield failed("alarm", "exists", f"no such alarm in {case.stack.region}", AGAIN)
        case Unread(reason):
            yield unknown("alarm", "exists", reason)
        case LiveAlarm(rule=None):
            yield passed("alarm", "exists", f"exists, state {case.live.state}")
        case LiveAlarm():
            fix = "delete it or choose another name, then run `tablewright up PATH --refresh`"
            yield failed("alarm", "exists", "a composite alarm has that name", fix)


def _periods(alarm: Alarm) -> str:
    needed = alarm.datapoints_to_alarm or alarm.evaluation_periods
    return f"{needed} of {alarm.evaluation_periods}"


_FIELDS: tuple[tuple[str, Callable[[Alarm], str]], ...] = (
    (
        "condition",
        lambda alarm: f"{alarm.comparison_operator} {formatting.number(alarm.threshold)}",
    ),
    ("periods", _periods),
    ("missing data", lambda alarm: alarm.treat_missing_data or _SERVICE_DEFAULT),
    (
        "low sample counts",
        lambda alarm: alarm.evaluate_low_sample_count_percentile or "evaluate",
    ),
    ("description", lambda alarm: alarm.description),
    ("actions on ALARM", lambda alarm: formatting.listed(alarm.alarm_actions)),
    ("actions on OK", lambda alarm: formatting.listed(alarm.ok_actions)),
    (
        "actions on INSUFFICIENT_DATA",
        lambda alarm: formatting.listed(alarm.insufficient_data_actions),
    ),
)


@rule("TW122", "alarm", "It watches what was declared, in the declared way", _DESCRIBE)
def alarm_settings(case: AlarmCase) -> Iterator[FactOutcome]:
    """Every field counts: a period or a word on missing data decides whether anybody is woken."""
    yield from _watched(case.declared, case.live.alarm)
    for fact, in_words in _FIELDS:
        yield compared(fact, in_words(case.declared), in_words(case.live.alarm), None, SET_BACK)
    for extra in case.live.beyond:
        yield failed("undeclared setting", formatting.NONE, extra, SET_BACK)


@rule(
    "TW123",
    "alarm",
    "It can fire: the series that it watches exist",
    (*_DESCRIBE, "dynamodb:DescribeTable"),
)
def alarm_can_fire(case: AlarmCase) -> Iterator[FactOutcome]:
    """An alarm on a series that AWS never publishes is accepted, and never leaves its state.

    UserErrors have no dimensions; SystemErrors, ThrottledRequests and
    SuccessfulRequestLatency exist per table and operation only.
    """
    stack = case.stack
    tables = {**stack.tables, **stack.watched}
    missing = [name for name, live in tables.items() if live is None]
    reasons = obstacles(case.live.alarm, _indexes(stack), missing)
    others = [stack.watched.get(name) for name in sorted(case.live.alarm.tables)]
    unread = [live.reason for live in others if isinstance(live, Unread)]
    if not reasons and unread:
        yield unknown("can fire", "an alarm that can fire", unread[0])
    elif reasons:
        yield failed(
            "can fire",
            "an alarm that can fire",
            f"cannot fire: {'; '.join(reasons)}",
            _mend(case.declared),
        )
    else:
        yield passed("can fire", "yes")


@rule("TW124", "alarm", "Its actions are switched on", _DESCRIBE)
def actions_enabled(case: AlarmCase) -> Iterator[FactOutcome]:
    """With its actions disabled an alarm changes its state and tells nobody."""
    yield compared("actions", "on", formatting.switch(case.live.actions_enabled), None, SET_BACK)


@rule(
    "TW125",
    "alarm",
    "The alarm carries the declared tags and no other",
    ("cloudwatch:ListTagsForResource",),
)
def alarm_tags(case: AlarmCase) -> Iterator[FactOutcome]:
    """Alarms are billed and can be tagged like tables."""
    reason = case.live.unread.get("tags")
    yield from tags_outcome(case.declared.tags, None if reason else case.live.alarm.tags, reason)


@rule("TW126", "alarm", "What it tells exists", (*_DESCRIBE, "sns:GetTopicAttributes"))
def actions_exist(case: AlarmCase) -> Iterator[FactOutcome]:
    """Asked with `verify --alarms`: CloudWatch accepts a topic that was deleted long ago.

    Topics are looked for, each once; actions of other services are not.
    """
    if case.stack.actions is None:
        return
    live = case.live.alarm
    named = {*live.alarm_actions, *live.ok_actions, *live.insufficient_data_actions}
    for arn in sorted(named & case.stack.actions.keys()):
        fact = f"topic {arn.rpartition(':')[2]}"
        match case.stack.actions[arn]:
            case Unread(reason):
                yield unknown(fact, "exists", reason)
            case None:
                yield failed(fact, "exists", f"there is no {arn}", "create it, or declare another")
            case _:
                yield passed(fact, "exists")


@rule("TW127", "alarm", "Its period and its word on missing data make sense", _DESCRIBE)
def makes_sense(case: AlarmCase) -> Iterator[FactOutcome]:
    """Asked with `verify --alarms`: an alarm may be able to fire, and still tell nothing.

    A metric of errors has a datapoint only when something fails; others have one in five minutes.
    """
    if case.stack.actions is not None:
        reasons = doubts(case.live.alarm)
        if reasons:
            yield failed(
                "makes sense",
                "an alarm that makes sense",
                "; ".join(reasons),
                "declare it otherwise",
            )
        else:
            yield passed("makes sense", "yes")


@rule("TW128", "alarm", "It fires when what it watches for happens, and calms down", _DESCRIBE)
def fires(case: AlarmCase) -> Iterator[FactOutcome]:
    """Asked with `verify --fire`, in a copy of the sandbox: the sandbox stays as it is.

    Requests are made to fail, metrics get data, the copy's clock is advanced; then nothing happens
    any more.
    """
    trial = (case.stack.trials or {}).get(case.live.alarm.name)
    if trial is None:
        return
    expected = "ALARM, then OK"
    if not trial.fired:
        fix = "see its other checks, or declare another threshold"
        yield failed("fires", expected, "nothing brought it to ALARM", fix)
        return
    if trial.back == "ALARM":
        yield failed("fires", expected, f"ALARM by {trial.how}, and stays there", _CALM)
    else:
        yield passed("fires", expected, f"ALARM by {trial.how}, then {trial.back}")
    for arn, outcome in trial.actions.items():
        fact = f"tells {arn.rpartition(':')[2]}"
        if outcome:
            yield failed(fact, "told", outcome, "see that its actions are switched on (TW124)")
        else:
            yield passed(fact, "told")


def _watched(declared: Alarm, live: Alarm) -> Iterator[FactOutcome]:
    """The series and the math, each line by its id."""
    if declared.metric is not None:
        actual = formatting.NONE if live.metric is None else _series(live.metric)
        yield compared("metric", _series(declared.metric), actual, None, SET_BACK)
    elif live.metric is not None:
        yield failed("metric math", _lines(declared.queries), _series(live.metric), SET_BACK)
    else:
        yield compared(
            "metric math", _lines(declared.queries), _lines(live.queries), None, SET_BACK
        )


def _series(series: MetricStat) -> str:
    where = formatting.tags(series.dimensions) if series.dimensions else "no dimensions"
    what = f"{series.namespace} {series.metric_name} [{where}]"
    return f"{series.stat} of {what} over {series.period_seconds} s"


def _lines(queries: Iterable[MetricQuery]) -> str:
    """The order of the lines has no meaning; a label is only for people."""
    return "; ".join(sorted(_line(query) for query in queries)) or formatting.NONE


def _line(query: MetricQuery) -> str:
    value = _series(query.metric) if query.metric else " ".join((query.expression or "").split())
    return f"{query.id} = {value}" + (" (watched)" if query.return_data else "")


def _mend(declared: Alarm) -> str:
    if not obstacles(declared, {}):
        return SET_BACK
    what = "it with `form: EFFECTIVE`" if declared.literal else "a series that AWS publishes"
    return f"declare {what}, then run `tablewright up PATH`"


def _indexes(stack: LiveStack) -> dict[str, tuple[str, ...]]:
    return {
        name: live.table.index_names
        for name, live in stack.tables.items()
        if isinstance(live, LiveTable)
    }


RULES = (
    alarm_exists,
    alarm_settings,
    alarm_can_fire,
    actions_enabled,
    alarm_tags,
    actions_exist,
    makes_sense,
    fires,
)
