"""PartiQL's SELECT: what it reads, of the table or of an index, and what it may ask of either.

Source: Developer Guide, page ql-reference.select; for indexes the tests of dynamodb-conformance
(indexQualifier, multiAttributeIndex; captured in 2026).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from tablewright_emulator.dynamodb.expressions.comparison import Value
from tablewright_emulator.dynamodb.expressions.condition import (
    Both,
    Condition,
    Test,
    attributes,
    equalities,
)
from tablewright_emulator.dynamodb.expressions.partiql import Statement
from tablewright_emulator.dynamodb.expressions.paths import columns
from tablewright_emulator.dynamodb.items.metering import Charge, read_units
from tablewright_emulator.dynamodb.items.partitions import Entry, Item, KeySchema, Place
from tablewright_emulator.dynamodb.items.queries import Page, Source, read_page, source_of, start_of
from tablewright_emulator.dynamodb.items.start_key import check_names, check_parts
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import GlobalIndex, LocalIndex, Table
from tablewright_emulator.dynamodb.values import Attributes, check_attributes, invalid, key_value
from tablewright_emulator.request import AwsFault, Request

_COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">=", "BETWEEN", "IN"})


@dataclass
class Selection:
    """What a SELECT found.

    Args:
        source: what it read.
        page: what of it it looked at.
        fetches: whether a local index had to fetch the items, as it does not project all.
        fetched: bytes of each item that was fetched.
    """

    source: Source
    page: Page
    fetches: bool = False
    fetched: list[int] = field(default_factory=list)

    def charges(self, *, consistent: bool, twice: bool) -> list[Charge]:
        """Units of the read, and of what was fetched from the table."""
        index = self.source.index
        units = read_units(self.page.size, consistent=consistent, transaction=twice)
        name, local = (index.name if index else None), isinstance(index, LocalIndex)
        fetched = [
            Charge("read", read_units(size, consistent=consistent, transaction=twice))
            for size in self.fetched
        ]
        return [Charge("read", units, name, local), *fetched]

    def rows(self, statement: Statement) -> list[Attributes]:
        """What is shown."""
        items = [
            self.source.whole(entry).attributes if self.fetches else entry.attributes
            for entry in self.page.shown
        ]
        return items if statement.paths is None else [columns(i, statement.paths) for i in items]

    def token(self) -> str | None:
        """Where the next page begins; None when there is none."""
        if self.page.last is None:
            return None
        return base64.b64encode(json.dumps(self.source.key_of(self.page.last)).encode()).decode()


def select(
    world: DynamoDb,
    request: Request,
    statement: Statement,
    asked: dict[str, Any],
    limit: int | None,
) -> Selection:
    """Read what a SELECT asks for.

    Raises:
        AwsFault: the index has not what it asks for.
    """
    source = _source(world, request, statement, asked)
    if statement.problem is not None:
        raise statement.problem
    unprojected = source.view.unprojected(statement.paths or ()) if source.view is not None else []
    if isinstance(source.index, GlobalIndex) and unprojected:
        raise invalid(
            f"Global secondary index {source.index.name} does not project "
            f"[{', '.join(unprojected)}]"
        )
    _refuse_filter(source, statement.condition)
    _refuse_overlap(source.keys, statement.condition)
    if request.operation != "ExecuteTransaction" and _reads_a_partition(source, statement):
        refuse_key_types(source.keys, source.table.types, compared(statement.condition))
    start = _key_of_token(asked.get("NextToken"))
    check_names(start, source.keys, source.table, reason=False)
    check_parts(start, source.keys, source.table)
    after = start_of(source, start)
    selection = Selection(source, Page([], 0, 0, None), fetches=bool(unprojected))

    def wanted(entry: Entry | Item) -> bool:
        if selection.fetches:
            selection.fetched.append(source.whole(entry).size)
        return statement.condition is None or statement.condition.holds(entry.attributes)

    selection.page = read_page(_entries(source, statement, after), limit, wanted)
    return selection


def _source(
    world: DynamoDb, request: Request, statement: Statement, asked: dict[str, Any]
) -> Source:
    params = {"TableName": statement.table, "IndexName": statement.index}
    try:
        source = source_of(world, replace(request, params=params))
    except AwsFault as fault:
        fault.message = fault.message.removesuffix(f": {statement.index}")
        raise
    if len(source.keys.partition) > 1 or len(source.keys.sort) > 1:
        raise _refused(
            "PartiQL statements cannot be executed on tables with multi-attribute HASH keys or "
            "multi-attribute RANGE keys."
        )
    if isinstance(source.index, GlobalIndex) and asked.get("ConsistentRead"):
        raise _refused("Strongly consistent read is not supported on Global Secondary Indexes")
    return source


def _refuse_filter(source: Source, condition: Condition | None) -> None:
    """A read by an index's key filters on what the index has; a scan finds nothing instead."""
    if source.index is None or source.view is None:
        return
    if source.keys.partition[0] not in dict(compared(condition)):
        return
    unprojected = source.view.unprojected((name,) for name in attributes(condition))
    if unprojected:
        raise invalid(
            f"Secondary index {source.index.name} does not project one or more filter attributes: "
            f"[{', '.join(unprojected)}]"
        )


def _refuse_overlap(keys: KeySchema, condition: Condition | None) -> None:
    """One branch of an OR reads a partition, another a part of it by the sort key.

    Where a branch negates what it says of the sort key AWS reads all of them
    (dynamodb-conformance, whereOverlap and partiqlGrammar).
    """
    if not isinstance(condition, Both) or condition.operator != "OR" or not keys.sort:
        return
    partitions, parts = [], []
    for branch in condition.parts:
        equal, sort = dict(equalities(branch)), keys.sort[0]
        if keys.partition[0] not in equal:
            return
        if sort not in attributes(branch):
            partitions.append(equal[keys.partition[0]])
        elif any(_is_plain(part, sort) for part in _parts(branch)):
            parts.append(equal[keys.partition[0]])
    if any(part in partitions for part in parts):
        raise _refused("Overlapping conditions with range keys are not supported in where clause")


def _is_plain(part: Condition, sort: str) -> bool:
    """Whether a condition compares the sort key, and says not what it is not."""
    return isinstance(part, Test) and part.operator != "<>" and part.operands[0].path == (sort,)


def _reads_a_partition(source: Source, statement: Statement) -> bool:
    return source.keys.partition[0] in dict(compared(statement.condition))


def compared(condition: Condition | None) -> Iterator[tuple[str, Value]]:
    """Attributes that the parts of a WHERE clause compare with values, and those values."""
    for part in _parts(condition):
        path = part.operands[0].path if isinstance(part, Test) else None
        if not isinstance(part, Test) or path is None or len(path) > 1:
            continue
        for operand in part.operands[1:]:
            if operand.value is not None:
                yield str(path[0]), operand.value


def refuse_key_types(
    keys: KeySchema, types: Mapping[str, str], values: Iterable[tuple[str, Value]]
) -> None:
    """Refuse a value for a key attribute that is not of its type."""
    for name, value in values:
        if name in keys.names and types[name] not in value:
            raise _refused(
                "Key attribute's data type should match its data type in table's schema: Key "
                f"{name}"
            )


def _parts(condition: Condition | None) -> Iterator[Condition]:
    """The parts of an AND, or the condition itself."""
    if isinstance(condition, Both) and condition.operator == "AND":
        for part in condition.parts:
            yield from _parts(part)
    elif condition is not None:
        yield condition


def refuse_partial(statement: Statement, table: Table, operation: str) -> None:
    """Of several statements each SELECT is about one item, named by its key and nothing else."""
    fixed = {name for name, _ in equalities(statement.condition)}
    compared = all(
        isinstance(part, Test) and part.operator in _COMPARISONS
        for part in _parts(statement.condition)
    )
    if statement.index is not None or not compared or not fixed >= set(table.keys.names):
        raise _refused(
            f"Select statements within {operation} must specify the primary key in the where "
            "clause."
        )


def _entries(source: Source, statement: Statement, after: Place | None) -> Iterable[Entry | Item]:
    """One partition when the condition fixes it, else everything."""
    equal, types = dict(equalities(statement.condition)), source.table.types
    names, ordered_by = source.keys.partition, statement.ordered_by
    if ordered_by is not None and ordered_by not in source.keys.names:
        raise _refused(
            f"Variable reference {ordered_by} in ORDER BY clause must be part of the primary key"
        )
    if all(name in equal and types[name] in equal[name] for name in names):
        partition = tuple(key_value(equal[name]) for name in names)
        behind, forward = after[1] if after else None, not statement.descending
        return source.shelf.read(partition, behind, forward=forward)
    if ordered_by is not None:
        raise _refused(
            "Must have at least one non-optional hash key condition in WHERE clause when using "
            "ORDER BY clause."
        )
    return source.shelf.scan(after)


def _key_of_token(token: Any) -> Attributes | None:
    if token is None:
        return None
    try:
        return check_attributes(json.loads(base64.b64decode(str(token), validate=True)))
    except (AwsFault, binascii.Error, ValueError) as error:
        raise _refused("Invalid NextToken") from error


def _refused(text: str) -> AwsFault:
    return AwsFault("ValidationException", text)
