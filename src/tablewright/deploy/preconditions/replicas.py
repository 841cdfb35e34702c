"""What live replicas have of their own, read in their regions.

Contributor Insights there may be on already. And there is what Pulumi's AWS provider has no
property for (read capacity, a shorter recovery window): it can be declared only as it is, so a
replica that declares any is looked at before a run.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from tablewright.aws.reading import TableReader, TableReading
from tablewright.aws.session import Session
from tablewright.components.existing import Existing, LiveResource, import_ids
from tablewright.components.rendering.replica import without_property
from tablewright.errors import UnreadError
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.fleet.reading import Unread, try_read
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable
from tablewright.plan.replica import Replica
from tablewright.resource_kinds import Account

from .recorded import UnrecordedParts

Copy = tuple[str, str]
"""Name of a table, and region of a replica."""


def with_replicas(
    existing: Existing, declared: DeclaredStack, wanted: UnrecordedParts, session: Session
) -> Existing:
    """`existing`, and the live replicas among those that have to be looked at.

    Raises:
        UnreadError: one could not be read, so a run might fight it.
    """
    copies = sorted({*_special(declared), *_insights(wanted, declared.region)})
    if not copies:
        return existing
    regions = {region for _, region in copies}
    readers = {
        region: TableReader(session, region, rate_limiter_for(session)) for region in regions
    }
    answers = map_concurrently(
        copies, lambda copy: try_read(partial(readers[copy[1]].read, copy[0]))
    )
    live = {copy: _read(answer) for copy, answer in answers.items() if answer is not None}
    account = Account(session.account_id, declared.region)
    return replace(
        existing,
        import_ids={**existing.import_ids, **import_ids(_live_insights(live), account)},
        replica_tables={copy: reading.table for copy, reading in live.items()},
    )


def _live_insights(live: Mapping[Copy, TableReading]) -> Iterator[LiveResource]:
    for (table, region), reading in live.items():
        for insights in reading.insights:
            inputs = {"tableName": table, "indexName": insights.index, "region": region}
            yield LiveResource("dynamodb.ContributorInsights", inputs)


def _special(declared: DeclaredStack) -> Iterator[Copy]:
    for table, replica in _replicas(declared):
        if without_property(table, replica):
            yield table.table.name, replica.region


def _replicas(declared: DeclaredStack) -> Iterator[tuple[DeclaredTable, Replica]]:
    for table in declared.tables:
        for replica in table.global_table.replicas if table.global_table else ():
            yield table, replica


def _insights(wanted: UnrecordedParts, home: str) -> Iterator[Copy]:
    for table, parts in wanted.parts.items():
        for part in parts:
            region = part.arguments.get("region", home)
            if part.kind == "dynamodb.ContributorInsights" and region != home:
                yield table, region


def _read(answer: TableReading | Unread) -> TableReading:
    if isinstance(answer, Unread):
        raise UnreadError(
            answer.reason, "allow the call, so that no live setting of the replica is overwritten"
        )
    return answer
