"""Replicas of a table: which regions hold one, and what each has of its own.

Regions come and go by the steps of `plan.changes.replicas`; what a replica has of its own is
changed in its region, by the steps of the table that it is there.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from tablewright.dynamodb_values import LONGEST_RECOVERY_DAYS, Consistency
from tablewright.plan.changes.order import steps
from tablewright.plan.changes.replicas import replica_steps
from tablewright.plan.replica import GlobalTable, Replica
from tablewright.plan.table import Recovery
from tablewright.provider.operation_context import OperationContext

from .execution import Execution
from .table_reading import read_table


@dataclass(frozen=True, slots=True)
class Own:
    """What a replica shall have of its own; None leaves it as it is."""

    deletion_protection: bool | None = None
    recovery: bool | None = None
    tags: Mapping[str, str] | None = None


def live_regions(description: Mapping[str, Any]) -> dict[str, str | None]:
    """Regions of the replicas in a description, each with its customer key."""
    return {
        replica["RegionName"]: replica.get("KMSMasterKeyId")
        for replica in description.get("Replicas") or ()
        if replica.get("ReplicaStatus") not in ("DELETING", "CREATION_FAILED")
    }


def group_from_inputs(inputs: Mapping[str, Any]) -> GlobalTable:
    """The regions that a table's inputs declare."""
    listed = inputs.get("replicas") or ()
    strong = any(replica.get("consistencyMode") == "STRONG" for replica in listed)
    witness = (inputs.get("globalTableWitness") or {}).get("regionName")
    return GlobalTable(
        replicas=tuple(
            Replica(region=replica["regionName"], kms_key=replica.get("kmsKeyArn") or None)
            for replica in listed
        ),
        consistency="STRONG" if strong else "EVENTUAL",
        witness_region=witness,
    )


def bring_replicas(
    run: OperationContext,
    execution: Execution,
    name: str,
    inputs: Mapping[str, Any],
    tags: Mapping[str, str],
    known: Collection[str] | None = None,
) -> None:
    """Give a table the replicas its inputs declare, each with what it shall have of its own.

    Args:
        run: the request.
        execution: at the table.
        name: of the table.
        inputs: what is declared.
        tags: of the table.
        known: regions whose replicas are the stack's; others are left alone. None: all are.
    """
    group = group_from_inputs(inputs)
    description = execution.describe()
    live, witness = live_regions(description), _witness(description)
    if known is not None:
        live = {region: key for region, key in live.items() if region in known}
    consistency = _consistency(description)
    execution.carry_out(tuple(replica_steps(name, live, group, consistency, witness)))
    for replica in inputs.get("replicas") or ():
        own = Own(
            deletion_protection=bool(replica.get("deletionProtectionEnabled", False)),
            recovery=bool(replica.get("pointInTimeRecovery", False)),
            tags=tags if replica.get("propagateTags") else None,
        )
        bring_own(run, replica["regionName"], name, own)


def bring_own(
    run: OperationContext, region: str, name: str, own: Own, identifier: str = ""
) -> None:
    """Change what the replica in a region has of its own."""
    reading = read_table(run, region, name)
    if reading is None:
        return
    live = reading.table
    declared = replace(live, tags=own.tags)
    if own.deletion_protection is not None:
        declared = replace(declared, deletion_protection=own.deletion_protection)
    if own.recovery is not None:
        alive = live.recovery.days if live.recovery else 0
        days = (alive or LONGEST_RECOVERY_DAYS) if own.recovery else 0
        declared = replace(declared, recovery=Recovery(days))
    Execution(run, region, name, identifier).carry_out(steps(live, declared))


def replica_outputs(
    run: OperationContext, name: str, description: Mapping[str, Any], recorded: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """The SDK's view of a table's replicas, each read in its own region."""
    spoken_of = {replica["regionName"]: replica for replica in recorded.get("replicas") or ()}
    return [
        _replica_output(run, name, region, key, spoken_of.get(region, {}))
        | {"consistencyMode": _consistency(description)}
        for region, key in live_regions(description).items()
    ]


def _replica_output(
    run: OperationContext, name: str, region: str, key: str | None, recorded: Mapping[str, Any]
) -> dict[str, Any]:
    output: dict[str, Any] = {
        "regionName": region,
        "kmsKeyArn": key or "",
        "propagateTags": bool(recorded.get("propagateTags", False)),
    }
    reading = read_table(run, region, name)
    if reading is not None:
        description = reading.description
        output |= {
            "arn": description["TableArn"],
            "deletionProtectionEnabled": bool(reading.table.deletion_protection),
            "streamArn": description.get("LatestStreamArn", ""),
            "streamLabel": description.get("LatestStreamLabel", ""),
        }
        if reading.table.recovery is not None:
            output["pointInTimeRecovery"] = reading.table.recovery.days > 0
    return output


def replicas_differ(recorded: Mapping[str, Any], news: Mapping[str, Any]) -> bool:
    """Whether declared replicas are others than the recorded ones, or have others settings."""
    old = {replica["regionName"]: replica for replica in recorded.get("replicas") or ()}
    new = {replica["regionName"]: replica for replica in news.get("replicas") or ()}
    if old.keys() != new.keys():
        return True
    defaults = {"deletionProtectionEnabled": False, "pointInTimeRecovery": False}
    return any(
        {**defaults, **replica}[setting] != old[region].get(setting, replica.get(setting))
        for region, replica in new.items()
        for setting in (
            *defaults,
            *(name for name in _GIVEN if replica.get(name) not in (None, "")),
        )
    )


_GIVEN = ("kmsKeyArn", "propagateTags", "consistencyMode")


def _witness(description: Mapping[str, Any]) -> str | None:
    """The region that takes part without holding items; there is one at most."""
    return next(
        (witness["RegionName"] for witness in description.get("GlobalTableWitnesses") or ()), None
    )


def _consistency(description: Mapping[str, Any]) -> Consistency:
    return "STRONG" if description.get("MultiRegionConsistency") == "STRONG" else "EVENTUAL"
