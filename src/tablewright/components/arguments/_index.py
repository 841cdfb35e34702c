"""Keys and indexes, as arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, TypeAlias

from tablewright.components.arguments._capacity import Capacity, Ceilings, Scaling, WarmThroughput
from tablewright.components.arguments._document import Arguments, ModelName, Says
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.dynamodb_values import AttributeType, InsightsMode, ProjectionType
from tablewright.manifest import models
from tablewright.manifest.models import Model

InsightsSetting: TypeAlias = bool | InsightsMode
"""Contributor Insights: on, off, or on with a mode."""


@dataclass(frozen=True)
class Key(Arguments):
    """An attribute that is part of a key: text `S`, number `N` or binary `B`."""

    model: ClassVar[type[Model]] = models.KeyAttribute

    name: str
    type: AttributeType = "S"


def insights_document(setting: InsightsSetting) -> dict[str, Any]:
    """`True`, `False` or a mode, as a manifest says it."""
    return {"enabled": setting} if isinstance(setting, bool) else {"mode": setting}


@dataclass(frozen=True)
class _Projected(Arguments):
    """What an index carries, said in two arguments where a manifest has a block."""

    def document(self, late: OutputPlaceholders) -> dict[str, Any]:
        document = super().document(late)
        attributes = document.pop("non_key_attributes", ())
        projection = {"type": document.pop("projection")}
        document["projection"] = projection | (
            {"non_key_attributes": attributes} if attributes else {}
        )
        return document


@dataclass(frozen=True)
class GlobalIndex(_Projected):
    """A global secondary index.

    Args:
        name: unique among all indexes of the table.
        partition_key: one attribute, or up to four.
        sort_key: none, one attribute, or up to four.
        projection: `ALL`, `KEYS_ONLY` or `INCLUDE`.
        non_key_attributes: what an `INCLUDE` projection carries.
        capacity, scaling: only in a provisioned table.
        ceilings: only in an on-demand table.
        warm_throughput: what it must serve at once.
        insights: Contributor Insights of the index.
    """

    model: ClassVar[type[Model]] = models.GlobalSecondaryIndex

    name: str
    partition_key: Key | Sequence[Key]
    sort_key: Key | Sequence[Key] = ()
    projection: ProjectionType = "ALL"
    non_key_attributes: Sequence[str] = ()
    capacity: Annotated[Capacity | None, ModelName("provisioned_throughput")] = None
    scaling: Annotated[Scaling | None, ModelName("auto_scaling")] = None
    ceilings: Annotated[Ceilings | None, ModelName("on_demand_throughput")] = None
    warm_throughput: WarmThroughput | None = None
    insights: Annotated[
        InsightsSetting | None, ModelName("contributor_insights"), Says(insights_document)
    ] = None


@dataclass(frozen=True)
class LocalIndex(_Projected):
    """A local secondary index: another sort key; fixed when the table is created."""

    model: ClassVar[type[Model]] = models.LocalSecondaryIndex

    name: str
    sort_key: Key
    projection: ProjectionType = "ALL"
    non_key_attributes: Sequence[str] = ()
