"""From declared values to parts: resources as plain values. Pure: no engine is needed.

What is off is sent as off. A provider takes a missing argument for "leave it as it is", so a
setting whose line was deleted from a manifest would otherwise live on. Only what has no form for
"off" is left out: a customer key there is none of, capacity of an on-demand table.
"""

from collections.abc import Iterator

from tablewright.components.rendering.access import role_parts
from tablewright.components.rendering.alarm import alarm_part
from tablewright.components.rendering.attached import kinesis_parts, resource_policy_parts
from tablewright.components.rendering.dashboard import dashboard_part
from tablewright.components.rendering.insights import insights_part
from tablewright.components.rendering.replica import replica_parts
from tablewright.components.rendering.resource_spec import (
    CALLER,
    Joined,
    JsonDocument,
    Reference,
    RenderContext,
    ResourceSpec,
)
from tablewright.components.rendering.scaling import scaling_parts
from tablewright.components.rendering.table import table_part
from tablewright.plan.declaration.declared import DeclaredTable

__all__ = [
    "CALLER",
    "Joined",
    "JsonDocument",
    "Reference",
    "RenderContext",
    "ResourceSpec",
    "alarm_part",
    "attached_parts",
    "dashboard_part",
    "role_parts",
    "table_parts",
]


def table_parts(declared: DeclaredTable, place: RenderContext) -> Iterator[ResourceSpec]:
    """The table and what is part of it, each after what it refers to; without alarms and roles."""
    yield table_part(declared, place)
    yield from attached_parts(declared, place)


def attached_parts(declared: DeclaredTable, place: RenderContext) -> Iterator[ResourceSpec]:
    """What is part of the table, without the table."""
    for insights in declared.insights:
        yield insights_part(declared, insights, place)
    yield from scaling_parts(declared, place)
    yield from kinesis_parts(declared, place)
    yield from resource_policy_parts(declared, place)
    yield from replica_parts(declared, place)
