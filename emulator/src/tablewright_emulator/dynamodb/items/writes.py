"""Writing items: PutItem, UpdateItem, DeleteItem, and BatchWriteItem.

Every write is worked out on the item as it is, checked, paid for, and only then made. Source: API
reference of these operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.control_plane.encryption import check_access
from tablewright_emulator.dynamodb.expressions.condition import Condition, read_condition
from tablewright_emulator.dynamodb.expressions.legacy import (
    read_attribute_updates,
    read_expected,
    refuse_mixture,
)
from tablewright_emulator.dynamodb.expressions.paths import Path, lookup, project
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.expressions.update import Update, read_update
from tablewright_emulator.dynamodb.expressions.update_charge import charge
from tablewright_emulator.dynamodb.items.commit import Change, commit
from tablewright_emulator.dynamodb.items.keys import (
    ITEM_TOO_LARGE,
    check_item,
    check_key,
    refuse_nested_keys,
)
from tablewright_emulator.dynamodb.items.metering import Meter, write_charges
from tablewright_emulator.dynamodb.items.partitions import Item
from tablewright_emulator.dynamodb.items.updating import (
    UPDATED_TOO_LARGE,
    apply_update,
    check_update,
)
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.value_faults import enveloped, older_layer
from tablewright_emulator.dynamodb.values import (
    MAX_ITEM_BYTES,
    Attributes,
    check_attributes,
    check_new_item,
    item_size,
)
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
MAX_BATCH = 25
_BATCHED = {"PutRequest": "Item", "DeleteRequest": "Key"}
_CANNOT_COST = 100_000  # bytes of a request for each clause, of which each has two values at most
_FAILED = "The conditional request failed"
_LEGACY = ("AttributeUpdates", "Expected", "ConditionalOperator")
_CONDITIONAL = frozenset({
    "ConditionExpression", "ConditionalOperator", "Expected",
    "ExpressionAttributeNames", "ExpressionAttributeValues",
})  # fmt: skip
_EXPRESSIONS = ("UpdateExpression", "ConditionExpression")


class WriteRequest(NamedTuple):
    """What a write asks for, as far as the request alone tells it.

    Args:
        attributes: the item of a put, the key of anything else.
        condition: what has to hold of the item that is there.
        update: what an update does.
        size: bytes of the item of a put.
    """

    attributes: Attributes
    condition: Condition | None
    update: Update | None = None
    size: int = 0


def read_put(params: Params) -> WriteRequest:
    """What a put asks for."""
    placeholders = Placeholders.of(params, ("ConditionExpression",))
    item = Item.of(check_new_item(params["Item"]))
    _check_return_values(params)
    if item.size > MAX_ITEM_BYTES:
        raise AwsFault("ValidationException", ITEM_TOO_LARGE)
    return WriteRequest(item.attributes, _read_condition(params, placeholders), size=item.size)


def read_delete(params: Params) -> WriteRequest:
    """What a delete, or the check of a condition, asks for."""
    placeholders = Placeholders.of(params, ("ConditionExpression",))
    key = check_attributes(params["Key"])
    _check_return_values(params)
    return WriteRequest(key, _read_condition(params, placeholders))


def read_updating(params: Params) -> WriteRequest:
    """What an update asks for."""
    placeholders = Placeholders.of(params, ("UpdateExpression", "ConditionExpression"))
    key = check_attributes(params["Key"])
    update, condition = None, None
    if params.get("UpdateExpression") is None or not params.keys().isdisjoint(_LEGACY):
        update = read_attribute_updates(params.get("AttributeUpdates") or {})
        condition = read_expected(params.get("Expected") or {}, params.get("ConditionalOperator"))
    placeholders.checked(of_write=True)
    if params.get("UpdateExpression") is not None:
        update = read_update(params["UpdateExpression"], placeholders)
    if params.get("ConditionExpression") is not None:
        condition = read_condition(
            "ConditionExpression", params["ConditionExpression"], placeholders
        )
    placeholders.refuse_unused()
    return WriteRequest(key, condition, update)


def _read_condition(params: Params, placeholders: Placeholders) -> Condition | None:
    """The condition of a write, in its new or old form."""
    if _CONDITIONAL.isdisjoint(params):
        return None
    condition = read_expected(params.get("Expected") or {}, params.get("ConditionalOperator"))
    placeholders.checked(of_write=True)
    if params.get("ConditionExpression") is not None:
        condition = read_condition(
            "ConditionExpression", params["ConditionExpression"], placeholders
        )
    placeholders.refuse_unused()
    return condition


def _check_return_values(params: Params) -> None:
    """A put or delete gives back what was there, or nothing."""
    if params.get("ReturnValues", "NONE") not in {"NONE", "ALL_OLD"}:
        raise AwsFault("ValidationException", "ReturnValues can only be ALL_OLD or NONE")


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


def work_out_put(table: Table, asked: WriteRequest) -> Change:
    """What a put would change."""
    refuse_nested_keys(table, asked.condition)
    item = Item(asked.attributes, asked.size)
    place = check_item(table, item)
    return Change(table, place, table.shelf.get(place), item)


def work_out_delete(table: Table, asked: WriteRequest) -> Change:
    """What a delete would change."""
    place = check_key(table, asked.attributes)
    refuse_nested_keys(table, asked.condition)
    return Change(table, place, table.shelf.get(place), None)


def work_out_check(table: Table, asked: WriteRequest) -> Change:
    """The change of nothing, for a condition on an item, or for an update before it is made."""
    place = check_key(table, asked.attributes)
    if asked.update is not None:
        check_update(table, asked.update)
    refuse_nested_keys(table, asked.condition)
    current: Item | None = table.shelf.get(place)
    return Change(table, place, current, current)


def put_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """PutItem."""
    with enveloped:
        refuse_mixture(request.params, _LEGACY, _EXPRESSIONS)
        asked = read_put(request.params)
    table = writable(world, request)
    change = work_out_put(table, asked)
    return _write(world, request, change, asked.condition, [])


def delete_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DeleteItem."""
    with enveloped:
        refuse_mixture(request.params, _LEGACY, _EXPRESSIONS)
        asked = read_delete(request.params)
    table = writable(world, request)
    change = work_out_delete(table, asked)
    return _write(world, request, change, asked.condition, [])


def update_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateItem."""
    with enveloped:
        refuse_mixture(request.params, _LEGACY, _EXPRESSIONS)
        asked = read_updating(request.params)
    table = writable(world, request)
    current = work_out_check(table, asked)
    assert asked.update is not None  # noqa: S101 - an update has one
    _refuse_costly(request, asked.update, current)
    _pay_for_failure(world, request, current, asked.condition)
    change = apply_update(table, asked.attributes, current.place, asked.update)
    return _write(world, request, change, None, asked.update.paths)


def _refuse_costly(request: Request, update: Update, current: Change) -> None:
    """What an expression writes, with what its clauses cost, is no larger than an item."""
    if (
        request.params.get("UpdateExpression") is not None
        and len(request.http.body) * len(update.actions) > _CANNOT_COST
        and charge(update, current.old.attributes if current.old else {}) > MAX_ITEM_BYTES
    ):
        raise AwsFault("ValidationException", UPDATED_TOO_LARGE)


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
    return {"ItemCollectionKey": key, "SizeEstimateRangeGB": [float(int(size)), int(size) + 1.0]}


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
    if sum(len(requests) for requests in asked_for.values()) > MAX_BATCH:
        raise AwsFault(
            "ValidationException", "Too many items requested for the BatchWriteItem call"
        )
    with older_layer:
        read = {name: [_read_batched(part) for part in asked] for name, asked in asked_for.items()}
    changes = []
    for name, requests in asked_for.items():
        table = usable(world, request, name)
        places = set()
        for asked, (put, attributes) in zip(requests, read[name], strict=True):
            place = check_key(table, attributes, keys_only=not put)
            item = Item.of(attributes) if put else None
            if item is not None:
                check_item(table, item)
            if place in places:
                raise AwsFault(
                    "ValidationException", "Provided list of item keys contains duplicates"
                )
            places.add(place)
            changes.append((name, asked, Change(table, place, table.shelf.get(place), item)))
    return changes


def _read_batched(asked: Any) -> tuple[bool, Attributes]:
    """Whether a request of a batch puts, and its item or key."""
    given = [kind for kind in _BATCHED if asked.get(kind) is not None]
    if len(given) != 1:
        raise AwsFault(
            "ValidationException",
            "Supplied AttributeValue has more than one datatypes set, must contain exactly one of "
            "the supported datatypes",
        )
    puts = given[0] == "PutRequest"
    content = asked[given[0]][_BATCHED[given[0]]]
    attributes = check_new_item(content) if puts else check_attributes(content)
    if item_size(attributes) > MAX_ITEM_BYTES:
        raise AwsFault("ValidationException", ITEM_TOO_LARGE)
    return puts, attributes


OPERATIONS: dict[str, Operation] = {
    "BatchWriteItem": batch_write_item,
    "DeleteItem": delete_item,
    "PutItem": put_item,
    "UpdateItem": update_item,
}
