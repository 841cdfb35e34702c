"""What hangs on live tables and is declared with them: scaling, Kinesis, policies, replicas.

The engine would create it again, which would be refused, or double it. Pure.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from tablewright.components.existing import LiveResource
from tablewright.components.rendering.resource_spec import ResourceSpec
from tablewright.errors import UnreadError
from tablewright.fleet.live import LiveTable
from tablewright.plan.facets.attached import INSIGHTS, WHOLE, insights_of

SCALING = "appautoscaling"


def attached(
    parts: Mapping[str, Collection[ResourceSpec]], live: Mapping[str, LiveTable]
) -> Iterator[LiveResource]:
    """All that is attached to the live tables of which something is declared and not recorded.

    Args:
        parts: of each table, by its name.
        live: tables by name, as far as they exist.

    Raises:
        UnreadError: something declared could not be asked for, so a run might fight it.
    """
    tables = [live[name] for name in parts if name in live]
    for table in tables:
        _check(table, parts[table.name])
    for table in tables:
        for insights in table.reading.insights:
            inputs = {"tableName": table.name, "indexName": insights.index}
            yield LiveResource("dynamodb.ContributorInsights", inputs)
        for destination in table.kinesis:
            inputs = {"tableName": table.name, "streamArn": destination.stream_arn}
            yield LiveResource("dynamodb.KinesisStreamingDestination", inputs)
        yield from _scaling(table)
        yield from _policies(table)
        yield from _replicas(table)


def _scaling(table: LiveTable) -> Iterator[LiveResource]:
    for target in table.scaling:
        resource, dimension = target.place
        place = {
            "serviceNamespace": "dynamodb",
            "resourceId": resource,
            "scalableDimension": dimension,
        }
        yield LiveResource("appautoscaling.Target", place)
        for policy in target.policies:
            yield LiveResource("appautoscaling.Policy", {**place, "name": policy.name})
        for schedule in target.schedules:
            yield LiveResource("appautoscaling.ScheduledAction", {**place, "name": schedule.name})


def _replicas(table: LiveTable) -> Iterator[LiveResource]:
    for replica in table.reading.replicas:
        if replica.region != table.region and not replica.witness:
            inputs = {"globalTableArn": table.arn, "region": replica.region}
            yield LiveResource("dynamodb.TableReplica", inputs, (table.name, replica.region))


def _check(table: LiveTable, parts: Collection[ResourceSpec]) -> None:
    for part in parts:
        for facet in _facets(table, part):
            if facet in table.unread:
                allow = "allow the call, so that live settings are adopted, not overwritten"
                raise UnreadError(table.unread[facet], allow)


def _facets(table: LiveTable, part: ResourceSpec) -> tuple[str, ...]:
    """Facets of a live table that tell of a part; all else is in its description."""
    if part.kind.startswith(SCALING):
        return ("scaling",)
    if part.kind != INSIGHTS.kind:
        return tuple(attached.name for attached in WHOLE if part.kind == attached.kind)
    if part.arguments.get("region", table.region) != table.region:
        return ()  # of a replica, which is read in its own region
    return (insights_of(part.arguments.get("index_name")),)


def _policies(table: LiveTable) -> Iterator[LiveResource]:
    stream = table.reading.stream_arn
    if table.policy is not None:
        inputs = {"resourceArn": table.arn}
        yield LiveResource("dynamodb.ResourcePolicy", inputs, (table.name,))
    if table.stream_policy is not None and stream is not None:
        inputs = {"resourceArn": stream}
        yield LiveResource("dynamodb.ResourcePolicy", inputs, (f"{table.name}, its stream",))
