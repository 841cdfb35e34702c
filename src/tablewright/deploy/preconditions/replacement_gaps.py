"""What is missing while a replacement takes place: the old goes before the new one can come. Pure.

AWS allows one scaling policy for a metric of a dimension, one Kinesis destination of a table, and
of each thing by a name only one. So there is a moment with none, and a preview says what it means.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tablewright.engine import Operation, ResourceChange
from tablewright.resource_kinds import KINDS, types

_SENTENCES: Mapping[str, str] = {
    types.SCALING_POLICY: "{side} of {place} do not scale",
    types.SCHEDULE: "the schedule does not act on {place}",
    types.TARGET: "{side} of {place} do not scale",
    types.COMPOSITE_ALARM: "the alarm watches nothing",
    types.DASHBOARD: "the dashboard is not there",
    types.ALARM: "the alarm watches nothing",
    types.INSIGHTS: "no keys of {place} are counted",
    types.KINESIS: ("changes of {place} go to no stream and are not sent later"),
    types.RESOURCE_POLICY: "whom the policy lets in is refused",
    types.INDEX: "the index answers no query",
    types.EXPORT: "no export is on record; what was exported stays",
    types.ITEM: "the item is not there",
    types.TAG: "the tag is missing",
    types.GROUP: "its members have none of its permissions",
    types.INSTANCE_PROFILE: "no instance gets the role by it",
    types.POLICY: "whom the policy lets in is refused",
    types.ROLE: "nobody can assume the role",
    types.ROLE_POLICY: "whom the policy lets in is refused",
    types.ATTACHMENT: "whom the policy lets in is refused",
    types.USER: "nobody can sign in as the user, and its keys are lost",
    types.ALIAS: "nothing finds the key by the alias",
    types.SUBSCRIPTION: "messages do not reach the endpoint",
    types.TOPIC: "the topic reaches nobody, and its subscriptions are lost",
}
"""Of each type that holds no data; what holds some is lost, which is said louder."""
_WHEN = "from the end of the old one to the beginning of the new one,"


def gap(change: ResourceChange) -> str:
    """One sentence on what is missing for a moment; empty where nothing is.

    Args:
        change: as the engine plans it.
    """
    sentence = _SENTENCES.get(change.type)
    if sentence is None or change.operation is not Operation.REPLACE:
        return ""
    old, new = change.old_inputs or {}, change.new_inputs or {}
    if not KINDS[change.type].displaces(old, new):
        return ""
    return f"{_WHEN} {sentence.format(side=_side(old), place=_place(old))}"


def _side(inputs: Mapping[str, Any]) -> str:
    return "writes" if "Write" in str(inputs.get("scalableDimension")) else "reads"


def _place(inputs: Mapping[str, Any]) -> str:
    """`orders`, or `index by-day of orders`."""
    parts = str(inputs.get("resourceId")).split("/")
    table = inputs.get("tableName") or (parts[1] if parts[1:] else "the table")
    index = inputs.get("indexName") or (parts[3] if parts[3:] else "")
    return f"index {index} of {table}" if index else str(table)
