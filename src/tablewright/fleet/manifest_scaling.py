"""Which live scaling a manifest can say. Pure."""

from __future__ import annotations

from .live import LiveTable
from .scaling import LiveScaling


def sayable_scaling(live: LiveTable) -> list[LiveScaling]:
    """The scaling that is written down."""
    return [target for target in live.scaling if not unsayable_scaling(live, target)]


def unsayable_scaling(live: LiveTable, scaling: LiveScaling) -> str:
    """Why a manifest cannot say it; empty if it can: one policy at most, on DynamoDB's own metric.

    Scalable targets outlive a switch to on demand, and the index they are of.
    """
    indexes = {*live.table.index_names}
    if live.table.throughput is None:
        return "it does nothing while the table is on demand"
    if scaling.index is not None and scaling.index not in indexes:
        return "there is no such index"
    reasons = list(scaling.beyond)
    if len(scaling.policies) > 1:
        names = ", ".join(policy.name for policy in scaling.policies)
        reasons.append(f"{len(scaling.policies)} target-tracking policies: {names}")
    return "; ".join(reasons)
