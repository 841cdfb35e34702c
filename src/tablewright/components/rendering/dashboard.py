"""The part of a stack's dashboard."""

from __future__ import annotations

from tablewright.components.rendering.resource_spec import JsonDocument, RenderContext, ResourceSpec
from tablewright.plan.declaration.declared import Dashboard


def dashboard_part(name: str, dashboard: Dashboard, place: RenderContext) -> ResourceSpec:
    """The dashboard, whole; `name` is its logical name."""
    return ResourceSpec(
        key=f"dashboard {name}",
        kind="cloudwatch.Dashboard",
        name=name,
        arguments={
            "dashboard_name": dashboard.name,
            "dashboard_body": JsonDocument(dashboard.body),
            **place.arguments,
        },
        subject=f"dashboard {dashboard.name}",
        import_id=place.existing.import_id("cloudwatch.Dashboard", dashboard.name),
    )
