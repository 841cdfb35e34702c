"""The alarms of every account and region, and what happened to each."""

from __future__ import annotations

import bisect
import json
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tablewright_emulator.cloudwatch.alarms.alarm import Alarm, AlarmState, AlarmType, initial_state
from tablewright_emulator.codec import kept

MAX_HISTORY = 10_000  # entries kept per account and region
HISTORY_SECONDS = 30 * 86_400


@kept("alarm-history")
@dataclass(frozen=True, slots=True)
class HistoryItem:
    """One entry of an alarm's history; `data` is JSON text."""

    alarm: str
    alarm_type: AlarmType
    at: float
    type: str
    summary: str
    data: str


@kept("alarms")
@dataclass(slots=True)
class _Region:
    alarms: dict[str, Alarm] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)  # sorted
    history: deque[HistoryItem] = field(default_factory=deque)


class AlarmStore:
    """Alarms by (account, region, name); names are unique over both types of alarm.

    `generation` grows with every definition written or deleted, so that whoever compiled
    definitions knows when to look again.
    """

    def __init__(self) -> None:
        self._regions: dict[tuple[str, str], _Region] = {}
        self.generation = 0

    def get(self, account: str, region: str, name: str) -> Alarm | None:
        """The alarm of that name, or None."""
        return self._region(account, region).alarms.get(name)

    def of(self, account: str, region: str) -> Iterator[Alarm]:
        """All alarms of a region, by name."""
        held = self._region(account, region)
        return (held.alarms[name] for name in held.names)

    def everywhere(self) -> Iterator[Alarm]:
        """All alarms of all accounts and regions."""
        for held in self._regions.values():
            yield from held.alarms.values()

    def put(
        self, account: str, region: str, kind: AlarmType, definition: dict[str, Any], now: float
    ) -> Alarm:
        """Create an alarm, or overwrite its definition; state and tags of an old one stay."""
        held = self._region(account, region)
        name = str(definition["AlarmName"])
        alarm = held.alarms.get(name)
        created = alarm is None
        if alarm is None:
            tags = {tag["Key"]: tag["Value"] for tag in definition.get("Tags") or ()}
            alarm = Alarm(account, region, kind, definition, now, initial_state(now), tags)
            held.alarms[name] = alarm
            bisect.insort(held.names, name)
        else:
            alarm.definition, alarm.configured_at = definition, now
        self.generation += 1
        verb = "created" if created else "updated"
        self.note(alarm, now, "ConfigurationUpdate", f'Alarm "{name}" {verb}', _change(alarm, verb))
        return alarm

    def delete(self, alarm: Alarm, now: float) -> None:
        """Forget an alarm; its history stays."""
        held = self._region(alarm.account, alarm.region)
        del held.alarms[alarm.name]
        held.names.pop(bisect.bisect_left(held.names, alarm.name))
        self.generation += 1
        summary = f'Alarm "{alarm.name}" deleted'
        self.note(alarm, now, "ConfigurationUpdate", summary, _change(alarm, "deleted"))

    def move(self, alarm: Alarm, state: AlarmState) -> None:
        """Put an alarm into a state and write the move into its history."""
        before, alarm.state = alarm.state, state
        data = {"version": "1.0", "oldState": _state(before), "newState": _state(state)}
        summary = f"Alarm updated from {before.value} to {state.value}"
        self.note(alarm, state.updated_at, "StateUpdate", summary, data)

    def note(self, alarm: Alarm, now: float, kind: str, summary: str, data: dict[str, Any]) -> None:
        """Add an entry to the history."""
        history = self._region(alarm.account, alarm.region).history
        text = json.dumps(data, separators=(",", ":"))
        history.append(HistoryItem(alarm.name, alarm.type, now, kind, summary, text))
        while len(history) > MAX_HISTORY or history[0].at < now - HISTORY_SECONDS:
            history.popleft()

    def history(self, account: str, region: str) -> list[HistoryItem]:
        """What happened in a region, oldest first."""
        return list(self._region(account, region).history)

    def dump(self) -> Any:
        """Everything, to be kept."""
        return self._regions

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self._regions = state
        self.generation += 1

    def _region(self, account: str, region: str) -> _Region:
        return self._regions.setdefault((account, region), _Region())


def _state(state: AlarmState) -> dict[str, Any]:
    shown: dict[str, Any] = {"stateValue": state.value, "stateReason": state.reason}
    if state.reason_data is not None:
        shown["stateReasonData"] = json.loads(state.reason_data)
    return shown


def _change(alarm: Alarm, verb: str) -> dict[str, Any]:
    kind = verb.removesuffix("d").capitalize()
    shown = {key[0].lower() + key[1:]: value for key, value in alarm.definition.items()}
    return {"version": "1.0", "type": kind, f"{verb}Alarm": shown}
