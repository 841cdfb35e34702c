"""All or nothing: TransactWriteItems and TransactGetItems.

Source: Developer Guide, page transaction-apis. Units count twice; a repeated token within ten
minutes is answered without writing again.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.paths import project
from tablewright_emulator.dynamodb.items import reads, writes
from tablewright_emulator.dynamodb.items.commit import Change, commit
from tablewright_emulator.dynamodb.items.keys import NOT_VALID
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units, write_charges
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.items.reads import read_get
from tablewright_emulator.dynamodb.items.updating import apply_update
from tablewright_emulator.dynamodb.items.writes import (
    collections,
    require,
    usable,
    work_out_check,
    work_out_delete,
    work_out_put,
)
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.value_faults import ValueFault
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
MAX_BYTES = 4 * 1024 * 1024
_TOKEN_LIFE = timedelta(minutes=10)
_CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "


@dataclass
class Step:
    """One action of a transaction: what it would change, or why it cannot.

    Args:
        kind: ConditionCheck, Put, Delete or Update.
        params: of the action.
        asked: what the action asks for.
        table: whose item it is about.
        change: what it would change; None where its key is none of the table.
        fault: why it cannot.
    """

    kind: str
    params: Params
    asked: writes.WriteRequest
    table: Table
    change: Change | None = None
    fault: AwsFault | None = None


def transact_write_items(world: DynamoDb, request: Request) -> dict[str, Any]:
    """TransactWriteItems."""
    actions = request.params["TransactItems"]
    token = request.params.get("ClientRequestToken")
    read = [_read_action(action) for action in actions]
    is_repeated = repeated(world, request, token, actions)
    meter = Meter(world, request)
    steps = [
        Step(kind, params, asked, usable(world, request, params["TableName"]))
        for kind, params, asked in read
    ]
    for step in steps:
        _work_out(step)
    changes = [step.change for step in steps if step.change is not None]
    if is_repeated:  # AWS reads what was written
        for change in changes:
            units = read_units(_size(change.old), transaction=True)
            meter.admit(change.table, [Charge("read", units)])
        return {"ConsumedCapacity": meter.consumed_by_all()}
    refuse_same_item(changes)
    _decide(steps)
    _pay(world, meter, [(step.table, change) for step, change in zip(steps, changes, strict=True)])
    written = [step.change for step in steps if step.change and step.kind != "ConditionCheck"]
    for change in written:
        commit(world, change)
    if token:
        world.of(request).tokens[token] = (world.now(), actions)
    return {
        "ConsumedCapacity": meter.consumed_by_all(),
        "ItemCollectionMetrics": collections(request, written),
    }


def repeated(world: DynamoDb, request: Request, token: str | None, actions: Any) -> bool:
    """Whether these actions were done under this token, within ten minutes.

    Raises:
        AwsFault: others were.
    """
    tokens = world.of(request).tokens
    now = world.now()
    for old in [key for key, (at, _) in tokens.items() if now - at > _TOKEN_LIFE]:
        del tokens[old]
    if token is None or token not in tokens:
        return False
    if tokens[token][1] != actions:
        raise AwsFault(
            "IdempotentParameterMismatchException",
            "The provided ClientRequestToken was used before with other parameters",
        )
    return True


def _read_action(action: Any) -> tuple[str, Params, writes.WriteRequest]:
    """Which action it is, its parameters, and what it asks for."""
    kinds = [kind for kind in _READERS if action.get(kind)]
    if not kinds:
        text = "TransactWriteRequest should contain Delete or Put or Update request"
        raise AwsFault("ValidationException", f"Invalid Request: {text}")
    if len(kinds) != 1:
        raise AwsFault(
            "ValidationException",
            "TransactItems can only contain one of Check, Put, Update or Delete",
        )
    params = action[kinds[0]]
    return kinds[0], params, _READERS[kinds[0]](params)


def _read_keyed(params: Params) -> writes.WriteRequest:
    """A check or a delete; its condition is read before its key (dynamodb-conformance)."""
    try:
        return writes.read_delete(params)
    except ValueFault:
        writes.read_delete({**params, "Key": {}})
        raise


def _read_updating(params: Params) -> writes.WriteRequest:
    """An update; of how long its expression is AWS does not say here (dynamodb-conformance)."""
    try:
        return writes.read_updating(params)
    except AwsFault as fault:
        fault.message = _SIZE_OF_UPDATE.sub(r"\1", fault.message)
        raise


_SIZE_OF_UPDATE = re.compile(r"^(Invalid UpdateExpression: .* allowed size;) expression size: \d+$")
_READERS = {
    "ConditionCheck": _read_keyed,
    "Put": writes.read_put,
    "Delete": _read_keyed,
    "Update": _read_updating,
}


def _work_out(step: Step) -> None:
    """What the step would change; what its table says against it cancels the transaction.

    An empty key is refused at once (captured in four regions, dynamodb-conformance pull 60).
    """
    table, asked = step.table, step.asked
    try:
        if step.kind == "Put":
            step.change = work_out_put(table, asked)
        elif step.kind == "Delete":
            step.change = work_out_delete(table, asked)
        else:
            step.change = work_out_check(table, asked)
        if step.kind == "Update":
            assert asked.update is not None  # noqa: S101 - an update has one
            place = step.change.place
            step.change = apply_update(table, asked.attributes, place, asked.update)
    except AwsFault as fault:
        if fault.code != "ValidationException" or fault.message.startswith(NOT_VALID):
            raise
        step.fault = fault


def refuse_same_item(changes: list[Change]) -> None:
    """A transaction has one action per item, and 4 MB."""
    places = {(change.table.arn, change.place) for change in changes}
    if len(places) < len(changes):
        raise AwsFault(
            "ValidationException",
            "Transaction request cannot include multiple operations on one item",
        )
    if sum(max(_size(change.new), _size(change.old)) for change in changes) > MAX_BYTES:
        raise AwsFault(
            "ValidationException", "Transaction request exceeds the limit of 4 MB in total"
        )


def _size(item: Item | None) -> int:
    return item.size if item is not None else 0


def _decide(steps: list[Step]) -> None:
    """Cancel all when one of them cannot be done."""
    for step in steps:
        try:
            if step.change is not None:
                require(step.asked.condition, step.change.old, step.params)
        except AwsFault as fault:
            step.fault = fault
    if any(step.fault is not None for step in steps):
        raise cancelled([step.fault for step in steps])


def cancelled(faults: list[AwsFault | None]) -> AwsFault:
    """TransactionCanceledException with one reason per action."""
    reasons = []
    for fault in faults:
        if fault is None:
            reasons.append({"Code": "None"})
            continue
        code = fault.code.removesuffix("Exception").replace("Validation", "ValidationError")
        item = {"Item": fault.fields["Item"]} if "Item" in fault.fields else {}
        reasons.append({"Code": code, "Message": fault.message, **item})
    codes = ", ".join(reason["Code"] for reason in reasons)
    return AwsFault(
        "TransactionCanceledException",
        f"{_CANCELLED}[{codes}]",
        fields={"CancellationReasons": reasons, "Message": f"{_CANCELLED}[{codes}]"},
    )


def _pay(world: DynamoDb, meter: Meter, changes: list[tuple[Table, Change]]) -> None:
    """Every table pays for all of its steps, or nothing is written."""
    by_table: dict[str, list[Change]] = {}
    for table, change in changes:
        by_table.setdefault(table.arn, []).append(change)
    for of_table in by_table.values():
        table = of_table[0].table
        charges = [
            charge
            for change in of_table
            for charge in write_charges(
                table, change.place, change.old, change.new, transaction=True
            )
        ]
        try:
            contributors.watched(world, table, meter, charges, of_table[0].place)
        except AwsFault as fault:
            refused = AwsFault("ThrottlingError", fault.message)
            faults = [refused if change in of_table else None for _, change in changes]
            raise cancelled(faults) from fault


def transact_get_items(world: DynamoDb, request: Request) -> dict[str, Any]:
    """TransactGetItems."""
    actions = [action["Get"] for action in request.params["TransactItems"]]
    meter = Meter(world, request)
    read = [read_get(action, [action["Key"]]) for action in actions]
    tables = [usable(world, request, action["TableName"]) for action in actions]
    changes = _found(tables, read)
    refuse_same_item(changes)
    responses: list[dict[str, Any]] = []
    for change, asked in zip(changes, read, strict=True):
        charge = Charge("read", read_units(_size(change.old), transaction=True))
        contributors.watched(world, change.table, meter, [charge], change.place)
        shown = change.old.attributes if change.old is not None else None
        if shown is not None and asked.paths is not None:
            shown = project(shown, asked.paths)
        responses.append({} if shown is None else {"Item": shown})
    return {"Responses": responses, "ConsumedCapacity": meter.consumed_by_all()}


def _found(tables: list[Table], read: list[reads.KeyRead]) -> list[Change]:
    """The items as they are; a key that is none of its table cancels all."""
    changes: list[Change] = []
    faults: list[AwsFault | None] = []
    for table, asked in zip(tables, read, strict=True):
        try:
            place = asked.place(table)
        except AwsFault as fault:
            if fault.message.startswith(NOT_VALID):
                raise
            faults.append(fault)
            continue
        faults.append(None)
        item: Item | None = table.shelf.get(place)
        changes.append(Change(table, place, item, item))
    if any(faults):
        raise cancelled(faults)
    return changes


OPERATIONS: dict[str, Operation] = {
    "TransactGetItems": transact_get_items,
    "TransactWriteItems": transact_write_items,
}
