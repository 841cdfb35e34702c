"""What an alarm does on the way into a state: it tells SNS, or asks a scaling policy to act.

Other kinds of action (Lambda, EC2, Systems Manager) are accepted and noted in the history as not
carried out.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from tablewright_emulator.cloudwatch.alarms.alarm import ACTIONS_OF_STATE, Alarm, AlarmState
from tablewright_emulator.cloudwatch.alarms.reason import iso_stamp
from tablewright_emulator.cloudwatch.alarms.request import alarm_period
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault

_REGIONS: Mapping[str, str] = {
    "ap-northeast-1": "Asia Pacific (Tokyo)",
    "ap-south-1": "Asia Pacific (Mumbai)",
    "ap-southeast-1": "Asia Pacific (Singapore)",
    "ap-southeast-2": "Asia Pacific (Sydney)",
    "ca-central-1": "Canada (Central)",
    "eu-central-1": "EU (Frankfurt)",
    "eu-west-1": "EU (Ireland)",
    "eu-west-2": "EU (London)",
    "us-east-1": "US East (N. Virginia)",
    "us-east-2": "US East (Ohio)",
    "us-west-2": "US West (Oregon)",
}
_MAX_SUBJECT = 100

Taker = Callable[[Alarm, str], None]


class Actions:
    """Takes actions by the service their ARN names and writes each into the alarm's history.

    `takers` may be extended: service of the ARN to a function of the alarm and the ARN that raises
    `AwsFault` when it fails.
    """

    def __init__(self, gateway: Gateway, alarms: AlarmStore) -> None:
        self._gateway = gateway
        self._alarms = alarms
        self.takers: dict[str, Taker] = {}

    def repeat(self, alarm: Alarm, action: str) -> None:
        """Ask a scaling policy once more, which is not worth a line in the history."""
        with suppress(AwsFault):
            self._take(alarm, action, alarm.state, alarm.state)

    def perform(self, alarm: Alarm, action: str, before: AlarmState, after: AlarmState) -> None:
        """Take one action."""
        data: dict[str, Any] = {"actionState": "Succeeded", "notificationResource": action}
        try:
            data |= self._take(alarm, action, before, after)
        except AwsFault as fault:
            data |= {"actionState": "Failed", "error": fault.message}
        succeeded = data["actionState"] == "Succeeded"
        summary = f"{'Successfully executed' if succeeded else 'Failed to execute'} action {action}"
        now = self._gateway.clock.now().timestamp()
        self._alarms.note(alarm, now, "Action", summary, data)

    def _take(
        self, alarm: Alarm, action: str, before: AlarmState, after: AlarmState
    ) -> dict[str, Any]:
        """Take an action; what the history says about it besides."""
        service = action.split(":", 3)[2]
        if service == "sns":
            message = message_of(alarm, before, after)
            self._publish(alarm, action, after, message)
            return {"publishedMessage": message}
        self.takers.get(service, _not_carried_out)(alarm, action)
        return {}

    def _publish(
        self, alarm: Alarm, topic: str, after: AlarmState, message: Mapping[str, Any]
    ) -> None:
        region, account = topic.split(":")[3:5]
        subject = f'{after.value}: "{alarm.name}" in {_region_name(alarm.region)}'
        params = {
            "TopicArn": topic,
            "Subject": subject[:_MAX_SUBJECT],
            "Message": json.dumps(message, separators=(",", ":")),
        }
        self._gateway.call("sns", "Publish", params, account=account, region=region)


def _not_carried_out(_: Alarm, action: str) -> None:
    raise AwsFault("NotCarriedOut", f"Actions of {action.split(':')[2]} are not carried out here.")


def message_of(alarm: Alarm, before: AlarmState, after: AlarmState) -> dict[str, Any]:
    """The JSON that subscribers of an alarm's topic get."""
    definition = alarm.definition
    message: dict[str, Any] = {
        "AlarmName": alarm.name,
        "AlarmDescription": definition.get("AlarmDescription"),
        "AWSAccountId": alarm.account,
        "AlarmConfigurationUpdatedTimestamp": iso_stamp(alarm.configured_at),
        "NewStateValue": after.value,
        "NewStateReason": after.reason,
        "StateChangeTime": iso_stamp(after.transitioned_at),
        "Region": _region_name(alarm.region),
        "AlarmArn": alarm.arn,
        "OldStateValue": before.value,
    }
    message |= {name: list(definition.get(name, ())) for name in ACTIONS_OF_STATE.values()}
    if alarm.type == "CompositeAlarm":
        return message | {"AlarmRule": definition["AlarmRule"]}
    return message | {"Trigger": _trigger(definition)}


def _trigger(definition: Mapping[str, Any]) -> dict[str, Any]:
    trigger: dict[str, Any] = {
        "Period": alarm_period(definition),
        "EvaluationPeriods": definition["EvaluationPeriods"],
        "DatapointsToAlarm": definition.get("DatapointsToAlarm") or definition["EvaluationPeriods"],
        "ComparisonOperator": definition["ComparisonOperator"],
        "Threshold": definition["Threshold"],
        "TreatMissingData": definition.get("TreatMissingData", ""),
        "EvaluateLowSampleCountPercentile": definition.get("EvaluateLowSampleCountPercentile", ""),
    }
    if definition.get("Metrics") is not None:
        return trigger | {"Metrics": definition["Metrics"]}
    statistic = definition.get("Statistic")
    kind = {"StatisticType": "Statistic", "Statistic": str(statistic).upper()}
    if statistic is None:
        extended = definition["ExtendedStatistic"]
        kind = {"StatisticType": "ExtendedStatistic", "ExtendedStatistic": extended}
    dimensions = [
        {"value": dimension["Value"], "name": dimension["Name"]}
        for dimension in definition.get("Dimensions", ())
    ]
    return {
        "MetricName": definition["MetricName"],
        "Namespace": definition["Namespace"],
        **kind,
        "Unit": definition.get("Unit"),
        "Dimensions": dimensions,
        **trigger,
    }


def _region_name(region: str) -> str:
    return _REGIONS.get(region, region)
