"""Each limit from both sides: what just fits, and one more."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.rendering import render

KEY = {"name": "id", "type": "S"}
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
Spec = dict[str, Any]


def problems(spec: Spec, name: str = "orders", stack: Spec | None = None) -> list[str]:
    """Messages about a stack with one table."""
    whole = {
        "region": "eu-west-1",
        "environment": "test",
        "tags": {"Team": "web", "CostCenter": "7"},
        **(stack or {}),
    }
    documents = [
        {
            "apiVersion": "tablewright.dev/v1",
            "kind": "Stack",
            "metadata": {"name": "shop"},
            "spec": whole,
        },
        {
            "apiVersion": "tablewright.dev/v1",
            "kind": "Table",
            "metadata": {"name": name},
            "spec": {"partitionKey": KEY, **spec},
        },
    ]
    try:
        manifest.load_text(render(documents), {})
    except ManifestError as error:
        return [problem.message for problem in error.problems]
    return []


def global_indexes(count: int, attributes: int = 0) -> Spec:
    projection = {"type": "INCLUDE", "nonKeyAttributes": [f"a{n}" for n in range(attributes)]}
    index = {"partitionKey": {"name": "k", "type": "S"}}
    extra = {"projection": projection} if attributes else {}
    names = [{"name": f"index-{n}", **index, **extra} for n in range(count)]
    return {"globalSecondaryIndexes": names}


def projected(name: str) -> Spec:
    index = global_indexes(1, 1)["globalSecondaryIndexes"][0]
    index["projection"]["nonKeyAttributes"] = [name]
    return {"globalSecondaryIndexes": [index]}


def local_indexes(count: int) -> Spec:
    locals_ = [
        {"name": f"local-{n}", "sortKey": {"name": f"s{n}", "type": "S"}} for n in range(count)
    ]
    return {"sortKey": {"name": "at", "type": "N"}, "localSecondaryIndexes": locals_}


def key_of(halves: str, count: int) -> Spec:
    parts = [{"name": f"p{n}", "type": "S"} for n in range(count)]
    index = {"name": "many", "partitionKey": {"name": "k", "type": "S"}, halves: parts}
    return {"globalSecondaryIndexes": [index]}


def role(**more: Any) -> Spec:
    return {"access": [{"name": "read", "grants": ["read"], **more}]}


def alarm(**more: Any) -> Spec:
    return {"alarms": {"userErrors": more}}


def scaling(**more: Any) -> Spec:
    side = {"minCapacity": 1, "maxCapacity": 9, **more}
    return {"billingMode": "PROVISIONED", "autoScaling": {"read": side, "write": side}}


def provisioned(units: int) -> Spec:
    both = {"readCapacityUnits": units, "writeCapacityUnits": units}
    return {"billingMode": "PROVISIONED", "provisionedThroughput": both}


def policy(size: int) -> Spec:
    statement = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*", "Sid": ""}
    document = {"Statement": [statement]}
    around = len(json.dumps(document, separators=(",", ":")))
    statement["Sid"] = "x" * (size - around)
    return {"resourcePolicy": document}


def warm(reads: int, writes: int, **more: Any) -> Spec:
    return {"warmThroughput": {"readUnitsPerSecond": reads, "writeUnitsPerSecond": writes}, **more}


LIMITS: dict[str, tuple[Callable[[int], Spec], int, int]] = {
    "global indexes": (global_indexes, 20, 21),
    "local indexes": (local_indexes, 5, 6),
    "attributes of an index": (lambda n: global_indexes(1, n), 20, 21),
    "attributes of all indexes": (lambda n: global_indexes(n // 10, 10), 100, 110),
    "partition key attributes": (lambda n: key_of("partitionKey", n), 4, 5),
    "sort key attributes": (lambda n: key_of("sortKey", n), 4, 5),
    "days of recovery": (lambda n: {"recovery": {"days": n}}, 35, 36),
    "least days of recovery": (lambda n: {"recovery": {"days": n}}, 1, 0),
    "least capacity": (provisioned, 1, 0),
    "most capacity": (
        lambda n: {
            "billingMode": "PROVISIONED",
            "provisionedThroughput": {"readCapacityUnits": n, "writeCapacityUnits": 1},
        },
        40_000,
        40_001,
    ),
    "on-demand ceiling": (
        lambda n: {"onDemandThroughput": {"maxWriteRequestUnits": n}},
        40_000,
        40_001,
    ),
    "warm reads on demand": (lambda n: warm(n, 4_000), 12_000, 11_999),
    "warm writes on demand": (lambda n: warm(12_000, n), 4_000, 3_999),
    "warm reads of bought ones": (lambda n: warm(n, 50, **provisioned(50)), 50, 49),
    "highest target": (lambda n: scaling(targetUtilization=n), 90, 91),
    "lowest target": (lambda n: scaling(targetUtilization=n), 20, 19),
    "order of bounds": (lambda n: scaling(minCapacity=n), 9, 10),
    "least on-demand ceiling": (lambda n: {"onDemandThroughput": {"maxReadRequestUnits": n}}, 1, 0),
    "bytes of a projected name": (
        lambda n: projected("é" * (n // 2) + "x" * (n % 2)),
        255,
        256,
    ),
    "tags": (lambda n: {"tags": {f"t{i}": "" for i in range(n - 3)}}, 50, 51),
    "tags of a table with its own": (
        lambda n: {"tableTags": {f"t{i}": "" for i in range(n - 3)}},
        50,
        51,
    ),
    "tags of a role": (lambda n: role(tags={f"t{i}": "" for i in range(n - 3)}), 50, 51),
    "tags of an alarm": (lambda n: alarm(tags={f"t{i}": "" for i in range(n - 3)}), 50, 51),
    "name of a tag": (lambda n: {"tags": {"t" * n: ""}}, 128, 129),
    "value of a tag": (lambda n: {"tags": {"t": "v" * n}}, 256, 257),
    "bytes of a key attribute": (
        lambda n: {"partitionKey": {"name": "é" * (n // 2) + "x" * (n % 2), "type": "S"}},
        255,
        256,
    ),
    "name of an index": (
        lambda n: {"globalSecondaryIndexes": [{"name": "i" * n, "partitionKey": KEY}]},
        255,
        256,
    ),
    "shortest name of an index": (
        lambda n: {"globalSecondaryIndexes": [{"name": "i" * n, "partitionKey": KEY}]},
        3,
        2,
    ),
    "name of a role": (lambda n: role(roleName="r" * n), 64, 65),
    "name of a policy": (lambda n: role(policyName="p" * n), 128, 129),
    "name of an alarm": (lambda n: alarm(name="a" * n), 255, 256),
    "description of an alarm": (lambda n: alarm(description="d" * n), 1024, 1025),
    "actions of an alarm": (lambda n: alarm(alarmActions=[TOPIC] * n), 5, 6),
    "a day of short periods": (lambda n: alarm(period=60, evaluationPeriods=n), 1440, 1441),
    "a week of long periods": (lambda n: alarm(period=3600, evaluationPeriods=n), 168, 169),
    "datapoints": (lambda n: alarm(evaluationPeriods=3, datapointsToAlarm=n), 3, 4),
    "bytes of a policy": (policy, 20 * 1024, 20 * 1024 + 1),
    "a table's own name": (lambda n: {"tableName": "n" * n}, 255, 256),
    "a table's own short name": (lambda n: {"tableName": "n" * n}, 3, 2),
    "cooldown": (lambda n: scaling(scaleInCooldown=n), 3600, 3601),
}


@pytest.mark.parametrize(("build", "fits", "exceeds"), LIMITS.values(), ids=LIMITS.keys())
def test_what_fits_is_accepted_and_one_more_is_refused(
    build: Callable[[int], Spec], fits: int, exceeds: int
) -> None:
    assert problems(build(fits)) == []
    assert len(set(problems(build(exceeds)))) == 1


@pytest.mark.parametrize(
    ("name", "is_good"), [("n" * 255, True), ("n" * 256, False), ("abc", True), ("ab", False)]
)
def test_the_name_of_a_table_has_3_to_255_characters(name: str, *, is_good: bool) -> None:
    assert (problems({}, name) == []) is is_good


@pytest.mark.parametrize(
    ("arn", "words"),
    [
        ("arn:aws:kms:eu-west-1:123456789012:key/1", ""),
        ("arn:aws:kms:eu-west-1:123456789012:key/mrk-1", ""),
        ("arn:aws:kms:us-east-1:123456789012:key/1", "it is needed in eu-west-1"),
        ("arn:aws:kms:eu-west-1:123456789012:alias/x", "an alias"),
        ("arn:aws:s3:eu-west-1:123456789012:key/1", "is not the ARN of a KMS key"),
        ("arn:aws:kms:eu-west-1:12345:key/1", "is not the ARN of a KMS key"),
        ("arn:aws:kms:eu-west-1:123456789012:grant/1", "is not the ARN of a KMS key"),
        ("alias/aws/dynamodb", "is not the ARN of a KMS key"),
        ("1234abcd", "is not the ARN of a KMS key"),
    ],
)
def test_a_customer_key_is_named_by_its_arn(arn: str, words: str) -> None:
    found = problems({"encryption": {"type": "CUSTOMER", "kmsKeyArn": arn}})
    assert [words in message for message in found] == ([True] if words else [])


def test_a_witness_makes_the_third_region() -> None:
    strong = {"consistency": "STRONG", "replicas": [{"region": "eu-west-2"}]}
    assert problems({"globalTable": {**strong, "witnessRegion": "eu-central-1"}}) == []
    assert problems({"globalTable": {**strong, "witnessRegion": "eu-west-2"}}) == [
        "eu-west-2 already holds the table"
    ]


@pytest.mark.parametrize("written", ["5.0", "5e0", "0.5e1", "+5", "50e-1"])
def test_a_whole_number_may_be_written_as_one_that_is_not(written: str) -> None:
    document = manifest.skeleton().replace("days: 35", f"days: {written}")
    assert manifest.load_text(document, {}).stack.spec.defaults.recovery.days == 5


def test_an_index_may_name_its_own_keys_among_what_it_carries() -> None:
    """As Cloud Posse's terraform-aws-dynamodb does in the example that its tests apply on AWS."""
    assert problems(projected("k")) == []


def test_fifty_tags_are_for_the_stack_too_and_said_once_there() -> None:
    tags = {"Team": "web", "CostCenter": "7"}
    assert problems({}, stack={"tags": tags | {f"t{n}": "" for n in range(47)}}) == []
    assert problems({}, stack={"tags": tags | {f"t{n}": "" for n in range(48)}}) == [
        "51 tags in all, more than 50"
    ]


def test_a_quota_that_aws_has_raised_is_the_limit() -> None:
    many = global_indexes(21) | {"onDemandThroughput": {"maxReadRequestUnits": 50_000}}
    raised = {"throughput": 50_000, "globalSecondaryIndexes": 21}
    assert len(problems(many)) == 2
    assert problems(many, stack={"quotas": raised}) == []


@pytest.mark.parametrize(
    ("spec", "words"),
    [
        (role(description="reads \u2013 only"), "is not of the right form"),
        (role(managedPolicies=["arn:aws:iam::aws:policy/A"] * 2), "named twice"),
        (role(conditions={"StringEquals": {"Select": "X"}}), "lacks the prefix of a service"),
        (role(trust={"principals": ["arn:aws:iam::123456789012:group/x"]}), "no group can"),
        (role(tags={"team": "x"}), "IAM takes the tags `Team` and `team` of the role for one"),
        (
            local_indexes(1) | {"importFromS3": {"bucket": "abc", "format": "ION"}},
            "an import from S3 makes no local indexes",
        ),
        ({"restore": {"sourceTableName": "orders", "latest": True}}, "restored from itself"),
        ({"restore": {"sourceTableName": "a b", "latest": True}}, "would be `a b`"),
        ({"tags": {"Team": " "}}, "the mandatory tag `Team` is missing on table `orders`"),
    ],
)
def test_what_aws_would_refuse_is_refused(spec: Spec, words: str) -> None:
    [message] = problems(spec)
    assert words in message


def test_other_mandatory_tags_can_be_demanded() -> None:
    assert problems({}, stack={"mandatoryTags": ["Owner"]}) == [
        "the mandatory tag `Owner` is missing"
    ]
    assert problems({"tags": {"Owner": "me"}}, stack={"mandatoryTags": ["Owner"]}) == []


def test_a_mandatory_tag_can_be_enforced() -> None:
    stack = {"tags": {}, "enforcedTags": {"Team": "web", "CostCenter": "7"}}
    assert problems({}, stack=stack) == []
