"""Global tables: which region a table is declared in, and what its replicas have of their own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from tablewright.aws.tables import users_tags
from tablewright.dynamodb_values import InsightsMode
from tablewright.fleet.live import LiveTable
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.plan.replica import GlobalTable, Replica, ReplicaIndex
from tablewright.plan.table import Recovery

from .specification import Specification

Copies = Mapping[str, LiveTable]
"""The live replicas of a table, by region."""

_NEVER = datetime.max.replace(tzinfo=UTC)


def at_home(tables: Iterable[LiveTable]) -> list[tuple[LiveTable, Copies]]:
    """Each table once, with its replicas.

    A global table is declared in the region in which it was made first, so that no two stacks
    declare it.
    """
    groups: dict[tuple[str, str, str], list[LiveTable]] = {}
    for live in tables:
        # A table without replicas is nobody's copy, whatever has its name elsewhere.
        alone = "" if live.reading.replicas else live.region
        groups.setdefault((live.account_id, live.name, alone), []).append(live)
    own_tables: list[tuple[LiveTable, Copies]] = []
    for group in groups.values():
        home, *others = sorted(
            group, key=lambda live: (live.reading.created or _NEVER, live.region)
        )
        own_tables.append((home, {live.region: live for live in others}))
    return own_tables


def missing(live: LiveTable, copies: Copies) -> list[str]:
    """Regions that hold a replica which was not read; a witness cannot be."""
    return sorted(
        replica.region
        for replica in live.reading.replicas
        if not replica.witness and replica.region not in {*copies, live.region}
    )


def replication(live: LiveTable, copies: Copies) -> Specification:
    """`globalTable`, if it is one."""
    if missing(live, copies):
        return {"globalTable": UNREAD}
    if not copies:
        return {}
    spec: Specification = {"consistency": "STRONG" if live.reading.strong else "EVENTUAL"}
    witnesses = [replica.region for replica in live.reading.replicas if replica.witness]
    if witnesses:
        spec["witnessRegion"] = witnesses[0]
    spec["replicas"] = [_replica(live, copies[region]) for region in sorted(copies)]
    return {"globalTable": spec}


def live_global_table(live: LiveTable, copies: Copies) -> GlobalTable | None:
    """The same as the value that the written manifest must declare."""
    if not copies:
        return None
    witnesses = [replica.region for replica in live.reading.replicas if replica.witness]
    return GlobalTable(
        replicas=tuple(_value(live, copies[region]) for region in sorted(copies)),
        consistency="STRONG" if live.reading.strong else "EVENTUAL",
        witness_region=witnesses[0] if witnesses else None,
    )


def _replica(live: LiveTable, copy: LiveTable) -> Specification:
    value = _value(live, copy)
    spec: dict[str, Any] = {
        "region": copy.region,
        "kmsKeyArn": value.kms_key,
        "tableClass": value.table_class,
        "deletionProtection": value.deletion_protection or None,
        "recovery": {"days": value.recovery.days} if value.recovery.days else None,
        "contributorInsights": {"mode": value.insights} if value.insights else None,
        "readCapacityUnits": value.read_capacity,
        "maxReadRequestUnits": value.read_ceiling,
        "globalSecondaryIndexes": [_index(index) for index in value.indexes] or None,
        "propagateTags": False,
        "tags": dict(value.tags) or None,
    }
    for facet, field in (
        ("recovery", "recovery"),
        ("tags", "tags"),
        ("insights", "contributorInsights"),
        ("encryption", "kmsKeyArn"),
    ):
        if facet in copy.unread:
            spec[field] = UNREAD
    return {name: setting for name, setting in spec.items() if setting is not None}


def _index(index: ReplicaIndex) -> Specification:
    spec = {
        "name": index.name,
        "readCapacityUnits": index.read_capacity,
        "maxReadRequestUnits": index.read_ceiling,
        "contributorInsights": {"mode": index.insights} if index.insights else None,
    }
    return {name: value for name, value in spec.items() if value is not None}


def _value(live: LiveTable, copy: LiveTable) -> Replica:
    """What a replica has of its own; what is as in the table is not said."""
    home, there = live.table, copy.table
    return Replica(
        region=copy.region,
        kms_key=there.encryption.kms_key if there.encryption else None,
        table_class=None if there.table_class == home.table_class else there.table_class,
        deletion_protection=bool(there.deletion_protection),
        recovery=there.recovery or Recovery(0),
        insights=_insights(copy, None),
        read_capacity=_own_reads(copy, there, home),
        read_ceiling=_other(_ceiling(there), _ceiling(home)),
        indexes=tuple(_index_values(live, copy)),
        propagate_tags=False,
        tags=users_tags(there.tags or {}),
    )


def _index_values(live: LiveTable, copy: LiveTable) -> Iterable[ReplicaIndex]:
    at_home = live.table.indexes_by_name
    for there in copy.table.global_indexes or ():
        home = at_home.get(there.name, there)
        value = ReplicaIndex(
            name=there.name,
            read_capacity=_own_reads(copy, there, home, there.name),
            read_ceiling=_other(_ceiling(there), _ceiling(home)),
            insights=_insights(copy, there.name),
        )
        if value != ReplicaIndex(there.name):
            yield value


def _own_reads(copy: LiveTable, there: Any, home: Any, index: str | None = None) -> int | None:
    """Read capacity that was set for the replica; what scales there is nobody's number."""
    scales = any((target.index, target.direction) == (index, "read") for target in copy.scaling)
    return None if scales else _other(_reads(there), _reads(home))


def _reads(part: Any) -> int | None:
    """Provisioned reads of a table or an index."""
    return part.throughput.read if part.throughput else None


def _ceiling(part: Any) -> int | None:
    return part.on_demand_maximum.read if part.on_demand_maximum else None


def _other(there: int | None, home: int | None) -> int | None:
    return None if there == home else there


def _insights(copy: LiveTable, index: str | None) -> InsightsMode | None:
    return next(
        (insights.mode for insights in copy.reading.insights if insights.index == index), None
    )
