"""Where live tables and their template disagree, in the words of a manifest. Pure.

What is live is what gets written; what the template says of it otherwise is told, for a deploy of
the template would change it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import Any

from tablewright.adopt.specification import specification
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveTable
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.plan.number import number

from .described import TemplateTable, described_alarm
from .resources import GLOBAL_TABLE, TemplateResource
from .table_fields import TABLE_FIELDS

_NOT_SET = object()
_UNITS = {"read": "readCapacityUnits", "write": "writeCapacityUnits"}
_OF_ALARMS = (
    "comparison_operator", "threshold", "evaluation_periods", "metric", "queries",
    "datapoints_to_alarm", "treat_missing_data", "alarm_actions", "ok_actions",
    "insufficient_data_actions", "description",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Difference:
    """One field in which a live thing is not as its template has it.

    Args:
        subject: table or alarm, with its region where it is a replica.
        path: of the field.
        live: its value in AWS, as people write it.
        template: its value in the template.
        line: of the resource in the template.
    """

    subject: str
    path: str
    live: str
    template: str
    line: int

    def __str__(self) -> str:
        return (
            f"{self.subject}: {self.path} is {self.live} in AWS and {self.template} in the "
            f"template (line {self.line})"
        )


def differences(
    described: TemplateTable, live: Iterable[LiveTable], tags: Mapping[str, str]
) -> Iterator[Difference]:
    """Fields in which a table's regions are not as the template has them.

    Args:
        described: the table as the template has it.
        live: all live tables.
        tags: of the stack, which its resources get as well.
    """
    there = {table.region: table for table in live if table.name == described.resource.name}
    skipped = {field for name in described.unknown for field in TABLE_FIELDS.get(name, ())}
    line = described.resource.entry.line
    for place, table in enumerate(described.regions):
        if table.region not in there:
            continue
        subject = table.name if place == 0 else f"{table.name} in {table.region}"
        of_template, of_live = specification(table), specification(there[table.region])
        if tags:
            of_template["tableTags"] = {**tags, **of_template.get("tableTags", {})}
        if described.resource.kind == GLOBAL_TABLE:
            _without_policy_names(of_template, of_live)
        _without_scaled(of_template, of_live)
        for path, value, other in _differing(of_live, of_template):
            if path.partition(".")[0].partition("[")[0] not in skipped:
                yield Difference(subject, path, _word(value), _word(other), line)
    home = described.regions[0] if described.regions else None
    if home and home.region in there and described.resource.kind == GLOBAL_TABLE:
        regions = sorted(table.region for table in described.regions)
        replicas = there[home.region].reading.replicas
        now = sorted(
            {home.region, *(replica.region for replica in replicas if not replica.witness)}
        )
        if now != regions:
            yield Difference(home.name, "its regions", _word(now), _word(regions), line)


def alarm_differences(
    resource: TemplateResource, alarms: Mapping[str, LiveAlarm]
) -> Iterator[Difference]:
    """Fields in which a live alarm is not as the template has it."""
    of_template, live = described_alarm(resource), alarms.get(resource.name or "")
    if of_template is None or live is None:
        return
    names = {field.name for field in fields(live.alarm)} & {*_OF_ALARMS}
    for name in sorted(names):
        value, other = getattr(live.alarm, name), getattr(of_template.alarm, name)
        if value != other:
            subject, line = f"alarm {live.alarm.name}", resource.entry.line
            yield Difference(subject, name.replace("_", " "), _text(value), _text(other), line)


def _differing(live: Any, template: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """Paths with both values, as deep as both are mappings or lists of named things."""
    if UNREAD in (_hashable(live), _hashable(template)):
        return
    if isinstance(live, dict) and isinstance(template, dict):
        for key in dict.fromkeys([*live, *template]):
            below = f"{path}.{key}" if path else key
            yield from _differing(live.get(key, _NOT_SET), template.get(key, _NOT_SET), below)
    elif _named(live) and _named(template):
        live_items, template_items = (
            {item["name"]: item for item in side} for side in (live, template)
        )
        for name in dict.fromkeys([*live_items, *template_items]):
            value, other = live_items.get(name, _NOT_SET), template_items.get(name, _NOT_SET)
            yield from _differing(value, other, f"{path}[{name}]")
    elif live != template:
        yield path, live, template


def _hashable(value: Any) -> Any:
    return value if isinstance(value, str) else None


def _named(value: Any) -> bool:
    return isinstance(value, list) and all(
        isinstance(item, dict) and "name" in item for item in value
    )


def _without_policy_names(*specifications: dict[str, Any]) -> None:
    """CloudFormation names the policies of a global table itself."""
    for spec in specifications:
        for part in (spec, *spec.get("globalSecondaryIndexes", ())):
            scaling = part.get("autoScaling")
            for side in scaling.values() if isinstance(scaling, dict) else ():
                side.pop("policyName", None)


def _without_scaled(*specifications: dict[str, Any]) -> None:
    """Capacity that auto scaling sets is no difference."""
    for parts in zip(*(_parts(spec) for spec in specifications), strict=False):
        scaled = {
            side
            for part in parts
            if isinstance(part.get("autoScaling"), dict)
            for side in part["autoScaling"]
        }
        for part in parts:
            for side in scaled:
                part.get("provisionedThroughput", {}).pop(_UNITS[side], None)


def _parts(spec: dict[str, Any]) -> list[dict[str, Any]]:
    indexes = spec.get("globalSecondaryIndexes", [])
    return [spec, *sorted(indexes, key=lambda index: str(index["name"]))]


def _word(value: Any) -> str:
    if value is _NOT_SET:
        return "not set"
    return value if isinstance(value, str) and value else json.dumps(value, default=str)


def _text(value: Any) -> str:
    if isinstance(value, Decimal):
        value = number(value)
    return "not set" if value in (None, (), "") else str(value)
