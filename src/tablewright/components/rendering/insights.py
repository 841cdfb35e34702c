"""The part of Contributor Insights on a table or an index."""

from __future__ import annotations

from typing import Any

from tablewright.components.names import insights_name, table_key
from tablewright.components.rendering.resource_spec import Reference, RenderContext, ResourceSpec
from tablewright.plan.declaration.declared import DeclaredTable, Insights

DEFAULT_MODE = "ACCESSED_AND_THROTTLED_KEYS"
"""What AWS takes when no mode is given (DynamoDB API reference, UpdateContributorInsights)."""


def insights_part(
    declared: DeclaredTable, insights: Insights, place: RenderContext
) -> ResourceSpec:
    """The insights, which come after the table they watch."""
    name = insights_name(declared, insights)
    where = declared.table.name
    return ResourceSpec(
        key=f"insights {name}",
        kind="dynamodb.ContributorInsights",
        name=name,
        arguments={
            "table_name": Reference(table_key(declared), "name"),
            **insights_args(insights),
            **place.arguments,
        },
        subject=f"contributor insights of table {where}",
        import_id=place.existing.import_id("dynamodb.ContributorInsights", where, insights.index),
    )


def insights_args(insights: Insights) -> dict[str, Any]:
    """What is watched, and how."""
    index = {} if insights.index is None else {"index_name": insights.index}
    return {**index, "mode": insights.mode or DEFAULT_MODE}
