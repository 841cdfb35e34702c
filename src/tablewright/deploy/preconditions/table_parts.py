"""What hangs on live tables and is declared with them: scaling, Kinesis, policies, replicas.

The engine would create it again, which would be refused, or double it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tablewright.components.rendering.resource_spec import ResourceSpec
from tablewright.errors import UnreadError
from tablewright.fleet.live import LiveTable

SCALING = "appautoscaling"
_FACETS: Mapping[str, tuple[str, ...]] = {
    "appautoscaling.Policy": ("scaling",),
    "appautoscaling.ScheduledAction": ("scaling",),
    "appautoscaling.Target": ("scaling",),
    "dynamodb.KinesisStreamingDestination": ("kinesis",),
    "dynamodb.ResourcePolicy": ("policy", "stream_policy"),
}
"""Facets of a live table that tell of a kind of part; all else is in its description."""


def attached(
    parts: Mapping[str, Collection[ResourceSpec]], live: Mapping[str, LiveTable]
) -> dict[str, Any]:
    """Fields of `Existing` for what is declared of live tables and not recorded.

    Args:
        parts: of each table, by its name.
        live: tables by name, as far as they exist.

    Raises:
        UnreadError: something declared could not be asked for, so a run might fight it.
    """
    tables = [live[name] for name in parts if name in live]
    for table in tables:
        _check(table, parts[table.name])
    scaling = [target for table in tables for target in table.scaling]
    return {
        "insights": frozenset(
            (table.name, insights.index) for table in tables for insights in table.reading.insights
        ),
        "scaling_targets": frozenset(target.place for target in scaling),
        "scaling_policies": frozenset(
            (*target.place, policy.name) for target in scaling for policy in target.policies
        ),
        "schedules": frozenset(
            (*target.place, schedule.name) for target in scaling for schedule in target.schedules
        ),
        "kinesis": frozenset(
            (table.name, destination.stream_arn)
            for table in tables
            for destination in table.kinesis
        ),
        "resource_policies": dict(_policies(tables)),
        "replicas": frozenset(
            (table.name, replica.region)
            for table in tables
            for replica in table.reading.replicas
            if replica.region != table.region and not replica.witness
        ),
    }


def _check(table: LiveTable, parts: Collection[ResourceSpec]) -> None:
    for part in parts:
        for facet in _facets(table, part):
            if facet in table.unread:
                allow = "allow the call, so that live settings are adopted, not overwritten"
                raise UnreadError(table.unread[facet], allow)


def _facets(table: LiveTable, part: ResourceSpec) -> tuple[str, ...]:
    if part.kind != "dynamodb.ContributorInsights":
        return _FACETS.get(part.kind, ())
    if part.arguments.get("region", table.region) != table.region:
        return ()  # of a replica, which is read in its own region
    index = part.arguments.get("index_name")
    return ("insights" if index is None else f"insights[{index}]",)


def _policies(tables: Collection[LiveTable]) -> Iterator[tuple[str, str]]:
    for table in tables:
        if table.policy is not None:
            yield table.name, table.arn
        if table.stream_policy is not None and table.reading.stream_arn is not None:
            yield f"{table.name}, its stream", table.reading.stream_arn
