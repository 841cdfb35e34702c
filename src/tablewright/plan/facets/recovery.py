"""The window of point-in-time recovery."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS
from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.table import Recovery

from .facet import OFF, Column, Facet, Members, Properties, Reply, block

if TYPE_CHECKING:
    from tablewright.manifest.models import Recovery as RecoveryModel

_NO_WINDOW = Recovery(0)


def declared_recovery(model: RecoveryModel | None) -> Recovery:
    """The window that a manifest declares, of a table or of a replica."""
    return Recovery(model.days if model and model.enabled else 0)


def _read(reply: Reply) -> Recovery:
    """From `ContinuousBackupsDescription`."""
    described = reply.get("PointInTimeRecoveryDescription") or {}
    if described.get("PointInTimeRecoveryStatus") != "ENABLED":
        return _NO_WINDOW
    return Recovery(int(described.get("RecoveryPeriodInDays", LONGEST_RECOVERY_DAYS)))


def _members(value: Recovery) -> Members:
    if value.days == 0:
        return {"PointInTimeRecoveryEnabled": False}
    return {"PointInTimeRecoveryEnabled": True, "RecoveryPeriodInDays": value.days}


def _parse(given: Properties, live: Recovery | None) -> Recovery:
    if not given.get("enabled"):
        return _NO_WINDOW
    days = live.days if live else 0
    return Recovery(given.get("recoveryPeriodInDays") or days or LONGEST_RECOVERY_DAYS)


def _render(value: Recovery) -> Members:
    if value.days == 0:
        return {"enabled": False}
    return {"enabled": True, "recoveryPeriodInDays": value.days}


def _guard(name: str, old: Recovery, new: Recovery) -> Iterator[Step]:
    if new.days > old.days:
        verb = "Keep" if old.days else "Switch on recovery and keep"
        title = f"{verb} {new.days} days to go back to"
        yield _step(name, new, title, "the window fills from now on, day by day")


def _release(name: str, old: Recovery, new: Recovery) -> Iterator[Step]:
    if new.days < old.days:
        title = f"Keep only {new.days} days to go back to" if new.days else "Switch recovery off"
        yield _step(name, new, title, "the older history is dropped at once, for good")


def _step(name: str, value: Recovery, title: str, note: str) -> Step:
    return Step(
        title=title,
        operation="UpdateContinuousBackups",
        request={"TableName": name, "PointInTimeRecoverySpecification": _members(value)},
        risk=Risk.IN_PLACE,
        properties=("recovery",),
        wait=Wait.RECOVERY_SETTLED,
        note=note,
    )


RECOVERY: Final = Facet[Recovery](
    name="recovery",
    path="recovery",
    fact="recovery window",
    default=_NO_WINDOW,
    declare=lambda spec: declared_recovery(spec.recovery),
    manifest=lambda value: {"days": value.days},
    engine=block("pointInTimeRecovery", _parse, _render),
    read=_read,
    operation="DescribeContinuousBackups",
    guard=_guard,
    release=_release,
    words=lambda value: f"{value.days} days" if value.days else OFF,
    column=Column("recoveryDays", lambda value: value.days),
)
