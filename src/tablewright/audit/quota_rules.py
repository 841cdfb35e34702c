"""Rules on quotas that cannot be met in the middle of a night."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.dynamodb_values import MOST_GLOBAL_INDEXES, MOST_PROJECTED_ATTRIBUTES, MOST_TAGS
from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule
from .use_rules import KEY_RANGE_THROTTLES, METRICS_READ

MOST_TABLES = 2_500
COLLECTION_BYTES = 10 * 1024**3
"""Of all items with one partition key, where the table has a local index."""
SHARE = 0.9


@audit_rule(
    "TW296",
    "It is well below its quotas",
    Severity.LOW,
    ("dynamodb:DescribeTable", "dynamodb:ListTables", "dynamodb:ListTagsOfResource"),
)
def near_quota(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Quotas end a deployment half-way, and take a request to raise.

    Those of indexes, projected attributes, tags and tables (Developer Guide, Quotas).
    """
    live = table.live.table
    projections = [index.projection for index in live.global_indexes or ()]
    projections += [index.projection for index in live.local_indexes or ()]
    for fact in (table.region.tables, table.unread("tags")):
        if isinstance(fact, Unread):
            yield fact
    tables = table.region.tables
    counts = (
        ("global indexes", len(live.index_names), MOST_GLOBAL_INDEXES),
        (
            "projected attributes over all indexes",
            sum(len(projection.non_key_attributes) for projection in projections),
            MOST_PROJECTED_ATTRIBUTES,
        ),
        ("tags", len(live.tags or {}), MOST_TAGS),
        ("tables in its region", 0 if isinstance(tables, Unread) else tables, MOST_TABLES),
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


@audit_rule("TW298", "No partition is at its limit", Severity.HIGH, METRICS_READ)
def partitions(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A partition serves 3,000 read and 1,000 write units a second, whatever the table has.

    A key that takes more is throttled, and neither more capacity nor on-demand helps (Developer
    Guide, Designing partition keys). CloudWatch counts these apart from other throttling.
    """
    activity = table.activity
    if isinstance(activity, Unread):
        yield activity
        return
    for index in (None, *table.live.table.index_names):
        reads, writes = (activity.total(metric, index) for metric in KEY_RANGE_THROTTLES)
        if reads or writes:
            where = f"index {index}" if index else "the table"
            yield AuditProblem(
                f"{reads:,.0f} reads and {writes:,.0f} writes of {where} were throttled by a hot "
                f"key in {activity.days} days.",
                remedy="Find the key with contributor insights, and spread its items over several "
                "keys, or cache what is read.",
            )


RULES = (near_quota, item_collections, partitions)
