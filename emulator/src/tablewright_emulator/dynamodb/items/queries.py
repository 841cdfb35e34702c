"""Query and Scan: what they read, page by page, and what of it they show.

Source: API reference of these operations. A page ends at 1 MB of what was looked at, before
filters.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.condition import Condition
from tablewright_emulator.dynamodb.expressions.condition import attributes as names_of
from tablewright_emulator.dynamodb.expressions.key_condition import KeyCondition, arrange
from tablewright_emulator.dynamodb.expressions.paths import Path, project
from tablewright_emulator.dynamodb.items.hashing import in_segment
from tablewright_emulator.dynamodb.items.keys import refuse_nested, refuse_nested_keys
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units
from tablewright_emulator.dynamodb.items.partitions import (
    Entry,
    IndexView,
    Item,
    KeySchema,
    Partition,
    Place,
    Shelf,
)
from tablewright_emulator.dynamodb.items.query_request import QueryRequest, read_query, read_scan
from tablewright_emulator.dynamodb.items.start_key import (
    bad_start,
    check_home,
    check_names,
    check_parts,
    checker,
)
from tablewright_emulator.dynamodb.items.writes import usable
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import GlobalIndex, LocalIndex, Table
from tablewright_emulator.dynamodb.values import Attributes, invalid
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
PAGE_BYTES = 1024 * 1024


@dataclass(frozen=True)
class Source:
    """What a query or scan reads: the table or one of its indexes."""

    table: Table
    index: GlobalIndex | LocalIndex | None
    view: IndexView | None

    @property
    def shelf(self) -> Shelf:
        """Where the entries are."""
        return self.view.shelf if self.view is not None else self.table.shelf

    @property
    def keys(self) -> KeySchema:
        """Names of the key attributes."""
        return self.view.keys if self.view is not None else self.table.keys

    def place(self, entry: Entry | Item) -> Place:
        """Where an entry stands on the shelf."""
        if self.view is not None and isinstance(entry, Entry):
            return self.view.place(entry)
        return self.table.keys.place(entry.attributes)

    def whole(self, entry: Entry | Item) -> Item:
        """The item of an entry, with all of its attributes."""
        if isinstance(entry, Entry):
            item: Item = self.table.shelf.get(entry.home)
            return item
        return entry

    def key_of(self, entry: Entry | Item) -> Attributes:
        """LastEvaluatedKey: the keys of index and table."""
        names = dict.fromkeys((*self.keys.names, *self.table.keys.names))
        return {name: entry.attributes[name] for name in names}


def source_of(world: DynamoDb, request: Request) -> Source:
    """What the request reads.

    Raises:
        AwsFault: the index is not there or not ready.
    """
    params = request.params
    table = usable(world, request, params["TableName"])
    name = params.get("IndexName")
    if name is None:
        return Source(table, None, None)
    local = table.local_indexes.get(name)
    if local is not None:
        return Source(table, local, local.view)
    index = table.indexes.get(name)
    if index is None or index.status == "DELETING":
        raise AwsFault(
            "ValidationException", f"The table does not have the specified index: {name}"
        )
    if index.status == "CREATING" or index.view is None:
        raise AwsFault(
            "ValidationException", f"Cannot read from backfilling global secondary index: {name}"
        )
    if params.get("ConsistentRead"):
        raise AwsFault(
            "ValidationException", "Consistent reads are not supported on global secondary indexes"
        )
    return Source(table, index, index.view)


@dataclass
class Page:
    """What a query or scan looked at and what of it was asked for."""

    shown: list[Entry | Item]
    scanned: int
    size: int
    last: Entry | Item | None


def read_page(
    entries: Iterable[Entry | Item], limit: int | None, wanted: Callable[[Entry | Item], bool]
) -> Page:
    """Look at entries until the limit or 1 MB; the last one is kept when more may follow."""
    page = Page([], 0, 0, None)
    iterator: Iterator[Entry | Item] = iter(entries)
    for entry in iterator:
        page.scanned += 1
        page.size += entry.size
        if wanted(entry):
            page.shown.append(entry)
        if page.scanned == limit or page.size >= PAGE_BYTES:
            page.last = entry
            break
    return page


def query(world: DynamoDb, request: Request) -> dict[str, Any]:
    """Query."""
    asked = read_query(request.params)
    source = source_of(world, request)
    table = source.table
    check_names(asked.start, source.keys, table, reason=False)
    condition = arrange(asked.tests, source.keys, table.types, checker(asked.start, table))
    after = start_of(source, asked.start)
    if after is not None:
        _check_start(condition, asked.start or {}, after)
    reading = replace(_reading(asked, source), partition=condition.partition)
    forward = request.params.get("ScanIndexForward", True)
    behind = after[1] if after else None
    entries = source.shelf.read(condition.partition, behind, condition.bounds, forward=forward)
    test = condition.test
    if test is not None:  # the bounds are those of all that it can hold of
        entries = (entry for entry in entries if test.holds(entry.attributes))
    page = read_page(entries, request.params.get("Limit"), reading.wants)
    return _answer(world, request, source, page, reading)


def scan(world: DynamoDb, request: Request) -> dict[str, Any]:
    """Scan."""
    asked = read_scan(request.params)
    source = source_of(world, request)
    check_names(asked.start, source.keys, source.table, reason=source.view is None)
    if source.view is not None:
        check_parts(asked.start, source.keys, source.table)
    _check_select(asked.select, source)
    segment, total = asked.segment
    after = start_of(source, asked.start)
    if after is not None and not in_segment(after[0], segment, total):
        raise bad_start(
            "The provided starting key is invalid: Invalid ExclusiveStartKey. Please use "
            f"ExclusiveStartKey with correct Segment. TotalSegments: {total} Segment: {segment}"
        )
    reading = _reading(asked, source)
    entries = source.shelf.scan(after, segment, total)
    page = read_page(entries, request.params.get("Limit"), reading.wants)
    return _answer(world, request, source, page, reading)


def _check_start(condition: KeyCondition, start: Attributes, after: Place) -> None:
    """A query goes on where it can have ended."""
    ranged = bool(condition.equal) or condition.test is not None
    if ranged and not condition.matches(start, after[1]):
        raise bad_start("The provided starting key does not match the range key predicate")
    if after[0] != condition.partition:
        raise bad_start(
            "The query can return at most one row and cannot be restarted"
            if ranged
            else "The provided starting key is outside query boundaries based on provided "
            "conditions"
        )


@dataclass(frozen=True)
class _Reading:
    """What of each entry is looked at and shown."""

    filter: Condition | None
    paths: tuple[Path, ...] | None
    count_only: bool
    whole_items: bool
    source: Source
    partition: Partition | None = None

    def wants(self, entry: Entry | Item) -> bool:
        """Whether the filter lets an entry through."""
        return self.filter is None or self.filter.holds(self.attributes(entry))

    def attributes(self, entry: Entry | Item) -> Attributes:
        """The attributes the request can see."""
        return self.source.whole(entry).attributes if self.whole_items else entry.attributes

    def shown(self, entry: Entry | Item) -> Attributes:
        """The attributes the request asked for."""
        attributes = self.attributes(entry)
        return attributes if self.paths is None else project(attributes, self.paths)


def _reading(asked: QueryRequest, source: Source) -> _Reading:
    nested = [path for path in asked.paths or () if len(path) > 1]
    refuse_nested(source.table, {str(path[0]) for path in nested})
    _refuse_unprojected(asked.paths, source)
    if asked.filtered_by:
        _refuse_key_filter(asked, source.keys)
    _check_select(asked.select, source)
    refuse_nested_keys(source.table, asked.filter)
    fetches = _needs_whole(asked.select, asked.paths, source)
    return _Reading(asked.filter, asked.paths, asked.select == "COUNT", fetches, source)


def _refuse_unprojected(paths: tuple[Path, ...] | None, source: Source) -> None:
    """A global index has no way to what it does not project."""
    if not isinstance(source.index, GlobalIndex) or source.view is None:
        return
    if missing := source.view.unprojected(paths or ()):
        raise invalid(
            f"Global secondary index {source.index.name} does not project [{', '.join(missing)}]"
        )


def _refuse_key_filter(asked: QueryRequest, keys: KeySchema) -> None:
    for name in sorted({*names_of(asked.filter)}):
        if name in keys.names:
            raise AwsFault(
                "ValidationException",
                f"{asked.filtered_by} can only contain non-primary key attributes: Primary key "
                f"attribute: {name}",
            )


def _check_select(select: str | None, source: Source) -> None:
    if (
        select == "ALL_ATTRIBUTES"
        and isinstance(source.index, GlobalIndex)
        and source.index.projection.get("ProjectionType") != "ALL"
    ):
        raise invalid(
            "Select type ALL_ATTRIBUTES is not supported for global secondary index "
            f"{source.index.name} because its projection type is not ALL"
        )


def _needs_whole(select: Any, paths: tuple[Path, ...] | None, source: Source) -> bool:
    """Whether a local index has to fetch the items it points to."""
    if not isinstance(source.index, LocalIndex) or source.view is None:
        return False
    if select == "ALL_ATTRIBUTES":
        return source.view.projection != "ALL"
    return bool(source.view.unprojected(paths or ()))


def start_of(source: Source, key: Attributes | None) -> Place | None:
    """Where ExclusiveStartKey stands, which has the keys of what is read.

    Args:
        source: what is read.
        key: of well formed values.

    Raises:
        AwsFault: it is no key of the table.
    """
    check_home(key, source.table)
    if key is None:
        return None
    home = source.table.keys.place(key)
    if source.view is None:
        return home
    return source.view.place(Entry(key, 0, home))


def _answer(
    world: DynamoDb,
    request: Request,
    source: Source,
    page: Page,
    reading: _Reading,
) -> dict[str, Any]:
    consistent = bool(request.params.get("ConsistentRead"))
    units = read_units(page.size, consistent=consistent)
    index = source.index.name if source.index is not None else None
    local = isinstance(source.index, LocalIndex)
    charges = [Charge("read", units, index, local)]
    if reading.whole_items:
        fetched = [source.whole(entry).size for entry in page.shown]
        charges += [Charge("read", read_units(size, consistent=consistent)) for size in fetched]
    meter = Meter(world, request)
    place = (reading.partition, None) if reading.partition is not None else None
    contributors.watched(world, source.table, meter, charges, place, index=None if local else index)
    request.traffic.returned_items = len(page.shown)
    return {
        "Items": None if reading.count_only else [reading.shown(entry) for entry in page.shown],
        "Count": len(page.shown),
        "ScannedCount": page.scanned,
        "LastEvaluatedKey": source.key_of(page.last) if page.last is not None else None,
        "ConsumedCapacity": meter.consumed(source.table),
    }


OPERATIONS: dict[str, Operation] = {"Query": query, "Scan": scan}
