"""Rules on a table: what was declared of it against what DynamoDB says of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tablewright.aws.reading import TableReading
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.facets import (
    DELETION_PROTECTION,
    ENCRYPTION,
    ON_DEMAND_MAXIMUM,
    RECOVERY,
    STREAM,
    TABLE_CLASS,
    TIME_TO_LIVE,
    Facet,
)
from tablewright.plan.facets.attached import insights_of
from tablewright.plan.scaling import Direction
from tablewright.plan.table import GlobalIndex, Table, Throughput

from . import formatting
from .effects import AGAIN, BEYOND, SET_BACK
from .rule import Case, rule
from .tags import tags_outcome
from .verdict import FactOutcome, compared, failed, passed, unknown

TableCase = Case[DeclaredTable, LiveTable]

OF_REPLICAS = (
    "declare the live value, or remove the replicas first: AWS keeps the stream of a table with any"
)
OUT_OF_BOUNDS = "set it within the bounds of its scaling by hand: a run leaves what scales alone"
STREAM_HOURS = 24
"""DynamoDB Streams keep records for 24 hours; nothing can change it (Developer Guide, Streams)."""


@rule(
    "TW101",
    "table",
    "The table exists and is ACTIVE",
    iam=("dynamodb:DescribeTable",),
    always=True,
)
def table_exists(case: Case[DeclaredTable, LiveTable | Unread | None]) -> Iterator[FactOutcome]:
    """All that follows is said of a table that serves requests.

    One that is being changed may still be on its way to what was declared.
    """
    match case.live:
        case None:
            yield failed(
                "table",
                "ACTIVE",
                f"no such table in {case.stack.region}",
                _create_empty(case),
            )
        case Unread(reason):
            yield unknown("table", "ACTIVE", reason)
        case LiveTable():
            yield compared(
                "table", "ACTIVE", case.live.reading.status, None, "wait until it is ACTIVE"
            )


def _create_empty(case: Case[DeclaredTable, Any]) -> str:
    """What makes a table that is not there; whoever adopted one must say that it may be empty."""
    place = f"region {case.stack.region} and account {case.stack.account_id}"
    if not case.stack.deployed and not case.declared.adopt:
        return f"{AGAIN}, which creates it, or check {place}"
    check = f"check {place}; if it is gone,"
    if case.declared.adopt:
        return (
            f"{check} restore it, or set `adopt: false` for it and {AGAIN}, which creates it EMPTY"
        )
    return f"{check} {AGAIN}, which creates it EMPTY"


@rule("TW102", "table", "Its keys have the declared names and types", ("dynamodb:DescribeTable",))
def keys(case: TableCase) -> Iterator[FactOutcome]:
    """Keys never change in place: another key means another table."""
    declared, live = case.declared.table, case.live.table
    yield compared(
        "key",
        formatting.key(declared.key, declared.attributes),
        formatting.key(live.key, live.attributes),
        None,
        "declare the keys it has, or a new table under another name",
    )


def _facet(case: TableCase, facet: Facet[Any], fix: str = SET_BACK) -> Iterator[FactOutcome]:
    """One facet of the table: nothing where nothing was declared of it."""
    expected, actual = facet.of(case.declared.table), facet.of(case.live.table)
    if expected is not None:
        yield compared(
            facet.fact,
            facet.words(expected),
            None if actual is None else facet.words(actual),
            case.live.unread.get(facet.name),
            fix,
        )


@rule("TW103", "table", "It is billed as declared", ("dynamodb:DescribeTable",))
def billing_mode(case: TableCase) -> Iterator[FactOutcome]:
    """On demand every request is paid, provisioned every hour of capacity."""
    expected, actual = case.declared.table.billing_mode, case.live.table.billing_mode
    if expected is not None:
        yield compared("billing mode", expected, actual, None, SET_BACK)


@rule(
    "TW104",
    "table",
    "Its provisioned capacity is the declared one, or within the bounds of its scaling",
    ("dynamodb:DescribeTable", "application-autoscaling:DescribeScalableTargets"),
)
def provisioned_capacity(case: TableCase) -> Iterator[FactOutcome]:
    """Capacity that Application Auto Scaling has moved is no difference: it is its task."""
    declared, live = case.declared.table, case.live.table
    if declared.throughput is not None:
        yield capacity_outcome(
            "capacity", declared.throughput, live.throughput, case.live, index=None
        )


@rule(
    "TW107",
    "table",
    "Its change stream is on or off as declared, with the declared view",
    ("dynamodb:DescribeTable", "dynamodb:DescribeStream"),
)
def stream(case: TableCase) -> Iterator[FactOutcome]:
    """Readers of the stream get what its view holds, and nothing when it is off.

    A stream that replicates cannot go or change (API reference, UpdateTable): AWS switches it on
    with the first replica, whoever adds that.
    """
    held = bool(case.live.reading.replicas) and case.live.reading.stream_arn is not None
    yield from _facet(case, STREAM, OF_REPLICAS if held else SET_BACK)
    if _streams(case.declared, case.live):
        yield compared(
            "stream: status",
            "ENABLED",
            case.live.stream_status or "no such stream",
            case.live.unread.get("stream_status"),
            "wait, or switch the stream off and on",
        )


@rule(
    "TW108",
    "table",
    "Records of its stream live 24 hours",
    ("dynamodb:DescribeTable",),
)
def stream_retention(case: TableCase) -> Iterator[FactOutcome]:
    """DynamoDB Streams keep each record for 24 hours by nature; no call changes or tells it.

    So this proves that the stream is one of DynamoDB's, which a Kinesis stream is not.
    """
    if not _streams(case.declared, case.live):
        return
    expected = f"{STREAM_HOURS} hours"
    arn = case.live.reading.stream_arn or ""
    if arn.startswith(f"{case.live.arn}/stream/"):
        yield passed("stream: retention", expected, f"{expected}, as of every DynamoDB stream")
    else:
        yield failed("stream: retention", expected, f"{arn} is not a stream of the table", SET_BACK)


@rule(
    "TW109",
    "table",
    "Its recovery window is the declared one",
    ("dynamodb:DescribeContinuousBackups",),
)
def recovery(case: TableCase) -> Iterator[FactOutcome]:
    """The table can be restored to any second of the window, and to none before it."""
    yield from _facet(case, RECOVERY)


@rule(
    "TW110",
    "table",
    "It is encrypted with the declared key, and the key can be used",
    ("dynamodb:DescribeTable", "kms:DescribeKey"),
)
def encryption(case: TableCase) -> Iterator[FactOutcome]:
    """DynamoDB always encrypts; whose key it is decides who can take access away.

    With a key that is disabled or deleted DynamoDB refuses every item, and archives the table after
    seven days (Developer Guide, Encryption at rest: how it works).
    """
    yield from _facet(case, ENCRYPTION)
    yield from key_outcome(case.live.reading)


def key_outcome(reading: TableReading) -> Iterator[FactOutcome]:
    """Whether KMS lets the key of a table, or of a replica, be used; none with AWS's own key."""
    if reading.encryption_key is not None:
        yield compared(
            "encryption: state of the key",
            "Enabled",
            reading.encryption_key_state or formatting.NONE,
            reading.unread.get("encryption"),
            f"enable {reading.encryption_key} in KMS, or cancel its deletion; if it is deleted, "
            "restore the table from a backup under another key",
        )


@rule(
    "TW111",
    "table",
    "Items expire by the declared attribute, or not at all",
    ("dynamodb:DescribeTimeToLive",),
)
def time_to_live(case: TableCase) -> Iterator[FactOutcome]:
    """Another attribute means that items live for ever, or die early."""
    yield from _facet(case, TIME_TO_LIVE)


@rule("TW112", "table", "It is of the declared class", ("dynamodb:DescribeTable",))
def table_class(case: TableCase) -> Iterator[FactOutcome]:
    """The class sets the prices of storage and of throughput."""
    yield from _facet(case, TABLE_CLASS)


@rule(
    "TW113",
    "table",
    "It is protected against deletion as declared",
    ("dynamodb:DescribeTable",),
)
def deletion_protection(case: TableCase) -> Iterator[FactOutcome]:
    """Protection that nobody declared stops a wanted destroy; one that is missing stops none."""
    yield from _facet(case, DELETION_PROTECTION)


@rule(
    "TW114",
    "table",
    "Its on-demand maximum is the declared one",
    ("dynamodb:DescribeTable",),
)
def on_demand_maximum(case: TableCase) -> Iterator[FactOutcome]:
    """The ceiling bounds the bill, and throttles what is above it."""
    yield from _facet(case, ON_DEMAND_MAXIMUM)


@rule(
    "TW115",
    "table",
    "It and its indexes serve at least the declared warm throughput at once",
    ("dynamodb:DescribeTable",),
)
def warm_throughput(case: TableCase) -> Iterator[FactOutcome]:
    """Warm throughput only grows, by itself too: more than was declared is no difference."""
    declared, live = case.declared.table, case.live.table
    yield from _warm("warm throughput", declared, live)
    indexes = live.indexes_by_name
    for index in declared.global_indexes or ():
        if index.name in indexes:
            fact = f"index {index.name}: warm throughput"
            yield from _warm(fact, index, indexes[index.name])


@rule(
    "TW116",
    "table",
    "Contributor Insights are on where declared, and nowhere else",
    ("dynamodb:DescribeContributorInsights",),
)
def contributor_insights(case: TableCase) -> Iterator[FactOutcome]:
    """They name the keys that are used most, and are billed per event, index by index."""
    declared = {insights.index: insights for insights in case.declared.insights}
    live = {insights.index: insights for insights in case.live.reading.insights}
    indexes = [*case.live.table.index_names]
    missing = [name for name in declared if name is not None and name not in indexes]
    for index in (None, *indexes, *missing):
        yield compared(
            "insights" if index is None else f"insights on index {index}",
            formatting.insights(declared.get(index)),
            formatting.insights(live.get(index)),
            case.live.unread.get(insights_of(index)),
            SET_BACK if index in declared else BEYOND,
        )


@rule(
    "TW117",
    "table",
    "The table carries the declared tags and no other",
    ("dynamodb:ListTagsOfResource",),
)
def table_tags(case: TableCase) -> Iterator[FactOutcome]:
    """Costs are divided, and access is granted, by tags."""
    if case.declared.table.tags is not None:
        reason = case.live.unread.get("tags")
        yield from tags_outcome(case.declared.table.tags, case.live.table.tags, reason)


def _streams(declared: DeclaredTable, live: LiveTable) -> bool:
    """Whether a stream is declared and on: what else there is to say of it has a subject."""
    declared_stream, live_stream = declared.table.stream, live.table.stream
    return bool(
        declared_stream and declared_stream.view_type and live_stream and live_stream.view_type
    )


def capacity_outcome(
    fact: str,
    declared: Throughput,
    live_throughput: Throughput | None,
    live: LiveTable,
    index: str | None,
) -> FactOutcome:
    """Provisioned capacity of the table or an index, which may be moved by its scaling."""
    expected = formatting.throughput(declared)
    if live_throughput is None or live_throughput == declared:
        return compared(fact, expected, formatting.throughput(live_throughput), None, SET_BACK)
    moved: list[Direction] = []
    if live_throughput.read != declared.read:
        moved.append("read")
    if live_throughput.write != declared.write:
        moved.append("write")
    if "scaling" in live.unread:
        return unknown(fact, expected, live.unread["scaling"])
    actual = formatting.throughput(live_throughput)
    within = [_within_bounds(live, index, direction, live_throughput) for direction in moved]
    if all(within):
        return passed(fact, expected, f"{actual} (moved by auto scaling, within its bounds)")
    return failed(fact, expected, actual, OUT_OF_BOUNDS if False in within else SET_BACK)


def _within_bounds(
    live: LiveTable, index: str | None, direction: Direction, live_throughput: Throughput
) -> bool | None:
    """Whether a side is within the bounds of its scaling; None where nothing scales it."""
    units = live_throughput.read if direction == "read" else live_throughput.write
    for scaling in live.scaling:
        if (scaling.index, scaling.direction) == (index, direction):
            return scaling.minimum <= units <= scaling.maximum
    return None


def _warm(
    fact: str, declared: Table | GlobalIndex, live: Table | GlobalIndex
) -> Iterator[FactOutcome]:
    wanted, has = declared.warm_throughput, live.warm_throughput
    if wanted is None:
        return
    expected = f"at least {formatting.throughput(wanted)}"
    if has is None:
        yield unknown(fact, expected, "DescribeTable did not report it")
    elif has.read >= wanted.read and has.write >= wanted.write:
        yield passed(fact, expected, formatting.throughput(has))
    else:
        yield failed(fact, expected, formatting.throughput(has), SET_BACK)


RULES = (
    table_exists,
    keys,
    billing_mode,
    provisioned_capacity,
    stream,
    stream_retention,
    recovery,
    encryption,
    time_to_live,
    table_class,
    deletion_protection,
    on_demand_maximum,
    warm_throughput,
    contributor_insights,
    table_tags,
)
