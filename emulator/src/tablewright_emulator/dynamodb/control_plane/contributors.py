"""Who uses a table most: contributor insights, fed by the traffic that is served.

Source: Developer Guide, page contributorinsights_HowItWorks: rules for the most accessed and the
most throttled keys, for the partition key and, where there is a sort key, for both together; in
mode THROTTLED_KEYS only those for throttled ones. Counts are kept by minute for a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.items.metering import Charge, Meter
from tablewright_emulator.dynamodb.items.partitions import KeySchema
from tablewright_emulator.dynamodb.paging import page
from tablewright_emulator.dynamodb.service import (
    DynamoDb,
    Operation,
    not_found,
    refuse_unless_created,
)
from tablewright_emulator.dynamodb.table import Insights, Table
from tablewright_emulator.request import AwsFault, Request

ACCESSED = "ACCESSED_AND_THROTTLED_KEYS"
THROTTLED = "THROTTLED_KEYS"
MAX_RULES = 100
_KEPT = timedelta(days=1)
Place = tuple[Any, Any]
Counts = dict[tuple[str, int], Counter[tuple[str, ...]]]


def watched(
    world: DynamoDb,
    table: Table,
    meter: Meter,
    charges: list[Charge],
    place: Place | None,
    *,
    index: str | None = None,
) -> None:
    """Pay for a request and count the key it was about.

    Raises:
        AwsFault: it was throttled.
    """
    try:
        meter.admit(table, charges)
    except AwsFault:
        _count(world, table, index, place, None)
        raise
    if table.insights:
        _count(world, table, index, place, sum(charge.units for charge in charges))


def _count(
    world: DynamoDb,
    table: Table,
    index: str | None,
    place: Place | None,
    units: float | None,
) -> None:
    """Count the units used of a key, or one throttled request when there are none."""
    insights = table.insights.get(index)
    if place is None or insights is None:
        return
    settle(world, table)
    if insights.status != "ENABLED" or (units is not None and insights.mode == THROTTLED):
        return
    kind, amount = ("T", 1.0) if units is None else ("C", units)
    minute = int(world.now().timestamp()) // 60
    partition, sort = place
    _add(insights, f"PK{kind}", minute, tuple(map(_shown, partition)), amount)
    if sort:
        _add(insights, f"SK{kind}", minute, tuple(map(_shown, (*partition, *sort))), amount)


def _add(insights: Insights, rule: str, minute: int, key: tuple[str, ...], amount: float) -> None:
    counter = insights.counts.setdefault((rule, minute), Counter())
    counter[key] += amount  # type: ignore[assignment]  # half units are counted as they are
    if len(insights.counts) > 4 * 24 * 60:
        oldest = minute - int(_KEPT.total_seconds()) // 60
        insights.counts = {key: count for key, count in insights.counts.items() if key[1] >= oldest}


def _shown(value: Any) -> str:
    return value.hex() if isinstance(value, bytes) else str(value)


# --- operations ---------------------------------------------------------------------------------


def rules(table: Table, index: str | None, insights: Insights) -> list[str]:
    """Names of the CloudWatch rules."""
    keys = KeySchema.of(table.indexes[index].key_schema) if index else table.keys
    kinds = ["PKC", "SKC", "PKT", "SKT"] if keys.sort else ["PKC", "PKT"]
    if insights.mode == THROTTLED:
        kinds = [kind for kind in kinds if kind.endswith("T")]
    stamp = int(insights.began.timestamp() * 1000)
    subject = f"{table.name}-{index}" if index else table.name
    return [f"DynamoDBContributorInsights-{kind}-{subject}-{stamp}" for kind in kinds]


def _subject(world: DynamoDb, request: Request) -> tuple[Table, str | None]:
    table = world.table(request)
    index = request.params.get("IndexName")
    if index is not None and index not in table.indexes:
        raise not_found(f"Requested resource not found: Index: {index} not found")
    return table, index


def update(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateContributorInsights."""
    table, index = _subject(world, request)
    on = request.params["ContributorInsightsAction"] == "ENABLE"
    if not on:
        refuse_unless_created(table)
    mode = request.params.get("ContributorInsightsMode")
    settle(world, table)
    present = table.insights.get(index)
    if present is not None and present.status in {"ENABLING", "DISABLING"}:
        raise AwsFault(
            "ResourceInUseException",
            f"Contributor insights of {table.name} are being changed; try again later",
        )
    if on:
        _require_ready(table, index)
        return _enable(world, table, index, mode or (present.mode if present else ACCESSED))
    if present is None or present.status == "DISABLED":
        return _answer(table, index, Insights("DISABLED", mode or ACCESSED, world.now()))
    present.status, present.changed = "DISABLING", world.now()
    present.due = world.after(world.durations.insights)
    return _answer(table, index, present)


def _require_ready(table: Table, index: str | None) -> None:
    what, status = "Table", table.status
    if status == "ACTIVE" and index is not None:
        what, status = "Index", table.indexes[index].status
    if status != "ACTIVE":
        raise AwsFault(
            "ValidationException",
            "Table or Index is not in a valid state to update Key Access Insights: "
            f"{what}Status must be ACTIVE to enable ContributorInsights.",
        )


def _enable(world: DynamoDb, table: Table, index: str | None, mode: str) -> dict[str, Any]:
    now = world.now()
    present = table.insights.get(index)
    if present is not None and present.status == "ENABLED" and present.mode == mode:
        return _answer(table, index, present)
    insights = Insights("ENABLING", mode, now, began=now)
    insights.due = world.after(world.durations.insights)
    if present is not None and present.status == "ENABLED":
        insights.counts = present.counts
    table.insights[index] = insights
    if world.limits and _rules_in_use(world, table) > MAX_RULES:
        insights.status, insights.due = "FAILED", None
        insights.failure = {
            "ExceptionName": "LimitExceededException",
            "ExceptionDescription": "The limit of Contributor Insights rules is reached",
        }
    return _answer(table, index, insights)


def _rules_in_use(world: DynamoDb, table: Table) -> int:
    catalog = world.catalog(table.account, table.region)
    return sum(
        len(rules(holder, index, insights))
        for holder in catalog.tables.values()
        for index, insights in holder.insights.items()
        if insights.status in {"ENABLED", "ENABLING"}
    )


def settle(world: DynamoDb, table: Table) -> None:
    """Let what was enabled or disabled take effect when it is time."""
    now = world.now()
    for insights in table.insights.values():
        if insights.due is not None and insights.due <= now:
            insights.status = "ENABLED" if insights.status == "ENABLING" else "DISABLED"
            insights.changed, insights.due = insights.due, None


def _answer(table: Table, index: str | None, insights: Insights) -> dict[str, Any]:
    return {
        "TableName": table.name,
        "IndexName": index,
        "ContributorInsightsStatus": insights.status,
        "ContributorInsightsMode": insights.mode,
    }


def describe(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeContributorInsights."""
    table, index = _subject(world, request)
    settle(world, table)
    insights = table.insights.get(index)
    if insights is None or insights.status == "DISABLED":
        changed = insights.changed if insights else None
        return {
            "TableName": table.name,
            "IndexName": index,
            "ContributorInsightsStatus": "DISABLED",
            "LastUpdateDateTime": changed,
        }
    return {
        **_answer(table, index, insights),
        "ContributorInsightsRuleList": rules(table, index, insights),
        "LastUpdateDateTime": insights.changed,
        "FailureException": insights.failure,
    }


def list_all(world: DynamoDb, request: Request) -> dict[str, Any]:
    """ListContributorInsights: of one table or of all."""
    params = request.params
    tables = (
        [world.table(request)] if params.get("TableName") else world.of(request).all(world.now())
    )
    summaries = [summary for table in tables for summary in _summaries(world, table)]
    shown, token = page(summaries, params.get("NextToken"), params.get("MaxResults") or 100)
    return {"ContributorInsightsSummaries": shown, "NextToken": token}


def _summaries(world: DynamoDb, table: Table) -> Iterator[dict[str, Any]]:
    settle(world, table)
    for index, insights in table.insights.items():
        yield _answer(table, index, insights)


# --- reports ------------------------------------------------------------------------------------


def report(world: DynamoDb, request: Request) -> dict[str, Any]:
    """CloudWatch's GetInsightRuleReport for the rules of DynamoDB.

    Source: CloudWatch API reference, GetInsightRuleReport.
    """
    params = request.params
    name = params["RuleName"]
    insights, rule = _by_rule(world, request, name)
    period = int(params["Period"])
    start, end = params["StartTime"], params["EndTime"]
    counts = _between(insights.counts, rule, start, end)
    totals: Counter[tuple[str, ...]] = Counter()
    for counter in counts.values():
        totals.update(counter)
    top = totals.most_common(int(params.get("MaxContributorCount") or 10))
    return {
        "KeyLabels": ["PartitionKey", "SortKey"][: 2 if rule.startswith("SK") else 1],
        "AggregationStatistic": "Sum",
        "AggregateValue": float(sum(totals.values())),
        "ApproximateUniqueCount": len(totals),
        "Contributors": [
            {
                "Keys": list(keys),
                "ApproximateAggregateValue": float(total),
                "Datapoints": _datapoints(counts, keys, period),
            }
            for keys, total in top
        ],
    }


def _by_rule(world: DynamoDb, request: Request, name: str) -> tuple[Insights, str]:
    for table in world.of(request).all(world.now()):
        settle(world, table)
        for index, insights in table.insights.items():
            if insights.status != "DISABLED" and name in rules(table, index, insights):
                return insights, name.split("-")[1]
    raise AwsFault("ResourceNotFoundException", f"Rule {name} does not exist", 404)


def _between(
    counts: Counts, rule: str, start: datetime, end: datetime
) -> dict[int, Counter[tuple[str, ...]]]:
    first, last = start.timestamp() / 60, end.timestamp() / 60
    return {
        minute: counter
        for (kind, minute), counter in counts.items()
        if kind == rule and first <= minute < last
    }


def _datapoints(
    counts: dict[int, Counter[tuple[str, ...]]], keys: tuple[str, ...], period: int
) -> list[dict[str, Any]]:
    sums: Counter[int] = Counter()
    for minute, counter in counts.items():
        if keys in counter:
            sums[minute * 60 // period * period] += counter[keys]
    return [
        {"Timestamp": datetime.fromtimestamp(at, UTC), "ApproximateValue": float(value)}
        for at, value in sorted(sums.items())
    ]


OPERATIONS: dict[str, Operation] = {
    "DescribeContributorInsights": describe,
    "ListContributorInsights": list_all,
    "UpdateContributorInsights": update,
}
