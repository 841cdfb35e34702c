"""Copies of a table in other regions, as arguments."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar

import pulumi
from tablewright.components.arguments._document import Arguments, ModelName, Says, Shaped
from tablewright.components.arguments._index import InsightsSetting, insights_document
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.dynamodb_values import Consistency, TableClass
from tablewright.manifest import models
from tablewright.manifest.models import Model

KEY_SHAPE = "arn:aws:kms:{region}:000000000000:key/{id}"
"""What an output of a customer key looks like until it is known."""


def recovery_document(days: int) -> dict[str, Any]:
    """A window in days, or 0 for none, as a manifest says it."""
    return {"days": days} if days else {"enabled": False}


@dataclass(frozen=True)
class ReplicaIndex(Arguments):
    """What a replica sets for one of the table's global indexes."""

    model: ClassVar[type[Model]] = models.ReplicaIndex

    name: str
    read_capacity: Annotated[int | None, ModelName("read_capacity_units")] = None
    read_ceiling: Annotated[int | None, ModelName("max_read_request_units")] = None
    insights: Annotated[
        InsightsSetting | None, ModelName("contributor_insights"), Says(insights_document)
    ] = None


@dataclass(frozen=True)
class Replica(Arguments):
    """The table in one other region; what is not set here is as in the table itself, or off.

    Args:
        region: not the stack's own.
        kms_key_arn: customer key of that region, with a customer key only.
        table_class: the table's if left out.
        deletion_protection: not taken over from the table.
        recovery_days: point-in-time recovery there, 1 to 35 days.
        insights: Contributor Insights there.
        read_capacity, read_ceiling: units a second there; the table's if left out.
        global_indexes: what differs there per index.
        propagate_tags: give the replica the table's tags as well.
        tags: of this replica alone.
    """

    model: ClassVar[type[Model]] = models.Replica

    region: str
    kms_key_arn: Annotated[pulumi.Input[str] | None, Shaped(KEY_SHAPE)] = None
    table_class: TableClass | None = None
    deletion_protection: bool | None = None
    recovery_days: Annotated[int | None, ModelName("recovery"), Says(recovery_document)] = None
    insights: Annotated[
        InsightsSetting | None, ModelName("contributor_insights"), Says(insights_document)
    ] = None
    read_capacity: Annotated[int | None, ModelName("read_capacity_units")] = None
    read_ceiling: Annotated[int | None, ModelName("max_read_request_units")] = None
    global_indexes: Annotated[Sequence[ReplicaIndex], ModelName("global_secondary_indexes")] = ()
    propagate_tags: bool | None = None
    tags: Mapping[str, pulumi.Input[str]] | None = None

    def document(self, late: OutputPlaceholders) -> dict[str, Any]:
        """Its key has to be one of its own region."""
        return super().document(late.elsewhere(self.region))


@dataclass(frozen=True)
class GlobalTable(Arguments):
    """Which regions hold the table besides its own.

    Args:
        replicas: the other regions.
        consistency: `EVENTUAL`, or `STRONG` over exactly three regions, chosen for ever.
        witness_region: with `STRONG`: the third region if it is to hold no data.
    """

    model: ClassVar[type[Model]] = models.GlobalTable

    replicas: Sequence[Replica]
    consistency: Consistency | None = None
    witness_region: str | None = None
