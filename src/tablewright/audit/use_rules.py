"""Rules on what nobody uses, told from CloudWatch's metrics of the last days."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.fleet.reading import Unread
from tablewright.plan.table import GlobalIndex, LocalIndex

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule

METRICS_READ = ("cloudwatch:GetMetricData",)
READS = ("ConsumedReadCapacityUnits",)
WRITES = ("ConsumedWriteCapacityUnits",)
THROTTLES = ("ReadThrottleEvents", "WriteThrottleEvents")
KEY_RANGE_THROTTLES = (
    "ReadKeyRangeThroughputThrottleEvents",
    "WriteKeyRangeThroughputThrottleEvents",
)
"""Those of `THROTTLES` that a partition refused, whatever the table had left."""
EXPIRED = "TimeToLiveDeletedItemCount"
STREAM_READS = "GetRecords"
"""Calls of it: samples of the latency by the stream's label."""


@audit_rule("TW241", "Somebody uses it", Severity.MEDIUM, METRICS_READ)
def used(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A table that nobody uses is paid for all the same.

    Its storage, its recovery, and its capacity if that is provisioned.
    """
    use = table.use
    if isinstance(use, Unread):
        yield use
    elif use is not None and not use.any(*READS, *WRITES):
        yield AuditProblem(
            f"No read and no write in {use.days} days.",
            remedy="Ask its owner; export it to S3, and then delete it by name.",
        )


@audit_rule("TW242", "Each global index is read", Severity.MEDIUM, METRICS_READ)
def indexes_read(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Every write to the table is written to its indexes as well, and paid for again.

    An index that nobody queries costs that for nothing.
    """
    use = table.use
    if isinstance(use, Unread):
        yield use
        return
    if use is None or not use.any(*READS, *WRITES):
        return
    for index in table.live.table.global_indexes or ():
        if not use.any(*READS, index=index.name):
            yield AuditProblem(
                f"Nobody read index {index.name} in {use.days} days.",
                remedy="Remove it from `globalSecondaryIndexes` once you know that no quarterly "
                "job needs it.",
            )


@audit_rule("TW243", "Its time to live deletes items", Severity.MEDIUM, METRICS_READ)
def expiry(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Expiry on the wrong attribute deletes nothing, and nothing says so.

    One that no item has, or that holds milliseconds or a text. The table grows for ever.
    """
    if unread := table.unread("time_to_live"):
        yield unread
        return
    live = table.live
    ttl = live.table.time_to_live
    if ttl is None or ttl.attribute is None or not live.reading.item_count:
        return
    use = table.use
    if isinstance(use, Unread):
        yield use
    elif use is not None and not use.any(EXPIRED):
        yield AuditProblem(
            f"Expiry by {ttl.attribute} deleted nothing in {use.days} days.",
            remedy=f"Check that items have {ttl.attribute} as a number of seconds since 1970, not "
            "milliseconds and not text.",
        )


@audit_rule(
    "TW244",
    "Somebody reads its stream",
    Severity.LOW,
    (*METRICS_READ, "lambda:ListEventSourceMappings"),
)
def stream_read(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A stream that nobody reads is one more setting that looks as if something depended on it."""
    stream = table.live.table.stream
    if stream is None or stream.view_type is None or table.live.reading.replicas:
        return  # global tables keep their stream for replication
    if table.stream_readers and not isinstance(table.stream_readers, Unread):
        return
    use = table.use
    for fact in (use, table.stream_readers):
        if isinstance(fact, Unread):
            yield fact
            return
    if use is not None and not isinstance(use, Unread) and not use.any(STREAM_READS):
        yield AuditProblem(
            f"Nobody read its stream in {use.days} days.",
            remedy="Remove `stream` from its manifest once you know that nothing waits for it.",
        )


@audit_rule(
    "TW245",
    "Contributor insights tell what they cost",
    Severity.LOW,
    ("dynamodb:DescribeContributorInsights", *METRICS_READ),
)
def insights(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Insights on all accessed keys are charged by every request that they count.

    Where nothing is throttled, those on throttled keys alone tell the same and cost next to
    nothing.
    """
    full = [insight for insight in table.live.reading.insights if insight.mode != "THROTTLED_KEYS"]
    for facet, reason in table.live.unread.items():
        if facet.startswith("insights"):
            yield Unread(reason)
    if not full:
        return
    use = table.use
    if isinstance(use, Unread):
        yield use
        return
    for insight in full:
        if use is not None and not use.any(*THROTTLES, index=insight.index):
            where = f"index {insight.index}" if insight.index else "the table"
            requests = use.total(READS[0], insight.index) + use.total(WRITES[0], insight.index)
            yield AuditProblem(
                f"Insights count all keys of {where}, and nothing was throttled in {use.days} days "
                f"({requests:,.0f} units consumed).",
                "contributorInsights: {mode: THROTTLED_KEYS}",
                f"globalSecondaryIndexes[{insight.index}]" if insight.index else "",
            )


@audit_rule("TW246", "Nothing is throttled", Severity.HIGH, METRICS_READ)
def throttled(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """A throttled request was refused, and one that is retried is late.

    Some retries hide it from everybody but the users who wait.
    """
    activity = table.activity
    if isinstance(activity, Unread):
        yield activity
        return
    for index in (None, *table.live.table.index_names):
        reads, writes = (activity.total(metric, index) for metric in THROTTLES)
        if reads or writes:
            where = f"index {index}" if index else "the table"
            yield AuditProblem(
                f"{reads:,.0f} reads and {writes:,.0f} writes of {where} were throttled in "
                f"{activity.days} days.",
                remedy="Measure its use and let `optimize` find the capacity that fits; "
                "with a hot key none does.",
            )


@audit_rule("TW247", "Each index has something that no other has", Severity.LOW)
def repeated(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """An index with the keys of another one, and no attribute more, is written and paid for twice.

    Which projected attributes are read, no metric and no log of AWS tells. What can be known is
    which index answers nothing that another does not.
    """
    live = table.live.table
    others: list[GlobalIndex | LocalIndex] = [*(live.local_indexes or ())]
    indexes = live.global_indexes or ()
    for place, index in enumerate(indexes):
        later = [other for other in indexes[place + 1 :] if not _covers(index, other)]
        other = next((other for other in (*others, *later) if _covers(other, index)), None)
        others.append(index)
        if other is not None:
            yield AuditProblem(
                f"Index {index.name} has the keys of {other.name} and no attribute that it lacks.",
                remedy=f"Query {other.name} instead, and then remove {index.name} from "
                "`globalSecondaryIndexes`.",
            )


def _covers(other: GlobalIndex | LocalIndex, index: GlobalIndex | LocalIndex) -> bool:
    """Whether an index answers every query of another."""
    has, wanted = other.projection, index.projection
    if (other.key.partition, other.key.sort) != (index.key.partition, index.key.sort):
        return False
    if has.type == "ALL" or wanted.type == "KEYS_ONLY":
        return True
    return wanted.type == "INCLUDE" and {*wanted.non_key_attributes} <= {*has.non_key_attributes}


RULES = (used, indexes_read, expiry, stream_read, insights, throttled, repeated)
