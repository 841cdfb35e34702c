"""Which of the calls that CloudTrail knows of a resource has changed a field of it. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from tablewright.fleet.change_log import ChangeEvent

from .drifted import Author, Drifted, DriftKind

_TAGS = ("TagResource", "UntagResource", "TagRole", "UntagRole")
_INSIGHTS = ("UpdateContributorInsights",)
_POLICY = ("PutResourcePolicy", "DeleteResourcePolicy")
_CALLS: Mapping[str, tuple[str, ...]] = {
    "TW109": ("UpdateContinuousBackups",),
    "TW111": ("UpdateTimeToLive",),
    "TW116": _INSIGHTS,
    "TW117": _TAGS,
    "TW118": (
        "RegisterScalableTarget",
        "DeregisterScalableTarget",
        "PutScalingPolicy",
        "DeleteScalingPolicy",
        "PutScheduledAction",
        "DeleteScheduledAction",
    ),
    "TW119": (
        "EnableKinesisStreamingDestination",
        "DisableKinesisStreamingDestination",
        "UpdateKinesisStreamingDestination",
    ),
    "TW125": _TAGS,
    "TW124": ("PutMetricAlarm", "EnableAlarmActions", "DisableAlarmActions"),
    "TW132": ("UpdateAssumeRolePolicy",),
    "TW133": ("PutRolePolicy", "DeleteRolePolicy"),
    "TW134": ("PutRolePolicy", "DeleteRolePolicy"),
    "TW135": ("AttachRolePolicy", "DetachRolePolicy"),
    "TW136": ("PutRolePermissionsBoundary", "DeleteRolePermissionsBoundary"),
    "TW137": _TAGS,
    "TW138": ("UpdateRole", "UpdateRoleDescription"),
    "TW141": _POLICY,
    "TW142": _POLICY,
    "TW147": _INSIGHTS,
    "TW148": _TAGS,
}
"""By rule, the calls that change what it compares."""
_OF_RESOURCE: Mapping[str, tuple[str, ...]] = {
    "table": ("UpdateTable",),
    "replica": ("UpdateTable", "UpdateContinuousBackups"),
    "alarm": ("PutMetricAlarm",),
    "role": ("UpdateRole",),
    "dashboard": ("PutDashboard",),
}
_ENDING = ("DeleteTable", "DeleteAlarms", "DeleteRole", "DeleteDashboards")
_MAKING = (
    "CreateTable",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
    "ImportTable",
    "PutMetricAlarm",
    "CreateRole",
    "PutDashboard",
)


def author_of(field: Drifted, changes: Iterable[ChangeEvent]) -> Author | None:
    """Who changed a field: the caller of the last call that could have.

    Args:
        field: of a resource.
        changes: that CloudTrail tells of the resource.
    """
    calls = _calls(field)
    matching = [change for change in changes if change.call in calls]
    if not matching:
        return None
    last = max(matching, key=lambda change: change.when)
    return Author(last.caller, last.when, last.call)


def _calls(field: Drifted) -> tuple[str, ...]:
    if field.kind is DriftKind.DELETED and field.fact == field.resource:
        return _ENDING
    if field.kind is DriftKind.REMADE:
        return _MAKING
    return _CALLS.get(field.rule) or _OF_RESOURCE.get(field.resource, ())
