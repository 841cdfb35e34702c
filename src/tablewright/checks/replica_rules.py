"""Rules on a copy of a table in another region: what is its own there."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.aws.reading import TableReading
from tablewright.fleet.reading import Unread
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.facets import DELETION_PROTECTION, RECOVERY, TABLE_CLASS
from tablewright.plan.facets.attached import insights_of
from tablewright.plan.replica import Replica

from . import formatting
from .effects import AGAIN, BEYOND, SET_BACK
from .rule import Case, rule
from .table_rules import key_outcome
from .tags import tags_outcome
from .verdict import FactOutcome, compared, failed, passed, unknown

DeclaredReplica = tuple[DeclaredTable, Replica]
ReplicaCase = Case[DeclaredReplica, TableReading]


@rule("TW144", "replica", "The replica can be read", ("dynamodb:DescribeTable",), always=True)
def replica_exists(
    case: Case[DeclaredReplica, TableReading | Unread | None],
) -> Iterator[FactOutcome]:
    """All that follows is asked in the replica's own region."""
    region = case.declared[1].region
    match case.live:
        case None:
            yield failed("replica", "exists", f"no such table in {region}", AGAIN)
        case Unread(reason):
            yield unknown("replica", "exists", reason)
        case TableReading():
            yield passed("replica", "exists", f"exists, {case.live.status}")


@rule(
    "TW145",
    "replica",
    "What every region has of its own is as declared for the replica",
    ("dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"),
)
def own_settings(case: ReplicaCase) -> Iterator[FactOutcome]:
    """Protection and recovery are never taken over from the table.

    A copy that is not protected is the way round the protection of the original.
    """
    (declared, replica), live = case.declared, case.live
    facts = [
        (
            DELETION_PROTECTION.fact,
            DELETION_PROTECTION.words(replica.deletion_protection),
            DELETION_PROTECTION.words(bool(live.table.deletion_protection)),
            None,
        ),
        (
            RECOVERY.fact,
            RECOVERY.words(replica.recovery),
            RECOVERY.words(live.table.recovery) if live.table.recovery else None,
            live.unread.get("recovery"),
        ),
    ]
    if replica.kms_key is not None:
        facts.append(
            ("encryption key", replica.kms_key, live.encryption_key or formatting.NONE, None)
        )
    for fact, expected, actual, reason in facts:
        yield compared(fact, expected, actual, reason, SET_BACK)
    yield compared(
        TABLE_CLASS.fact,
        replica.table_class or declared.table.table_class or formatting.NONE,
        live.table.table_class or formatting.NONE,
        None,
        SET_BACK
        if replica.table_class
        else "declare the replica's `tableClass`, then run `tablewright up PATH --refresh`",
    )
    yield from key_outcome(live)


@rule(
    "TW146",
    "replica",
    "Its reads have the declared capacity or ceiling",
    ("dynamodb:DescribeTable",),
)
def read_capacity(case: ReplicaCase) -> Iterator[FactOutcome]:
    """Writes are the same in every region; reads can be set for each."""
    (declared, replica), live = case.declared, case.live.table
    scaled = any(
        scaling.direction == "read" and scaling.index is None for scaling in declared.scaling
    )
    if replica.read_capacity is not None and not scaled:
        units = str(live.throughput.read) if live.throughput else formatting.NONE
        yield compared("read capacity", str(replica.read_capacity), units, None, SET_BACK)
    if replica.read_ceiling is not None and live.on_demand_maximum is not None:
        ceiling = str(live.on_demand_maximum.read or formatting.NONE)
        yield compared("maximum of reads", str(replica.read_ceiling), ceiling, None, SET_BACK)


@rule(
    "TW147",
    "replica",
    "Contributor Insights are on there where declared, and nowhere else",
    ("dynamodb:DescribeContributorInsights",),
)
def replica_insights(case: ReplicaCase) -> Iterator[FactOutcome]:
    """They are switched on and paid for region by region."""
    declared = {index.name: index.insights for index in case.declared[1].indexes}
    live = {insights.index: formatting.insights(insights) for insights in case.live.insights}
    for index in (None, *case.live.table.index_names):
        wanted = case.declared[1].insights if index is None else declared.get(index)
        facet = insights_of(index)
        yield compared(
            "insights" if index is None else f"insights on index {index}",
            wanted or formatting.OFF,
            live.get(index, formatting.OFF),
            case.live.unread.get(facet),
            SET_BACK if wanted else BEYOND,
        )


@rule(
    "TW148",
    "replica",
    "The replica carries the declared tags and no other",
    ("dynamodb:ListTagsOfResource",),
)
def replica_tags(case: ReplicaCase) -> Iterator[FactOutcome]:
    """Tags are not copied by DynamoDB: a replica without them is nobody's cost."""
    declared = case.declared[1].tags
    yield from tags_outcome(declared, case.live.table.tags, case.live.unread.get("tags"))


RULES = (
    replica_exists,
    own_settings,
    read_capacity,
    replica_insights,
    replica_tags,
)
