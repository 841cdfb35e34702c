"""Each field of a manifest matters: change it, and the declared stack changes."""

import json
from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any

import pytest
from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo
from tests.support.defaults import with_defaults

from tablewright.manifest.documents.node import Path, dotted
from tablewright.manifest.messages.model_introspection import choices, is_list, leaves
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.stacks import StackManifest
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import DeclaredStack

ALARM = {"threshold": 50}
KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
SCALING = {
    "minCapacity": 5,
    "maxCapacity": 90,
    "schedules": [{"name": "s", "schedule": "rate(1 day)", "minCapacity": 7}],
}
TABLE: dict[str, Any] = {
    "metadata": {"name": "orders"},
    "spec": {
        "tableName": "{name}-{environment}",
        "partitionKey": {"name": "id", "type": "S"},
        "sortKey": {"name": "at", "type": "N"},
        "billingMode": "PROVISIONED",
        "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
        "autoScaling": {"read": SCALING, "write": SCALING},
        "onDemandThroughput": {"maxReadRequestUnits": 9},
        "warmThroughput": {"readUnitsPerSecond": 9, "writeUnitsPerSecond": 9},
        "encryption": {"type": "CUSTOMER", "kmsKeyArn": KEY},
        "recovery": {"days": 9},
        "timeToLive": {"attributeName": "gone"},
        "stream": {"viewType": "NEW_IMAGE"},
        "kinesisDestination": {"streamArn": "arn:x"},
        "contributorInsights": {"mode": "THROTTLED_KEYS"},
        "globalTable": {
            "replicas": [
                {
                    "region": "eu-west-2",
                    "recovery": {"days": 3},
                    "contributorInsights": {"mode": "THROTTLED_KEYS"},
                    "globalSecondaryIndexes": [
                        {"name": "by-user", "contributorInsights": {"mode": "THROTTLED_KEYS"}}
                    ],
                }
            ]
        },
        "globalSecondaryIndexes": [
            {
                "name": "by-user",
                "partitionKey": [{"name": "user", "type": "S"}],
                "sortKey": [{"name": "when", "type": "N"}],
                "projection": {"type": "INCLUDE", "nonKeyAttributes": ["title"]},
                "provisionedThroughput": {"readCapacityUnits": 5, "writeCapacityUnits": 5},
                "autoScaling": {"read": SCALING, "write": SCALING},
                "onDemandThroughput": {"maxReadRequestUnits": 9},
                "warmThroughput": {"readUnitsPerSecond": 9, "writeUnitsPerSecond": 9},
                "contributorInsights": {"mode": "THROTTLED_KEYS"},
            }
        ],
        "localSecondaryIndexes": [
            {
                "name": "by-size",
                "sortKey": {"name": "size", "type": "N"},
                "projection": {"type": "INCLUDE", "nonKeyAttributes": ["title"]},
            }
        ],
        "access": [
            {
                "name": "reader",
                "grants": ["read"],
                "actions": ["dynamodb:DeleteItem"],
                "trust": {"principals": ["123456789012"]},
            }
        ],
        "trust": {"services": ["ecs-tasks.amazonaws.com"]},
        "alarms": {
            **dict.fromkeys(
                [
                    "userErrors",
                    "systemErrors",
                    "readThrottles",
                    "writeThrottles",
                    "readProvisionedThrottles",
                    "writeProvisionedThrottles",
                    "readKeyRangeThrottles",
                    "writeKeyRangeThrottles",
                    "readOnDemandThrottles",
                    "writeOnDemandThrottles",
                    "readAccountThrottles",
                    "writeAccountThrottles",
                    "latency",
                    "conditionalCheckFailures",
                    "transactionConflicts",
                    "consumedReadCapacity",
                    "consumedWriteCapacity",
                    "readUtilization",
                    "writeUtilization",
                    "readQuotaUtilization",
                    "writeQuotaUtilization",
                    "replicationLatency",
                    "kinesisAge",
                ],
                ALARM,
            ),
            "streamIteratorAge": {"functions": ["indexer"]},
            "metrics": [{"key": "more", "metric": "M", "threshold": 1}],
        },
        "restore": {"sourceTableName": "old", "latest": True},
    },
}
PLAIN_ROLE = {"name": "plain", "grants": ["read"]}
STACK: dict[str, Any] = {
    "metadata": {"name": "shop"},
    "spec": {
        "region": "eu-west-1",
        "environment": "test",
        "dashboard": {"period": 60},
        "alarms": dict.fromkeys(
            ("userErrors", "accountReadUtilization", "accountWriteUtilization"), ALARM
        ),
        "outputs": [{"name": "o", "value": "roleArn", "table": "orders", "role": "reader"}],
        "moved": [{"from": "table/orders-old", "to": "table/orders"}],
    },
}
NOT_DECLARED = {
    ("apiVersion",): "the version of the format",
    ("kind",): "the kind of the document",
    ("metadata", "stack"): "which stack a table is of, not what it is",
    **{
        ("metadata", "auditExceptions", 0, field): "what an audit accepts, not what a table is"
        for field in ("rule", "reason", "until")
    },
    ("spec", "environments"): "merged over the other fields before anything is declared",
    ("spec", "onlyInEnvironments"): "a table of other environments is not declared at all",
    ("spec", "quotas", "throughput"): "what the rules measure tables by",
    ("spec", "quotas", "globalSecondaryIndexes"): "likewise",
    **{
        (
            "spec",
            "alarms",
            kind,
            "statistic",
        ): "refused by the rules: these alarms compute their own"
        for kind in (
            "readUtilization",
            "writeUtilization",
            "readQuotaUtilization",
            "writeQuotaUtilization",
        )
    },
}
"""Fields without an effect of their own, and why that is right."""

WITHOUT_OTHERS: dict[str, tuple[str, ...]] = {
    "importFromS3": ("restore",),
    "trust": ("access",),
}
"""Fields that another one would hide: it is taken out of the way."""

CANDIDATES: tuple[Any, ...] = (
    *("alpha-1", "beta-2", "{name}-x-{environment}", "{table}-y", "eu-central-1", "us-east-1"),
    *("ec2.amazonaws.com", "events.amazonaws.com", "123456789013", "123456789014", "gzip-1"),
    *("table/alpha", "table/beta-2"),
    *(
        "Environment",
        "rate(2 days)",
        "cron(0 7 * * ? *)",
        "dynamodb:Query",
        "dynamodb:Scan",
        "Average",
        "Maximum",
    ),
    *(";", "|", "2026-01-01T00:00:00Z", "arn:y", "arn:z"),
    *(True, False, 21, 22, 60, 120, 300),
    *({"A": "b"}, {"A": "c"}, {"StringEquals": {"aws:x": "y"}}, {"StringLike": {"aws:x": "y"}}),
)


def values(field: FieldInfo, path: Path) -> list[Any]:
    """Two valid values of a field."""
    if path[-1] == "mandatoryTags":
        return [["Environment"], ["Team"]]
    words = choices(field.annotation)
    if words:
        two = list(words)[:2]
        return [[word] for word in two] if is_list(field.annotation) else two
    whole = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
    adapter: TypeAdapter[Any] = TypeAdapter(whole)
    wanted: list[Any] = (
        [(one,) for one in CANDIDATES] if is_list(field.annotation) else list(CANDIDATES)
    )
    valid = []
    for candidate in wanted:
        try:
            adapter.validate_python(candidate, strict=True)
        except ValidationError:
            continue
        valid.append(candidate)
    assert len(valid) >= 2, dotted(path)
    return valid[:2]


def put(document: dict[str, Any], path: Path, value: Any) -> dict[str, Any]:
    """A copy of the document with a value in its place."""
    copied = json.loads(json.dumps(document))
    here: Any = copied
    for part, below in pairwise(path):
        if isinstance(here, list) and isinstance(part, int) and not here:
            here.append({})
        if isinstance(here, dict) and part not in here:
            here[part] = [] if isinstance(below, int) else sample(path, str(part))
        here = here[part]
    here[path[-1]] = value
    return copied


def sample(path: Path, name: str) -> dict[str, Any]:
    """What a container needs besides the field in question."""
    return {
        "importFromS3": {"bucket": "dump", "format": "CSV"},
        "csv": {"delimiter": ","},
    }.get(name, {})


def declared(stack: dict[str, Any], table: dict[str, Any]) -> DeclaredStack:
    model = Stack.model_validate(stack)
    return declare(StackManifest(model, (with_defaults(model, Table.model_validate(table)),)))


def without(document: dict[str, Any], *names: str) -> dict[str, Any]:
    copied = json.loads(json.dumps(document))
    for name in names:
        copied["spec"].pop(name, None)
    return copied


def table_fields() -> Iterator[tuple[Path, FieldInfo]]:
    yield from (one for one in leaves(Table) if one[0] not in NOT_DECLARED)


def stack_fields() -> Iterator[tuple[Path, FieldInfo]]:
    for path, field in leaves(Stack):
        if path not in NOT_DECLARED and path[:2] != ("spec", "defaults"):
            yield path, field


def default_fields() -> Iterator[tuple[Path, FieldInfo]]:
    for path, field in leaves(Stack):
        if path[:2] == ("spec", "defaults") and ("spec", *path[2:]) not in NOT_DECLARED:
            yield path, field


def hides(path: Path) -> tuple[str, ...]:
    return WITHOUT_OTHERS.get(str(path[1]) if len(path) > 1 else "", ())


def test_every_field_of_a_table_changes_what_is_declared() -> None:
    for path, field in table_fields():
        base = without(TABLE, *hides(path))
        if path[:2] == ("spec", "trust"):
            base["spec"]["access"] = [PLAIN_ROLE]
        results = [declared(STACK, put(base, path, value)) for value in values(field, path)]
        assert results[0] != results[1], dotted(path)


def test_every_field_of_a_stack_changes_what_is_declared() -> None:
    table = without(TABLE, "tags", "tableName")
    for path, field in stack_fields():
        results = [declared(put(STACK, path, value), table) for value in values(field, path)]
        assert results[0] != results[1], dotted(path)


def test_every_default_of_a_stack_changes_the_tables_that_do_not_say_otherwise() -> None:
    for path, field in default_fields():
        own = {"partitionKey": TABLE["spec"]["partitionKey"]}
        own["globalSecondaryIndexes"] = TABLE["spec"]["globalSecondaryIndexes"]
        table = {**TABLE, "spec": own}
        defaults = {
            name: value
            for name, value in TABLE["spec"].items()
            if name not in ("tableName", "sortKey", "localSecondaryIndexes", "restore", *own)
        }
        if path[2] == "trust":
            defaults["access"] = [PLAIN_ROLE]
        base = put(STACK, ("spec", "defaults"), defaults)
        results = [declared(put(base, path, value), table) for value in values(field, path)]
        assert results[0] != results[1], dotted(path)


@pytest.mark.parametrize(
    ("field", "off"),
    [
        ("recovery", {"enabled": False}),
        ("timeToLive", {"enabled": False}),
        ("stream", {"enabled": False}),
        ("contributorInsights", {"enabled": False}),
        ("encryption", {"type": "AWS_OWNED"}),
        ("tableClass", "STANDARD"),
        ("deletionProtection", False),
        ("billingMode", "PAY_PER_REQUEST"),
        ("access", []),
        ("alarms", {}),
        ("globalSecondaryIndexes", []),
        ("globalTable", {}),
    ],
)
def test_leaving_a_field_out_is_the_same_as_its_documented_default(field: str, off: Any) -> None:
    base = {"metadata": {"name": "orders"}, "spec": {"partitionKey": {"name": "id", "type": "S"}}}
    assert declared(STACK, put(base, ("spec", field), off)) == declared(STACK, base)
