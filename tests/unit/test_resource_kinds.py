"""The table of resource kinds: every type is in it, and every spelling means the same thing."""

from __future__ import annotations

import json

import pytest

from tablewright.provider.catalogue import RESOURCES
from tablewright.resource_kinds import KINDS, UNKNOWN, Account, Identity, identify

ACCOUNT = Account("123456789012", "eu-west-1")
STREAM = "arn:aws:kinesis:eu-west-1:123456789012:stream/changes"
TABLE_ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"
SCALED = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/orders/index/by-day",
    "scalableDimension": "dynamodb:index:ReadCapacityUnits",
}
SCALED_ID = "dynamodb/table/orders/index/by-day/dynamodb:index:ReadCapacityUnits"

# Of each type its inputs, and every id that AWS, Pulumi's provider or ours has for it.
SAMPLES = {
    "aws:dynamodb/table:Table": ({"name": "orders"}, ["orders", TABLE_ARN]),
    "aws:dynamodb/tableReplica:TableReplica": (
        {"globalTableArn": TABLE_ARN, "region": "us-east-1"},
        ["orders:eu-west-1@us-east-1"],
    ),
    "aws:dynamodb/tableItem:TableItem": (
        {
            "tableName": "orders",
            "hashKey": "id",
            "rangeKey": "day",
            "item": json.dumps({"id": {"S": "a"}, "day": {"N": "7"}, "more": {"S": "x"}}),
        },
        ["orders|id|a|day|7"],
    ),
    "aws:dynamodb/contributorInsights:ContributorInsights": (
        {"tableName": "orders"},
        ["name:orders/index:/123456789012", "name:orders/index:"],
    ),
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": (
        {"tableName": "orders", "streamArn": STREAM},
        [f"orders,{STREAM}"],
    ),
    "aws:dynamodb/resourcePolicy:ResourcePolicy": ({"resourceArn": TABLE_ARN}, [TABLE_ARN]),
    "aws:appautoscaling/target:Target": (SCALED, [SCALED_ID]),
    "aws:appautoscaling/policy:Policy": (
        {**SCALED, "name": "a:b/c"},
        [f"{SCALED_ID}/a:b/c"],
    ),
    "aws:appautoscaling/scheduledAction:ScheduledAction": (
        {**SCALED, "name": "nightly"},
        [f"{SCALED_ID}/nightly"],
    ),
    "aws:cloudwatch/metricAlarm:MetricAlarm": ({"name": "orders: hot"}, ["orders: hot"]),
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": ({"alarmName": "all"}, ["all"]),
    "aws:cloudwatch/dashboard:Dashboard": ({"dashboardName": "orders"}, ["orders"]),
    "aws:sns/topic:Topic": (
        {"name": "ops"},
        ["arn:aws:sns:eu-west-1:123456789012:ops", "ops"],
    ),
    "aws:iam/role:Role": ({"name": "reader"}, ["reader"]),
    "aws:iam/rolePolicy:RolePolicy": ({"role": "reader", "name": "p"}, ["reader:p"]),
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": (
        {"role": "reader", "policyArn": "arn:aws:iam::aws:policy/x/Y"},
        ["reader/arn:aws:iam::aws:policy/x/Y"],
    ),
    "aws:iam/policy:Policy": (
        {"name": "own", "path": "/team/"},
        ["arn:aws:iam::123456789012:policy/team/own", "own"],
    ),
    "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex": (
        {"tableName": "orders", "indexName": "by-day"},
        ["orders,by-day"],
    ),
    "aws:dynamodb/tag:Tag": (
        {"resourceArn": TABLE_ARN, "key": "Team"},
        [f"{TABLE_ARN},Team"],
    ),
    "aws:dynamodb/tableExport:TableExport": (
        {"arn": f"{TABLE_ARN}/export/1-a"},
        [f"{TABLE_ARN}/export/1-a"],
    ),
    "aws:kinesis/stream:Stream": ({"name": "changes"}, ["changes", STREAM]),
    "aws:sqs/queue:Queue": (
        {"name": "jobs"},
        [
            "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs",
            "https://eu-west-1.queue.amazonaws.com/123456789012/jobs",
            "jobs",
        ],
    ),
    "aws:sns/topicSubscription:TopicSubscription": (
        {"arn": "arn:aws:sns:eu-west-1:123456789012:ops:1-a"},
        ["arn:aws:sns:eu-west-1:123456789012:ops:1-a"],
    ),
    "aws:kms/key:Key": (
        {"keyId": "1-a"},
        ["1-a", "arn:aws:kms:eu-west-1:123456789012:key/1-a"],
    ),
    "aws:kms/alias:Alias": ({"name": "alias/tables", "targetKeyId": "1-a"}, ["alias/tables"]),
    "aws:cloudwatch/logGroup:LogGroup": ({"name": "/app/orders"}, ["/app/orders"]),
    "aws:iam/user:User": ({"name": "reader"}, ["reader"]),
    "aws:iam/group:Group": ({"name": "readers"}, ["readers"]),
    "aws:iam/instanceProfile:InstanceProfile": ({"name": "reader"}, ["reader"]),
}

NAMED_BY_AWS = {
    "aws:dynamodb/tableExport:TableExport": "arn",
    "aws:kms/key:Key": "keyId",
    "aws:sns/topicSubscription:TopicSubscription": "arn",
}
"""What AWS names when it makes it: only what is recorded tells which it is."""
RENAMED = {"aws:iam/user:User", "aws:iam/group:Group"}
"""What AWS gives another name in place."""


def test_every_type_of_the_provider_is_in_the_table():
    assert set(KINDS) >= set(RESOURCES), "describe the new type in resource_kinds.py"


def test_every_type_of_the_table_is_tried_here():
    assert set(SAMPLES) == set(KINDS)


@pytest.mark.parametrize("type_", KINDS)
def test_what_the_table_says_of_tags_and_regions_is_what_the_provider_does(type_):
    kind, provider = KINDS[type_], RESOURCES[type_]
    assert kind.tagged == provider.is_tagged
    assert kind.word == provider.word
    global_names = {"aws:cloudwatch/dashboard:Dashboard"}
    assert kind.regional == ("region" in provider.shape and type_ not in global_names)


@pytest.mark.parametrize("type_", KINDS)
def test_all_that_makes_up_an_identity_is_an_input_that_replaces(type_):
    kind, shape = KINDS[type_], RESOURCES[type_].shape
    if type_ in NAMED_BY_AWS:
        assert kind.identifying == (NAMED_BY_AWS[type_],)
        assert NAMED_BY_AWS[type_] in RESOURCES[type_].computed
        return
    read = {"table": "globalTableArn", "key": "key" if "key" in shape else "hashKey"}
    for name in (*kind.identifying, *kind.alone):
        assert shape[read.get(name, name)].replaces is (type_ not in RENAMED), name


@pytest.mark.parametrize("type_", KINDS)
def test_every_spelling_of_an_id_means_what_the_inputs_mean(type_):
    kind = KINDS[type_]
    inputs, ids = SAMPLES[type_]
    identity = kind.identify(inputs, "eu-west-1")
    assert identity is not None
    assert {kind.identity_of_id(id_, "eu-west-1") for id_ in ids} == {identity}


@pytest.mark.parametrize("type_", KINDS)
def test_an_import_is_called_by_the_first_spelling(type_):
    inputs, ids = SAMPLES[type_]
    assert KINDS[type_].import_id(inputs, ACCOUNT) == ids[0]


@pytest.mark.parametrize("type_", KINDS)
def test_an_import_from_another_region_names_it(type_):
    kind = KINDS[type_]
    inputs = {**SAMPLES[type_][0], "region": "sa-east-1"}
    id_ = kind.import_id(inputs, ACCOUNT)
    assert id_ is not None
    assert kind.regional == ("sa-east-1" in id_)
    assert kind.identity_of_id(id_) == kind.identify(inputs)


@pytest.mark.parametrize("type_", KINDS)
def test_another_region_is_another_thing_where_there_are_regions(type_):
    kind = KINDS[type_]
    inputs = SAMPLES[type_][0]
    here, there = ({**inputs, "region": region} for region in ("eu-west-1", "sa-east-1"))
    assert (kind.identify(here) == kind.identify(there)) is not kind.regional
    assert kind.displaces(here, there) is not kind.regional


@pytest.mark.parametrize("type_", KINDS)
def test_the_same_thing_has_to_go_before_it_comes_again(type_):
    inputs = {**SAMPLES[type_][0], "region": "eu-west-1"}
    assert KINDS[type_].displaces(inputs, inputs)


@pytest.mark.parametrize("unknown", [UNKNOWN, object()])
@pytest.mark.parametrize("type_", KINDS)
def test_what_is_not_known_yet_has_no_identity_and_may_be_the_same(type_, unknown):
    kind = KINDS[type_]
    inputs = SAMPLES[type_][0]
    for name in set(inputs) - {"rangeKey", "hashKey", "path", "targetKeyId"}:
        later = {**inputs, name: unknown}
        assert kind.identify(later, "eu-west-1") is None
        assert kind.displaces(inputs, later)


ONE_ALLOWED = {
    "aws:appautoscaling/policy:Policy": "name",
    "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination": "streamArn",
}
"""Where AWS allows one per parent: another under this name cannot be made beside it."""


@pytest.mark.parametrize("type_", KINDS)
def test_two_names_can_stand_side_by_side_unless_aws_allows_one(type_):
    kind = KINDS[type_]
    inputs = SAMPLES[type_][0]
    name = kind.identifying[-1]
    field = {"table": "globalTableArn", "key": "item"}.get(name, name)
    field = name if name in inputs else field
    other = {
        "globalTableArn": TABLE_ARN.replace("orders", "users"),
        "item": json.dumps({"id": {"S": "b"}, "day": {"N": "7"}}),
    }.get(field, "another")
    assert kind.displaces(inputs, {**inputs, field: other}) == (ONE_ALLOWED.get(type_) == field)


def test_reads_and_writes_are_two_targets_though_their_recorded_ids_are_one():
    target = KINDS["aws:appautoscaling/target:Target"]
    reads = {**SCALED, "resourceId": "table/orders"}
    writes = {**reads, "scalableDimension": "dynamodb:table:WriteCapacityUnits"}
    assert target.identify(reads) != target.identify(writes)
    assert target.identity_of_id("table/orders") is None


def test_both_kinds_of_alarms_share_their_names():
    metric = identify("aws:cloudwatch/metricAlarm:MetricAlarm", {"name": "x"}, "eu-west-1")
    composite = identify(
        "aws:cloudwatch/compositeAlarm:CompositeAlarm", {"alarmName": "x"}, "eu-west-1"
    )
    assert metric == composite == Identity("alarm", "eu-west-1", "x")


def test_an_unknown_type_means_nothing():
    assert identify("aws:s3/bucket:Bucket", {"bucket": "x"}) is None


@pytest.mark.parametrize("word", ["role", "policy", "user", "group"])
def test_what_iam_has_is_the_same_in_any_case_and_goes_before_it_comes_again(word):
    (kind,) = [kind for kind in KINDS.values() if kind.word == word]
    upper, lower, other = ({"name": name} for name in ("Reader", "reader", "writer"))
    assert kind.identify(upper) == kind.identify(lower) != kind.identify(other)
    assert kind.identify(upper).name == "Reader"
    assert kind.displaces(upper, lower)
    assert not kind.displaces(upper, other)


def test_alarms_and_tables_are_told_apart_by_case():
    for type_ in ("aws:cloudwatch/metricAlarm:MetricAlarm", "aws:dynamodb/table:Table"):
        assert identify(type_, {"name": "Orders"}) != identify(type_, {"name": "orders"})
        assert not KINDS[type_].displaces({"name": "Orders"}, {"name": "orders"})
