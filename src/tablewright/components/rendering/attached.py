"""Parts that are attached to a table: its Kinesis destination and its resource policies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.components.names import stream_policy_name, table_key
from tablewright.components.rendering.resource_spec import (
    JsonDocument,
    Reference,
    RenderContext,
    ResourceSpec,
)
from tablewright.plan.declaration.declared import DeclaredTable


def kinesis_parts(declared: DeclaredTable, place: RenderContext) -> Iterator[ResourceSpec]:
    """The data stream that gets a copy of each change, if there is one."""
    destination = declared.kinesis
    if destination is not None:
        name = declared.table.name
        yield ResourceSpec(
            key=f"kinesis {declared.key}",
            kind="dynamodb.KinesisStreamingDestination",
            name=declared.key,
            arguments={
                "table_name": Reference(table_key(declared), "name"),
                "stream_arn": destination.stream_arn,
                "approximate_creation_date_time_precision": destination.precision,
                **place.arguments,
            },
            subject=f"Kinesis destination of table {name}",
            import_id=place.existing.import_id(
                "dynamodb.KinesisStreamingDestination", name, destination.stream_arn
            ),
        )


def resource_policy_parts(declared: DeclaredTable, place: RenderContext) -> Iterator[ResourceSpec]:
    """Policies on the table and on its stream, as far as there are any.

    That of a stream goes with it: a new stream has a new ARN, and gets the policy again.
    """
    key, name = table_key(declared), declared.table.name
    if declared.resource_policy is not None:
        yield _policy(declared.key, Reference(key, "arn"), declared.resource_policy, name, place)
    if declared.stream_policy is not None:
        stream, policy = Reference(key, "stream_arn"), declared.stream_policy
        yield _policy(stream_policy_name(declared), stream, policy, f"{name}, its stream", place)


def _policy(
    name: str, resource: Reference, document: Mapping[str, Any], owner: str, place: RenderContext
) -> ResourceSpec:
    return ResourceSpec(
        key=f"resource policy {name}",
        kind="dynamodb.ResourcePolicy",
        name=name,
        arguments={
            "resource_arn": resource,
            "policy": JsonDocument(document),
            **place.arguments,
        },
        subject=f"resource policy of table {owner}",
        import_id=place.existing.import_id("dynamodb.ResourcePolicy", owner),
    )
