"""Which resources of Terraform belong to a table, and would go on changing or deleting its parts.

The types are those of Terraform's AWS provider; a test holds them to the provider's schema.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .state import Attributes, StateInstance, TableId, table_of_arn


@dataclass(frozen=True, slots=True)
class TablePart:
    """Something that belongs to a table.

    Args:
        instance: in the state.
        table: whose it is.
        identity: as `AdoptedTable.stays` has it: the name of an alarm, or resource and dimension
            of scaling; empty for what always changes hands with its table.
    """

    instance: StateInstance
    table: TableId
    identity: str = ""


def parts_of(instance: StateInstance) -> Iterator[TablePart]:
    """The table that an instance belongs to, if there is one."""
    find = PARTS.get(instance.type)
    parts = find(instance.attributes) if find else None
    if parts is not None:
        yield TablePart(instance, *parts)


_Found = tuple[TableId, str] | None


def _of_name(field: str) -> Callable[[Attributes], _Found]:
    def find(attributes: Attributes) -> _Found:
        name = attributes.get(field)
        return (TableId(name, _region(attributes)), "") if isinstance(name, str) else None

    return find


def _of_arn(field: str) -> Callable[[Attributes], _Found]:
    def find(attributes: Attributes) -> _Found:
        table = table_of_arn(attributes.get(field))
        return None if table is None else (table, "")

    return find


def _scaling(attributes: Attributes) -> _Found:
    resource = attributes.get("resource_id")
    kind, _, path = resource.partition("/") if isinstance(resource, str) else ("", "", "")
    if attributes.get("service_namespace") != "dynamodb" or kind != "table" or not path:
        return None
    table = TableId(path.partition("/")[0], _region(attributes))
    return table, f"{resource} {attributes.get('scalable_dimension')}"


def _alarm(attributes: Attributes) -> _Found:
    names = {name for series in _series(attributes) if (name := _table_name(series))}
    if len(names) != 1:
        return None  # of no table, or of several: it stays with Terraform
    return TableId(names.pop(), _region(attributes)), str(attributes.get("alarm_name") or "")


def _series(attributes: Attributes) -> Iterator[Mapping[str, Any]]:
    yield attributes
    for query in _blocks(attributes, "metric_query"):
        yield from _blocks(query, "metric")


def _blocks(attributes: Attributes, name: str) -> Iterator[Mapping[str, Any]]:
    blocks = attributes.get(name)
    yield from (
        (block for block in blocks if isinstance(block, Mapping))
        if isinstance(blocks, list)
        else ()
    )


def _table_name(series: Mapping[str, Any]) -> str | None:
    dimensions = series.get("dimensions")
    name = dimensions.get("TableName") if isinstance(dimensions, Mapping) else None
    return name if isinstance(name, str) else None


def _region(attributes: Attributes) -> str | None:
    """Region of a resource: an attribute from version 6 of the provider on, else in its ARN."""
    region = attributes.get("region")
    if isinstance(region, str):
        return region
    arn = attributes.get("arn")
    parts = arn.split(":") if isinstance(arn, str) else []
    return parts[3] or None if len(parts) > 5 else None  # noqa: PLR2004 - the parts of an ARN


PARTS: Mapping[str, Callable[[Attributes], _Found]] = {
    "aws_appautoscaling_policy": _scaling,
    "aws_appautoscaling_scheduled_action": _scaling,
    "aws_appautoscaling_target": _scaling,
    "aws_cloudwatch_metric_alarm": _alarm,
    "aws_dynamodb_contributor_insights": _of_name("table_name"),
    "aws_dynamodb_global_secondary_index": _of_name("table_name"),
    "aws_dynamodb_global_table": _of_name("name"),
    "aws_dynamodb_kinesis_streaming_destination": _of_name("table_name"),
    "aws_dynamodb_resource_policy": _of_arn("resource_arn"),
    "aws_dynamodb_table_export": _of_arn("table_arn"),
    "aws_dynamodb_table_item": _of_name("table_name"),
    "aws_dynamodb_table_replica": _of_arn("global_table_arn"),
    "aws_dynamodb_tag": _of_arn("resource_arn"),
}
"""How a resource names its table, by Terraform's type."""


def replica_regions(instance: StateInstance) -> Iterator[str]:
    """Regions of the replicas that a table's or a replica's own instance manages."""
    if instance.type == "aws_dynamodb_table_replica" and (region := _region(instance.attributes)):
        yield region
    for block in _blocks(instance.attributes, "replica"):
        if isinstance(region := block.get("region_name"), str):
            yield region
