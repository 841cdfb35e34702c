"""What a table is at one moment: its settings, its indexes, its items, and what is under way.

A change that takes time is a `Pending`: the kind of its effect with its parameters, and the moment
it is due. Nothing runs in the background for it; whoever looks at the table first lets what is due
take effect (`settle`). So the statuses follow any clock, and a table with everything under way is
plain values.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any

from tablewright_emulator.codec import kept
from tablewright_emulator.dynamodb.effects import Effect, kind_of, of_kind
from tablewright_emulator.dynamodb.items.bucket import Bucket
from tablewright_emulator.dynamodb.items.partitions import (
    IndexView,
    Item,
    KeySchema,
    Place,
    Shelf,
)
from tablewright_emulator.dynamodb.streams.stream import Stream

BEGINNING = datetime.min.replace(tzinfo=UTC)
ON_DEMAND_WARM = {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 4_000}


@kept("throughput")
@dataclass
class Throughput:
    """Provisioned units per second, and the decreases of the day (UTC)."""

    read: int = 0
    write: int = 0
    last_increase: datetime | None = None
    last_decrease: datetime | None = None
    decreases_on: date | None = None
    decreases: int = 0

    def change(self, read: int, write: int, at: datetime) -> None:
        """Take over new values and note when they rose or fell."""
        if read > self.read or write > self.write:
            self.last_increase = at
        if self.falls_to(read, write):
            self.count_decrease(at)
        self.read, self.write = read, write

    def falls_to(self, read: int, write: int) -> bool:
        """Whether the values given are a decrease."""
        return read < self.read or write < self.write

    def count_decrease(self, at: datetime) -> None:
        """Note a decrease."""
        self.decreases = self.decreases_today(at) + 1
        self.decreases_on, self.last_decrease = at.date(), at

    def decreases_today(self, at: datetime) -> int:
        """Decreases on the UTC day of `at`."""
        return self.decreases if self.decreases_on == at.date() else 0


@kept("insights")
@dataclass
class Insights:
    """Contributor insights of a table or of one of its indexes."""

    status: str
    mode: str
    changed: datetime
    began: datetime = BEGINNING
    due: datetime | None = None
    failure: dict[str, str] | None = None
    counts: dict[tuple[str, int], Counter[tuple[str, ...]]] = field(default_factory=dict)


@dataclass
class Metered:
    """What has a capacity of its own: a table or a global index."""

    throughput: Throughput = field(default_factory=Throughput)
    on_demand: dict[str, int] = field(default_factory=dict)
    warm: dict[str, int] = field(default_factory=lambda: dict(ON_DEMAND_WARM))
    warming: bool = False
    reads: Bucket = field(default_factory=Bucket)
    writes: Bucket = field(default_factory=Bucket)

    def save_from(self, at: datetime) -> None:
        """Let the buckets save what the present units leave from here on, used or not."""
        self.reads.offers(0, self.throughput.read, at)
        self.writes.offers(0, self.throughput.write, at)


@dataclass
class GlobalIndex(Metered):
    """A global secondary index."""

    name: str = ""
    key_schema: list[dict[str, str]] = field(default_factory=list)
    projection: dict[str, Any] = field(default_factory=dict)
    status: str = "ACTIVE"
    backfilling: bool | None = None
    view: IndexView | None = None


@dataclass
class LocalIndex:
    """A local secondary index; its capacity is the table's."""

    name: str
    key_schema: list[dict[str, str]]
    projection: dict[str, Any]
    view: IndexView


@kept("pending")
@dataclass
class Pending:
    """Something under way.

    Args:
        due: when it is done.
        kind: of what it then does to the table, see `effects`.
        params: of the effect.
        blocks: whether the table is UPDATING until then.
    """

    due: datetime
    kind: str
    params: dict[str, Any] = field(default_factory=dict)
    blocks: bool = True

    @classmethod
    def of(cls, due: datetime, effect: Effect, *, blocks: bool = True, **params: Any) -> Pending:
        """With the effect as the function that is registered."""
        return cls(due, kind_of(effect), params, blocks)

    def take_effect(self, table: Table) -> None:
        """Do to the table what was begun."""
        of_kind(self.kind)(table, self.due, **self.params)


@kept("time-to-live")
@dataclass
class TimeToLive:
    """The TTL setting, when it was changed, and when expired items are looked for next."""

    attribute: str | None = None
    status: str = "DISABLED"
    changed: datetime | None = None
    sweep_due: datetime | None = None


@kept("destination")
@dataclass
class Destination:
    """A Kinesis data stream that gets the table's changes."""

    arn: str
    status: str
    precision: str
    description: str | None = None


@dataclass
class Recovery:
    """Point-in-time recovery: on or off, its window, and every change of an item within it."""

    enabled_at: datetime | None = None
    period_days: int = 35
    log: list[tuple[datetime, Place, Item | None, Item | None]] = field(default_factory=list)

    @property
    def enabled(self) -> bool:
        """Whether it is on."""
        return self.enabled_at is not None

    def earliest(self, now: datetime) -> datetime:
        """The earliest moment that can be restored."""
        assert self.enabled_at is not None  # noqa: S101 - asked only when on
        return max(self.enabled_at, now - timedelta(days=self.period_days))

    def trim(self, now: datetime) -> None:
        """Forget changes before the window."""
        del self.log[: bisect_left(self.log, self.earliest(now), key=lambda change: change[0])]


@dataclass
class Table(Metered):
    """One table of one account and region."""

    name: str = ""
    account: str = ""
    region: str = ""
    created: datetime = BEGINNING
    id: str = ""
    attributes: list[dict[str, str]] = field(default_factory=list)
    key_schema: list[dict[str, str]] = field(default_factory=list)
    billing_mode: str = "PROVISIONED"
    pay_per_request_since: datetime | None = None
    pay_per_request_switches: list[datetime] = field(default_factory=list)
    table_class: str | None = None
    class_changes: list[datetime] = field(default_factory=list)
    kms_key: str | None = None
    kms_key_next: str | None = None
    key_changes: list[datetime] = field(default_factory=list)
    key_inaccessible_since: datetime | None = None
    protected: bool = False
    protection_changed: datetime | None = None
    tags: dict[str, str] = field(default_factory=dict)
    ttl: TimeToLive = field(default_factory=TimeToLive)
    recovery: Recovery = field(default_factory=Recovery)
    insights: dict[str | None, Insights] = field(default_factory=dict)
    stream: Stream | None = None
    old_streams: list[Stream] = field(default_factory=list)
    policies: dict[str, tuple[str, str]] = field(default_factory=dict)
    destinations: dict[str, Destination] = field(default_factory=dict)
    precision_changes: list[datetime] = field(default_factory=list)
    replicas: dict[str, dict[str, Any]] = field(default_factory=dict)
    source_of_replica_at: datetime | None = None
    restored_from: dict[str, Any] | None = None
    creating: bool = True
    deleting: bool = False
    deleted: bool = False
    pending: list[Pending] = field(default_factory=list)
    indexes: dict[str, GlobalIndex] = field(default_factory=dict)
    local_indexes: dict[str, LocalIndex] = field(default_factory=dict)
    shelf: Shelf = field(default_factory=Shelf)
    counted: tuple[datetime, dict[str | None, tuple[int, int]]] | None = None
    known_types: tuple[object, dict[str, str]] = field(
        default=(None, {}), repr=False, compare=False
    )

    @property
    def arn(self) -> str:
        """The table's ARN."""
        place = f"{partition_of(self.region)}:dynamodb:{self.region}:{self.account}"
        return f"arn:{place}:table/{self.name}"

    @property
    def status(self) -> str:
        """TableStatus, as far as the table itself knows it."""
        if self.deleting:
            return "DELETING"
        if self.creating:
            return "CREATING"
        return "UPDATING" if any(pending.blocks for pending in self.pending) else "ACTIVE"

    @cached_property
    def keys(self) -> KeySchema:
        """Names of the key attributes; they never change."""
        return KeySchema.of(self.key_schema)

    @property
    def types(self) -> dict[str, str]:
        """Types of the attributes that are keys of the table or of an index."""
        attributes, types = self.known_types
        if attributes is not self.attributes:
            types = {
                attribute["AttributeName"]: attribute["AttributeType"]
                for attribute in self.attributes
            }
            self.known_types = (self.attributes, types)
        return types

    def forget_unused_attributes(self) -> None:
        """Keep the definitions of what is a key of the table or of an index."""
        schemas = [self.key_schema, *(index.key_schema for index in self.all_indexes())]
        used = {element["AttributeName"] for schema in schemas for element in schema}
        self.attributes = [
            attribute for attribute in self.attributes if attribute["AttributeName"] in used
        ]

    def settle(self, now: datetime) -> None:
        """Let everything take effect that is due."""
        while self.pending and (due := [pending for pending in self.pending if pending.due <= now]):
            first = min(due, key=lambda pending: pending.due)
            self.pending.remove(first)
            first.take_effect(self)

    def view(self, projection: dict[str, Any], key_schema: list[dict[str, str]]) -> IndexView:
        """An empty view with the keys and the projection of an index."""
        return IndexView(
            KeySchema.of(key_schema),
            self.keys,
            self.types,
            projection.get("ProjectionType", "ALL"),
            frozenset(projection.get("NonKeyAttributes", ())),
        )

    def all_indexes(self) -> list[GlobalIndex | LocalIndex]:
        """Global and local indexes."""
        return [*self.indexes.values(), *self.local_indexes.values()]

    def views(self) -> list[IndexView]:
        """Views of all indexes that are kept in step."""
        return [index.view for index in self.all_indexes() if index.view is not None]

    def write(self, place: Place, old: Item | None, new: Item | None) -> None:
        """Replace the item at a place, in the table and in every index."""
        if new is not None:
            self.shelf.put(place, new, new.size, old.size if old else 0)
        elif old is not None:
            self.shelf.remove(place, old.size)
        if not (self.indexes or self.local_indexes):
            return
        for view in self.views():
            view.apply(view.entry(old, place), view.entry(new, place))

    def build(self, view: IndexView) -> None:
        """Fill a view with what is in the table."""
        entries = (view.entry(item, home) for home, item in self.shelf.placed())
        view.shelf.fill(
            (view.place(entry), entry, entry.size) for entry in entries if entry is not None
        )


def partition_of(region: str) -> str:
    """The partition of a region: aws, aws-cn or aws-us-gov."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"
