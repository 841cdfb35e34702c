"""The operations on alarms, each a function of a request."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch import paging
from tablewright_emulator.cloudwatch.alarms.alarm import Alarm, AlarmState, AlarmType
from tablewright_emulator.cloudwatch.alarms.evaluator import Evaluator
from tablewright_emulator.cloudwatch.alarms.request import (
    composite_alarm_problem,
    metric_alarm_problem,
)
from tablewright_emulator.cloudwatch.alarms.rule import RuleError, children, parse_rule
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore, HistoryItem
from tablewright_emulator.request import AwsFault, Handler, Request

MAX_ALARMS = 5_000  # default quota per account and region
MAX_DELETED = 100
DEFAULT_PAGE = 50
_SINGLE_RELATION = frozenset({"MaxRecords", "NextToken"})
_SUPPRESSION = (
    "ActionsSuppressor",
    "ActionsSuppressorWaitPeriod",
    "ActionsSuppressorExtensionPeriod",
)


class AlarmOperations:
    """PutMetricAlarm and its kin over one store.

    Args:
        evaluator: moves alarms, with what follows from it, and is started by the first alarm.
    """

    def __init__(self, alarms: AlarmStore, clock: Clock, evaluator: Evaluator) -> None:
        self._alarms = alarms
        self._clock = clock
        self._evaluator = evaluator

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        return {
            "PutMetricAlarm": self.put_metric_alarm,
            "PutCompositeAlarm": self.put_composite_alarm,
            "DescribeAlarms": self.describe_alarms,
            "DescribeAlarmsForMetric": self.describe_alarms_for_metric,
            "DescribeAlarmHistory": self.describe_alarm_history,
            "DeleteAlarms": self.delete_alarms,
            "SetAlarmState": self.set_alarm_state,
            "EnableAlarmActions": self.enable_alarm_actions,
            "DisableAlarmActions": self.disable_alarm_actions,
        }

    def put_metric_alarm(self, request: Request) -> None:
        """Create or overwrite a metric alarm."""
        _refuse(metric_alarm_problem(request.params, request.region))
        self._put(request, "MetricAlarm")

    def put_composite_alarm(self, request: Request) -> None:
        """Create or overwrite a composite alarm."""
        params = request.params
        _refuse(composite_alarm_problem(params, request.region))
        for name in _SUPPRESSION:
            if params.get(name) is not None:
                _refuse(f"{name} is not supported by this embedded AWS.")
        try:
            rule = parse_rule(params["AlarmRule"])
        except RuleError as error:
            raise AwsFault("ValidationError", f"Error in AlarmRule: {error}") from error
        absent = [name for name in children(rule) if self._named(request, name) is None]
        if absent:
            _refuse(
                f"Could not save the composite alarm as alarms [{', '.join(absent)}] "
                "in the alarm rule do not exist"
            )
        self._put(request, "CompositeAlarm")

    def _put(self, request: Request, kind: AlarmType) -> None:
        name = request.params["AlarmName"]
        old = self._alarms.get(request.account, request.region, name)
        if old is not None and old.type != kind:
            _refuse(f"An alarm of another type is already named {name}.")
        held = sum(1 for _ in self._alarms.of(request.account, request.region))
        if old is None and held >= MAX_ALARMS:
            raise AwsFault("LimitExceeded", f"The quota of {MAX_ALARMS} alarms has been reached.")
        definition = {k: v for k, v in request.params.items() if v is not None}
        self._alarms.put(request.account, request.region, kind, definition, self._now())
        self._evaluator.start()

    def describe_alarms(self, request: Request) -> dict[str, Any]:
        """Alarms by name, by prefix, by state or by relation to a composite alarm."""
        params = request.params
        if params.get("AlarmNames") and params.get("AlarmNamePrefix"):
            _refuse("AlarmNames and AlarmNamePrefix cannot be specified together.")
        for relation in ("ChildrenOfAlarmName", "ParentsOfAlarmName"):
            others = {k for k, v in params.items() if v} - _SINGLE_RELATION - {relation}
            if params.get(relation) and others:
                _refuse(f"{relation} cannot be combined with {', '.join(sorted(others))}.")
        after = paging.place(params) or ""
        alarms_after = [alarm for alarm in self._asked_for(request) if alarm.name > str(after)]
        size = params.get("MaxRecords") or DEFAULT_PAGE
        reply: dict[str, Any] = {"MetricAlarms": [], "CompositeAlarms": []}
        for alarm in alarms_after[:size]:
            reply[f"{alarm.type}s"].append(_shown(alarm, params))
        if len(alarms_after) > size:
            reply["NextToken"] = paging.token(params, alarms_after[size - 1].name)
        return reply

    def _asked_for(self, request: Request) -> Iterable[Alarm]:
        params = request.params
        if params.get("ChildrenOfAlarmName"):
            return self._children(request, params["ChildrenOfAlarmName"])
        if params.get("ParentsOfAlarmName"):
            return self._parents(request, params["ParentsOfAlarmName"])
        types = params.get("AlarmTypes") or ["MetricAlarm"]
        return (
            alarm
            for alarm in self._candidates(request)
            if alarm.type in types and _matches(alarm, params)
        )

    def _candidates(self, request: Request) -> Iterable[Alarm]:
        """Alarms by name: those that are asked for by their names, else all of the region."""
        if names := request.params.get("AlarmNames"):
            named = (self._named(request, name) for name in {*names})
            return sorted((alarm for alarm in named if alarm), key=lambda alarm: alarm.name)
        return self._alarms.of(request.account, request.region)

    def _children(self, request: Request, name: str) -> list[Alarm]:
        parent = self._alarms.get(request.account, request.region, name)
        if parent is None or parent.type != "CompositeAlarm":
            return []
        named = (self._named(request, child) for child in _children_of(parent))
        return sorted((alarm for alarm in named if alarm), key=lambda alarm: alarm.name)

    def _parents(self, request: Request, name: str) -> list[Alarm]:
        child = self._alarms.get(request.account, request.region, name)
        names = {name} | ({child.arn} if child else set())
        return [
            alarm
            for alarm in self._alarms.of(request.account, request.region)
            if alarm.type == "CompositeAlarm" and names & set(_children_of(alarm))
        ]

    def describe_alarms_for_metric(self, request: Request) -> dict[str, Any]:
        """Alarms on exactly one metric; those that use it in math are not among them."""
        params = request.params
        wanted = {
            name: params[name]
            for name in (
                "MetricName",
                "Namespace",
                "Statistic",
                "ExtendedStatistic",
                "Period",
                "Unit",
            )
            if params.get(name) is not None
        }
        shown = [
            alarm.describe()
            for alarm in self._alarms.of(request.account, request.region)
            if wanted.items() <= _comparable(alarm.definition).items()
            and _dimensions(alarm.definition) == _dimensions(params)
        ]
        return {"MetricAlarms": shown}

    def describe_alarm_history(self, request: Request) -> dict[str, Any]:
        """What happened to alarms, newest first unless asked otherwise."""
        params = request.params
        items = [
            item
            for item in self._alarms.history(request.account, request.region)
            if _item_matches(item, params)
        ]
        if params.get("ScanBy") != "TimestampAscending":
            items.reverse()
        shown, token = paging.page(params, items, params.get("MaxRecords") or DEFAULT_PAGE)
        reply: dict[str, Any] = {"AlarmHistoryItems": [_history_shown(item) for item in shown]}
        return reply | ({"NextToken": token} if token else {})

    def delete_alarms(self, request: Request) -> None:
        """Delete alarms; names that do not exist are passed over, as on AWS."""
        names = dict.fromkeys(request.params["AlarmNames"])
        if len(names) > MAX_DELETED:
            _refuse(f"No more than {MAX_DELETED} alarms can be deleted in one call.")
        alarms = [self._alarms.get(request.account, request.region, name) for name in names]
        named = [alarm for alarm in alarms if alarm is not None]
        composites = [alarm for alarm in named if alarm.type == "CompositeAlarm"]
        if len(composites) > 1:
            _refuse("No more than one composite alarm can be deleted in one call.")
        for alarm in composites:
            parents = [parent.name for parent in self._parents(request, alarm.name)]
            if parents:
                _refuse(
                    f"The alarm {alarm.name} cannot be deleted: "
                    f"the composite alarms [{', '.join(parents)}] depend on it."
                )
        for alarm in named:
            self._alarms.delete(alarm, self._now())

    def set_alarm_state(self, request: Request) -> None:
        """Put an alarm into a state until it is evaluated again."""
        params = request.params
        alarm = self._existing(request, params["AlarmName"])
        data = params.get("StateReasonData")
        if data is not None and not _is_json(data):
            raise AwsFault("InvalidFormat", "StateReasonData must be valid JSON.")
        now = self._now()
        changed = params["StateValue"] != alarm.state.value
        since = now if changed else alarm.state.transitioned_at
        state = AlarmState(params["StateValue"], params["StateReason"], now, since, data)
        self._evaluator.move(alarm, state)

    def enable_alarm_actions(self, request: Request) -> None:
        """Take actions again."""
        self._set_actions(request, enabled=True)

    def disable_alarm_actions(self, request: Request) -> None:
        """Change states without taking actions."""
        self._set_actions(request, enabled=False)

    def _set_actions(self, request: Request, *, enabled: bool) -> None:
        for name in request.params["AlarmNames"]:
            alarm = self._alarms.get(request.account, request.region, name)
            if alarm is not None and alarm.actions_enabled != enabled:
                definition = alarm.definition | {"ActionsEnabled": enabled}
                self._alarms.put(
                    request.account, request.region, alarm.type, definition, self._now()
                )

    def _named(self, request: Request, name_or_arn: str) -> Alarm | None:
        name = name_or_arn.split(":alarm:", 1)[-1]
        return self._alarms.get(request.account, request.region, name)

    def _existing(self, request: Request, name: str) -> Alarm:
        alarm = self._alarms.get(request.account, request.region, name)
        if alarm is None:
            raise AwsFault("ResourceNotFound", f"The alarm {name} does not exist.", 404)
        return alarm

    def _now(self) -> float:
        return self._clock.now().timestamp()


def _refuse(problem: str | None, code: str = "ValidationError") -> None:
    if problem is not None:
        raise AwsFault(code, problem)


def _matches(alarm: Alarm, params: Mapping[str, Any]) -> bool:
    names, prefix = params.get("AlarmNames"), params.get("AlarmNamePrefix")
    state, action = params.get("StateValue"), params.get("ActionPrefix")
    return (
        (not names or alarm.name in names)
        and (not prefix or alarm.name.startswith(prefix))
        and (not state or alarm.state.value == state)
        and (not action or any(arn.startswith(action) for arn in alarm.all_actions))
    )


def _shown(alarm: Alarm, params: Mapping[str, Any]) -> dict[str, Any]:
    """The whole alarm, or of relations the few members AWS gives."""
    if params.get("ParentsOfAlarmName"):
        return {"AlarmName": alarm.name, "AlarmArn": alarm.arn}
    shown = described(alarm)
    if params.get("ChildrenOfAlarmName"):
        kept = ("AlarmName", "AlarmArn", "StateValue", "StateUpdatedTimestamp")
        return {name: shown[name] for name in kept}
    return shown


def described(alarm: Alarm) -> dict[str, Any]:
    """The alarm with its times as datetimes."""
    return {
        key: moment(value) if key.endswith("Timestamp") else value
        for key, value in alarm.describe().items()
    }


def moment(seconds: float) -> datetime:
    """Seconds since the epoch as a datetime."""
    return datetime.fromtimestamp(seconds, UTC)


def _children_of(alarm: Alarm) -> Sequence[str]:
    return children(parse_rule(alarm.definition["AlarmRule"]))


def _comparable(definition: Mapping[str, Any]) -> dict[str, Any]:
    """The members of a definition that are plain values."""
    return {k: v for k, v in definition.items() if isinstance(v, str | int)}


def _dimensions(holder: Mapping[str, Any]) -> dict[str, str]:
    return {dimension["Name"]: dimension["Value"] for dimension in holder.get("Dimensions") or ()}


def _item_matches(item: HistoryItem, params: Mapping[str, Any]) -> bool:
    name, kind = params.get("AlarmName"), params.get("HistoryItemType")
    types = params.get("AlarmTypes") or ["MetricAlarm"]
    start, end = params.get("StartDate"), params.get("EndDate")
    return (
        (not name or item.alarm == name)
        and (not kind or item.type == kind)
        and item.alarm_type in types
        and (start is None or item.at >= start.timestamp())
        and (end is None or item.at <= end.timestamp())
    )


def _history_shown(item: HistoryItem) -> dict[str, Any]:
    return {
        "AlarmName": item.alarm,
        "AlarmType": item.alarm_type,
        "Timestamp": moment(item.at),
        "HistoryItemType": item.type,
        "HistorySummary": item.summary,
        "HistoryData": item.data,
    }


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True
