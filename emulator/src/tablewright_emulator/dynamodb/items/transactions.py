"""All or nothing: TransactWriteItems and TransactGetItems.

Source: Developer Guide, page transaction-apis. Units count twice; a repeated token within ten
minutes is answered without writing again.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.condition import Condition
from tablewright_emulator.dynamodb.expressions.paths import Path, project
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.items.commit import Change, commit
from tablewright_emulator.dynamodb.items.keys import check_key
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units, write_charges
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.items.reads import read_projection_of
from tablewright_emulator.dynamodb.items.writes import (
    apply_update,
    collections,
    read_update_of,
    read_write_condition,
    require,
    usable,
    work_out_delete,
    work_out_put,
)
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
MAX_ITEMS = 100
MAX_BYTES = 4 * 1024 * 1024
_TOKEN_LIFE = timedelta(minutes=10)
_KINDS = ("ConditionCheck", "Put", "Delete", "Update")
_CANCELLED = "Transaction cancelled, please refer cancellation reasons for specific reasons "


@dataclass
class Step:
    """One action of a transaction: what it would change, or why it cannot."""

    params: Params
    change: Change
    writes: bool
    condition: Condition | None
    fault: AwsFault | None = None


def transact_write_items(world: DynamoDb, request: Request) -> dict[str, Any]:
    """TransactWriteItems."""
    actions = request.params["TransactItems"]
    _check_count(actions)
    token = request.params.get("ClientRequestToken")
    repeated = _repeated(world, request, token)
    meter = Meter(world, request)
    steps = [_step(world, request, action) for action in actions]
    if repeated:  # AWS reads what was written
        for step in steps:
            units = read_units(_size(step.change.old), transaction=True)
            meter.admit(step.change.table, [Charge("read", units)])
        return {"ConsumedCapacity": meter.consumed_by_all()}
    refuse_same_item([step.change for step in steps])
    _decide(steps)
    _pay(world, meter, steps)
    changes = [step.change for step in steps if step.writes]
    for change in changes:
        commit(world, change)
    if token:
        world.of(request).tokens[token] = (world.now(), actions)
    return {
        "ConsumedCapacity": meter.consumed_by_all(),
        "ItemCollectionMetrics": collections(request, changes),
    }


def _check_count(actions: Any) -> None:
    if not 1 <= len(actions) <= MAX_ITEMS:
        rule = "greater than or equal to 1" if not actions else "less than or equal to 100"
        raise AwsFault(
            "ValidationException",
            "1 validation error detected: Value at 'transactItems' failed to satisfy constraint: "
            f"Member must have length {rule}",
        )


def _repeated(world: DynamoDb, request: Request, token: str | None) -> bool:
    tokens = world.of(request).tokens
    now = world.now()
    for old in [key for key, (at, _) in tokens.items() if now - at > _TOKEN_LIFE]:
        del tokens[old]
    if token is None or token not in tokens:
        return False
    if tokens[token][1] != request.params["TransactItems"]:
        raise AwsFault(
            "IdempotentParameterMismatchException",
            "The provided ClientRequestToken was used before with other parameters",
        )
    return True


def _step(world: DynamoDb, request: Request, action: Any) -> Step:
    kinds = [kind for kind in _KINDS if action.get(kind)]
    if len(kinds) != 1:
        raise AwsFault(
            "ValidationException",
            "TransactItems can only contain one of Check, Put, Update or Delete",
        )
    params = action[kinds[0]]
    table = usable(world, request, params["TableName"])
    if kinds[0] == "Put":
        change, condition = work_out_put(table, params)
    elif kinds[0] == "Delete":
        change, condition = work_out_delete(table, params)
    else:
        key, place = check_key(table, params["Key"])
        current: Item | None = table.shelf.get(place)
        if kinds[0] == "ConditionCheck":
            placeholders = Placeholders.of(params, ("ConditionExpression",))
            condition = read_write_condition(params, placeholders)
            placeholders.refuse_unused()
            change = Change(table, place, current, current)
        else:
            update, condition = read_update_of(table, params)
            try:
                change = apply_update(table, key, place, update)
            except AwsFault as fault:
                change = Change(table, place, current, current)
                return Step(params, change, writes=True, condition=condition, fault=fault)
    return Step(params, change, writes=kinds[0] != "ConditionCheck", condition=condition)


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
            require(step.condition, step.change.old, step.params)
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


def _pay(world: DynamoDb, meter: Meter, steps: list[Step]) -> None:
    """Every table pays for all of its steps, or nothing is written."""
    by_table: dict[str, list[Step]] = {}
    for step in steps:
        by_table.setdefault(step.change.table.arn, []).append(step)
    for of_table in by_table.values():
        table = of_table[0].change.table
        charges = [
            charge
            for step in of_table
            for charge in write_charges(
                table, step.change.place, step.change.old, step.change.new, transaction=True
            )
        ]
        try:
            contributors.watched(world, table, meter, charges, of_table[0].change.place)
        except AwsFault as fault:
            refused = AwsFault("ThrottlingError", fault.message)
            raise cancelled([refused if step in of_table else None for step in steps]) from fault


def transact_get_items(world: DynamoDb, request: Request) -> dict[str, Any]:
    """TransactGetItems."""
    actions = request.params["TransactItems"]
    _check_count(actions)
    meter = Meter(world, request)
    reads = [_read(world, request, action["Get"]) for action in actions]
    refuse_same_item([change for change, _ in reads])
    responses: list[dict[str, Any]] = []
    for change, paths in reads:
        charge = Charge("read", read_units(_size(change.old), transaction=True))
        contributors.watched(world, change.table, meter, [charge], change.place)
        shown = change.old.attributes if change.old is not None else None
        if shown is not None and paths is not None:
            shown = project(shown, paths)
        responses.append({} if shown is None else {"Item": shown})
    return {"Responses": responses, "ConsumedCapacity": meter.consumed_by_all()}


def _read(
    world: DynamoDb, request: Request, params: Params
) -> tuple[Change, tuple[Path, ...] | None]:
    """The item as it is, and what of it is asked for."""
    table = usable(world, request, params["TableName"])
    placeholders = Placeholders.of(params, ("ProjectionExpression",))
    paths = read_projection_of(params, placeholders)
    placeholders.refuse_unused()
    _, place = check_key(table, params["Key"])
    item: Item | None = table.shelf.get(place)
    return Change(table, place, item, item), paths


OPERATIONS: dict[str, Operation] = {
    "TransactGetItems": transact_get_items,
    "TransactWriteItems": transact_write_items,
}
