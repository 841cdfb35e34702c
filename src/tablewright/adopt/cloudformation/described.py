"""What a template says of a table, as the live table that it would be. Pure.

So one way leads from both to a manifest, and the two can be compared in its words.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from tablewright.aws import tables
from tablewright.aws.reading import LiveReplica, TableReading
from tablewright.dynamodb_values import TABLE_NAME
from tablewright.errors import Problem
from tablewright.fleet.alarms import LiveAlarm, metric_alarm
from tablewright.fleet.live import LiveKinesisDestination, LiveTable
from tablewright.fleet.scaling import LiveScaling, schedule, target, with_policy
from tablewright.plan.declaration.declared import Insights
from tablewright.plan.facets import ENCRYPTION, RECOVERY, TIME_TO_LIVE
from tablewright.plan.partitions import partition_of_region
from tablewright.plan.table import Encryption, Key, Table

from .properties import in_region, regions_of, scaling_in_region, simple_table, typed
from .resources import GLOBAL_TABLE, POLICY, SIMPLE_TABLE, TARGET, TemplateResource, unknowns
from .surroundings import Surroundings

Properties = Mapping[str, Any]

NEEDED = frozenset({
    "AttributeDefinitions", "BillingMode", "GlobalSecondaryIndexes", "KeySchema",
    "LocalSecondaryIndexes", "PrimaryKey", "ProvisionedThroughput", "Replicas",
})  # fmt: skip
"""Without these there is no table to describe."""
MALFORMED = (AttributeError, IndexError, KeyError, StopIteration, TypeError, ValueError)
"""What properties of another shape than CloudFormation's lead to."""


@dataclass(frozen=True, slots=True)
class TemplateTable:
    """A table as its template has it.

    Args:
        resource: in the template.
        regions: the table in each of its regions, its own first; none where it cannot be known.
        unknown: properties that cannot be known, with the reasons; the table is without them.
        problems: why there is no table.
    """

    resource: TemplateResource
    regions: tuple[LiveTable, ...] = ()
    unknown: Mapping[str, str] = field(default_factory=dict)
    problems: tuple[Problem, ...] = ()


def described(
    resource: TemplateResource, resources: Iterable[TemplateResource], around: Surroundings
) -> TemplateTable:
    """The table of a resource, with what scales of it.

    Args:
        resource: the table.
        resources: of the template, that are about it; others do no harm.
        around: what it was resolved with.
    """
    if resource.name is None:  # which is a problem of its own
        return TemplateTable(resource)
    given = dict(resource.properties)
    unknown = {name: [*unknowns(value)] for name, value in given.items()}
    if lacking := [problem for name in NEEDED for problem in unknown.get(name) or ()]:
        return TemplateTable(resource, problems=tuple(lacking))
    known = {name: value for name, value in given.items() if not unknown[name]}
    try:
        if resource.kind == SIMPLE_TABLE:
            known = simple_table(known)
        regions = tuple(_regions(resource, known, resources, around))
    except MALFORMED as error:
        what = f"these properties are not what CloudFormation takes: {_said(error)}"
        path = f"Resources.{resource.id}.Properties"
        problem = Problem(what, "", None, resource.entry.line, None, path)
        return TemplateTable(resource, problems=(problem,))
    reasons = {name: problems[0].message for name, problems in unknown.items() if problems}
    return TemplateTable(resource, regions, reasons)


def described_alarm(resource: TemplateResource) -> LiveAlarm | None:
    """The alarm of a resource; None where something of it cannot be known."""
    if resource.name is None or any(unknowns(resource.properties)):
        return None
    try:
        reply = {**typed(dict(resource.properties)), "AlarmName": resource.name, "AlarmArn": ""}
        live = metric_alarm(reply)
        labels = {tag["Key"]: tag["Value"] for tag in reply.get("Tags") or ()}
    except MALFORMED:
        return None
    return replace(live, alarm=replace(live.alarm, tags=labels))


def _said(error: Exception) -> str:
    """An error of a wrong shape in words; a KeyError has the name of what lacks alone."""
    return f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)


def _regions(
    resource: TemplateResource,
    given: dict[str, Any],
    resources: Iterable[TemplateResource],
    around: Surroundings,
) -> Iterator[LiveTable]:
    name = str(resource.name)
    if resource.kind != GLOBAL_TABLE:
        scaling = [*_scaling(name, resources)]
        yield _table(name, typed(given), around, around.region, scaling)
        return
    regions = regions_of(given)
    home = around.region if around.region in regions else regions[0]
    witnesses = [element["Region"] for element in given.get("GlobalTableWitnesses") or ()]
    for region in sorted(regions, key=lambda element: (element != home, element)):
        scaling = [_scaled(element) for element in scaling_in_region(name, given, region)]
        live = _table(name, typed(in_region(given, region)), around, region, scaling)
        others = [LiveReplica(element, "ACTIVE") for element in regions if element != region]
        others += [LiveReplica(element, "ACTIVE", witness=True) for element in witnesses]
        strong = given.get("MultiRegionConsistency") == "STRONG"
        reading = replace(live.reading, replicas=tuple(others), strong=strong)
        yield replace(live, reading=reading)


def _checked(table: Table) -> Table:
    """The same table, if it is one that could live.

    Raises:
        ValueError: its name or its key is not one that DynamoDB takes.
    """
    if not TABLE_NAME.fullmatch(table.name):
        raise ValueError(f"the name {table.name} is none that a table can have")
    keys: list[Key] = [table.key, *(index.key for index in table.global_indexes or ())]
    keys += [index.key for index in table.local_indexes or ()]
    for key in keys:
        for name in key.names:
            if table.attributes.get(name) not in {"S", "N", "B"}:
                raise ValueError(f"the key attribute {name} has no type in AttributeDefinitions")
        if not key.partition:
            raise ValueError("a key has no partition key")
    return table


def _table(
    name: str, given: Properties, around: Surroundings, region: str, scaling: list[LiveScaling]
) -> LiveTable:
    partition = partition_of_region(region)
    arn = f"arn:{partition}:dynamodb:{region}:{around.account_id}:table/{name}"
    stream = given.get("StreamSpecification") or {}
    streams = {"StreamSpecification": {"StreamEnabled": True, **stream}} if stream else {}
    description = {
        **given,
        **streams,
        "TableName": name,
        "BillingModeSummary": {"BillingMode": given.get("BillingMode", "PROVISIONED")},
        "TableClassSummary": {"TableClass": given.get("TableClass", "STANDARD")},
    }
    recovery = given.get("PointInTimeRecoverySpecification") or {}
    on = "ENABLED" if recovery.get("PointInTimeRecoveryEnabled") else "DISABLED"
    expiry = given.get("TimeToLiveSpecification") or {}
    table: Table = tables.table(
        description,
        recovery=RECOVERY.read(
            {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": on, **recovery}}
        ),
        time_to_live=TIME_TO_LIVE.read(
            {**expiry, "TimeToLiveStatus": "ENABLED" if expiry.get("Enabled") else "DISABLED"}
        ),
        encryption=_encryption(given.get("SSESpecification") or {}, around, region),
        tags=tables.tags(given.get("Tags") or []),
    )
    reading = TableReading(
        _checked(table), arn, "", "ACTIVE", stream_arn=f"{arn}/stream/" if stream else None,
        insights=tuple(_insights(given)),
    )  # fmt: skip
    return LiveTable(
        reading,
        region,
        around.account_id,
        policy=(given.get("ResourcePolicy") or {}).get("PolicyDocument"),
        stream_policy=(stream.get("ResourcePolicy") or {}).get("PolicyDocument"),
        kinesis=tuple(_kinesis(given.get("KinesisStreamSpecification"))),
        scaling=tuple(scaling),
    )


def _encryption(given: Properties, around: Surroundings, region: str) -> Encryption:
    """Whose key it is; the id of a key is made its ARN, which is what AWS tells."""
    if not given.get("SSEEnabled"):
        return ENCRYPTION.read({}) or Encryption("AWS_OWNED")
    key = given.get("KMSMasterKeyId")
    if key is None or key.endswith("alias/aws/dynamodb"):
        return Encryption("AWS_MANAGED")
    if not key.startswith(("arn:", "alias/")):
        key = f"arn:{partition_of_region(region)}:kms:{region}:{around.account_id}:key/{key}"
    return Encryption("CUSTOMER", key)


def _insights(given: Properties) -> Iterator[Insights]:
    parts = [(None, given)]
    parts += [(index["IndexName"], index) for index in given.get("GlobalSecondaryIndexes") or ()]
    for index, part in parts:
        specification = part.get("ContributorInsightsSpecification") or {}
        status = "ENABLED" if specification.get("Enabled") else "DISABLED"
        reply = {
            "ContributorInsightsStatus": status,
            "ContributorInsightsMode": specification.get("Mode"),
        }
        if mode := tables.insights_mode(reply):
            yield Insights(index, mode)


def _kinesis(given: Properties | None) -> Iterator[LiveKinesisDestination]:
    if given:
        precision = given.get("ApproximateCreationDateTimePrecision")
        yield LiveKinesisDestination(given["StreamArn"], "ACTIVE", precision)


def _scaling(name: str, resources: Iterable[TemplateResource]) -> Iterator[LiveScaling]:
    """What a template's own targets and policies scale of a table."""
    parts = [element for element in resources if element.scaled and name in element.tables]
    for part in parts:
        if part.kind == TARGET and not any(unknowns(part.properties)):
            given = dict(part.properties)
            policies = [
                element
                for element in parts
                if element.kind == POLICY and element.scaled == part.scaled
            ]
            yield _scaled(given, *(dict(element.properties) for element in policies))


def _timed(action: Properties) -> dict[str, Any]:
    """A scheduled action with times in the place of texts."""
    times = {
        name: datetime.fromisoformat(action[name])
        for name in ("StartTime", "EndTime")
        if name in action
    }
    return {**action, **times}


def _scaled(given: dict[str, Any], *policies: dict[str, Any]) -> LiveScaling:
    given = typed(given)
    own = given.pop("policy", None)
    scaling = target(given)
    schedules = tuple(schedule(_timed(element)) for element in given.get("ScheduledActions") or ())
    scaling = replace(scaling, schedules=schedules)
    for policy in (*policies, *([own] if own else [])):
        if not any(unknowns(policy)):
            scaling = with_policy(scaling, typed(policy))
    return scaling
