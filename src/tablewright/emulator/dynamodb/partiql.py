"""PartiQL: ExecuteStatement, ExecuteTransaction, BatchExecuteStatement.

moto's parser reads the statement against the items of the tables it names; what it would change is
made like any other write. As far as that parser goes: no paging, no PartiQL of nested paths.
"""

from __future__ import annotations

import re
from typing import Any

from tablewright.emulator.dynamodb import contributors
from tablewright.emulator.dynamodb.commit import Change, commit
from tablewright.emulator.dynamodb.item_keys import check_item, check_key
from tablewright.emulator.dynamodb.items import Item
from tablewright.emulator.dynamodb.metering import Charge, Meter, read_units, write_charges
from tablewright.emulator.dynamodb.service import DynamoDb, Operation
from tablewright.emulator.dynamodb.table import Table
from tablewright.emulator.dynamodb.transactions import cancelled
from tablewright.emulator.dynamodb.writes import usable
from tablewright.emulator.request import AwsFault, Request

MAX_TRANSACTION = 100
MAX_BATCH = 25
_KEYWORDS = re.compile(
    r"\b(select|from|where|and|or|insert|into|value|update|set|delete|remove|"
    r"exists|not|is|missing|contains|begins_with)\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"('[^']*'|\"[^\"]*\")")


class _Statement:
    """One statement, worked out but not yet done."""

    def __init__(self, world: DynamoDb, request: Request, statement: Any, parameters: Any) -> None:
        text = _upper(statement)
        self.tables = _tables(world, request, text)
        self.shown, updates = _run(text, self.tables, parameters or [])
        self.changes = [
            _change(self.tables[name], before, after)
            for name, pairs in updates.items()
            for before, after in pairs
        ]
        self.reads = not self.changes

    def pay(self, world: DynamoDb, meter: Meter, *, consistent: bool) -> None:
        """Use its units."""
        if self.reads:
            table = next(iter(self.tables.values()))
            size = sum(Item.of(item).size for item in self.shown)
            charge = Charge("read", read_units(size, consistent=consistent))
            contributors.watched(world, table, meter, [charge], None)
        for change in self.changes:
            charges = write_charges(change.table, change.place, change.old, change.new)
            contributors.watched(world, change.table, meter, charges, change.place)

    def do(self, world: DynamoDb) -> None:
        """Make its changes."""
        for change in self.changes:
            commit(world, change)


def _upper(statement: Any) -> str:
    """The statement with its keywords in upper case, as moto's parser wants them."""
    if not isinstance(statement, str) or not statement.strip():
        raise AwsFault("ValidationException", "Statement wasn't well formed, got error: empty")
    parts = _QUOTED.split(statement)
    return "".join(
        part if position % 2 else _KEYWORDS.sub(lambda match: match[0].upper(), part)
        for position, part in enumerate(parts)
    )


def _tables(world: DynamoDb, request: Request, text: str) -> dict[str, Table]:
    match = re.search(r"\b(?:FROM|INTO|UPDATE)\s+(\"[^\"]+\"|[\w.-]+)", text)
    if match is None:
        raise AwsFault(
            "ValidationException", "Statement wasn't well formed, can't be processed: no table"
        )
    name = match[1].strip('"')
    return {name: usable(world, request, name)}


def _run(text: str, tables: dict[str, Table], parameters: list[Any]) -> tuple[list[Any], Any]:
    from moto.core.exceptions import HTTPException  # noqa: PLC0415 - moto is loaded when needed
    from moto.dynamodb.parsing import partiql  # noqa: PLC0415

    source: dict[str, list[Any]] = {}
    for name, table in tables.items():
        source[name] = [item.attributes for item in table.shelf]
        for index in table.all_indexes():
            if index.view is not None:
                source[f"{name}.{index.name}"] = [each.attributes for each in index.view.shelf]
    try:
        shown, updates = partiql.query(text, source, parameters)
    except HTTPException as error:
        raise AwsFault("ValidationException", str(getattr(error, "message", error))) from error
    except (ValueError, KeyError, IndexError, AttributeError, TypeError, AssertionError) as error:
        raise AwsFault(
            "ValidationException", "Statement wasn't well formed, can't be processed"
        ) from error
    return shown, updates


def _change(table: Table, before: Any, after: Any) -> Change:
    if after is not None:
        item, place = check_item(table, after)
    else:
        key = {name: before[name] for name in table.keys.names}
        item, place = None, check_key(table, key)[1]
    current: Item | None = table.shelf.get(place)
    if before is None and current is not None:
        raise AwsFault("DuplicateItemException", "Duplicate primary key exists in table")
    return Change(table, place, current, item)


def execute_statement(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExecuteStatement."""
    params = request.params
    statement = _Statement(world, request, params.get("Statement"), params.get("Parameters"))
    meter = Meter(world, request)
    statement.pay(world, meter, consistent=bool(params.get("ConsistentRead")))
    statement.do(world)
    request.traffic.returned_items = len(statement.shown)
    consumed = meter.consumed_by_all()
    return {"Items": statement.shown, "ConsumedCapacity": consumed[0] if consumed else None}


def execute_transaction(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExecuteTransaction."""
    asked = request.params["TransactStatements"]
    if not 1 <= len(asked) <= MAX_TRANSACTION:
        raise AwsFault("ValidationException", "A transaction has 1 to 100 statements")
    statements: list[_Statement] = []
    faults: list[AwsFault | None] = []
    for each in asked:
        try:
            made = _Statement(world, request, each.get("Statement"), each.get("Parameters"))
            statements.append(made)
            faults.append(None)
        except AwsFault as fault:
            faults.append(fault)
    if any(faults):
        raise cancelled(faults)
    meter = Meter(world, request)
    for statement in statements:
        statement.pay(world, meter, consistent=True)
    for statement in statements:
        statement.do(world)
    shown = [{"Item": item} for statement in statements for item in statement.shown[:1]]
    return {"Responses": shown, "ConsumedCapacity": meter.consumed_by_all()}


def batch_execute_statement(world: DynamoDb, request: Request) -> dict[str, Any]:
    """BatchExecuteStatement: each statement succeeds or fails by itself."""
    asked = request.params["Statements"]
    if not 1 <= len(asked) <= MAX_BATCH:
        raise AwsFault("ValidationException", "A batch has 1 to 25 statements")
    meter = Meter(world, request)
    responses: list[dict[str, Any]] = []
    for each in asked:
        try:
            statement = _Statement(world, request, each.get("Statement"), each.get("Parameters"))
            statement.pay(world, meter, consistent=bool(each.get("ConsistentRead")))
            statement.do(world)
        except AwsFault as fault:
            code = fault.code.removesuffix("Exception").replace("Validation", "ValidationError")
            responses.append({"Error": {"Code": code, "Message": fault.message}})
        else:
            item = {"Item": statement.shown[0]} if statement.shown else {}
            responses.append({"TableName": next(iter(statement.tables)), **item})
    return {"Responses": responses, "ConsumedCapacity": meter.consumed_by_all()}


OPERATIONS: dict[str, Operation] = {
    "BatchExecuteStatement": batch_execute_statement,
    "ExecuteStatement": execute_statement,
    "ExecuteTransaction": execute_transaction,
}
