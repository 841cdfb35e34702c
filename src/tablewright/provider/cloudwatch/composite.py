"""`aws.cloudwatch.CompositeAlarm`: an alarm over the states of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.provider.resources.naming import ResourceNaming
from tablewright.provider.resources.resource import Bag
from tablewright.provider.resources.shape import (
    Shape,
    block,
    flag,
    mapping,
    text,
    texts,
    whole,
    without_empties,
)

from .any_alarm import AnyAlarm

_MEMBERS: Final = {
    "alarmName": "AlarmName",
    "alarmRule": "AlarmRule",
    "actionsEnabled": "ActionsEnabled",
    "alarmActions": "AlarmActions",
    "alarmDescription": "AlarmDescription",
    "insufficientDataActions": "InsufficientDataActions",
    "okActions": "OKActions",
}
_SUPPRESSOR: Final = {
    "alarm": "ActionsSuppressor",
    "extensionPeriod": "ActionsSuppressorExtensionPeriod",
    "waitPeriod": "ActionsSuppressorWaitPeriod",
}


class CompositeAlarm(AnyAlarm):
    """A composite alarm; its identifier is its name."""

    tok: ClassVar[str] = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    word: ClassVar[str] = "composite alarm"
    kind: ClassVar[str] = "CompositeAlarm"
    naming: ClassVar[ResourceNaming | None] = ResourceNaming(longest=255, property="alarmName")
    secret_with: ClassVar[Mapping[str, str]] = {"arn": "alarmName"}
    shape: ClassVar[Shape] = {
        "actionsEnabled": flag(default=True),
        "actionsSuppressor": block(
            {
                "alarm": text(required=True, longest=1600),
                "extensionPeriod": whole(required=True, at_least=0),
                "waitPeriod": whole(required=True, at_least=0),
            }
        ),
        "alarmActions": texts(),
        "alarmDescription": text(longest=1024),
        "alarmName": text(replaces=True, longest=255),
        "alarmRule": text(required=True, longest=10240),
        "insufficientDataActions": texts(),
        "okActions": texts(),
        "region": text(replaces=True),
        "tags": mapping(),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """By its name."""
        return f"{self.word} {bag.get('alarmName', identifier)}"

    def request(self, inputs: Bag) -> dict[str, Any]:
        """PutCompositeAlarm's request."""
        request = {member: inputs.get(name) for name, member in _MEMBERS.items()}
        suppressor = inputs.get("actionsSuppressor") or {}
        request |= {member: suppressor.get(name) for name, member in _SUPPRESSOR.items()}
        return without_empties(request)

    def outputs_of(self, alarm: Mapping[str, Any]) -> dict[str, Any]:
        """One of DescribeAlarms' `CompositeAlarms`."""
        outputs = {name: alarm.get(member) for name, member in _MEMBERS.items()}
        outputs["actionsEnabled"] = alarm.get("ActionsEnabled", True)
        if alarm.get("ActionsSuppressor"):
            outputs["actionsSuppressor"] = {
                name: alarm.get(member) for name, member in _SUPPRESSOR.items()
            }
        return {name: value for name, value in outputs.items() if value is not None}
