"""`aws.cloudwatch.CompositeAlarm`: an alarm over the states of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from tablewright.errors import NotFoundError
from tablewright.provider.calls import Run
from tablewright.provider.naming import Naming
from tablewright.provider.resource import Bag, Live, Recorded, ResourceType
from tablewright.provider.shape import (
    Shape,
    block,
    flag,
    mapping,
    text,
    texts,
    whole,
    without_empties,
)
from tablewright.provider.tags import as_list, own_tags, wanted_tags

from .alarm import CLOUDWATCH, alarm_tags, write_alarm_tags

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


class CompositeAlarm(ResourceType):
    """A composite alarm; its identifier is its name."""

    tok: ClassVar[str] = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
    word: ClassVar[str] = "composite alarm"
    said_whole: ClassVar[bool] = True
    naming: ClassVar[Naming | None] = Naming(longest=255, property="alarmName")
    computed: ClassVar[tuple[str, ...]] = ("arn", "tagsAll")
    secret_with: ClassVar[Mapping[str, str]] = {"tagsAll": "tags", "arn": "alarmName"}
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

    def identity(self, bag: Bag) -> tuple[Any, ...]:
        """Alarms are named per region."""
        return (bag.get("region"), bag.get("alarmName"))

    def subject(self, identifier: str, bag: Bag) -> str:
        """By its name."""
        return f"{self.word} {bag.get('alarmName', identifier)}"

    def create(self, run: Run, inputs: Bag) -> str:
        """Write the alarm."""
        tags = wanted_tags(run.configuration, {"tags": {}, **inputs}, {}, {})
        request = _request(inputs)
        if tags:
            request["Tags"] = as_list(tags)
        run.call(CLOUDWATCH, run.region_of(inputs), "PutCompositeAlarm", **request)
        return str(inputs["alarmName"])

    def read(self, run: Run, identifier: str, recorded: Bag) -> Live | None:
        """Read the alarm and its tags."""
        region = run.region_of(recorded)
        listed = run.call(
            CLOUDWATCH,
            region,
            "DescribeAlarms",
            AlarmNames=[identifier],
            AlarmTypes=["CompositeAlarm"],
        ).get("CompositeAlarms")
        if not listed:
            return None
        alarm = listed[0]
        live_tags = alarm_tags(run, region, alarm["AlarmArn"])
        outputs = {name: alarm.get(member) for name, member in _MEMBERS.items()} | {
            "actionsEnabled": alarm.get("ActionsEnabled", True),
            "arn": alarm["AlarmArn"],
            "region": region,
            "tags": own_tags(run.configuration, live_tags, recorded.get("tags")),
            "tagsAll": live_tags,
        }
        if alarm.get("ActionsSuppressor"):
            outputs["actionsSuppressor"] = {
                name: alarm.get(member) for name, member in _SUPPRESSOR.items()
            }
        return Live(identifier, {key: value for key, value in outputs.items() if value is not None})

    def update(self, run: Run, recorded: Recorded) -> None:
        """Write the alarm anew, then its tags, which PutCompositeAlarm leaves alone."""
        region, news = run.region_of(recorded.outputs, recorded.news), recorded.news
        live = self.read(run, recorded.identifier, {**recorded.outputs, **news, "region": region})
        if live is None:
            message = f"{run.subject} does not exist any more"
            raise NotFoundError(message, "run refresh, then the same command again")
        run.call(CLOUDWATCH, region, "PutCompositeAlarm", **_request(news))
        run.record(recorded.identifier)
        write_alarm_tags(run, region, live.outputs, recorded)

    def delete(self, run: Run, identifier: str, recorded: Bag) -> None:
        """Delete the alarm."""
        try:
            run.call(CLOUDWATCH, run.region_of(recorded), "DeleteAlarms", AlarmNames=[identifier])
        except NotFoundError:
            return


def _request(inputs: Bag) -> dict[str, Any]:
    request = {member: inputs.get(name) for name, member in _MEMBERS.items()}
    suppressor = inputs.get("actionsSuppressor") or {}
    request |= {member: suppressor.get(name) for name, member in _SUPPRESSOR.items()}
    return without_empties(request)
