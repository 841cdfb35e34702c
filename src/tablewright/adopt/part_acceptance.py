"""Edits that declare what is live of a table's alarms, roles and replicas, field by field. Pure.

Whoever takes them reads the manifest back and compares: an edit that changes more than its field,
as one of an alarm that several parts of a table share, is undone and told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from tablewright.aws.reading import TableReading
from tablewright.fleet.roles import LiveRole
from tablewright.manifest.documents.node import Path
from tablewright.plan.declaration.alarms import SERVICE_DEFAULT
from tablewright.plan.declaration.declared import Alarm
from tablewright.plan.facets import DELETION_PROTECTION, RECOVERY, TABLE_CLASS, Facet
from tablewright.plan.number import number
from tablewright.plan.table import Recovery

from .acceptance import Edit
from .role_statements import permissions

_Leaf = tuple[str, Callable[[Alarm], Any]]
_ALARM: Final[Mapping[str, tuple[_Leaf, ...]]] = {
    "condition": (
        ("comparisonOperator", lambda alarm: alarm.comparison_operator),
        ("threshold", lambda alarm: number(alarm.threshold)),
    ),
    "periods": (
        ("evaluationPeriods", lambda alarm: alarm.evaluation_periods),
        ("datapointsToAlarm", lambda alarm: alarm.datapoints_to_alarm),
    ),
    "missing data": (
        ("treatMissingData", lambda alarm: alarm.treat_missing_data or SERVICE_DEFAULT),
    ),
    "low sample counts": (
        (
            "evaluateLowSampleCountPercentile",
            lambda alarm: alarm.evaluate_low_sample_count_percentile or SERVICE_DEFAULT,
        ),
    ),
    "description": (("description", lambda alarm: alarm.description),),
    "actions on ALARM": (("alarmActions", lambda alarm: [*alarm.alarm_actions]),),
    "actions on OK": (("okActions", lambda alarm: [*alarm.ok_actions]),),
    "actions on INSUFFICIENT_DATA": (
        ("insufficientDataActions", lambda alarm: [*alarm.insufficient_data_actions]),
    ),
    "metric": (
        ("statistic", lambda alarm: alarm.metric and alarm.metric.stat),
        ("period", lambda alarm: alarm.metric and alarm.metric.period_seconds),
    ),
}
"""By what a report calls a field of an alarm: the fields of a manifest, and how to get them."""
_REPLICA: Final[Mapping[str, Facet[Any]]] = {
    facet.fact: facet for facet in (DELETION_PROTECTION, RECOVERY, TABLE_CLASS)
}
_GRANTS: Final = ("grants", "actions", "actionsOnIndexes", "conditions")


def alarm_edits(fact: str, place: Path, declared: Alarm, live: Alarm) -> Iterator[Edit]:
    """What of an alarm's fields has to be said otherwise; nothing where no field says it.

    Args:
        fact: what differs, as `verify` calls it.
        place: of the alarm's settings in the document.
        declared: as it is.
        live: as it is to be.
    """
    for name, value in _ALARM.get(fact, ()):
        if value(declared) != value(live):
            yield (*place, name), value(live)


def role_edits(
    fact: str, place: Path, settings: Mapping[str, Any], live: LiveRole, table: str
) -> Iterator[Edit]:
    """What of a role has to be said otherwise; nothing where no field says it.

    Args:
        fact: what differs, as `verify` calls it.
        place: of the role in the document.
        settings: of the role there.
        live: as it is to be.
        table: ARN of its table.

    Raises:
        NotSayable: no manifest can say what it allows.
    """
    match fact:
        case "description":
            yield (*place, "description"), live.description
        case "permissions boundary":
            yield (*place, "permissionsBoundary"), live.boundary
        case "managed policies" if live.attached is not None:
            yield (*place, "managedPolicies"), [*live.attached] or None
        case "permissions" if live.inline and len(live.inline) == 1:
            [(policy, body)] = live.inline.items()
            wanted = permissions(body, policy, table)
            for name in _GRANTS:
                if settings.get(name) != wanted.get(name) and (
                    name in wanted or settings.get(name)
                ):
                    yield (*place, name), wanted.get(name)


def replica_edits(fact: str, place: Path, live: TableReading) -> Iterator[Edit]:
    """What of a replica has to be said otherwise; nothing where no field says it."""
    facet = _REPLICA.get(fact)
    value = facet.of(live.table) if facet else None
    if facet is not None and value is not None:  # recovery is off where it is left out
        is_off = isinstance(value, Recovery) and not value.days
        yield (*place, facet.path), None if is_off else facet.manifest(value)
