"""UpdateTable: one kind of change per call, checked whole before anything is begun.

Sources: API reference, UpdateTable; Developer Guide, page GSI.OnlineOps. What can be combined, and
the texts for what cannot, were measured on AWS (ack-api-quirks, October 2026).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.dynamodb.control_plane import (
    capacity_change,
    index_change,
    replicas,
    setting_change,
)
from tablewright_emulator.dynamodb.control_plane.description import describe
from tablewright_emulator.dynamodb.control_plane.lifecycle import refuse_unsupported
from tablewright_emulator.dynamodb.rules import capacity, indexes
from tablewright_emulator.dynamodb.service import DynamoDb, Operation, require_active
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault, Request

Params = dict[str, Any]
_SHARED = frozenset({"capacity", "index", "warm throughput"})  # the same in every region
# What goes with nothing else, by the precedence in which AWS names it.
_ALONE = {
    "replica": "Replica modification must be the only operation in the request",
    "encryption": "Server-Side Encryption modification must be the only operation in the request",
    "table class": "TableClass modification must be the only operation in the request",
    "deletion protection": "DeletionProtection modification must be the only operation in the "
    "request",
    "warm throughput": "WarmThroughput must be the only operation in the request",
}
_UNSUPPORTED = ("MultiRegionConsistency", "GlobalTableWitnessUpdates", "VectorIndexUpdates")


@dataclass(frozen=True)
class Kind:
    """One kind of change.

    Args:
        asked: whether a request asks for it.
        check: refuses what cannot be done; changes nothing.
        begin: begins it; never refuses.
    """

    name: str
    asked: Callable[[Params], bool]
    check: Callable[[DynamoDb, Table, Params], None]
    begin: Callable[[DynamoDb, Table, Params], None]


KINDS = (
    Kind("capacity", capacity_change.asked, capacity_change.check, capacity_change.begin),
    Kind("warm throughput", capacity_change.warm_asked, capacity_change.check_warm_change,
         capacity_change.begin_warm),
    Kind("index", index_change.asked, index_change.check, index_change.begin),
    Kind("stream", lambda p: p.get("StreamSpecification") is not None,
         setting_change.check_stream_change, setting_change.begin_stream),
    Kind("encryption", lambda p: p.get("SSESpecification") is not None,
         setting_change.check_encryption_change, setting_change.begin_encryption),
    Kind("table class", lambda p: p.get("TableClass") is not None,
         setting_change.check_class, setting_change.begin_class),
    Kind("deletion protection", lambda p: p.get("DeletionProtectionEnabled") is not None,
         setting_change.check_protection, setting_change.begin_protection),
    Kind("replica", lambda p: bool(p.get("ReplicaUpdates")), replicas.check, replicas.begin),
)  # fmt: skip


def update_table(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateTable."""
    params = request.params
    refuse_unsupported(params, _UNSUPPORTED)
    indexes.check_updates(params.get("GlobalSecondaryIndexUpdates"))
    kinds = [kind for kind in KINDS if kind.asked(params)]
    if not kinds:
        raise AwsFault(
            "ValidationException",
            "At least one of ProvisionedThroughput, BillingMode, UpdateStreamEnabled, "
            "GlobalSecondaryIndexUpdates or SSESpecification or ReplicaUpdates is required",
        )
    if params.get("ProvisionedThroughput") is not None:
        capacity.check_bounds(params["ProvisionedThroughput"])
    elif params.get("BillingMode") == "PROVISIONED":
        raise invalid("ProvisionedThroughput must be specified when BillingMode is PROVISIONED")
    table = world.table(request)
    require_active(table)
    _refuse_mixture(kinds, params)
    for kind in kinds:
        kind.check(world, table, params)
    for kind in kinds:
        kind.begin(world, table, params)
        if kind.name in _SHARED or _is_shared_encryption(kind, params):
            for peer in replicas.peers(world, table):
                kind.begin(world, peer, params)
    return {"TableDescription": describe(world, table)}


def _is_shared_encryption(kind: Kind, params: Params) -> bool:
    """A key of the customer's is one region's own; AWS's keys are of one kind in all regions."""
    return kind.name == "encryption" and not params["SSESpecification"].get("KMSMasterKeyId")


def _refuse_mixture(kinds: list[Kind], params: Params) -> None:
    """Changes that AWS does not make together. A billing mode goes with an index or a stream."""
    names = {kind.name for kind in kinds}
    if len(names) == 1:
        return
    for name, text in _ALONE.items():
        if name in names:
            raise invalid(text)
    units = params.get("ProvisionedThroughput") is not None
    if params.get("OnDemandThroughput") is not None:
        raise invalid("OnDemandThroughput can only be combined with BillingMode in an UpdateTable "
                      "request")  # fmt: skip
    if names >= {"index", "stream"}:
        raise invalid("You cannot create or delete index while changing stream status")
    if "index" in names and units:
        raise invalid("You cannot create or delete index while updating table IOPS")
    if "stream" in names and params.get("BillingMode") != "PAY_PER_REQUEST":
        raise invalid("You cannot modify stream status while updating table IOPS")


OPERATIONS: dict[str, Operation] = {"UpdateTable": update_table}
