"""Copies of a table in other regions (global tables, version 2019.11.21)."""

from __future__ import annotations

from pydantic import Field

from tablewright.dynamodb_values import Consistency, TableClass
from tablewright.manifest.models.base import Flag, Many, Model, Region, ResourceName, Tags, Units
from tablewright.manifest.models.protection import ContributorInsights, Recovery

_AS_IT_LIVES = (
    "Only the live value, with `adopt: true` on the table: Pulumi's AWS provider cannot set it."
)


class ReplicaIndex(Model):
    """What a replica sets for one of the table's global indexes."""

    name: ResourceName = Field(description="Name of a global index of the table.")
    read_capacity_units: Units | None = Field(
        default=None,
        description=f"Provisioned read capacity there; the table's if left out. {_AS_IT_LIVES}",
    )
    max_read_request_units: Units | None = Field(
        default=None,
        description=f"On-demand ceiling of reads there; the table's if left out. {_AS_IT_LIVES}",
    )
    contributor_insights: ContributorInsights | None = Field(
        default=None, description="Most used keys of the index there; off if left out."
    )


class Replica(Model):
    """The table in one other region. What is not set here is as in the table itself, or off."""

    region: Region = Field(description="Region of the replica, not the stack's own.")
    kms_key_arn: str | None = Field(
        default=None,
        description="Customer key of that region; always with a customer key, else never.",
    )
    table_class: TableClass | None = Field(
        default=None,
        description="Storage class there; the table's if left out. With `STRONG` only as it is, "
        "with `adopt: true` on the table.",
    )
    deletion_protection: Flag = Field(
        default=False, description="Refuse to delete the replica; not taken over from the table."
    )
    recovery: Recovery | None = Field(
        default=None,
        description="Point-in-time recovery there, of 35 days; off if left out. Another window "
        "only the live value, with `adopt: true` on the table.",
    )
    contributor_insights: ContributorInsights | None = Field(
        default=None, description="Most used keys there; off if left out."
    )
    read_capacity_units: Units | None = Field(
        default=None,
        description=f"Provisioned read capacity there; the table's if left out. {_AS_IT_LIVES}",
    )
    max_read_request_units: Units | None = Field(
        default=None,
        description=f"On-demand ceiling of reads there; the table's if left out. {_AS_IT_LIVES}",
    )
    global_secondary_indexes: Many[ReplicaIndex] = Field(
        default=(), description="What differs there per global index."
    )
    propagate_tags: Flag = Field(
        default=True, description="Give the replica the table's tags as well."
    )
    tags: Tags = Field(
        default_factory=dict,
        description="Tags of this replica alone. With `STRONG` only as they are in AWS, with "
        "`adopt: true` on the table.",
    )


class GlobalTable(Model):
    """Which regions hold the table besides the stack's own."""

    consistency: Consistency = Field(
        default="EVENTUAL",
        description="`EVENTUAL` (any regions, last writer wins) or `STRONG` (exactly three "
        "regions; only for an empty table, and never changed afterwards).",
    )
    witness_region: Region | None = Field(
        default=None, description="With `STRONG`: the third region if it is to hold no data."
    )
    replicas: Many[Replica] = Field(default=(), description="The other regions.")
