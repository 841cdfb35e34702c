"""Rules on the alarms that watch a table."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.checks.alarm_reachability import obstacles
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule

DESCRIBED = ("cloudwatch:DescribeAlarms",)


@audit_rule("TW261", "An alarm watches it", Severity.MEDIUM, DESCRIBED)
def watched(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Throttling and errors are seen first by users where no alarm sees them."""
    if isinstance(table.alarms, Unread):
        yield table.alarms
    elif not table.alarms:
        yield AuditProblem(
            "No alarm watches it.",
            "alarms: {systemErrors: {}, readThrottles: {}, writeThrottles: {}}",
        )


@audit_rule("TW262", "Each of its alarms can fire", Severity.HIGH, DESCRIBED)
def reachable(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """CloudWatch accepts an alarm on a series that AWS never publishes.

    It stays green for ever, and everybody relies on it.
    """
    live = table.live
    indexes = {live.name: [*live.table.index_names]}
    for alarm in _metric_alarms(table):
        if isinstance(alarm, Unread):
            yield alarm
        elif reasons := obstacles(alarm.alarm, indexes):
            yield AuditProblem(
                f"Alarm {alarm.alarm.name} cannot fire: {'; '.join(reasons)}.",
                remedy="Declare it by its kind in `alarms`, which picks a series that exists.",
            )


@audit_rule("TW263", "Each of its alarms tells somebody", Severity.MEDIUM, DESCRIBED)
def told(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """An alarm that runs no action turns red on a page that nobody has open."""
    for alarm in _metric_alarms(table):
        if isinstance(alarm, Unread):
            yield alarm
        elif not alarm.actions_enabled:
            yield AuditProblem(
                f"The actions of alarm {alarm.alarm.name} are switched off.",
                remedy=f"`aws cloudwatch enable-alarm-actions --alarm-names {alarm.alarm.name}`.",
            )
        elif not alarm.alarm.alarm_actions:
            yield AuditProblem(
                f"Alarm {alarm.alarm.name} tells nobody.",
                remedy="Give `alarmActions` the ARN of an SNS topic.",
            )


def _metric_alarms(table: AuditedTable) -> Iterator[LiveAlarm | Unread]:
    if isinstance(table.alarms, Unread):
        yield table.alarms
        return
    yield from (alarm for alarm in table.alarms if alarm.rule is None)


RULES = (watched, reachable, told)
