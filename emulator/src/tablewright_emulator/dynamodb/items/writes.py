"""Writing items: PutItem, UpdateItem, DeleteItem, and BatchWriteItem.

Every write is worked out on the item as it is, checked, paid for, and only then made. Source: API
reference of these operations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.control_plane.encryption import check_access
from tablewright_emulator.dynamodb.expressions.condition import Condition, read_condition
from tablewright_emulator.dynamodb.expressions.legacy import (
    read_attribute_updates,
    read_filters,
    refuse_mixture,
)
from tablewright_emulator.dynamodb.expressions.paths import Path, lookup, project
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.expressions.update import Update, read_update
from tablewright_emulator.dynamodb.items.commit import Change, commit
from tablewright_emulator.dynamodb.items.keys import (
    check_index_keys,
    check_item,
    check_key,
    check_size,
)
from tablewright_emulator.dynamodb.items.metering import Meter, write_charges
from tablewright_emulator.dynamodb.items.partitions import Item, Place
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import Attributes, invalid
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
MAX_BATCH = 25
_FAILED = "The conditional request failed"
_LEGACY = ("Expected", "AttributeUpdates", "ConditionalOperator")
_EXPRESSIONS = ("ConditionExpression", "UpdateExpression")


def read_write_condition(params: Params, placeholders: Placeholders) -> Condition | None:
    """The condition of a write, in its new or old form."""
    if params.get("ConditionExpression") is not None:
        return read_condition("ConditionExpression", params["ConditionExpression"], placeholders)
    return read_filters(params.get("Expected") or {}, params.get("ConditionalOperator", "AND"))


def require(condition: Condition | None, item: Item | None, params: Params) -> None:
    """Refuse the write when its condition does not hold of the item.

    Raises:
        AwsFault: ConditionalCheckFailedException.
    """
    if condition is None or condition.holds(item.attributes if item else {}):
        return
    fields = {}
    if params.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD" and item is not None:
        fields["Item"] = item.attributes
    raise AwsFault("ConditionalCheckFailedException", _FAILED, fields=fields)


def work_out_put(table: Table, params: Params) -> tuple[Change, Condition | None]:
    """What a put would change."""
    placeholders = Placeholders.of(params, ("ConditionExpression",))
    condition = read_write_condition(params, placeholders)
    placeholders.refuse_unused()
    item, place = check_item(table, params["Item"])
    return Change(table, place, table.shelf.get(place), item), condition


def work_out_delete(table: Table, params: Params) -> tuple[Change, Condition | None]:
    """What a delete would change."""
    placeholders = Placeholders.of(params, ("ConditionExpression",))
    condition = read_write_condition(params, placeholders)
    placeholders.refuse_unused()
    _, place = check_key(table, params["Key"])
    return Change(table, place, table.shelf.get(place), None), condition


def read_update_of(table: Table, params: Params) -> tuple[Update, Condition | None]:
    """The update and the condition of a request.

    Raises:
        AwsFault: ValidationException, also for an update of the key.
    """
    placeholders = Placeholders.of(params, ("UpdateExpression", "ConditionExpression"))
    if params.get("UpdateExpression") is not None:
        update = read_update(params["UpdateExpression"], placeholders)
    else:
        update = read_attribute_updates(params.get("AttributeUpdates") or {})
    condition = read_write_condition(params, placeholders)
    placeholders.refuse_unused()
    refuse_key_update(table, update)
    return update, condition


def refuse_key_update(table: Table, update: Update) -> None:
    """The key of an item stays as it is."""
    for path in update.paths:
        if path[0] in table.keys.names:
            raise invalid(f"Cannot update attribute {path[0]}. This attribute is part of the key")


def apply_update(table: Table, key: Attributes, place: Place, update: Update) -> Change:
    """What an update would change."""
    old: Item | None = table.shelf.get(place)
    new = Item.of(update.apply(old.attributes if old else key))
    check_index_keys(table, new.attributes)
    check_size(table, new, "Item size to update has exceeded the maximum allowed size")
    return Change(table, place, old, new)


def put_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """PutItem."""
    refuse_mixture(request.params, _LEGACY, _EXPRESSIONS)
    _check_return_values(request, "NONE", "ALL_OLD")
    table = writable(world, request)
    change, condition = work_out_put(table, request.params)
    return _write(world, request, change, condition, [])


def delete_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DeleteItem."""
    refuse_mixture(request.params, _LEGACY, _EXPRESSIONS)
    _check_return_values(request, "NONE", "ALL_OLD")
    table = writable(world, request)
    change, condition = work_out_delete(table, request.params)
    return _write(world, request, change, condition, [])


def update_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateItem."""
    params = request.params
    refuse_mixture(params, _LEGACY, _EXPRESSIONS)
    table = writable(world, request)
    update, condition = read_update_of(table, params)
    key, place = check_key(table, params["Key"])
    current: Item | None = table.shelf.get(place)
    _pay_for_failure(world, request, Change(table, place, current, current), condition)
    change = apply_update(table, key, place, update)
    return _write(world, request, change, None, update.paths)


def writable(world: DynamoDb, request: Request) -> Table:
    """The table of a write, when it can be used."""
    return usable(world, request, request.params["TableName"])


def usable(world: DynamoDb, request: Request, name: Any) -> Table:
    """A table whose items can be used now."""
    table = world.open_table(request, name)
    if table.name not in request.traffic.tables:
        request.traffic.tables.append(table.name)
    check_access(world, table)
    return table


def _write(
    world: DynamoDb,
    request: Request,
    change: Change,
    condition: Condition | None,
    paths: list[Path],
) -> dict[str, Any]:
    _pay_for_failure(world, request, change, condition)
    meter = Meter(world, request)
    table = change.table
    charges = write_charges(table, change.place, change.old, change.new)
    contributors.watched(world, table, meter, charges, change.place)
    commit(world, change)
    return {
        "Attributes": returned(request.params.get("ReturnValues", "NONE"), change, paths),
        "ConsumedCapacity": meter.consumed(table),
        "ItemCollectionMetrics": _collection(request, change),
    }


def collections(request: Request, changes: Iterable[Change]) -> dict[str, Any] | None:
    """`ItemCollectionMetrics` of a request that writes many items, each collection once."""
    metrics_by_table: dict[str, list[dict[str, Any]]] = {}
    for change in changes:
        metrics = _collection(request, change)
        if metrics is not None and metrics not in metrics_by_table.setdefault(
            change.table.name, []
        ):
            metrics_by_table[change.table.name].append(metrics)
    return metrics_by_table or None


def _pay_for_failure(
    world: DynamoDb, request: Request, change: Change, condition: Condition | None
) -> None:
    """A failed condition is charged like a write of the item that is there."""
    try:
        require(condition, change.old, request.params)
    except AwsFault:
        table = change.table
        request.traffic.failed_conditions[table.name] = 1
        charges = write_charges(table, change.place, change.old, change.old)
        Meter(world, request).admit(table, charges)
        raise


def _check_return_values(request: Request, *allowed: str) -> None:
    if request.params.get("ReturnValues", "NONE") not in allowed:
        raise AwsFault("ValidationException", "Return values set to invalid value")


def returned(wanted: str, change: Change, paths: list[Path]) -> Attributes | None:
    """What `ReturnValues` asks for of a change of these paths."""
    shown = change.old if wanted.endswith("OLD") else change.new
    if wanted == "NONE" or shown is None:
        return None
    if wanted.startswith("ALL_"):
        return shown.attributes
    there = [path for path in paths if lookup(shown.attributes, path) is not None]
    return project(shown.attributes, there) or None if there else None


def _collection(request: Request, change: Change) -> dict[str, Any] | None:
    """Size of the item collection, where there are local indexes and it is asked for."""
    table = change.table
    if request.params.get("ReturnItemCollectionMetrics") != "SIZE" or not table.local_indexes:
        return None
    shown = change.new or change.old
    if shown is None:
        return None
    size = sum(item.size for item in table.shelf.read(change.place[0])) / 1024**3
    key = {name: shown.attributes[name] for name in table.keys.partition}
    return {"ItemCollectionKey": key, "SizeEstimateRangeGB": [int(size), int(size) + 1]}


# --- BatchWriteItem -----------------------------------------------------------------------------


def batch_write_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """BatchWriteItem: what is throttled comes back unprocessed, all of it is an error."""
    changes = _batch(world, request)
    meter = Meter(world, request)
    left: dict[str, list[Any]] = {}
    made: list[Change] = []
    fault: AwsFault | None = None
    for name, asked, change in changes:
        try:
            charges = write_charges(change.table, change.place, change.old, change.new)
            contributors.watched(world, change.table, meter, charges, change.place)
        except AwsFault as refused:
            fault = refused
            left.setdefault(name, []).append(asked)
        else:
            commit(world, change)
            made.append(change)
    if fault is not None and sum(map(len, left.values())) == len(changes):
        raise fault
    return {
        "UnprocessedItems": left,
        "ConsumedCapacity": meter.consumed_by_all(),
        "ItemCollectionMetrics": collections(request, made),
    }


def _batch(world: DynamoDb, request: Request) -> list[tuple[str, Any, Change]]:
    """Everything a batch asks for, checked before any of it is done."""
    asked_for = request.params["RequestItems"]
    if not asked_for or any(not requests for requests in asked_for.values()):
        raise AwsFault(
            "ValidationException",
            "1 validation error detected: Value at 'requestItems' failed to satisfy constraint: "
            "Member must have length greater than or equal to 1",
        )
    if sum(len(requests) for requests in asked_for.values()) > MAX_BATCH:
        raise AwsFault(
            "ValidationException", "Too many items requested for the BatchWriteItem call"
        )
    changes = []
    for name, requests in asked_for.items():
        table = usable(world, request, name)
        places = set()
        for asked in requests:
            change = _batched(table, asked)
            if change.place in places:
                raise AwsFault(
                    "ValidationException", "Provided list of item keys contains duplicates"
                )
            places.add(change.place)
            changes.append((name, asked, change))
    return changes


def _batched(table: Table, asked: Any) -> Change:
    work: dict[str, Callable[[Any], tuple[Any, Place]]] = {
        "PutRequest": lambda body: check_item(table, body["Item"]),
        "DeleteRequest": lambda body: (None, check_key(table, body["Key"])[1]),
    }
    kinds = [kind for kind in work if asked.get(kind) is not None]
    if len(kinds) != 1:
        fault = "is empty" if not kinds else "has more than one datatypes set"
        raise AwsFault(
            "ValidationException",
            f"Supplied AttributeValue {fault}, must contain exactly one of the supported datatypes",
        )
    item, place = work[kinds[0]](asked[kinds[0]])
    return Change(table, place, table.shelf.get(place), item)


OPERATIONS: dict[str, Operation] = {
    "BatchWriteItem": batch_write_item,
    "DeleteItem": delete_item,
    "PutItem": put_item,
    "UpdateItem": update_item,
}
