"""Replicas of a table in other regions (global tables, version 2019.11.21, eventual consistency).

Source: Developer Guide, page V2globaltables_HowItWorks. A replica is a table of its own region, a
write to one is made in all. Capacity mode, units, indexes, TTL and warm throughput are kept the
same everywhere; protection, recovery, tags, insights, policies belong to each. Strong consistency
and witnesses are refused: what they promise cannot be shown on one machine.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane.encryption import is_managed, key_arn
from tablewright_emulator.dynamodb.control_plane.lifecycle import check_room, start_stream
from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.items.bucket import Bucket
from tablewright_emulator.dynamodb.items.partitions import Item, Place, Shelf
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.streams.stream import Stream
from tablewright_emulator.dynamodb.table import Metered, Pending, Recovery, Table, TimeToLive
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

Params = dict[str, Any]
_DAY = timedelta(days=1)
_VIEW = "NEW_AND_OLD_IMAGES"
"""The view of a table that had no stream; one that it has is kept, whatever its view."""


def peers(world: DynamoDb, table: Table) -> list[Table]:
    """The replicas of a table that are there."""
    now = world.now()
    candidates = (
        world.catalog(table.account, region).get(table.name, now) for region in table.replicas
    )
    return [peer for peer in candidates if peer is not None]


def check(world: DynamoDb, table: Table, params: Params) -> None:
    """One replica is created or deleted per call; several may be updated.

    A change of keys names every region at once, the table's own among them: so Terraform's provider
    does it, whose acceptance tests pass on AWS.
    """
    actions = _actions(params)
    if not actions:
        raise invalid("One of Create, Update, Delete of a ReplicaUpdate must be given")
    if len(actions) > 1 and any(kind != "Update" for kind, _ in actions):
        raise invalid("Exactly one replica can be created or deleted at a time")
    regions = [action.get("RegionName") for _, action in actions]
    if not all(regions):
        raise invalid("RegionName of a replica is missing")
    if len(set(regions)) < len(regions):
        raise invalid("A replica can be updated once in a request")
    checks: dict[str, Callable[[DynamoDb, Table, Params], None]] = {
        "Create": _check_create,
        "Update": _check_update,
        "Delete": _check_known,
    }
    for kind, action in actions:
        if kind not in checks:
            raise AwsFault("ValidationException", f"{kind} is not supported by this emulator")
        checks[kind](world, table, action)


def _actions(params: Params) -> list[tuple[str, Params]]:
    return [
        (kind, update[kind])
        for update in params["ReplicaUpdates"]
        for kind in update
        if update[kind]
    ]


def _check_create(world: DynamoDb, table: Table, action: Params) -> None:
    region = action["RegionName"]
    if region == table.region or region in table.replicas:
        raise _there_already(table)
    catalog = world.catalog(table.account, region)
    if catalog.get(table.name, world.now()) is not None:
        raise _there_already(table)
    if table.kms_key is not None and not is_managed(table) and not action.get("KMSMasterKeyId"):
        raise invalid("KMSMasterKeyId must be specified for each replica.")
    _check_writes_scale(world, table)
    check_room(world, catalog)


def _check_writes_scale(world: DynamoDb, table: Table) -> None:
    """Writes find room in every region: on demand, or by Application Auto Scaling."""
    if table.billing_mode != "PROVISIONED":
        return
    for name in (None, *table.indexes):
        kind = "index" if name else "table"
        targets = world.gateway.call(
            "application-autoscaling",
            "DescribeScalableTargets",
            {
                "ServiceNamespace": "dynamodb",
                "ResourceIds": [f"table/{table.name}" + (f"/index/{name}" if name else "")],
                "ScalableDimension": f"dynamodb:{kind}:WriteCapacityUnits",
            },
            account=table.account,
            region=table.region,
        )
        if not targets["ScalableTargets"]:
            raise AwsFault(
                "ValidationException",
                f"{'GSI' if name else 'Table'} write capacity should either be Pay-Per-Request or "
                "AutoScaled.",
            )


def _there_already(table: Table) -> AwsFault:
    return AwsFault(
        "ValidationException",
        f"Failed to create a the new replica of table with name: \u2018{table.name}\u2019 because "
        "one or more replicas already existed as tables.",
    )


def _check_known(world: DynamoDb, table: Table, action: Params) -> None:
    del world
    if action["RegionName"] == table.region:
        raise _local_region()
    if action["RegionName"] not in table.replicas:
        raise AwsFault(
            "ValidationException",
            "Update global table operation failed because one or more replicas were not part of "
            "the global table. Please retry the request without these replicas: "
            f"[{action['RegionName']}].",
        )


def _local_region() -> AwsFault:
    return AwsFault(
        "ValidationException",
        "Cannot add, delete, or update the local region through ReplicaUpdates. Use CreateTable, "
        "DeleteTable, or UpdateTable as required.",
    )


def _check_update(world: DynamoDb, table: Table, action: Params) -> None:
    if action["RegionName"] != table.region:
        _check_known(world, table, action)
    elif action.keys() - {"RegionName", "KMSMasterKeyId"}:
        raise _local_region()


def begin(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin to create or delete a replica, or to update some."""
    for kind, action in _actions(params):
        _begin(world, table, kind, action)


def _begin(world: DynamoDb, table: Table, kind: str, action: Params) -> None:
    region = action["RegionName"]
    seconds = world.durations.replica
    if kind == "Delete":
        table.replicas[region] = {**table.replicas[region], "ReplicaStatus": "DELETING"}
        peer = world.catalog(table.account, region).get(table.name, world.now())
        if peer is not None:
            peer.deleting = True
            world.begin(peer, seconds, _gone)
        for other in peers(world, table):
            other.replicas.pop(region, None)
        world.begin(table, seconds, _forgotten, region=region)
        return
    if kind == "Update":
        peer = world.catalog(table.account, region).get(table.name, world.now())
        if peer is not None:
            _change_key(world, peer, action)
            _make_own(peer, action)
        if region != table.region:
            table.replicas[region] |= _overrides(action)
        world.begin(table, seconds, _nothing)
        return
    if table.stream is None:
        start_stream(world, table, _VIEW)
    table.source_of_replica_at = world.now()
    peer = _copy(world, table, action)
    world.catalog(table.account, region).tables[table.name] = peer
    world.begin(peer, seconds, _ready)
    members = [table, *peers(world, table)]
    for member in members:
        member.replicas[region] = {
            "RegionName": region,
            "ReplicaStatus": "CREATING",
            **_overrides(action),
        }
        for relative in members:
            if member is relative:
                peer.replicas[relative.region] = {
                    "RegionName": relative.region,
                    "ReplicaStatus": "ACTIVE",
                }
        due = world.after(seconds)
        done = Pending.of(due, _active, blocks=member is table, region=region)
        member.pending.append(done)


def _copy(world: DynamoDb, table: Table, action: Params) -> Table:
    """A table like the source for another region, with its items."""
    region = action["RegionName"]
    shelf, table.shelf = table.shelf, Shelf()
    held = (table.stream, table.old_streams, table.recovery, table.pending)
    table.stream, table.old_streams, table.recovery, table.pending = None, [], Recovery(), []
    try:
        peer = deepcopy(table)
    finally:
        table.shelf = shelf
        table.stream, table.old_streams, table.recovery, table.pending = held
    peer.region, peer.id, peer.created = region, world.gateway.new_id(), world.now()
    peer.creating, peer.tags, peer.insights, peer.policies = True, {}, {}, {}
    peer.destinations, peer.replicas, peer.counted = {}, {}, None
    peer.protected, peer.reads, peer.writes = False, Bucket(), Bucket()
    peer.source_of_replica_at = None
    view = held[0].view_type if held[0] is not None else _VIEW
    peer.stream = Stream(peer.arn, region, view, world.now(), peer.key_schema)
    if table.kms_key is not None:
        key = action.get("KMSMasterKeyId")
        peer.kms_key = key_arn(world, peer, {"Enabled": True, "KMSMasterKeyId": key})
    _make_own(peer, action)
    for index in peer.all_indexes():
        index.view = peer.view(index.projection, index.key_schema)
    for item in shelf:
        peer.write(peer.keys.place(item.attributes), None, item)
    return peer


def _make_own(peer: Table, action: Params) -> None:
    """Give a replica the class and the reads that it does not share with the others."""
    peer.table_class = action.get("TableClassOverride") or peer.table_class
    _own_reads(peer, action)
    for own in action.get("GlobalSecondaryIndexes") or ():
        if own["IndexName"] in peer.indexes:
            _own_reads(peer.indexes[own["IndexName"]], own)


def _change_key(world: DynamoDb, peer: Table, action: Params) -> None:
    """Encrypt a replica with another key, which must be usable in its region."""
    if key := action.get("KMSMasterKeyId"):
        peer.kms_key = key_arn(world, peer, {"Enabled": True, "KMSMasterKeyId": key})


def _own_reads(metered: Metered, override: Params) -> None:
    if units := override.get("ProvisionedThroughputOverride"):
        metered.throughput.read = units["ReadCapacityUnits"]
    if ceiling := override.get("OnDemandThroughputOverride"):
        metered.on_demand = {**metered.on_demand, **ceiling}


def _overrides(action: Params) -> Params:
    kept = {
        member: action[member]
        for member in ("KMSMasterKeyId", "ProvisionedThroughputOverride",
                       "OnDemandThroughputOverride", "GlobalSecondaryIndexes")
        if action.get(member) is not None
    }  # fmt: skip
    if action.get("TableClassOverride"):
        kept["ReplicaTableClassSummary"] = {"TableClass": action["TableClassOverride"]}
    return kept


def replicate(world: DynamoDb, table: Table, place: Place, item: Item | None) -> None:
    """Make a write in every other region as well."""
    for peer in peers(world, table):
        if peer.deleting:
            continue
        old: Item | None = peer.shelf.get(place)
        shown = item or old
        if shown is None:
            continue
        peer.write(place, old, item)
        now = world.now()
        if peer.recovery.enabled:
            peer.recovery.log.append((now, place, old, item))
        if peer.stream is not None and not peer.creating:
            peer.stream.add(
                now,
                peer.keys.key_of(shown.attributes),
                old.attributes if old else None,
                item.attributes if item else None,
            )


def refuse_delete(world: DynamoDb, table: Table) -> None:
    """A region that was the source of a replica stays for a day, while there are replicas."""
    since = table.source_of_replica_at
    if world.limits and table.replicas and since is not None and world.now() - since < _DAY:
        raise AwsFault(
            "ValidationException",
            "Replica cannot be deleted because it has acted as a source region for new replica(s) "
            "being added to the table in the last 24 hours.",
        )


def leave(world: DynamoDb, table: Table) -> None:
    """A table that is deleted is no replica any more."""
    for peer in peers(world, table):
        peer.replicas.pop(table.region, None)


def share_ttl(world: DynamoDb, table: Table) -> None:
    """TTL is the same everywhere."""
    for peer in peers(world, table):
        peer.ttl = TimeToLive(table.ttl.attribute, table.ttl.status, table.ttl.changed)


# --- effects ------------------------------------------------------------------------------------


@effect("replica.ready")
def _ready(table: Table, at: Any) -> None:
    del at
    table.creating = False


@effect("replica.gone")
def _gone(table: Table, at: Any) -> None:
    del at
    table.deleted = True


@effect("replica.active")
def _active(table: Table, at: Any, region: str) -> None:
    del at
    if region in table.replicas:
        table.replicas[region] = {**table.replicas[region], "ReplicaStatus": "ACTIVE"}


@effect("replica.forgotten")
def _forgotten(table: Table, at: Any, region: str) -> None:
    del at
    table.replicas.pop(region, None)


@effect("replica.nothing")
def _nothing(table: Table, at: Any) -> None:
    del table, at
