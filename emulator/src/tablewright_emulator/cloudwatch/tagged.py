"""Lets the tagging service, which the engine underneath answers, see our alarms."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tablewright_emulator.cloudwatch.alarms.alarm import Alarm
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.moto_backend import tagging
from tablewright_emulator.request import Handler, Reply, Request


def show_alarms(gateway: Gateway, alarms: AlarmStore) -> None:
    """Put alarms in front of whoever answers the tagging service at present."""
    for operation in tagging.OPERATIONS:
        present = gateway.operations.get((tagging.SERVICE, operation), gateway.underneath)
        gateway.register(tagging.SERVICE, {operation: _in_front(present, alarms)})


def _in_front(present: Handler, alarms: AlarmStore) -> Handler:
    def answer(request: Request) -> dict[str, Any] | Reply | None:
        tagging.lend("cloudwatch", _TaggedAlarms(alarms), [(request.account, request.region)])
        return present(request)

    return answer


class _TaggedAlarms:
    """Alarms as the tagging service sees them."""

    def __init__(self, alarms: AlarmStore) -> None:
        self._alarms = alarms

    def tagged(self, account: str, region: str) -> Iterator[tagging.Tagged]:
        """All alarms."""
        for alarm in self._alarms.of(account, region):
            yield tagging.Tagged(alarm.arn, alarm.tags)

    def tag(self, account: str, region: str, arn: str, tags: Mapping[str, str]) -> None:
        """TagResource."""
        if alarm := self._alarm(account, region, arn):
            alarm.tags = {**alarm.tags, **tags}

    def untag(self, account: str, region: str, arn: str, keys: Sequence[str]) -> None:
        """UntagResource."""
        if alarm := self._alarm(account, region, arn):
            alarm.tags = {key: value for key, value in alarm.tags.items() if key not in keys}

    def _alarm(self, account: str, region: str, arn: str) -> Alarm | None:
        return self._alarms.get(account, region, arn.partition(":alarm:")[2])
