"""Reading items by their keys: GetItem and BatchGetItem.

Source: API reference of these operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tablewright_emulator.dynamodb.control_plane import contributors
from tablewright_emulator.dynamodb.expressions.legacy import refuse_mixture
from tablewright_emulator.dynamodb.expressions.paths import Path, project, read_projection
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.items.keys import check_key, refuse_nested
from tablewright_emulator.dynamodb.items.metering import Charge, Meter, read_units
from tablewright_emulator.dynamodb.items.partitions import (
    Item,
    Place,
)
from tablewright_emulator.dynamodb.items.writes import usable
from tablewright_emulator.dynamodb.service import DynamoDb, Operation
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import Attributes, check_attributes, invalid
from tablewright_emulator.request import AwsFault, Request

Params = Mapping[str, Any]
MAX_BATCH = 100
MAX_BATCH_BYTES = 16 * 1024 * 1024
_OLD = ("AttributesToGet", "QueryFilter", "ScanFilter", "ConditionalOperator")
_NEW = ("ProjectionExpression", "FilterExpression", "KeyConditionExpression")


def refuse_old_and_new(params: Params) -> None:
    """Refuse older parameters beside the expressions that replaced them.

    `KeyConditions` go with all of them but their own (dynalite's tests, held to AWS).
    """
    own = () if params.get("KeyConditionExpression") is None else ("KeyConditions",)
    refuse_mixture(params, (*_OLD, *own), _NEW)


def read_projection_of(params: Params, placeholders: Placeholders) -> tuple[Path, ...] | None:
    """What of each item is asked for; None for all of it."""
    if params.get("ProjectionExpression") is not None:
        return read_projection(params["ProjectionExpression"], placeholders)
    names = params.get("AttributesToGet")
    return None if names is None else tuple((name,) for name in names)


def refuse_repeated(names: Sequence[str] | None) -> None:
    """Refuse `AttributesToGet` with a name twice."""
    seen: set[str] = set()
    for name in names or ():
        if name in seen:
            raise invalid(f"Duplicate value in attribute name: {name}")
        seen.add(name)


class KeyRead(NamedTuple):
    """What a read of items by key asks for, as far as the request alone tells it."""

    keys: tuple[Attributes, ...]
    paths: tuple[Path, ...] | None

    def place(self, table: Table, number: int = 0) -> Place:
        """Where the item of a key is.

        Raises:
            AwsFault: it is no key of the table, or the paths lead into one.
        """
        place = check_key(table, self.keys[number])
        refuse_nested(table, {str(path[0]) for path in self.paths or () if len(path) > 1})
        return place


def read_get(params: Params, keys: Iterable[Any]) -> KeyRead:
    """What a read of these keys asks for."""
    refuse_old_and_new(params)
    placeholders = Placeholders.of(params, ("ProjectionExpression",))
    checked = tuple(check_attributes(key) for key in keys)
    refuse_repeated(params.get("AttributesToGet"))
    placeholders.checked()
    paths = read_projection_of(params, placeholders)
    placeholders.refuse_unused()
    return KeyRead(checked, paths)


def get_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """GetItem."""
    params = request.params
    asked = read_get(params, [params["Key"]])
    table = usable(world, request, params["TableName"])
    place = asked.place(table)
    item: Item | None = table.shelf.get(place)
    meter = Meter(world, request)
    consistent = bool(params.get("ConsistentRead"))
    charge = Charge("read", read_units(item.size if item else 0, consistent=consistent))
    contributors.watched(world, table, meter, [charge], place)
    shown = (
        None
        if item is None
        else item.attributes
        if asked.paths is None
        else project(item.attributes, asked.paths)
    )
    return {"Item": shown, "ConsumedCapacity": meter.consumed(table)}


# --- BatchGetItem -------------------------------------------------------------------------------


def batch_get_item(world: DynamoDb, request: Request) -> dict[str, Any]:
    """BatchGetItem: what is throttled or beyond 16 MB comes back unprocessed."""
    wanted = request.params["RequestItems"]
    if sum(len(asked["Keys"]) for asked in wanted.values()) > MAX_BATCH:
        raise AwsFault("ValidationException", "Too many items requested for the BatchGetItem call")
    read = {name: read_get(asked, asked["Keys"]) for name, asked in wanted.items()}
    refuse_old_and_new({member: None for asked in wanted.values() for member in asked})
    for asked in read.values():
        if any(key in asked.keys[:number] for number, key in enumerate(asked.keys)):
            raise _duplicates()
    meter = Meter(world, request)
    batch = _Batch(world, meter)
    for name, asked in read.items():
        batch.read(usable(world, request, name), name, wanted[name], asked)
    if batch.fault is not None and not batch.served:
        raise batch.fault
    return {
        "Responses": batch.items_by_table,
        "UnprocessedKeys": batch.left,
        "ConsumedCapacity": meter.consumed_by_all(),
    }


def _duplicates() -> AwsFault:
    return AwsFault("ValidationException", "Provided list of item keys contains duplicates")


@dataclass
class _Batch:
    world: DynamoDb
    meter: Meter
    items_by_table: dict[str, list[Attributes]] = field(default_factory=dict)
    left: dict[str, dict[str, Any]] = field(default_factory=dict)
    fault: AwsFault | None = None
    served: int = 0
    size: int = 0

    def read(self, table: Table, name: str, part: dict[str, Any], asked: KeyRead) -> None:
        """Read the keys of one table."""
        places = [asked.place(table, number) for number in range(len(asked.keys))]
        if len(set(places)) < len(places):
            raise _duplicates()
        self.items_by_table[name] = []
        consistent = bool(part.get("ConsistentRead"))
        for key, place in zip(part["Keys"], places, strict=True):
            item: Item | None = table.shelf.get(place)
            if not self._pays(table, item, place, consistent=consistent):
                rest = self.left.setdefault(name, {**part, "Keys": []})
                rest["Keys"].append(key)
            elif item is not None:
                attributes, paths = item.attributes, asked.paths
                self.items_by_table[name].append(
                    attributes if paths is None else project(attributes, paths)
                )

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
