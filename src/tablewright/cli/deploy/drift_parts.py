"""Where in its document an alarm, a role or a replica of a table is declared, and what to edit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from pydantic.alias_generators import to_camel

from tablewright.adopt.acceptance import Edit
from tablewright.adopt.part_acceptance import alarm_edits, replica_edits, role_edits
from tablewright.aws.reading import TableReading
from tablewright.deploy.drift.drifted import Drifted
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.models.alarm import MetricAlarm
from tablewright.manifest.naming import role_name, table_alarms
from tablewright.plan.declaration.declared import DeclaredTable

_IN = " in "
"""Between the table and the region in what a replica is called."""


def edits_of_part(
    drifted: Drifted,
    live: LiveStack,
    stack: Stack,
    table: Table,
    meant: DeclaredTable,
    spec: Mapping[str, Any],
    arn: str,
) -> Iterator[Edit]:
    """The edits that declare what is live of something that belongs to this table, if it does.

    Raises:
        NotSayable: no manifest can say what a role allows.
    """
    match drifted.resource:
        case "alarm":
            return _of_alarm(drifted, live, stack, table, meant)
        case "role":
            return _of_role(drifted, live, stack, table, spec, arn)
        case "replica":
            return _of_replica(drifted, live, table, meant)
    return iter(())


def _of_alarm(
    drifted: Drifted, live: LiveStack, stack: Stack, table: Table, meant: DeclaredTable
) -> Iterator[Edit]:
    alarm, place = live.alarms.get(drifted.subject), _alarm(stack, table, drifted.subject)
    declared = next((known for known in meant.alarms if known.name == drifted.subject), None)
    if isinstance(alarm, LiveAlarm) and place and declared:
        yield from alarm_edits(drifted.fact, place, declared, alarm.alarm)


def _of_role(
    drifted: Drifted,
    live: LiveStack,
    stack: Stack,
    table: Table,
    spec: Mapping[str, Any],
    arn: str,
) -> Iterator[Edit]:
    role = live.roles.get(drifted.subject)
    if not isinstance(role, LiveRole):
        return
    entries = [entry for entry in spec.get("access", ()) if isinstance(entry, Mapping)]
    for access in table.spec.access:
        if role_name(stack, table, access) == drifted.subject:
            written = next(entry for entry in entries if entry["name"] == access.name)
            place = ("spec", "access", access.name)
            yield from role_edits(drifted.fact, place, written, role, arn)


def _of_replica(
    drifted: Drifted, live: LiveStack, table: Table, meant: DeclaredTable
) -> Iterator[Edit]:
    name, _, region = drifted.subject.partition(_IN)
    reading = live.replicas.get((name, region))
    if name != meant.table.name or not isinstance(reading, TableReading):
        return
    replicas = table.spec.global_table.replicas if table.spec.global_table else ()
    for number, replica in enumerate(replicas):
        if replica.region == region:
            place = ("spec", "globalTable", "replicas", number)
            yield from replica_edits(drifted.fact, place, reading)


def _alarm(stack: Stack, table: Table, name: str) -> Path | None:
    """Where the settings of the alarm of a name are."""
    for subject in table_alarms(stack, table):
        if subject.name == name:
            kind = to_camel(subject.kind)
            if not isinstance(subject.settings, MetricAlarm):
                return ("spec", "alarms", kind)
            return ("spec", "alarms", kind, table.spec.alarms.metrics.index(subject.settings))
    return None
