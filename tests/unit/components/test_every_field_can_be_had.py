"""What is documented and valid is never refused later: every field of a manifest is rendered."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import islice
from pathlib import Path as File
from typing import Any

import pytest
from ruamel.yaml import YAML
from tests.unit.plan import test_declare_every_field as every

from tablewright import manifest
from tablewright.components.rendering import (
    RenderContext,
    alarm_part,
    attached_parts,
    dashboard_part,
    role_parts,
    table_parts,
)
from tablewright.errors import ManifestError
from tablewright.manifest.documents.node import Path, dotted
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredStack


def _tables(path: File) -> list[dict[str, Any]]:
    """Tables in the long form, in which there are fields to change."""
    documents = json.loads(json.dumps([*YAML(typ="safe").load_all(path)], default=str))
    tables = [one for one in documents if one["kind"] == "Table"]
    for table in tables:
        table["spec"].pop("adopt", None)  # with it a replica may have what is live so already
        for replica in table["spec"].get("globalTable", {}).get("replicas", ()):
            replica.pop("readCapacityUnits", None)
            replica.pop("recovery", None)
            for index in replica.get("globalSecondaryIndexes", ()):
                index.pop("readCapacityUnits", None)
        if isinstance(table["spec"].get("access", [{}])[0], str):
            table["spec"]["access"] = [{"name": "plain", "grants": ["read"]}]
        for index in table["spec"].get("globalSecondaryIndexes", ()):
            for key in ("partitionKey", "sortKey"):
                if isinstance(index.get(key), dict):
                    index[key] = [index[key]]
    return tables


HERE = File(__file__).parent
TABLES = [
    *_tables(HERE / "everything.yaml"),
    *_tables(HERE.parent / "manifest" / "good" / "everything.yaml"),
]
STACK = {
    "apiVersion": "tablewright.dev/v1",
    "kind": "Stack",
    "metadata": {"name": "shop"},
    "spec": {
        "region": "eu-west-1",
        "environment": "dev",
        "tags": {"Team": "web", "CostCenter": "7"},
    },
}
SCHEDULE = {"name": "day", "schedule": "rate(1 day)", "minCapacity": 6, "maxCapacity": 9}
TABLES[0]["spec"]["autoScaling"]["write"]["schedules"] = [SCHEDULE]
for _side in TABLES[0]["spec"]["globalSecondaryIndexes"][0]["autoScaling"].values():
    _side["schedules"] = [SCHEDULE]
STRONG = {
    **TABLES[1],
    "metadata": {"name": "strong"},
    "spec": {
        "partitionKey": {"name": "id", "type": "S"},
        "globalTable": {
            "consistency": "STRONG",
            "witnessRegion": "eu-west-2",
            "replicas": [{"region": "eu-central-1"}],
        },
    },
}
ALARMS_OF_ONE_FORM = ("readThrottles", "latency", "streamIteratorAge", "userErrors", "metrics")
"""The other kinds have the same fields, and the same way to a resource."""


def fields() -> Iterator[Any]:
    for path, field in every.table_fields():
        of_an_alarm = path[:2] == ("spec", "alarms") and len(path) > 2
        if not of_an_alarm or path[2] in ALARMS_OF_ONE_FORM or len(path) == 3:
            yield pytest.param(path, field, id=dotted(path))


ACCOUNT = "123456789012"
FITTING: dict[str, Any] = {
    "Actions": [f"arn:aws:sns:eu-west-1:{ACCOUNT}:pager"],
    "streamArn": f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/other",
    "encryption.kmsKeyArn": f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/9",
    "replicas[0].kmsKeyArn": f"arn:aws:kms:eu-central-1:{ACCOUNT}:key/9",
    "managedPolicies": ["arn:aws:iam::aws:policy/ReadOnlyAccess"],
    "permissionsBoundary": f"arn:aws:iam::{ACCOUNT}:policy/Boundary",
    "backupArn": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/old/backup/01234567890123-abcdef01",
    "sourceTableArn": f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/old",
    "UnitsPerSecond": 20_000,
    "minCapacity": 6,
    "maxCapacity": 60,
    "startTime": "2026-12-01T00:00:00Z",
    "endTime": "2027-12-01T00:00:00Z",
    "timezone": "Europe/Paris",
    "period": 300,
    "evaluationPeriods": 5,
}
"""What the rules ask for in some fields."""


WITH_OTHERS = (
    # Valid only together with another field, which the tables here do not have.
    *("datapointsToAlarm", "evaluateLowSampleCountPercentile", "trust.externalId"),
    *("restore.dateTime", "restore.sourceTableArn", "replicas[0].globalSecondaryIndexes[0].name"),
    *("localSecondaryIndexes[0].projection.nonKeyAttributes",),
    *("onDemandThroughput.maxReadRequestUnits", "onDemandThroughput.maxWriteRequestUnits"),
    *("warmThroughput.readUnitsPerSecond", "warmThroughput.writeUnitsPerSecond"),
    # Documents, whose statements the values tried here do not have.
    *("esourcePolicy",),
    # As it lives, with `adopt: true`: no provider can set it.
    *("readCapacityUnits", "maxReadRequestUnits", "recovery.days"),
)


def fitting(field: Any, path: Path) -> list[Any]:
    """Values that may be valid at a path."""
    own = [value for ending, value in FITTING.items() if dotted(path).endswith(ending)]
    return [*own, *every.values(field, path)[:2]]


def rendered(stack: DeclaredStack) -> int:
    """How many resources there are; each is rendered as a preview does it."""
    place, parts = RenderContext("eu-west-1"), []
    for table in stack.tables:
        parts += [*table_parts(table, place), *attached_parts(table, place)]
        parts += [alarm_part(alarm, place) for alarm in table.alarms]
        parts += [part for role in table.roles for part in role_parts(role, table.key, place)]
    if stack.dashboard:
        parts.append(dashboard_part(stack.name, stack.dashboard, place))
    return len(parts)


def valid(table: dict[str, Any]) -> DeclaredStack | None:
    try:
        return declare(manifest.load_text(f"{json.dumps(STACK)}\n---\n{json.dumps(table)}", {}))
    except ManifestError:
        return None


FIELDS = list(fields())


@pytest.mark.parametrize(("path", "field"), FIELDS)
def test_what_is_valid_can_be_had(path: Path, field: Any) -> None:
    tried = (
        valid(every.put(table, path, value))
        for table in (*TABLES, STRONG)
        for value in fitting(field, path)
    )
    possible = [*islice((stack for stack in tried if stack is not None), 2)]
    for stack in possible:
        assert rendered(stack)
    assert possible or dotted(path).endswith(WITH_OTHERS), dotted(path)


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table["metadata"]["name"])
def test_the_tables_that_fields_are_changed_of_are_valid(table: dict[str, Any]) -> None:
    assert valid(table) is not None
    assert valid(STRONG) is not None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("readCapacityUnits",), 9),
        (("maxReadRequestUnits",), 9),
        (("recovery",), {"days": 9}),
        (("globalSecondaryIndexes",), [{"name": "by-x", "readCapacityUnits": 9}]),
        (("globalSecondaryIndexes",), [{"name": "by-x", "maxReadRequestUnits": 9}]),
        (("tableClass",), "STANDARD_INFREQUENT_ACCESS"),
        (("tags",), {"Where": "there"}),
        (("propagateTags",), False),
    ],
)
@pytest.mark.parametrize("consistency", ["EVENTUAL", "STRONG"])
@pytest.mark.parametrize("billing", ["PROVISIONED", "PAY_PER_REQUEST"])
def test_what_a_replica_can_have_of_its_own_is_known_to_the_rules(
    path: Path, value: Any, consistency: str, billing: str
) -> None:
    """The rules let pass exactly what a provider has a property for."""
    index: dict[str, Any] = {"name": "by-x", "partitionKey": {"name": "x", "type": "S"}}
    spec: dict[str, Any] = {"partitionKey": {"name": "id", "type": "S"}, "stream": {}}
    if billing == "PROVISIONED":
        units = {
            "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
            "autoScaling": {"write": {"minCapacity": 5, "maxCapacity": 9}},
        }
        spec, index = {**spec, **units, "billingMode": billing}, {**index, **units}
    spec["globalSecondaryIndexes"] = [index]
    replica = {"region": "eu-central-1", path[0]: value}
    spec["globalTable"] = {"consistency": consistency, "replicas": [replica]}
    if consistency == "STRONG":
        spec["globalTable"]["witnessRegion"] = "eu-west-2"
    table = {**STRONG, "spec": spec}
    stack = valid(table)
    if stack is not None:
        assert rendered(stack)
    else:
        settable = path[0] in ("tags", "propagateTags", "tableClass")
        assert consistency == "STRONG" or not settable
