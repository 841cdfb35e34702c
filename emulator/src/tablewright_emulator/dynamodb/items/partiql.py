"""PartiQL: ExecuteStatement, ExecuteTransaction, BatchExecuteStatement.

Source: Developer Guide, page ql-reference. A SELECT that fixes the partition reads it alone, any
other scans; INSERT, UPDATE and DELETE are about one item, whose whole key the statement names.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.condition import Both, Condition, equalities
from tablewright_emulator.dynamodb.expressions.partiql import Statement, read_statement
from tablewright_emulator.dynamodb.expressions.paths import project
from tablewright_emulator.dynamodb.items.commit import Change, commit
from tablewright_emulator.dynamodb.items.keys import check_item, check_key
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units, write_charges
from tablewright_emulator.dynamodb.items.partitions import Entry, Item, Place
from tablewright_emulator.dynamodb.items.queries import Page, Source, read_page, source_of, start_of
from tablewright_emulator.dynamodb.items.transactions import cancelled, refuse_same_item
from tablewright_emulator.dynamodb.items.writes import (
    apply_update,
    refuse_key_update,
    require,
    returned,
    usable,
)
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import LocalIndex, Table
from tablewright_emulator.dynamodb.values import Attributes, check_attributes, key_value
from tablewright_emulator.request import AwsFault, Request

MAX_TRANSACTION = 100
MAX_BATCH = 25


@dataclass
class Work:
    """A statement worked out: the page a SELECT found, or the change another makes."""

    statement: Statement
    table: Table
    source: Source | None = None
    page: Page | None = None
    change: Change | None = None

    def pay(self, world: DynamoDb, meter: Meter, *, consistent: bool, twice: bool = False) -> None:
        """Use the units."""
        if self.change is not None:
            change = self.change
            charges = write_charges(
                self.table, change.place, change.old, change.new, transaction=twice
            )
            contributors.watched(world, self.table, meter, charges, change.place)
            return
        assert self.page is not None  # noqa: S101 - a SELECT has a page
        assert self.source is not None  # noqa: S101
        index = self.source.index
        units = read_units(self.page.size, consistent=consistent, transaction=twice)
        name, local = (index.name if index else None), isinstance(index, LocalIndex)
        charge = Charge("read", units, name, local)
        contributors.watched(world, self.table, meter, [charge], None)

    def shown(self) -> list[Attributes]:
        """What a SELECT shows, or what a change returns."""
        if self.page is None:
            wanted, update = self.statement.returning, self.statement.update
            if wanted is None or self.change is None:
                return []
            values = returned(wanted, self.change, update.paths if update else [])
            return [values] if values else []
        paths = self.statement.paths
        items = [entry.attributes for entry in self.page.shown]
        return items if paths is None else [project(item, paths) for item in items]


def work_out(
    world: DynamoDb, request: Request, asked: dict[str, Any], limit: int | None = None
) -> Work:
    """Work out a statement; nothing is changed yet.

    Raises:
        AwsFault: it is refused.
    """
    statement = read_statement(asked.get("Statement"), asked.get("Parameters") or [])
    table = usable(world, request, statement.table)
    if statement.kind == "SELECT":
        return _work_out_select(world, request, statement, asked, limit)
    if statement.kind == "INSERT":
        assert statement.item is not None  # noqa: S101 - an INSERT has one
        item, place = check_item(table, check_attributes(statement.item))
        current: Item | None = table.shelf.get(place)
        if current is not None:
            raise AwsFault("DuplicateItemException", "Duplicate primary key exists in table")
        return Work(statement, table, change=Change(table, place, None, item))
    if statement.kind == "EXISTS" and request.operation != "ExecuteTransaction":
        raise AwsFault("ValidationException", "EXISTS is only supported in a transaction")
    key, place, rest = _one_item(table, statement.condition)
    current = table.shelf.get(place)
    if statement.kind != "UPDATE":
        if current is not None or statement.kind == "EXISTS":  # nothing is deleted as well
            require(rest, current, asked)
        new = current if statement.kind == "EXISTS" else None
        return Work(statement, table, change=Change(table, place, current, new))
    assert statement.update is not None  # noqa: S101 - an UPDATE has one
    refuse_key_update(table, statement.update)
    if current is None:
        raise AwsFault("ConditionalCheckFailedException", "The conditional request failed")
    require(rest, current, asked)
    change = apply_update(table, key, place, statement.update)
    return Work(statement, table, change=change)


def _one_item(
    table: Table, condition: Condition | None
) -> tuple[Attributes, Place, Condition | None]:
    """The item a WHERE clause names by its whole key, and what else the clause asks."""
    equal = dict(equalities(condition))
    names = table.keys.names
    if not all(name in equal for name in names):
        raise AwsFault(
            "ValidationException",
            "Where clause does not contain a mandatory equality on all key attributes",
        )
    key = check_attributes({name: equal[name] for name in names})
    return key, check_key(table, key), condition


def _work_out_select(
    world: DynamoDb,
    request: Request,
    statement: Statement,
    asked: dict[str, Any],
    limit: int | None,
) -> Work:
    params = {
        "TableName": statement.table,
        "IndexName": statement.index,
        "ConsistentRead": asked.get("ConsistentRead"),
    }
    source = source_of(world, replace(request, params=params))
    after = start_of(source, _key_of_token(asked.get("NextToken")))
    page = read_page(
        _entries(source, statement, after),
        limit,
        lambda entry: statement.condition is None or statement.condition.holds(entry.attributes),
    )
    return Work(statement, source.table, source, page)


def _entries(source: Source, statement: Statement, after: Place | None) -> Iterable[Entry | Item]:
    """One partition when the condition fixes it, else everything."""
    equal, types = dict(equalities(statement.condition)), source.table.types
    names, ordered_by = source.keys.partition, statement.ordered_by
    if ordered_by is not None and ordered_by not in source.keys.names:
        raise AwsFault(
            "ValidationException",
            f"Variable reference {ordered_by} in ORDER BY clause must be part of the primary key",
        )
    if all(name in equal and types[name] in equal[name] for name in names):
        partition = tuple(key_value(equal[name]) for name in names)
        behind, forward = after[1] if after else None, not statement.descending
        return source.shelf.read(partition, behind, forward=forward)
    if ordered_by is not None:
        raise AwsFault(
            "ValidationException",
            "Must have at least one non-optional hash key condition in WHERE clause when using "
            "ORDER BY clause.",
        )
    return source.shelf.scan(after)


def _token_of_key(key: Attributes) -> str:
    return base64.b64encode(json.dumps(key).encode()).decode()


def _key_of_token(token: Any) -> Any:
    if token is None:
        return None
    try:
        return check_attributes(json.loads(base64.b64decode(str(token), validate=True)))
    except (AwsFault, binascii.Error, ValueError) as error:
        raise AwsFault("ValidationException", "Invalid NextToken") from error


def execute_statement(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExecuteStatement."""
    params = request.params
    work = work_out(world, request, params, params.get("Limit"))
    meter = Meter(world, request)
    work.pay(world, meter, consistent=bool(params.get("ConsistentRead")))
    if work.change is not None:
        commit(world, work.change)
    shown, last = work.shown(), work.page.last if work.page else None
    request.traffic.returned_items = len(shown)
    token = work.source.key_of(last) if last is not None and work.source is not None else None
    return {
        "Items": shown,
        "NextToken": _token_of_key(token) if token is not None else None,
        "ConsumedCapacity": meter.consumed(work.table),
    }


def execute_transaction(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExecuteTransaction: every statement or none."""
    asked = request.params["TransactStatements"]
    if not 1 <= len(asked) <= MAX_TRANSACTION:
        raise AwsFault("ValidationException", "A transaction has 1 to 100 statements")
    works: list[Work] = []
    faults: list[AwsFault | None] = []
    for number, entry in enumerate(asked):
        try:
            works.append(work_out(world, request, entry))
            faults.append(None)
        except AwsFault as fault:
            faults.append(fault)
        else:
            _refuse_bare_exists(works[-1], number)
    if len({work.statement.kind == "SELECT" for work in works}) > 1:
        raise AwsFault("ValidationException", "A transaction either reads or writes, not both")
    refuse_same_item([work.change for work in works if work.change is not None])
    if any(faults):
        raise cancelled(faults)
    meter = Meter(world, request)
    for work in works:
        work.pay(world, meter, consistent=True, twice=True)
    for work in works:
        if work.change is not None:
            commit(world, work.change)
    shown = [{"Item": items[0]} if (items := work.shown()) else {} for work in works]
    return {"Responses": shown, "ConsumedCapacity": meter.consumed_by_all()}


def _refuse_bare_exists(work: Work, number: int) -> None:
    """EXISTS asks for more of an item than that it is there."""
    condition = work.statement.condition
    parts = condition.parts if isinstance(condition, Both) and condition.operator == "AND" else ()
    if work.statement.kind == "EXISTS" and len(parts) <= len(work.table.keys.names):
        raise AwsFault(
            "ValidationException",
            f"Validation failed in TransactStatements[{number}]: EXISTS() must contain a single "
            "item read with additional condition",
        )


def batch_execute_statement(world: DynamoDb, request: Request) -> dict[str, Any]:
    """BatchExecuteStatement: each statement succeeds or fails by itself."""
    asked = request.params["Statements"]
    if not 1 <= len(asked) <= MAX_BATCH:
        raise AwsFault("ValidationException", "A batch has 1 to 25 statements")
    meter = Meter(world, request)
    responses: list[dict[str, Any]] = []
    for entry in asked:
        try:
            work = work_out(world, request, entry)
            work.pay(world, meter, consistent=bool(entry.get("ConsistentRead")))
        except AwsFault as fault:
            code = fault.code.removesuffix("Exception").replace("Validation", "ValidationError")
            error = {"Code": code, "Message": fault.message, "Item": fault.fields.get("Item")}
            responses.append({"Error": error})
            continue
        if work.change is not None:
            commit(world, work.change)
        item = {"Item": items[0]} if (items := work.shown()) else {}
        responses.append({"TableName": work.table.name, **item})
    return {"Responses": responses, "ConsumedCapacity": meter.consumed_by_all()}


OPERATIONS: dict[str, Operation] = {
    "BatchExecuteStatement": batch_execute_statement,
    "ExecuteStatement": execute_statement,
    "ExecuteTransaction": execute_transaction,
}
