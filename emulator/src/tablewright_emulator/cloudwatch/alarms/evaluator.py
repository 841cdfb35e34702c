"""The clockwork of alarms: every minute of the clock's time each alarm looks at its data.

A day advanced at once is 1,440 evaluations at their own minutes. High-resolution alarms (periods of
10, 20 or 30 s) are looked at every 10 s, alarms over more than a day on the hour.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Protocol

from tablewright_emulator.clock import Timer
from tablewright_emulator.cloudwatch.alarms.actions import Actions
from tablewright_emulator.cloudwatch.alarms.alarm import Alarm, AlarmState, StateValue
from tablewright_emulator.cloudwatch.alarms.evaluation import AlarmEvaluation
from tablewright_emulator.cloudwatch.alarms.reason import (
    iso_stamp,
    long_stamp,
    state_reason,
    state_reason_data,
)
from tablewright_emulator.cloudwatch.alarms.rule import Rule, children, holds, parse_rule
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.cloudwatch.metrics.store import MetricStore
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError

MINUTE = 60
SHORT = 10

Place = tuple[str, str, str]


class Later(Protocol):
    """Runs a callback once the clock is so many seconds further."""

    def __call__(self, seconds: float, callback: Callable[[], None]) -> Timer:
        """Leave the callback with the clock."""
        ...


class Evaluator:
    """Evaluates the alarms of a store as long as there are any.

    Args:
        now: the clock, in seconds since the epoch.
        later: leaves a callback with the clock.
        actions: takes the actions.
    """

    def __init__(
        self,
        alarms: AlarmStore,
        store: MetricStore,
        *,
        now: Callable[[], float],
        later: Later,
        actions: Actions,
    ) -> None:
        self._alarms = alarms
        self._store = store
        self._now = now
        self._later = later
        self._actions = actions
        self._evaluations: dict[Place, AlarmEvaluation] = {}
        self._composites: list[Alarm] = []
        self._rules: dict[Place, tuple[str, Rule]] = {}
        self._generation = -1
        self._timer: Timer | None = None
        self._minute = -1  # the last one at which all alarms were looked at
        self._following: list[Alarm] = []
        self.always_ignore = False

    def start(self) -> None:
        """Wait for the next minute; harmless when it waits already."""
        if self._timer is None:
            self._arm()

    def clear(self) -> None:
        """Forget what was compiled and wait for nothing."""
        self._evaluations.clear()
        self._composites = []
        self._rules.clear()
        self._generation = self._minute = -1
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def move(self, alarm: Alarm, state: AlarmState) -> None:
        """Put an alarm into a state, take its actions and let composite alarms follow."""
        before = alarm.state
        self._alarms.move(alarm, state)
        if before.value != state.value:
            self._act(alarm, before, state)
            self._follow(alarm)

    def evaluate(self) -> None:
        """Look at every alarm now."""
        self._compile()
        now = self._now()
        minute = int(now // MINUTE)
        is_new_minute = minute != self._minute
        self._minute = minute
        for evaluation in list(self._evaluations.values()):
            if is_new_minute or evaluation.period < MINUTE:
                self._look(evaluation, now)
        for alarm in self._composites:
            self._look_at_composite(alarm, None)

    def _arm(self) -> None:
        self._compile()
        step = SHORT if any(w.period < MINUTE for w in self._evaluations.values()) else MINUTE
        now = self._now()
        self._timer = self._later((now // step + 1) * step - now, self._tick)

    def _tick(self) -> None:
        try:
            self.evaluate()  # its actions may put alarms, which must not start a second timer
        finally:
            self._timer = None
            if any(True for _ in self._alarms.everywhere()):
                self._arm()

    def _compile(self) -> None:
        if self._generation == self._alarms.generation:
            return
        self._generation = self._alarms.generation
        old, self._evaluations, self._composites = self._evaluations, {}, []
        for alarm in self._alarms.everywhere():
            place = (alarm.account, alarm.region, alarm.name)
            if alarm.type == "MetricAlarm":
                known = old.get(place)
                if known is None or known.definition is not alarm.definition:
                    known = AlarmEvaluation(alarm, self._store, always_ignore=self.always_ignore)
                self._evaluations[place] = known
            else:
                self._composites.append(alarm)

    def _look(self, evaluation: AlarmEvaluation, now: float) -> None:
        alarm = evaluation.alarm
        try:
            wanted = evaluation.state(now)
        except ExpressionError as error:
            alarm.evaluation_state = "EVALUATION_ERROR"
            self._fail(alarm, str(error), now)
            return
        alarm.evaluation_state = None
        if wanted is not None and wanted != alarm.state.value:
            self.move(alarm, _new_state(evaluation, now))
        elif wanted is not None and alarm.actions_enabled:
            self._repeat(alarm)

    def _repeat(self, alarm: Alarm) -> None:
        """Scaling is asked for again at every evaluation, all other actions once a transition."""
        for action in alarm.actions_for(alarm.state.value):
            if ":autoscaling:" in action:
                self._actions.repeat(alarm, action)

    def _fail(self, alarm: Alarm, text: str, now: float) -> None:
        if alarm.state.value != "INSUFFICIENT_DATA":
            reason = f"Evaluation error: {text}"
            self.move(alarm, AlarmState("INSUFFICIENT_DATA", reason, now, now))

    def _act(self, alarm: Alarm, before: AlarmState, after: AlarmState) -> None:
        if alarm.actions_enabled:
            for action in alarm.actions_for(after.value):
                self._actions.perform(alarm, action, before, after)

    def _follow(self, child: Alarm) -> None:
        """Evaluate the composite alarms that look at a child that moved; a cycle is cut."""
        self._compile()
        self._following.append(child)
        for alarm in self._composites:
            near = (alarm.account, alarm.region) == (child.account, child.region)
            if near and alarm not in self._following:
                names = children(self._rule(alarm))
                if child.name in names or child.arn in names:
                    self._look_at_composite(alarm, child)
        self._following.pop()

    def _look_at_composite(self, alarm: Alarm, child: Alarm | None) -> None:
        value: StateValue = "ALARM" if holds(self._rule(alarm), self._states(alarm)) else "OK"
        if value == alarm.state.value:
            return
        now = self._now()
        causes = [child] if child is not None else self._children_of(alarm)
        data = {
            "triggeringAlarms": [
                {
                    "arn": cause.arn,
                    "state": {
                        "value": cause.state.value,
                        "timestamp": iso_stamp(cause.state.transitioned_at),
                    },
                }
                for cause in causes
            ]
        }
        reason = (
            f"{child.arn} transitioned to {child.state.value} at {long_stamp(now)}"
            if child is not None
            else f"{alarm.arn} was created and its alarm rule evaluates to {value}"
        )
        text = json.dumps(data, separators=(",", ":"))
        self.move(alarm, AlarmState(value, reason, now, now, text))

    def _rule(self, alarm: Alarm) -> Rule:
        text = str(alarm.definition["AlarmRule"])
        place = (alarm.account, alarm.region, alarm.name)
        known = self._rules.get(place)
        if known is None or known[0] != text:
            known = self._rules[place] = (text, parse_rule(text))
        return known[1]

    def _states(self, alarm: Alarm) -> Callable[[str], str | None]:
        def state_of(name: str) -> str | None:
            child = self._alarms.get(alarm.account, alarm.region, name.split(":alarm:", 1)[-1])
            return child.state.value if child else None

        return state_of

    def _children_of(self, alarm: Alarm) -> list[Alarm]:
        names = (name.split(":alarm:", 1)[-1] for name in children(self._rule(alarm)))
        candidates = (self._alarms.get(alarm.account, alarm.region, name) for name in names)
        return [candidate for candidate in candidates if candidate is not None]


def _new_state(evaluation: AlarmEvaluation, now: float) -> AlarmState:
    decision, end = evaluation.decision(now), evaluation.end(now)
    assert decision.state is not None  # noqa: S101 - the caller looked
    reason = state_reason(
        evaluation.criterion,
        decision,
        evaluation.alarm.state.value,
        end=end,
        period=evaluation.period,
    )
    data = state_reason_data(
        evaluation.criterion,
        decision,
        now=now,
        end=end,
        period=evaluation.period,
        statistic=evaluation.statistic,
        samples=evaluation.samples(now),
    )
    return AlarmState(decision.state, reason, now, now, data)
