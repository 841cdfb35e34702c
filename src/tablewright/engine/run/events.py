"""The engine's events, one by one, into progress for people and a result for programs. Pure.

An event is one JSON object (`apitype.EngineEvent`): a prelude, for each step a `resourcePreEvent`
and a `resOutputsEvent` or `resOpFailedEvent`, diagnostics in between, a summary and an end. `up`
has two phases, its own preview and the update, each with a stream of events of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tablewright.engine.changes import (
    Diagnostic,
    Operation,
    ResourceChange,
    RunResult,
    change_from_step,
    operation_of,
    plain,
)
from tablewright.pulumi_values import STACK_TYPE, urn_name, urn_type

ALL_TOLD = '{"allTold": true}\n'
"""Ends a journal whose engine came to its end: what no event told of was not begun."""
_UNTOLD = frozenset({"replace", "delete-replaced"})
"""Of the steps of a replacement one is told: that the new resource is there."""


@dataclass(frozen=True, slots=True)
class StepStarted:
    """The engine begins to do something to a resource; in a preview, `planning` is set."""

    urn: str
    type: str
    name: str
    operation: Operation
    planning: bool = False


@dataclass(frozen=True, slots=True)
class StepFinished:
    """A step is done after `seconds` of wall time."""

    urn: str
    type: str
    name: str
    operation: Operation
    seconds: float
    planning: bool = False


@dataclass(frozen=True, slots=True)
class StepFailed:
    """A step failed; `message` is what its provider said."""

    urn: str
    type: str
    name: str
    operation: Operation
    message: str


@dataclass(frozen=True, slots=True)
class StepWaits:
    """A step takes its time; `message` is what its provider waits for."""

    urn: str
    type: str
    name: str
    message: str


@dataclass(frozen=True, slots=True)
class Notice:
    """A word of ours on the run itself: a dead lock removed, an interruption under way."""

    message: str


Progress = StepStarted | StepWaits | StepFinished | StepFailed | Diagnostic | Notice


@dataclass(frozen=True, slots=True)
class Failure:
    """What a provider said when it could not do a step; the URN is empty for the run itself."""

    urn: str
    message: str
    displayed_name: str = ""

    @property
    def name(self) -> str:
        """What people are told that it is, else its logical name; empty for the run itself."""
        return self.displayed_name or urn_name(self.urn)

    @property
    def type(self) -> str:
        """Type of the resource, empty for the run itself."""
        return urn_type(self.urn)


_SAME_BEGINS = '"resourcePreEvent":{"metadata":{"op":"same",'
_HEAD = 200


def tells_nothing(line: str) -> bool:
    """Whether an event, as it is written, only says that the engine comes to what stays as it is.

    That is half of all that a large stack is told of, and its end tells the same.
    """
    return _SAME_BEGINS in line[:_HEAD]


def is_planned(event: Mapping[str, Any]) -> bool:
    """Whether an event tells of a step that a preview only plans."""
    body = event.get("resourcePreEvent") or event.get("resOutputsEvent") or {}
    return bool(body.get("planning"))


def plans_creation(event: Mapping[str, Any]) -> bool:
    """Whether an event tells that a preview plans to create a resource."""
    body = event.get("resourcePreEvent") or {}
    return bool(body.get("planning")) and body["metadata"]["op"] == "create"


def begins_update(event: Mapping[str, Any]) -> bool:
    """Whether an event tells that a run begins to update a resource."""
    body = event.get("resourcePreEvent") or {"planning": True}
    return not body.get("planning") and body["metadata"]["op"] == "update"


@dataclass
class _Step:
    started_seconds: float
    operation: Operation
    custom: bool


@dataclass
class Phase:
    """One preview or update as it unfolds: `feed` it the events, then ask for `result`.

    Args:
        only_reads: the phase is a refresh: what it finds are its changes. In other phases what a
            refresh before the program finds is a change of its own, REFRESH.
        names: by URN, what resources are called to people. An update and its preview share them,
            so that both call each by the same name, also where only the update knows the one
            in AWS.

    Attributes:
        failures: errors in the order in which they came.
    """

    only_reads: bool = False
    names: dict[str, str] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    _changes: dict[tuple[str, Operation], ResourceChange] = field(default_factory=dict)
    _open: dict[str, _Step] = field(default_factory=dict)
    _outputs: dict[str, Any] = field(default_factory=dict)
    _diagnostics: list[Diagnostic] = field(default_factory=list)

    def feed(self, event: Mapping[str, Any], now_seconds: float) -> Iterable[Progress]:
        """Take in one event read at `now_seconds` of a monotonic clock; answer what to tell."""
        match event:
            case {"resourcePreEvent": {"metadata": step} as body}:
                return self._start(step, planning=bool(body.get("planning")), now=now_seconds)
            case {"resOutputsEvent": {"metadata": step} as body}:
                return self._finish(step, planning=bool(body.get("planning")), now=now_seconds)
            case {"resOpFailedEvent": {"metadata": step}}:
                return self._fail(step)
            case {"diagnosticEvent": body}:
                return self._diagnose(body)
        return ()

    def result(self, duration_seconds: float) -> RunResult:
        """What was seen so far; steps that never finished are in it as they were planned."""
        return RunResult(
            changes=tuple(self._changes.values()),
            outputs=self._outputs,
            duration_seconds=duration_seconds,
            diagnostics=tuple(self._diagnostics),
        )

    def created(self) -> dict[str, ResourceChange]:
        """By URN, the resources whose creation was begun or finished (finished: with an id)."""
        return {
            urn: change
            for (urn, operation), change in self._changes.items()
            if operation is Operation.CREATE
        }

    def updated(self, urn: str) -> ResourceChange | None:
        """The update of a resource, unless it failed."""
        is_failed = any(failure.urn == urn for failure in self.failures)
        return None if is_failed else self._changes.get((urn, Operation.UPDATE))

    def unfinished(self) -> tuple[str, ...]:
        """Names of the resources whose step was begun and neither finished nor failed.

        Components are none of them: they stay open until all that belongs to them is done.
        """
        return tuple(
            self._name(urn)
            for urn, step in self._open.items()
            if step.operation is not Operation.SAME
            and step.custom
            and not urn_type(urn).startswith("pulumi:")
        )

    def _start(self, step: Mapping[str, Any], *, planning: bool, now: float) -> Iterable[Progress]:
        change = change_from_step(step)
        self._open[change.urn] = _Step(now, change.operation, change.custom)
        self._record(change, step)
        if planning or change.urn not in self.names:
            self.names[change.urn] = change.displayed_name
        if change.operation is Operation.SAME or step["op"] in _UNTOLD:
            return ()
        name = self._name(change.urn)
        return (StepStarted(change.urn, change.type, name, change.operation, planning),)

    def _finish(self, step: Mapping[str, Any], *, planning: bool, now: float) -> Iterable[Progress]:
        urn, operation = step["urn"], operation_of(step)
        started = self._open.pop(urn, None)
        if started and started.operation is Operation.REFRESH:
            operation = self._found(step, operation)
        else:
            self._record(change_from_step(step), step)
        if step["type"] == STACK_TYPE and step.get("new"):
            self._outputs = plain(step["new"].get("outputs") or {})
        if started is None or started.operation is Operation.SAME or step["op"] in _UNTOLD:
            return ()
        seconds = now - started.started_seconds
        return (StepFinished(urn, step["type"], self._name(urn), operation, seconds, planning),)

    def _found(self, step: Mapping[str, Any], operation: Operation) -> Operation:
        """Record what a refresh found in place of the refresh itself."""
        planned = self._changes.pop((step["urn"], Operation.REFRESH))
        if operation is Operation.KEEP:
            operation = Operation.DELETE  # it is gone, though the engine was to keep it
        if self.only_reads:
            self._record(replace(change_from_step(step), operation=operation), step)
            return operation
        if operation is not Operation.SAME:
            change = replace(change_from_step(step), operation=Operation.REFRESH)
            self._changes[planned.urn, Operation.REFRESH] = change
        return Operation.REFRESH

    def _fail(self, step: Mapping[str, Any]) -> Iterable[Progress]:
        urn = step["urn"]
        self._open.pop(urn, None)
        messages = [failure.message for failure in self.failures if failure.urn == urn]
        message = messages[-1] if messages else ""
        return (StepFailed(urn, step["type"], self._name(urn), operation_of(step), message),)

    def _name(self, urn: str) -> str:
        return self.names.get(urn) or urn_name(urn)

    def _record(self, change: ResourceChange, step: Mapping[str, Any]) -> None:
        """Keep the newest view of a step; the three steps of a replacement are one change."""
        key = (change.urn, change.operation)
        known = self._changes.get(key)
        if change.operation is Operation.REPLACE and step["op"] == "delete-replaced" and known:
            return  # it says less than the steps around it
        self._changes[key] = change

    def _diagnose(self, body: Mapping[str, Any]) -> Iterable[Progress]:
        severity = str(body.get("severity", "")).split("#", maxsplit=1)[0]
        message = str(body.get("message", "")).strip()
        if severity == "debug" or not message:
            return ()
        if body.get("ephemeral"):
            urn = str(body.get("urn", ""))
            return (StepWaits(urn, urn_type(urn), self._name(urn), message),) if urn else ()
        diagnostic = Diagnostic(severity, message, body.get("urn", ""))
        if severity == "error":
            self.failures.append(Failure(diagnostic.urn, message, self._name(diagnostic.urn)))
            return ()
        self._diagnostics.append(diagnostic)
        return (diagnostic,)
