"""What a manifest says of a table and is a resource of its own: each declared once.

Such a part has no property in the engine's table and no step: its own resource is created, changed
and deleted. Its forms are here; replicas are no such part, as they are tables themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from tablewright.plan.declaration.declared import DeclaredTable, KinesisDestination

from .facet import as_it_is


@dataclass(frozen=True, kw_only=True)
class Attached:
    """One kind of part of a table.

    Args:
        name: its field in a live table, by which that says that it could not be read.
        path: its field in a manifest.
        kind: of its resource, module and class.
        declared: its value in a declared table.
        live: the same value of a live table; None where it is absent.
        manifest: that value in a manifest.
    """

    name: str
    path: str
    kind: str
    declared: Callable[[DeclaredTable], Any]
    live: Callable[[Any], Any]
    manifest: Callable[[Any], Any] = as_it_is


def _live_kinesis(live: Any) -> KinesisDestination | None:
    """The first: AWS allows one that is not being switched off."""
    for destination in live.kinesis:
        return KinesisDestination(destination.stream_arn, destination.precision or "MILLISECOND")
    return None


def _kinesis_manifest(destination: KinesisDestination) -> dict[str, Any]:
    is_default = destination.precision == "MILLISECOND"
    precision = {} if is_default else {"precision": destination.precision}
    return {"streamArn": destination.stream_arn, **precision}


KINESIS: Final = Attached(
    name="kinesis",
    path="kinesisDestination",
    kind="dynamodb.KinesisStreamingDestination",
    declared=lambda table: table.kinesis,
    live=_live_kinesis,
    manifest=_kinesis_manifest,
)

RESOURCE_POLICY: Final = Attached(
    name="policy",
    path="resourcePolicy",
    kind="dynamodb.ResourcePolicy",
    declared=lambda table: table.resource_policy,
    live=lambda table: table.policy,
)

STREAM_POLICY: Final = Attached(
    name="stream_policy",
    path="streamResourcePolicy",
    kind="dynamodb.ResourcePolicy",
    declared=lambda table: table.stream_policy,
    live=lambda table: table.stream_policy,
)

INSIGHTS: Final = Attached(
    name="insights",
    path="contributorInsights",
    kind="dynamodb.ContributorInsights",
    declared=lambda table: {insights.index: insights.mode for insights in table.insights},
    live=lambda table: {insights.index: insights.mode for insights in table.reading.insights},
    manifest=lambda mode: {"mode": mode},
)
"""Modes by index, None for the table itself."""

WHOLE: Final = (KINESIS, RESOURCE_POLICY, STREAM_POLICY)
"""Those of the table alone, with one value each; insights and scaling are of indexes as well."""


def insights_of(index: str | None) -> str:
    """How a live table names the insights of an index, None for its own: `insights[by-day]`."""
    return INSIGHTS.name if index is None else f"{INSIGHTS.name}[{index}]"
