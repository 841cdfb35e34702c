"""Tables with everything that can hang on one, and what is added to them later.

Each facet makes one kind of resource. A table that has all but one, and gets that one, tries the
new kind beside every other kind at once.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.support.terminal import Started, Terminal, end, stack

ACCOUNT = "123456789012"
REGION = "eu-west-1"
STREAM = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/changes"

BASE: Mapping[str, Any] = {
    "billingMode": "PROVISIONED",
    "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
    "stream": {"viewType": "NEW_AND_OLD_IMAGES"},
    "autoScaling": {"write": {"minCapacity": 5, "maxCapacity": 50}},
    "globalSecondaryIndexes": [
        {
            "name": "by-day",
            "partitionKey": {"name": "day", "type": "S"},
            "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
            "autoScaling": {"write": {"minCapacity": 5, "maxCapacity": 50}},
        }
    ],
}
_SCALES = {"minCapacity": 5, "maxCapacity": 40}
_LETS_IN = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
            "Action": "dynamodb:DescribeTable",
            "Resource": "*",
        }
    ],
}
_LETS_INTO_THE_STREAM = json.loads(json.dumps(_LETS_IN).replace("Table", "Stream"))
_NIGHTLY = {"name": "nightly", "schedule": "cron(0 1 * * ? *)", "minCapacity": 20}
_MORNING = {"name": "morning", "schedule": "cron(0 8 * * ? *)", "minCapacity": 10}


def _index(**more: Any) -> dict[str, Any]:
    return {"globalSecondaryIndexes": [{"name": "by-day", **more}]}


def _replica(region: str, **more: Any) -> dict[str, Any]:
    return {"globalTable": {"replicas": [{"region": region, **more}]}}


FACETS: Mapping[str, tuple[Mapping[str, Any], frozenset[str]]] = {
    "reads": (
        {"autoScaling": {"read": _SCALES}},
        frozenset({"RegisterScalableTarget", "PutScalingPolicy"}),
    ),
    "indexreads": (
        _index(autoScaling={"read": _SCALES}),
        frozenset({"RegisterScalableTarget", "PutScalingPolicy"}),
    ),
    "nightly": (
        {"autoScaling": {"write": {"schedules": [_NIGHTLY]}}},
        frozenset({"PutScheduledAction"}),
    ),
    "morning": (
        {"autoScaling": {"write": {"schedules": [_MORNING]}}},
        frozenset({"PutScheduledAction"}),
    ),
    "insights": ({"contributorInsights": {}}, frozenset({"UpdateContributorInsights"})),
    "indexinsights": (_index(contributorInsights={}), frozenset({"UpdateContributorInsights"})),
    "kinesis": (
        {"kinesisDestination": {"streamArn": STREAM}},
        frozenset({"EnableKinesisStreamingDestination"}),
    ),
    "policy": ({"resourcePolicy": _LETS_IN}, frozenset({"PutResourcePolicy"})),
    "streampolicy": (
        {"streamResourcePolicy": _LETS_INTO_THE_STREAM},
        frozenset({"PutResourcePolicy"}),
    ),
    "replica": (
        _replica("us-east-1"),
        frozenset({"UpdateTable", "TagResource", "UpdateContinuousBackups"}),
    ),
    "sister": (
        _replica("eu-central-1", contributorInsights={}),
        frozenset({
            "UpdateTable",
            "TagResource",
            "UpdateContinuousBackups",
            "UpdateContributorInsights",
        }),
    ),
    "alarm": ({"alarms": {"userErrors": {"threshold": 1}}}, frozenset({"PutMetricAlarm"})),
    "alarms": ({"alarms": {"systemErrors": {"threshold": 1}}}, frozenset({"PutMetricAlarm"})),
    "role": ({"access": ["read"]}, frozenset({"CreateRole", "PutRolePolicy"})),
}  # fmt: skip
"""What a manifest says for it, and the calls that make it."""


def merged(*parts: Mapping[str, Any]) -> dict[str, Any]:
    """Manifests' parts on top of each other; lists of things with names or regions by these."""
    result: dict[str, Any] = {}
    for part in parts:
        for key, value in part.items():
            result[key] = _joined(result[key], value) if key in result else value
    return result


def _joined(old: Any, new: Any) -> Any:
    if isinstance(old, dict) and isinstance(new, dict):
        return merged(old, new)
    if isinstance(old, list) and isinstance(new, list) and isinstance(new[0], dict):
        named = {item.get("name") or item["region"]: item for item in old}
        for item in new:
            name = item.get("name") or item["region"]
            named[name] = merged(named.get(name, {}), item)
        return list(named.values())
    return [*old, *new] if isinstance(old, list) else new


def table(name: str, *facets: str) -> dict[str, Any]:
    """A table with some facets."""
    return {"name": name, **merged(BASE, *(FACETS[facet][0] for facet in facets))}


def before_and_after(name: str) -> tuple[str, str]:
    """A stack with one table for each facet, which lacks that one alone, and the same with all."""
    lacking = [table(f"t-{last}", *(facet for facet in FACETS if facet != last)) for last in FACETS]
    complete = [table(f"t-{last}", *FACETS) for last in FACETS]
    return stack(name, *lacking), stack(name, *complete)


@dataclass
class Changes:
    """The calls that changed something, by the table that their parameters name."""

    by_table: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    count: int = 0
    kill_after: int = 0
    process: Started | None = None

    def __call__(self, served: Any) -> None:
        request = served.request
        reads = ("Describe", "List", "Get", "Simulate", "BatchGet", "Query", "Scan")
        if request.protocol == "internal" or request.operation.startswith(reads):
            return
        for name in set(re.findall(rb"\bt-([a-z]+)", request.http.body)):
            self.by_table[name.decode()].add(request.operation)
        self.count += 1
        if self.process and self.count == self.kill_after:
            self.process.kill()


@contextmanager
def watched(aws: Any) -> Iterator[Changes]:
    """The changing calls while the block runs."""
    changes = Changes()
    aws.emulator.gateway.observers.append(changes)
    try:
        yield changes
    finally:
        aws.emulator.gateway.observers.remove(changes)


def killed(terminal: Terminal, aws: Any, manifest: Any, after: int) -> bool:
    """`up`, killed after so many changing calls; whether it came so far."""
    with watched(aws) as changes:
        changes.kill_after = after
        changes.process = terminal.fork("up", manifest, "--yes")
        end(changes.process)
    return changes.count >= after
