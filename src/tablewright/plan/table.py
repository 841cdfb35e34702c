"""The plain value of a table: what `plan`, `checks`, `cost` and `report` work on.

One class serves both sides. As a *declared* table a facet that is `None` was not said, and the
live value stays. As a *live* table a facet that is `None` could not be read (`LiveTable.unread`
says why). "Off" is always a value of its own (`Stream(None)`, `Recovery(0)`), never `None`.

Names are AWS's. Capacity is in whole units a second.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tablewright.dynamodb_values import (
    AttributeType,
    BillingMode,
    EncryptionType,
    ProjectionType,
    StreamViewType,
    TableClass,
)


@dataclass(frozen=True, slots=True)
class Key:
    """Names of the key attributes: 1 and at most 1; up to 4 and 4 for a global index."""

    partition: tuple[str, ...]
    sort: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Partition key attributes, then sort key attributes."""
        return self.partition + self.sort


@dataclass(frozen=True, slots=True)
class Throughput:
    """Read and write units a second: provisioned (both at least 1) or warm."""

    read: int
    write: int


@dataclass(frozen=True, slots=True)
class OnDemandMaximum:
    """Ceilings of an on-demand table or index, request units a second; `None`: no ceiling."""

    read: int | None = None
    write: int | None = None


@dataclass(frozen=True, slots=True)
class Projection:
    """What an index carries; the order of the attributes has no meaning."""

    type: ProjectionType
    non_key_attributes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class GlobalIndex:
    """A global secondary index; capacity only when the table is provisioned.

    As in `Table`, "no ceiling" is said (`OnDemandMaximum()`), and None means: not said or not read.
    """

    name: str
    key: Key
    projection: Projection
    throughput: Throughput | None = None
    on_demand_maximum: OnDemandMaximum | None = None
    warm_throughput: Throughput | None = None


@dataclass(frozen=True, slots=True)
class LocalIndex:
    """A local secondary index: the table's partition key and a sort key of its own."""

    name: str
    key: Key
    projection: Projection


@dataclass(frozen=True, slots=True)
class Stream:
    """The change stream; `Stream(None)` is off. Records live 24 hours, by nature."""

    view_type: StreamViewType | None


@dataclass(frozen=True, slots=True)
class Encryption:
    """Server-side encryption; `kms_key` (an ARN) only for CUSTOMER."""

    type: EncryptionType
    kms_key: str | None = None


@dataclass(frozen=True, slots=True)
class Recovery:
    """Point-in-time recovery window in days, 1 to 35; 0 is off."""

    days: int


@dataclass(frozen=True, slots=True)
class TimeToLive:
    """The attribute that holds an item's expiry; `TimeToLive(None)` is off."""

    attribute: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table as declared, or as it is live.

    `attributes` maps each key attribute of the table and its indexes to its type, and no other.
    `throughput` is `None` for an on-demand table. `tags` are the user's, without AWS's own.
    """

    name: str
    key: Key
    attributes: Mapping[str, AttributeType]
    billing_mode: BillingMode | None = None
    throughput: Throughput | None = None
    global_indexes: tuple[GlobalIndex, ...] | None = None
    local_indexes: tuple[LocalIndex, ...] | None = None
    stream: Stream | None = None
    encryption: Encryption | None = None
    recovery: Recovery | None = None
    time_to_live: TimeToLive | None = None
    table_class: TableClass | None = None
    deletion_protection: bool | None = None
    on_demand_maximum: OnDemandMaximum | None = None
    warm_throughput: Throughput | None = None
    tags: Mapping[str, str] | None = field(default=None)

    @property
    def indexes_by_name(self) -> dict[str, GlobalIndex]:
        """Its global indexes; none where nobody spoke of them, or they could not be read."""
        return {index.name: index for index in self.global_indexes or ()}

    @property
    def index_names(self) -> tuple[str, ...]:
        """What its global indexes are called, in their order."""
        return tuple(index.name for index in self.global_indexes or ())
