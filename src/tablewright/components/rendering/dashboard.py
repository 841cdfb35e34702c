"""The part of a stack's dashboard."""

from __future__ import annotations

from tablewright.components.rendering.part import Document, Part, Place
from tablewright.plan.declared import Dashboard


def dashboard_part(name: str, dashboard: Dashboard, place: Place) -> Part:
    """The dashboard, whole; `name` is its logical name."""
    return Part(
        key=f"dashboard {name}",
        kind="cloudwatch.Dashboard",
        name=name,
        arguments={
            "dashboard_name": dashboard.name,
            "dashboard_body": Document(dashboard.body),
            **place.arguments,
        },
        subject=f"dashboard {dashboard.name}",
        import_id=place.existing.dashboard_id(dashboard.name),
    )
