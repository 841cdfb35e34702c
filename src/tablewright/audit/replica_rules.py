"""Rules on the copies of a global table: settings of a replica are its own, and are forgotten."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread

from .evidence import AuditedTable
from .rule import AuditProblem, Severity, audit_rule

Facets = Callable[[LiveTable, LiveTable], Iterator[tuple[str, str, str | None, str | None]]]
"""Words for a setting, its name where it is unread, and its value in both regions."""


@audit_rule(
    "TW291",
    "Its replicas are recoverable, protected and encrypted as it is",
    Severity.HIGH,
    ("dynamodb:DescribeTable", "dynamodb:DescribeContinuousBackups"),
    ("Checkov CKV_AWS_165", "Checkov CKV_AWS_271"),
)
def replicas_protected(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Recovery, deletion protection and the kind of key are set for each region by itself.

    A copy without them is where items get lost or read.
    """
    yield from _copies(table, _protection)


@audit_rule("TW292", "Its replicas carry its tags", Severity.LOW, ("dynamodb:ListTagsOfResource",))
def replicas_tagged(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """Tags are not replicated: the cost of a region whose copy has none is nobody's."""
    yield from _copies(table, _tags)


def _copies(table: AuditedTable, facets: Facets) -> Iterator[AuditProblem | Unread]:
    for region, copy in table.replicas.items():
        if isinstance(copy, Unread):
            yield copy
            continue
        for name, field, value, other in facets(table.live, copy):
            refusals = [
                Unread(f"{name}{subject}: {reason}")
                for live, subject in ((table.live, ""), (copy, f" of the replica in {region}"))
                for facet, reason in live.unread.items()
                if facet.partition("[")[0] == field
            ]
            yield from refusals
            if not refusals and None not in {value, other} and value != other:
                yield AuditProblem(
                    f"The replica in {region} differs in {name}: {other}, here {value}.",
                    remedy=f"Set it for {region} in `globalTable.replicas`.",
                )


def _protection(
    live: LiveTable, copy: LiveTable
) -> Iterator[tuple[str, str, str | None, str | None]]:
    here, there = live.table, copy.table
    yield (
        "point-in-time recovery",
        "recovery",
        None if here.recovery is None else f"{here.recovery.days} days",
        None if there.recovery is None else f"{there.recovery.days} days",
    )
    yield (
        "deletion protection",
        "deletion_protection",
        _on(here.deletion_protection),
        _on(there.deletion_protection),
    )
    yield (
        "encryption",
        "encryption",
        None if here.encryption is None else here.encryption.type,
        None if there.encryption is None else there.encryption.type,
    )


def _on(value: bool | None) -> str | None:  # noqa: FBT001
    return None if value is None else "on" if value else "off"


def _tags(live: LiveTable, copy: LiveTable) -> Iterator[tuple[str, str, str | None, str | None]]:
    here, there = live.table.tags, copy.table.tags
    yield (
        "tags",
        "tags",
        None if here is None else _shown(here),
        None if there is None else _shown(there),
    )


def _shown(tags: Mapping[str, str] | None) -> str | None:
    if tags is None:
        return None
    return ", ".join(f"{name}={value}" for name, value in sorted(tags.items())) or "none"


@audit_rule(
    "TW293",
    "Its replicas have its class, its insights, its copies to Kinesis and its policies",
    Severity.LOW,
    (
        "dynamodb:DescribeTable",
        "dynamodb:DescribeContributorInsights",
        "dynamodb:DescribeKinesisStreamingDestination",
        "dynamodb:GetResourcePolicy",
    ),
)
def replicas_alike(table: AuditedTable) -> Iterator[AuditProblem | Unread]:
    """DynamoDB keeps keys, indexes, expiry and streams of the regions alike, and nothing else.

    What a team set for one region it believes to hold in all of them (Developer Guide, Global
    tables: settings that are synchronized).
    """
    yield from _copies(table, _settings)


def _settings(
    live: LiveTable, copy: LiveTable
) -> Iterator[tuple[str, str, str | None, str | None]]:
    yield ("table class", "table_class", live.table.table_class, copy.table.table_class)
    yield ("contributor insights", "insights", _insights(live), _insights(copy))
    yield ("copies to Kinesis", "kinesis", _on(bool(live.kinesis)), _on(bool(copy.kinesis)))
    yield (
        "its resource policy",
        "policy",
        _on(live.policy is not None),
        _on(copy.policy is not None),
    )


def _insights(live: LiveTable) -> str:
    """Of the table itself and of its indexes, in one line."""
    every = sorted((insight.index or "", insight.mode or "") for insight in live.reading.insights)
    shown = (f"{mode} of {index or 'the table'}".strip() for index, mode in every)
    return ", ".join(shown) or "off"


RULES = (replicas_protected, replicas_tagged, replicas_alike)
