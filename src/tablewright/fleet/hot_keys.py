"""Which keys of a table are used most: CloudWatch contributor insights, as DynamoDB feeds them.

Source: Developer Guide, "CloudWatch Contributor Insights for DynamoDB: how it works": a rule for
the partition key and one for both keys together, of what is consumed and of what is throttled.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import UsageError

from .absent_tables import describe_table
from .reading import Unread, try_read

PERIOD_SECONDS = 60
_OFF = frozenset({"DISABLED", "DISABLING", "FAILED"})


@dataclass(frozen=True, slots=True)
class UsedKey:
    """One of the keys used most.

    Args:
        values: of its attributes.
        count: capacity units, or throttled requests, over the window.
        peak: the most of them in one minute.
    """

    values: tuple[str, ...]
    count: float
    peak: float


@dataclass(frozen=True, slots=True)
class KeyRanking:
    """The keys used most of a table or an index, by one rule.

    Args:
        index: None for the table.
        throttled: it counts requests that were throttled, not capacity units.
        attributes: of the key: the partition key, or both keys.
        total: over all keys.
        different: how many keys there were, approximately.
        keys: the most used first.
    """

    index: str | None
    throttled: bool
    attributes: tuple[str, ...]
    total: float
    different: int
    keys: tuple[UsedKey, ...]

    def share(self, key: UsedKey) -> float:
        """What part of all it is, 0 to 1."""
        return key.count / self.total if self.total else 0.0


@dataclass(frozen=True, slots=True)
class HotKeys:
    """All rankings of a table over a window; what could not be read is in `unread`, with why."""

    table: str
    region: str
    start: datetime
    end: datetime
    rankings: tuple[KeyRanking, ...]
    unread: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class KeyWindow:
    """From when to when, and how many keys of each ranking."""

    start: datetime
    end: datetime
    most: int


def read_hot_keys(session: Session, region: str, table: str, window: KeyWindow) -> HotKeys:
    """The rankings of a table and of its indexes, wherever contributor insights are on.

    Raises:
        NotFoundError: there is no such table.
        UsageError: they are off everywhere.
    """
    dynamodb = session.client("dynamodb", region)
    description = describe_table(session, region, table)
    subjects = _subjects(dynamodb, table)
    if not subjects:
        raise UsageError(
            f"contributor insights of table {table} in {region} are off: its keys are not counted",
            "declare `contributorInsights` for it and deploy that: keys are counted from then on",
        )
    unread: dict[str, str] = {}
    rankings: list[KeyRanking] = []
    cloudwatch = session.client("cloudwatch", region)
    for index in subjects:
        rules = try_read(partial(_rules, dynamodb, table, index))
        if isinstance(rules, Unread):
            unread[_name(index)] = rules.reason
            continue
        attributes = _keys(description, index)
        for rule in rules or ():
            ranking = try_read(partial(_ranking, cloudwatch, rule, index, attributes, window))
            if isinstance(ranking, Unread):
                unread[rule] = ranking.reason
            elif ranking is not None:
                rankings.append(ranking)
    return HotKeys(table, region, window.start, window.end, tuple(rankings), unread)


def _subjects(dynamodb: Any, table: str) -> list[str | None]:
    """The table (None) and the indexes whose insights are on."""
    subjects: list[str | None] = []
    more: dict[str, str] = {}
    with translated(f"list the contributor insights of {table}"):
        while True:
            page = dynamodb.list_contributor_insights(TableName=table, **more)
            subjects += [
                summary.get("IndexName")
                for summary in page.get("ContributorInsightsSummaries") or ()
                if summary["ContributorInsightsStatus"] not in _OFF
            ]
            if not page.get("NextToken"):
                return sorted(subjects, key=lambda index: index or "")
            more = {"NextToken": page["NextToken"]}


def _rules(dynamodb: Any, table: str, index: str | None) -> list[str]:
    more = {"IndexName": index} if index else {}
    with translated(f"read the contributor insights of {_name(index)} of {table}"):
        reply = dynamodb.describe_contributor_insights(TableName=table, **more)
    return list(reply.get("ContributorInsightsRuleList") or ())


def _ranking(
    cloudwatch: Any,
    rule: str,
    index: str | None,
    attributes: tuple[str, ...],
    window: KeyWindow,
) -> KeyRanking:
    """What a rule counted; its name says what: PKC, SKC, PKT, SKT."""
    kind = rule.split("-")[1]
    with translated(f"read the rule {rule}"):
        report = cloudwatch.get_insight_rule_report(
            RuleName=rule,
            StartTime=window.start,
            EndTime=window.end,
            Period=PERIOD_SECONDS,
            MaxContributorCount=window.most,
            Metrics=["UniqueContributors"],
            OrderBy="Sum",
        )
    return KeyRanking(
        index,
        throttled=kind.endswith("T"),
        attributes=attributes if kind.startswith("SK") else attributes[:1],
        total=float(report.get("AggregateValue") or 0),
        different=int(report.get("ApproximateUniqueCount") or 0),
        keys=tuple(_used(contributor) for contributor in report.get("Contributors") or ()),
    )


def _used(contributor: Mapping[str, Any]) -> UsedKey:
    points = contributor.get("Datapoints") or ()
    return UsedKey(
        tuple(contributor["Keys"]),
        float(contributor["ApproximateAggregateValue"]),
        max((float(point["ApproximateValue"]) for point in points), default=0.0),
    )


def _keys(description: Mapping[str, Any], index: str | None) -> tuple[str, ...]:
    """Names of the key's attributes, the partition key's joined where there are several."""
    holders = [
        *(description.get("GlobalSecondaryIndexes") or ()),
        *(description.get("LocalSecondaryIndexes") or ()),
    ]
    schemas = {holder["IndexName"]: holder["KeySchema"] for holder in holders}
    schema = schemas.get(index, []) if index else description["KeySchema"]
    return tuple(_of_kind(schema, "HASH")) + tuple(_of_kind(schema, "RANGE"))


def _of_kind(schema: Any, kind: str) -> Iterator[str]:
    names = [element["AttributeName"] for element in schema if element["KeyType"] == kind]
    if names:
        yield ", ".join(names)


def _name(index: str | None) -> str:
    return f"index {index}" if index else "the table"
