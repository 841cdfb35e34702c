"""Global indexes of a live table: created and deleted one at a time.

Source: Developer Guide, page GSI.OnlineOps. A new index first gets its resources (the table is
UPDATING, the index cannot be deleted), then its items (Backfilling, the table is ACTIVE again and
the index may be deleted).
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane.lifecycle import new_index
from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.rules import capacity, indexes, keys
from tablewright_emulator.dynamodb.service import DynamoDb, not_found
from tablewright_emulator.dynamodb.table import GlobalIndex, Pending, Table
from tablewright_emulator.request import AwsFault

Params = dict[str, Any]
_ALLOCATED, _FILLED = "index.allocated", "index.filled"
_ONE_AT_A_TIME = (
    "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per "
    "table"
)


def asked(params: Params) -> bool:
    """Whether the request creates or deletes an index."""
    return bool(_structural(params))


def check(world: DynamoDb, table: Table, params: Params) -> None:
    """Refuse what cannot be created or deleted."""
    del world
    changes = _structural(params)
    if len(changes) > 1:
        raise AwsFault("LimitExceededException", _ONE_AT_A_TIME)
    kind, action = changes[0]
    busy = [index for index in table.indexes.values() if index.status in {"CREATING", "DELETING"}]
    if kind == "Delete":
        _check_delete(table, action, busy)
    else:
        _check_create(table, action, params, busy)


def begin(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin to create or delete an index."""
    kind, action = _structural(params)[0]
    name = action["IndexName"]
    if kind == "Delete":
        index = table.indexes[name]
        index.status, index.backfilling, index.view = "DELETING", None, None
        world.begin(table, world.durations.index_delete, _deleted, name=name)
        return
    known = table.types
    definitions = params.get("AttributeDefinitions") or []
    table.attributes = table.attributes + [
        definition for definition in definitions if definition["AttributeName"] not in known
    ]
    index = new_index(table, action)
    index.status, index.backfilling, index.view = "CREATING", False, None
    table.indexes[name] = index
    table.forget_unused_attributes()
    backfill = timedelta(seconds=world.durations.index_backfill)
    world.begin(table, world.durations.index_allocation, _allocated, name=name, backfill=backfill)


def progress_percent(table: Table, index: GlobalIndex, now: datetime) -> float | None:
    """How far the building of an index is; None when it is not being built."""
    for pending in table.pending:
        if pending.params.get("name") != index.name:
            continue
        if pending.kind == _ALLOCATED:
            return 0.0
        if pending.kind == _FILLED:
            started: datetime = pending.params["started"]
            total: timedelta = max(pending.due - started, timedelta(microseconds=1))
            return 100 * ((now - started) / total)
    return None


def _structural(params: Params) -> list[tuple[str, Params]]:
    updates = params.get("GlobalSecondaryIndexUpdates") or []
    return [
        (kind, update[kind]) for update in updates for kind in ("Create", "Delete")
        if update.get(kind)
    ]  # fmt: skip


def _check_delete(table: Table, action: Params, busy: list[GlobalIndex]) -> None:
    index = table.indexes.get(action.get("IndexName", ""))
    if index is None:
        raise not_found("Requested resource not found")
    if any(other is not index for other in busy):
        raise AwsFault("LimitExceededException", _ONE_AT_A_TIME)
    if index.status == "DELETING" or (index.status == "CREATING" and not index.backfilling):
        raise AwsFault(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: Index is being "
            f"{'deleted' if index.status == 'DELETING' else 'created'}: {index.name}",
        )


def _check_create(table: Table, action: Params, params: Params, busy: list[GlobalIndex]) -> None:
    name = action.get("IndexName")
    if name in table.indexes or name in table.local_indexes:
        raise AwsFault("ValidationException", "Attempting to create an index which already exists")
    if busy:
        raise AwsFault("LimitExceededException", _ONE_AT_A_TIME)
    if len(table.indexes) >= indexes.MAX_GLOBAL:
        raise AwsFault(
            "ValidationException", "GlobalSecondaryIndex count exceeds the per-table limit"
        )
    indexes.check_global_index(_defined(params), action)
    described = [{"Projection": index.projection} for index in table.indexes.values()]
    described += [{"Projection": index.projection} for index in table.local_indexes.values()]
    indexes.check_included([*described, action])
    _check_capacity(params.get("BillingMode") or table.billing_mode, action)


def _defined(params: Params) -> dict[str, str]:
    """The call itself defines the keys of the new index; what it says of others is ignored.

    That stored definitions do not serve, and that a type which contradicts a stored one is ignored,
    was measured on AWS (issue 144 of dynoxide, issue 78 of dynamodb-conformance). Definitions that
    no index uses yet are accepted: Terraform adds indexes one call at a time and sends those of all
    of them each time, as its acceptance tests do on AWS.
    """
    sent = params.get("AttributeDefinitions")
    if not sent:
        raise AwsFault("ValidationException", "No Attribute Schema Defined")
    return keys.check_definitions(sent)


def _check_capacity(mode: str, action: Params) -> None:
    units = action.get("ProvisionedThroughput")
    if mode == "PROVISIONED":
        if units is None:
            raise capacity.units_missing(action["IndexName"])
        capacity.require_index_throughput(units)
        capacity.refuse_maxima({}, [action])
    elif units is not None:
        raise capacity.no_units_for_index(action["IndexName"])
    capacity.check_maxima(action.get("OnDemandThroughput"), action["IndexName"])


# --- effects ------------------------------------------------------------------------------------


@effect(_ALLOCATED)
def _allocated(table: Table, at: datetime, name: str, backfill: timedelta) -> None:
    """Resources are there: the index now follows every write and gets what is in the table."""
    index = table.indexes[name]
    index.backfilling = True
    index.view = table.view(index.projection, index.key_schema)
    table.build(index.view)
    done = Pending.of(at + backfill, _filled, blocks=False, name=name, started=at)
    table.pending.append(done)


@effect(_FILLED)
def _filled(table: Table, at: datetime, name: str, started: datetime) -> None:
    del at, started
    index = table.indexes.get(name)
    if index is not None and index.status == "CREATING":
        index.status, index.backfilling = "ACTIVE", None


@effect("index.deleted")
def _deleted(table: Table, at: datetime, name: str) -> None:
    """The index is gone, with the attributes only it needed and its insights."""
    del at
    table.indexes.pop(name, None)
    table.insights.pop(name, None)
    table.forget_unused_attributes()
