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
            alarm, place = live.alarms.get(drifted.subject), _alarm(stack, table, drifted.subject)
            declared = next(
                (known for known in meant.alarms if known.name == drifted.subject), None
            )
            if isinstance(alarm, LiveAlarm) and place and declared:
                yield from alarm_edits(drifted.fact, place, declared, alarm.alarm)
        case "role":
            role = live.roles.get(drifted.subject)
            for access in table.spec.access:
                if role_name(stack, table, access) == drifted.subject and isinstance(
                    role, LiveRole
                ):
                    written = next(
                        item
                        for item in spec["access"]
                        if isinstance(item, Mapping) and item["name"] == access.name
                    )
                    place = ("spec", "access", access.name)
                    yield from role_edits(drifted.fact, place, written, role, arn)
        case "replica":
            name, _, region = drifted.subject.partition(_IN)
            reading = live.replicas.get((name, region))
            replicas = table.spec.global_table.replicas if table.spec.global_table else ()
            for number, replica in enumerate(replicas):
                here = name == meant.table.name and replica.region == region
                if here and isinstance(reading, TableReading):
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
