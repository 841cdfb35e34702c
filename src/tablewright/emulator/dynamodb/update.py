"""UpdateTable: one kind of change per call, checked whole before anything is begun.

Sources: API reference, UpdateTable; Developer Guide, page GSI.OnlineOps. That protection, class,
encryption and warm throughput each come alone was measured on AWS.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tablewright.emulator.dynamodb import capacity_change, index_change, replicas, setting_change
from tablewright.emulator.dynamodb.description import describe
from tablewright.emulator.dynamodb.lifecycle import refuse_unsupported
from tablewright.emulator.dynamodb.service import DynamoDb, Operation, require_active
from tablewright.emulator.dynamodb.table import Table
from tablewright.emulator.dynamodb.values import invalid
from tablewright.emulator.request import AwsFault, Request

Params = dict[str, Any]
_SHARED = frozenset({"capacity", "index", "warm throughput"})  # the same in every region
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
    kinds = [kind for kind in KINDS if kind.asked(params)]
    if not kinds:
        raise AwsFault("ValidationException", "Nothing to update")
    table = world.table(request)
    require_active(table)
    _refuse_mixture(kinds, params)
    for kind in kinds:
        kind.check(world, table, params)
    for kind in kinds:
        kind.begin(world, table, params)
        if kind.name in _SHARED:
            for peer in replicas.peers(world, table):
                kind.begin(world, peer, params)
    return {"TableDescription": describe(world, table)}


def _refuse_mixture(kinds: list[Kind], params: Params) -> None:
    """Two kinds of change in one call are refused; turning on demand with a stream is not."""
    names = {kind.name for kind in kinds}
    if len(names) == 1:
        return
    if names == {"capacity", "stream"} and params.get("BillingMode") == "PAY_PER_REQUEST":
        return
    raise invalid(
        "Only one kind of change can be made to a table at a time; the request asks for "
        + " and ".join(sorted(names))
    )


OPERATIONS: dict[str, Operation] = {"UpdateTable": update_table}
