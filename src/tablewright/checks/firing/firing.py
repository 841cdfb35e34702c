"""Tries the alarms of a stack, one after the other, in a copy of its sandbox."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.fleet.alarm_actions import read_actions
from tablewright.fleet.alarm_trial import AlarmTrial
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.concurrency import Progress, Watch
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import Alarm
from tablewright.sandbox.admin import ask
from tablewright.sandbox.copy import copied
from tablewright.sandbox.instance import Instance

from .injection import Injection, told
from .trials import Trial, good, period_of, trials

_REACHES_OUT = frozenset({"application", "email", "email-json", "http", "https", "lambda", "sms"})
_MORE_PERIODS = 3
"""CloudWatch looks at more periods than an alarm counts when some are without data."""
_FIRST_SECOND = 1


def with_actions(session: Session, live: LiveStack) -> LiveStack:
    """`live` with whether what its alarms tell exists."""
    every = [
        live_alarm.alarm for live_alarm in live.alarms.values() if isinstance(live_alarm, LiveAlarm)
    ]
    arns = {
        arn
        for alarm in every
        for arn in (*alarm.alarm_actions, *alarm.ok_actions, *alarm.insufficient_data_actions)
    }
    return replace(live, actions=read_actions(session, arns))


def with_trials(sandbox: Instance, live: LiveStack, progress: Watch) -> LiveStack:
    """`live` with what its metric alarms did in a copy of the sandbox, which stays as it is.

    Raises:
        SandboxError: the sandbox cannot be copied.
    """
    every = [
        live_alarm.alarm
        for live_alarm in live.alarms.values()
        if isinstance(live_alarm, LiveAlarm) and live_alarm.rule is None
    ]
    trials: dict[str, AlarmTrial] = {}
    with copied(sandbox) as copy:
        session = Session(Target.sandbox(copy.endpoint), live.region, attempts=1)
        _tell_nobody_outside(session.client("sns", live.region))
        _make_topics(session, every)
        for alarm in every:
            trials[alarm.name] = _Firing(copy, session, alarm, live.region).run()
            progress(Progress(len(trials), len(every), alarm.name))
    return replace(live, trials=trials)


def _tell_nobody_outside(sns: Any) -> None:
    """Take off the subscriptions that leave the copy."""
    with translated("list the subscriptions in the copy"):
        for page in sns.get_paginator("list_subscriptions").paginate():
            for subscription in page["Subscriptions"]:
                if subscription["Protocol"] in _REACHES_OUT:
                    sns.unsubscribe(SubscriptionArn=subscription["SubscriptionArn"])


def _make_topics(session: Session, alarms: Iterable[Alarm]) -> None:
    """Make the topics that the alarms tell and the sandbox lacks: they are not about themselves."""
    for arn in sorted({arn for alarm in alarms for arn in _topics(alarm, session.account_id)}):
        with translated(f"make the topic {arn} in the copy"):
            session.client("sns", arn.split(":")[3]).create_topic(Name=arn.split(":")[5])


def _topics(alarm: Alarm, account: str) -> set[str]:
    """Topics of the account that are told on ALARM and on OK."""
    place = f":{account}:"
    actions = (*alarm.alarm_actions, *alarm.ok_actions)
    return {arn for arn in actions if ":sns:" in arn and place in arn}


class _Firing:
    """One alarm: to ALARM, and back."""

    def __init__(self, copy: Instance, session: Session, alarm: Alarm, region: str) -> None:
        self._copy, self._alarm, self._account = copy, alarm, session.account_id
        self._cloudwatch = session.client("cloudwatch", region)
        self._injection = Injection(copy, session, region)
        self._period = max(60, period_of(alarm))
        self._steps = alarm.evaluation_periods + _MORE_PERIODS
        self._begun = self._now()

    def run(self) -> AlarmTrial:
        """All ways to make it fire, until one does."""
        if self._state() == "ALARM":
            self._rest()
        for trial in trials(self._alarm):
            if self._brought_to_alarm(trial):
                back = self._rest()
                return AlarmTrial(
                    fired=True,
                    back=back,
                    how=told(trial, self._alarm),
                    actions=self._actions(),
                )
        return AlarmTrial(fired=False)

    def _brought_to_alarm(self, trial: Trial) -> bool:
        self._begin_period()
        before = self._state()
        for _ in range(self._steps):
            self._injection.bring_about(trial, self._alarm)
            self._advance(self._period)
            if self._state() == "ALARM":
                return before != "ALARM"
        return False

    def _rest(self) -> str:
        """Let nothing happen, then all be well, until it is OK or would have been long since."""
        for trial in (Trial(()), good(self._alarm)):
            for _ in range(self._steps):
                self._injection.bring_about(trial, self._alarm)
                self._advance(self._period)
                if (state := self._state()) == "OK":
                    return state
        return state

    def _actions(self) -> dict[str, str]:
        """What its history says of each topic that it tells."""
        names = _topics(self._alarm, self._account)
        outcomes = dict.fromkeys(sorted(names), "it was not taken")
        with translated(f"read the history of {self._alarm.name}"):
            pages = self._cloudwatch.get_paginator("describe_alarm_history").paginate(
                AlarmName=self._alarm.name, HistoryItemType="Action", StartDate=self._begun
            )
            for page in pages:
                for item in page["AlarmHistoryItems"]:
                    for name in names:
                        if item["HistorySummary"].endswith(f" {name}"):
                            succeeded = item["HistorySummary"].startswith("Successfully")
                            outcomes[name] = "" if succeeded else "it failed"
        return outcomes

    def _state(self) -> str:
        with translated(f"read the state of {self._alarm.name}"):
            reply = self._cloudwatch.describe_alarms(AlarmNames=[self._alarm.name])
        state: str = reply["MetricAlarms"][0]["StateValue"]
        return state

    def _begin_period(self) -> None:
        past = self._now().timestamp() % self._period
        self._advance(self._period - past + _FIRST_SECOND)

    def _now(self) -> datetime:
        return datetime.fromisoformat(ask(self._copy, "GET", "clock")["now"])

    def _advance(self, seconds: float) -> None:
        ask(self._copy, "POST", "clock", {"advance": f"{seconds:.3f}s"})
