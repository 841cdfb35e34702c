"""How long changes take: by preset, in seconds of the clock.

`realistic` follows what was measured on AWS: throughput 1-2 s, streams 4-5 s, table class 4-6 s,
encryption 21-23 s, to provisioned 60-98 s, to on demand 129-172 s, an empty global index 8-17 min,
warm throughput 4.5-8.5 min. `short` keeps the order of things and is over before a test gets bored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Preset: TypeAlias = Literal["none", "short", "realistic"]


@dataclass(frozen=True)
class Durations:
    """Seconds each kind of change takes.

    Args:
        create: a table, until it is ACTIVE.
        delete: a table, until its name is free.
        throughput: provisioned units of a table or index.
        to_provisioned: from on demand.
        to_on_demand: from provisioned.
        stream: on or off.
        table_class: the class.
        encryption: another key.
        warm: warm throughput.
        index_allocation: first phase of a new index, in which it cannot be deleted.
        index_backfill: second phase, in which items are copied.
        index_delete: deletion of an index.
        insights: contributor insights on or off.
        ttl: TTL on or off.
        backup: a backup until it is AVAILABLE.
        restore: a restored table until it is ACTIVE.
        replica: a replica, added or removed.
        destination: a Kinesis destination on or off.
        transfer: an export or import.
        counts: how stale ItemCount and TableSizeBytes may be; 0 counts at every call.
        protection_pause: least time between two changes of deletion protection.
        ttl_sweep: how often expired items are looked for.
        iam: until what was made in IAM is there for the next call.
        recovery_lag: how far the latest restorable moment lies behind now.
    """

    create: float = 0.06
    delete: float = 0.06
    throughput: float = 0.04
    to_provisioned: float = 0.06
    to_on_demand: float = 0.06
    stream: float = 0.04
    table_class: float = 0.04
    encryption: float = 0.06
    warm: float = 0.06
    index_allocation: float = 0.04
    index_backfill: float = 0.06
    index_delete: float = 0.05
    insights: float = 0.04
    ttl: float = 0.04
    backup: float = 0.04
    restore: float = 0.08
    replica: float = 0.08
    destination: float = 0.04
    transfer: float = 0.08
    counts: float = 0.0
    protection_pause: float = 0.0
    ttl_sweep: float = 60.0
    iam: float = 0.0
    recovery_lag: float = 0.0


_ZERO = dict.fromkeys(Durations.__dataclass_fields__, 0.0)
PRESETS: dict[Preset, Durations] = {
    "none": Durations(**{**_ZERO, "ttl_sweep": 60.0}),
    "short": Durations(),
    "realistic": Durations(
        create=8,
        delete=6,
        throughput=2,
        to_provisioned=80,
        to_on_demand=150,
        stream=5,
        table_class=5,
        encryption=22,
        warm=360,
        index_allocation=120,
        index_backfill=480,
        index_delete=30,
        insights=60,
        ttl=60,
        backup=10,
        restore=600,
        replica=300,
        destination=30,
        transfer=300,
        counts=6 * 3600,
        protection_pause=15,
        ttl_sweep=600,
        recovery_lag=300,
    ),
}
