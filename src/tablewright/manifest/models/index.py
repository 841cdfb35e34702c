"""Keys, and the indexes that give a table further ones."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from tablewright.dynamodb_values import MOST_KEY_PARTS, AttributeType, ProjectionType
from tablewright.manifest.models.base import AttributeName, Many, Model, OneOrMany, ResourceName
from tablewright.manifest.models.capacity import (
    AutoScaling,
    OnDemandThroughput,
    ProvisionedThroughput,
    WarmThroughput,
)
from tablewright.manifest.models.protection import ContributorInsights

NonKeyAttribute = Annotated[str, StringConstraints(min_length=1, max_length=255)]


class KeyAttribute(Model):
    """An attribute that is part of a key; the table's attribute definitions follow from these."""

    name: AttributeName = Field(description="Name of the attribute, up to 255 bytes.")
    type: AttributeType = Field(description="`S` text, `N` number, `B` binary.")


class Projection(Model):
    """Which attributes an index carries besides the keys."""

    type: ProjectionType = Field(
        default="ALL", description="`ALL`, `KEYS_ONLY`, or `INCLUDE` with `nonKeyAttributes`."
    )
    non_key_attributes: Many[NonKeyAttribute] = Field(
        default=(),
        description="Attributes carried by an `INCLUDE` projection: 1 to 20, and 100 summed over "
        "all indexes of the table.",
    )


class GlobalSecondaryIndex(Model):
    """An index with keys of its own; it can be added to and dropped from a live table."""

    name: ResourceName = Field(description="3 to 255 letters, digits, `_`, `-`, `.`.")
    partition_key: OneOrMany[KeyAttribute] = Field(
        min_length=1,
        max_length=MOST_KEY_PARTS,
        description="The partition key: one attribute, or up to four.",
    )
    sort_key: OneOrMany[KeyAttribute] = Field(
        default=(),
        max_length=MOST_KEY_PARTS,
        description="The sort key: one attribute, or up to four.",
    )
    projection: Projection = Field(
        default_factory=Projection,
        description="What the index carries; all attributes if left out.",
    )
    provisioned_throughput: ProvisionedThroughput | None = Field(
        default=None, description="Capacity of the index; only with `billingMode: PROVISIONED`."
    )
    auto_scaling: AutoScaling | None = Field(
        default=None, description="Scaling of the index; only with `billingMode: PROVISIONED`."
    )
    on_demand_throughput: OnDemandThroughput | None = Field(
        default=None, description="Ceilings; only with `billingMode: PAY_PER_REQUEST`."
    )
    warm_throughput: WarmThroughput | None = Field(
        default=None, description="What the index must be able to serve at once."
    )
    contributor_insights: ContributorInsights | None = Field(
        default=None, description="Most used keys of the index; off if left out."
    )


class LocalSecondaryIndex(Model):
    """A further sort key under the table's partition key; fixed when the table is created."""

    name: ResourceName = Field(description="3 to 255 letters, digits, `_`, `-`, `.`.")
    sort_key: KeyAttribute = Field(description="The index's sort key.")
    projection: Projection = Field(
        default_factory=Projection,
        description="What the index carries; all attributes if left out.",
    )
