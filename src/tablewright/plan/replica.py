"""Copies of a table in other regions, as declared."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tablewright.dynamodb_values import Consistency, InsightsMode, TableClass

from .table import Recovery


@dataclass(frozen=True, slots=True)
class ReplicaIndex:
    """What a replica sets for a global index; None: as in the table, `insights` None: off."""

    name: str
    read_capacity: int | None = None
    read_ceiling: int | None = None
    insights: InsightsMode | None = None


@dataclass(frozen=True, slots=True)
class Replica:
    """The table in one other region.

    Args:
        kms_key: ARN of the customer key there; None unless the table has a customer key.
        table_class, read_capacity, read_ceiling: None: as in the table.
        deletion_protection, recovery, insights: never taken over from the table; off by themselves.
        propagate_tags: whether the engine copies the table's tags to the replica.
        tags: all tags the replica is to have.
    """

    region: str
    kms_key: str | None = None
    table_class: TableClass | None = None
    deletion_protection: bool = False
    recovery: Recovery = field(default_factory=lambda: Recovery(0))
    insights: InsightsMode | None = None
    read_capacity: int | None = None
    read_ceiling: int | None = None
    indexes: tuple[ReplicaIndex, ...] = ()
    propagate_tags: bool = True
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GlobalTable:
    """The regions that hold the table besides its own; the consistency can never be changed."""

    replicas: tuple[Replica, ...]
    consistency: Consistency = "EVENTUAL"
    witness_region: str | None = None
