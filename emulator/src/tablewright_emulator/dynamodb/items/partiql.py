"""PartiQL: ExecuteStatement, ExecuteTransaction, BatchExecuteStatement.

Source: Developer Guide, page ql-reference. A SELECT that fixes the partition reads it alone, any
other scans; INSERT, UPDATE and DELETE are about one item, whose whole key the statement names.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.condition import Both, Condition, equalities
from tablewright_emulator.dynamodb.expressions.partiql import Statement, read_statement
from tablewright_emulator.dynamodb.items.commit import Change, commit
from tablewright_emulator.dynamodb.items.keys import check_item, check_key
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units, write_charges
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.items.selects import (
    Selection,
    compared,
    refuse_key_types,
    refuse_partial,
    select,
)
from tablewright_emulator.dynamodb.items.transactions import cancelled, refuse_same_item, repeated
from tablewright_emulator.dynamodb.items.updating import apply_update, check_update
from tablewright_emulator.dynamodb.items.writes import (
    require,
    returned,
    usable,
)
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.value_faults import ValueFault
from tablewright_emulator.dynamodb.values import Attributes, check_attributes
from tablewright_emulator.request import AwsFault, Request


@dataclass
class Work:
    """A statement worked out: what a SELECT found, or the change another makes."""

    statement: Statement
    table: Table
    selection: Selection | None = None
    change: Change | None = None

    def pay(self, world: DynamoDb, meter: Meter, *, consistent: bool, twice: bool = False) -> None:
        """Use the units."""
        if self.selection is not None:
            charges = self.selection.charges(consistent=consistent, twice=twice)
            contributors.watched(world, self.table, meter, charges, None)
            return
        change = self.change
        assert change is not None  # noqa: S101 - what is no SELECT makes one
        charges = write_charges(self.table, change.place, change.old, change.new, transaction=twice)
        contributors.watched(world, self.table, meter, charges, change.place)

    def rows(self) -> list[Attributes]:
        """What a SELECT shows, or what a change returns."""
        if self.selection is not None:
            return self.selection.rows(self.statement)
        wanted, update = self.statement.returning, self.statement.update
        if wanted is None or self.change is None:
            return []
        values = returned(wanted, self.change, update.paths if update else [])
        return [values] if values else []


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
        selection = select(world, request, statement, asked, limit)
        if request.operation != "ExecuteStatement":
            refuse_partial(statement, table, request.operation)
        if request.operation == "ExecuteTransaction":
            _one_item(table, statement.condition)
        return Work(statement, table, selection)
    if statement.kind == "INSERT":
        assert statement.item is not None  # noqa: S101 - an INSERT has one
        if request.operation != "ExecuteTransaction":  # which has its own texts
            refuse_key_types(table.keys, table.types, statement.item.items())
        item = Item.of(check_attributes(statement.item))
        place = check_item(table, item)
        current: Item | None = table.shelf.get(place)
        if current is not None:
            raise AwsFault("DuplicateItemException", "Duplicate primary key exists in table")
        return Work(statement, table, change=Change(table, place, None, item))
    if statement.kind == "EXISTS" and request.operation != "ExecuteTransaction":
        text = "EXISTS can only be used in ExecuteTransaction write requests."
        raise AwsFault("ValidationException", text)
    if request.operation != "ExecuteTransaction":
        refuse_key_types(table.keys, table.types, compared(statement.condition))
    key, place, rest = _one_item(table, statement.condition)
    current = table.shelf.get(place)
    if statement.kind != "UPDATE":
        if current is not None or statement.kind == "EXISTS":  # nothing is deleted as well
            require(rest, current, asked)
        new = current if statement.kind == "EXISTS" else None
        return Work(statement, table, change=Change(table, place, current, new))
    assert statement.update is not None  # noqa: S101 - an UPDATE has one
    check_update(table, statement.update)
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


def execute_statement(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExecuteStatement."""
    params = request.params
    work = work_out(world, request, params, params.get("Limit"))
    meter = Meter(world, request)
    work.pay(world, meter, consistent=bool(params.get("ConsistentRead")))
    if work.change is not None:
        commit(world, work.change)
    rows = work.rows()
    request.traffic.returned_items = len(rows)
    return {
        "Items": rows,
        "NextToken": work.selection.token() if work.selection is not None else None,
        "ConsumedCapacity": meter.consumed(work.table),
    }


def execute_transaction(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ExecuteTransaction: every statement or none; a repeated token is answered without writing."""
    asked = request.params["TransactStatements"]
    token = request.params.get("ClientRequestToken")
    meter = Meter(world, request)
    if repeated(world, request, token, asked):
        _read_again(world, request, meter, asked)
        return {"Responses": [], "ConsumedCapacity": meter.consumed_by_all()}
    for number, entry in enumerate(asked):
        _refuse_in_transaction(entry, number)
    if _reads_and_writes(asked):
        text = "ExecuteTransaction API does not support both read and write operations in the same"
        raise AwsFault("ValidationException", f"{text} request.")
    works, faults = _worked_out(world, request, asked)
    changes = [work.change for work in works if work.change is not None]
    refuse_same_item(changes)
    if any(faults):
        raise cancelled(faults)
    for work in works:
        work.pay(world, meter, consistent=True, twice=True)
    for change in changes:
        commit(world, change)
    if token:
        world.of(request).tokens[token] = (world.now(), asked)
    reads = [work for work in works if work.selection is not None]  # all of them, or none
    responses = [{"Item": items[0]} if (items := work.rows()) else {} for work in reads]
    return {"Responses": responses, "ConsumedCapacity": meter.consumed_by_all()}


def _worked_out(
    world: DynamoDb, request: Request, asked: list[dict[str, Any]]
) -> tuple[list[Work], list[AwsFault | None]]:
    """The statements of a transaction, and why one of them cannot be done."""
    works: list[Work] = []
    faults: list[AwsFault | None] = []
    for number, entry in enumerate(asked):
        try:
            works.append(work_out(world, request, entry))
            faults.append(None)
        except AwsFault as fault:
            if fault.message.startswith("Select statements within"):
                raise _of_statement(number, fault.message) from fault
            faults.append(fault)
        else:
            _refuse_bare_exists(works[-1], number)
    return works, faults


def _refuse_in_transaction(entry: dict[str, Any], number: int) -> None:
    """What no transaction has, whatever the tables say (dynamodb-conformance)."""
    try:
        statement = read_statement(entry.get("Statement"), list(entry.get("Parameters") or []))
    except ValueFault:  # of a parameter, which AWS reads before the statements
        raise
    except AwsFault as fault:
        raise _of_statement(number, fault.message) from fault
    if statement.kind == "SELECT" and statement.index is not None:
        raise _of_statement(number, "Reads on indices are not supported within transactions.")
    if statement.returning is not None:
        raise _of_statement(number, "RETURNING clause is not supported in ExecuteTransaction.")


def _reads_and_writes(asked: list[dict[str, Any]]) -> bool:
    """Whether some of the statements read and others write, as far as they can be read."""
    kinds = set()
    for entry in asked:
        with suppress(AwsFault):
            parameters = list(entry.get("Parameters") or [])
            kinds.add(read_statement(entry.get("Statement"), parameters).kind == "SELECT")
    return len(kinds) > 1


def _of_statement(number: int, text: str) -> AwsFault:
    return AwsFault(
        "ValidationException", f"Validation failed in TransactStatements[{number}]: {text}"
    )


def _read_again(
    world: DynamoDb, request: Request, meter: Meter, asked: list[dict[str, Any]]
) -> None:
    """AWS reads what a transaction of the same token has written."""
    for entry in asked:
        statement = read_statement(entry.get("Statement"), list(entry.get("Parameters") or []))
        table = usable(world, request, statement.table)
        if statement.item is not None:
            place = table.keys.place(statement.item)
        else:
            place = _one_item(table, statement.condition)[1]
        item: Item | None = table.shelf.get(place)
        units = read_units(item.size if item else 0, transaction=True)
        meter.admit(table, [Charge("read", units)])


def _refuse_bare_exists(work: Work, number: int) -> None:
    """EXISTS asks for more of an item than that it is there."""
    condition = work.statement.condition
    parts = condition.parts if isinstance(condition, Both) and condition.operator == "AND" else ()
    if work.statement.kind == "EXISTS" and len(parts) <= len(work.table.keys.names):
        text = "EXISTS() must contain a single item read with additional condition"
        raise _of_statement(number, text)


def batch_execute_statement(world: DynamoDb, request: Request) -> dict[str, Any]:
    """BatchExecuteStatement: each statement succeeds or fails by itself."""
    asked = request.params["Statements"]
    if _reads_and_writes(asked):
        text = "Read and write requests together in the same batch is not supported."
        raise AwsFault("ValidationException", text)
    meter = Meter(world, request)
    responses: list[dict[str, Any]] = []
    for entry in asked:
        try:
            work = work_out(world, request, entry)
            work.pay(world, meter, consistent=bool(entry.get("ConsistentRead")))
        except AwsFault as fault:
            code = fault.code.removesuffix("Exception").replace("Validation", "ValidationError")
            error = {"Code": code, "Message": fault.message, "Item": fault.fields.get("Item")}
            table = {"TableName": _table_of(entry)} if code in _OF_A_TABLE else {}
            responses.append({"Error": error, **table})
            continue
        if work.change is not None:
            commit(world, work.change)
        item = {"Item": items[0]} if (items := work.rows()) else {}
        responses.append({"TableName": work.table.name, **item})
    return {"Responses": responses, "ConsumedCapacity": meter.consumed_by_all()}


# Errors of a batch beside which the table is named (dynoxide; DynamoDB Local but for the last).
_OF_A_TABLE = frozenset({"ConditionalCheckFailed", "DuplicateItem", "ResourceNotFound"})


def _table_of(entry: dict[str, Any]) -> str:
    return read_statement(entry.get("Statement"), list(entry.get("Parameters") or [])).table


OPERATIONS: dict[str, Operation] = {
    "BatchExecuteStatement": batch_execute_statement,
    "ExecuteStatement": execute_statement,
    "ExecuteTransaction": execute_transaction,
}
