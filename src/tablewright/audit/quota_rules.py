"""Rules on quotas that cannot be met in the middle of a night."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule

MOST_GLOBAL_INDEXES = 20
MOST_PROJECTED = 100
MOST_TAGS = 50
MOST_TABLES = 2_500
COLLECTION_BYTES = 10 * 1024**3
"""Of all items with one partition key, where the table has a local index."""
SHARE = 0.9


@audit_rule("TW296", "It is well below its quotas", Severity.LOW)
def near_quota(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Quotas end a deployment half-way, and take a request to raise.

    Those of indexes, projected attributes, tags and tables (Developer Guide, Quotas).
    """
    live = table.live.table
    projections = [index.projection for index in live.global_indexes or ()]
    projections += [index.projection for index in live.local_indexes or ()]
    counts = (
        ("global indexes", len(live.global_indexes or ()), MOST_GLOBAL_INDEXES),
        (
            "projected attributes over all indexes",
            sum(len(projection.non_key_attributes) for projection in projections),
            MOST_PROJECTED,
        ),
        ("tags", len(live.tags or {}), MOST_TAGS),
        ("tables in its region", table.region.tables, MOST_TABLES),
    )
    for what, number, most in counts:
        if number >= SHARE * most:
            yield AuditProblem(
                f"{number} {what}, of {most} at most.",
                remedy="Remove what nobody needs, or ask for a higher quota.",
            )


@audit_rule("TW297", "No item collection can come near 10 GB", Severity.MEDIUM)
def item_collections(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """With a local index all items of one partition key may have 10 GB together.

    The write that would exceed them is refused. How large the largest is AWS does not tell, so the
    table's whole size is what it cannot exceed.
    """
    if not table.live.table.local_indexes:
        return
    sizes = [table.live.reading.size_bytes]
    sizes += [
        table.live.reading.indexes[index.name].size_bytes
        for index in table.live.table.local_indexes
        if index.name in table.live.reading.indexes
    ]
    if sum(sizes) >= SHARE * COLLECTION_BYTES:
        yield AuditProblem(
            f"It has a local index and {sum(sizes) / 1e9:,.0f} GB: a partition key of it may be "
            "near 10 GB, from where on writes are refused.",
            remedy="Watch `ItemCollectionMetrics` (`ReturnItemCollectionMetrics: SIZE`), or use a "
            "global index instead.",
        )


RULES = (near_quota, item_collections)
