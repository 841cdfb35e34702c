"""Reading items by their keys: GetItem and BatchGetItem.

Source: API reference of these operations.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.legacy import refuse_mixture
from tablewright_emulator.dynamodb.expressions.paths import Path, project, read_projection
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.items.keys import check_key
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units
from tablewright_emulator.dynamodb.items.partitions import (
    Item,
    Place,
)
from tablewright_emulator.dynamodb.items.writes import usable
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import Attributes, invalid
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
MAX_BATCH = 100
MAX_BATCH_BYTES = 16 * 1024 * 1024
_OLD = ("AttributesToGet", "KeyConditions", "QueryFilter", "ScanFilter", "ConditionalOperator")
_NEW = ("ProjectionExpression", "KeyConditionExpression", "FilterExpression")


def refuse_old_and_new(params: Params) -> None:
    """Refuse older parameters beside the expressions that replaced them."""
    refuse_mixture(params, _OLD, _NEW)


def read_projection_of(params: Params, placeholders: Placeholders) -> tuple[Path, ...] | None:
    """What of each item is asked for; None for all of it."""
    if params.get("ProjectionExpression") is not None:
        return read_projection(params["ProjectionExpression"], placeholders)
    names = params.get("AttributesToGet")
    if names is None:
        return None
    if not names or len(set(names)) < len(names):
        raise invalid(
            f"Duplicate value in attribute name: {names[0]}"
            if names
            else "AttributesToGet is empty"
        )
    return tuple((name,) for name in names)


def get_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """GetItem."""
    params = request.params
    refuse_old_and_new(params)
    table = usable(world, request, params["TableName"])
    placeholders = Placeholders.of(params, ("ProjectionExpression",))
    paths = read_projection_of(params, placeholders)
    placeholders.refuse_unused()
    _, place = check_key(table, params["Key"])
    item: Item | None = table.shelf.get(place)
    meter = Meter(world, request)
    consistent = bool(params.get("ConsistentRead"))
    charge = Charge("read", read_units(item.size if item else 0, consistent=consistent))
    contributors.watched(world, table, meter, [charge], place)
    shown = (
        None
        if item is None
        else item.attributes
        if paths is None
        else project(item.attributes, paths)
    )
    return {"Item": shown, "ConsumedCapacity": meter.consumed(table)}


# --- BatchGetItem -------------------------------------------------------------------------------


def batch_get_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """BatchGetItem: what is throttled or beyond 16 MB comes back unprocessed."""
    wanted = request.params["RequestItems"]
    _check_batch(wanted)
    meter = Meter(world, request)
    batch = _Batch(world, meter)
    for name, asked in wanted.items():
        batch.read(usable(world, request, name), name, asked)
    if batch.fault is not None and not batch.served:
        raise batch.fault
    return {
        "Responses": batch.items_by_table,
        "UnprocessedKeys": batch.left,
        "ConsumedCapacity": meter.consumed_by_all(),
    }


def _check_batch(wanted: Any) -> None:
    if not wanted:
        raise AwsFault(
            "ValidationException",
            "1 validation error detected: Value '{}' at 'requestItems' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1",
        )
    keys = [asked["Keys"] for asked in wanted.values()]
    if not all(keys):
        raise AwsFault(
            "ValidationException",
            "1 validation error detected: Value at 'requestItems.member.keys' failed to satisfy "
            "constraint: Member must have length greater than or equal to 1",
        )
    if sum(map(len, keys)) > MAX_BATCH:
        raise AwsFault("ValidationException", "Too many items requested for the BatchGetItem call")


@dataclass
class _Batch:
    world: DynamoDb
    meter: Meter
    items_by_table: dict[str, list[Attributes]] = field(default_factory=dict)
    left: dict[str, dict[str, Any]] = field(default_factory=dict)
    fault: AwsFault | None = None
    served: int = 0
    size: int = 0

    def read(self, table: Table, name: str, asked: dict[str, Any]) -> None:
        """Read the keys of one table."""
        refuse_old_and_new(asked)
        placeholders = Placeholders.of(asked, ("ProjectionExpression",))
        paths = read_projection_of(asked, placeholders)
        placeholders.refuse_unused()
        places = [check_key(table, key)[1] for key in asked["Keys"]]
        if len(set(places)) < len(places):
            raise AwsFault("ValidationException", "Provided list of item keys contains duplicates")
        self.items_by_table[name] = []
        consistent = bool(asked.get("ConsistentRead"))
        for key, place in zip(asked["Keys"], places, strict=True):
            item: Item | None = table.shelf.get(place)
            if not self._pays(table, item, place, consistent=consistent):
                rest = self.left.setdefault(name, {**asked, "Keys": []})
                rest["Keys"].append(key)
            elif item is not None:
                shown = item.attributes if paths is None else project(item.attributes, paths)
                self.items_by_table[name].append(shown)

    def _pays(self, table: Table, item: Item | None, place: Place, *, consistent: bool) -> bool:
        size = item.size if item else 0
        if self.size + size > MAX_BATCH_BYTES:
            return False
        charge = Charge("read", read_units(size, consistent=consistent))
        try:
            contributors.watched(self.world, table, self.meter, [charge], place)
        except AwsFault as fault:
            self.fault = fault
            return False
        self.size += size
        self.served += 1
        return True


OPERATIONS: dict[str, Operation] = {"BatchGetItem": batch_get_item, "GetItem": get_item}
