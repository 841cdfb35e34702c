"""Regions of a global table that come and go: one a call (API reference, ReplicaUpdates).

What a replica has of its own (protection, recovery, tags) is changed in its own region, by the
steps of the table that it is there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from tablewright.dynamodb_values import Consistency
from tablewright.plan.replica import GlobalTable, Replica

from .step import Risk, Step, Wait

_COPY = "AWS copies the table there and charges for it; the table serves as before meanwhile"
_SOURCE = "the table cannot be deleted for 24 hours after it was the source of a replica"
_GONE = "the copy of the items there is deleted"
_KEY = "in place; keep the old key until AWS has encrypted everything with the other"
_FOREVER = "the consistency of a global table is chosen once, while the table is empty"


def replica_steps(
    name: str,
    live: Mapping[str, str | None],
    declared: GlobalTable,
    consistency: Consistency = "EVENTUAL",
    witness: str | None = None,
) -> Iterator[Step]:
    """Calls that give a live table the declared regions; those that go, go last.

    Args:
        name: of the table.
        live: regions that hold a replica now, each with the ARN of its customer key.
        declared: regions that shall hold one.
        consistency: of the live replicas.
        witness: the live region that holds no items, if there is one.
    """
    wanted = {replica.region: replica for replica in declared.replicas}
    if live and wanted and declared.consistency != consistency:
        yield _impossible(f"Make the replicas {declared.consistency} instead of {consistency}")
        return
    if "STRONG" in (consistency, declared.consistency):
        yield from _strong(name, live, declared, witness)
        return
    for region, replica in wanted.items():
        if region in live and replica.kms_key not in (None, live[region]):
            yield _change_key(name, region, replica.kms_key)
        elif region not in live:
            yield _add(name, replica)
    for region in live:
        if region not in wanted:
            yield _remove(name, region)


def create_action(replica: Replica) -> dict[str, Any]:
    """`Create` of ReplicaUpdates."""
    members = {
        "RegionName": replica.region,
        "KMSMasterKeyId": replica.kms_key,
        "TableClassOverride": replica.table_class,
    }
    return {member: value for member, value in members.items() if value is not None}


def _add(name: str, replica: Replica) -> Step:
    return _step(
        name,
        f"Add a replica in {replica.region}",
        {"ReplicaUpdates": [{"Create": create_action(replica)}]},
        replica.region,
        f"{_COPY}; {_SOURCE}",
    )


def _change_key(name: str, region: str, key: str | None) -> Step:
    """In place: UpdateReplicationGroupMemberAction takes a key (API reference)."""
    return _step(
        name,
        f"Encrypt the replica in {region} with another key",
        {"ReplicaUpdates": [{"Update": {"RegionName": region, "KMSMasterKeyId": key}}]},
        region,
        _KEY,
    )


def _remove(name: str, region: str) -> Step:
    return _step(
        name,
        f"Remove the replica in {region}",
        {"ReplicaUpdates": [{"Delete": {"RegionName": region}}]},
        region,
        _GONE,
    )


def _strong(
    name: str, live: Mapping[str, str | None], declared: GlobalTable, witness: str | None
) -> Iterator[Step]:
    wanted = {replica.region for replica in declared.replicas}
    if not live and wanted:
        yield _make_strong(name, declared)
    elif live and not wanted:
        yield _end_strong(name, live, witness)
    elif (wanted, declared.witness_region) != ({*live}, witness):
        yield _impossible("Change the regions of a strongly consistent table")


def _impossible(title: str) -> Step:
    return Step(
        title=title,
        operation="",
        request={},
        risk=Risk.IMPOSSIBLE,
        properties=("globalTable",),
        wait=Wait.NONE,
        note=f"{_FOREVER}: remove all replicas first, or make a new table",
    )


def _make_strong(name: str, declared: GlobalTable) -> Step:
    """All regions of a strongly consistent table are named in one call."""
    request: dict[str, Any] = {
        "ReplicaUpdates": [{"Create": create_action(replica)} for replica in declared.replicas],
        "MultiRegionConsistency": "STRONG",
    }
    if declared.witness_region is not None:
        witness = {"Create": {"RegionName": declared.witness_region}}
        request["GlobalTableWitnessUpdates"] = [witness]
    regions = ", ".join(replica.region for replica in declared.replicas)
    return _step(name, f"Make a strongly consistent table with {regions}", request, "", _FOREVER)


def _end_strong(name: str, live: Mapping[str, str | None], witness: str | None) -> Step:
    """Neither region can go alone, a witness neither."""
    members: dict[str, Any] = {
        "ReplicaUpdates": [{"Delete": {"RegionName": region}} for region in live]
    }
    if witness is not None:
        members["GlobalTableWitnessUpdates"] = [{"Delete": {"RegionName": witness}}]
    return _step(name, f"Remove the replicas in {', '.join(live)}", members, "", _GONE)


def _step(name: str, title: str, members: dict[str, Any], region: str, note: str) -> Step:
    return Step(
        title=title,
        operation="UpdateTable",
        request={"TableName": name, **members},
        risk=Risk.SLOW,
        properties=(f"globalTable.replicas[{region}]" if region else "globalTable",),
        wait=Wait.REPLICAS_SETTLED,
        subject=region,
        note=note,
    )
