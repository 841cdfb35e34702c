"""The conversions, held to an inverse: any table, described as AWS would, comes back."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.aws import tables
from tablewright.plan.facets import ENCRYPTION, RECOVERY, STREAM, TIME_TO_LIVE
from tablewright.plan.facets.encryption import encryption_key
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)

NAMES = st.from_regex(r"[A-Za-z0-9_.-]{3,12}", fullmatch=True)
TYPES = st.sampled_from(["S", "N", "B"])
UNITS = st.integers(1, 40_000)
THROUGHPUTS = st.builds(Throughput, UNITS, UNITS)
MAXIMA = st.builds(OnDemandMaximum, st.none() | UNITS, st.none() | UNITS)
PROJECTIONS = st.sampled_from([Projection("ALL"), Projection("KEYS_ONLY")]) | st.builds(
    Projection, st.just("INCLUDE"), st.frozensets(NAMES, min_size=1, max_size=4)
)
VIEWS = st.sampled_from([None, "KEYS_ONLY", "NEW_IMAGE", "OLD_IMAGE", "NEW_AND_OLD_IMAGES"])


@st.composite
def keys(draw: st.DrawFn, most: int = 1) -> Key:
    names = draw(st.lists(NAMES, min_size=1, max_size=2 * most, unique=True))
    cut = draw(st.integers(max(1, len(names) - most), min(most, len(names))))
    return Key(tuple(names[:cut]), tuple(names[cut:]))


@st.composite
def live_tables(draw: st.DrawFn) -> Table:
    provisioned = draw(st.booleans())
    capacity = THROUGHPUTS if provisioned else st.none()
    global_indexes = draw(
        st.lists(
            st.builds(
                GlobalIndex, NAMES, keys(4), PROJECTIONS, capacity, MAXIMA, st.none() | THROUGHPUTS
            ),
            max_size=3,
        )
    )
    local_indexes = draw(st.lists(st.builds(LocalIndex, NAMES, keys(), PROJECTIONS), max_size=2))
    key = draw(keys())
    named = {*key.names, *(n for i in (*global_indexes, *local_indexes) for n in i.key.names)}
    return Table(
        name=draw(NAMES),
        key=key,
        attributes={name: draw(TYPES) for name in sorted(named)},
        billing_mode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        throughput=draw(capacity),
        global_indexes=tuple(global_indexes),
        local_indexes=tuple(local_indexes),
        stream=Stream(draw(VIEWS)),
        encryption=Encryption("AWS_OWNED"),
        recovery=Recovery(draw(st.integers(0, 35))),
        time_to_live=TimeToLive(draw(st.none() | NAMES)),
        table_class=draw(st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])),
        deletion_protection=draw(st.booleans()),
        on_demand_maximum=draw(MAXIMA),
        warm_throughput=draw(THROUGHPUTS),
        tags=draw(st.dictionaries(NAMES, NAMES, max_size=3)),
    )


def schema(key: Key) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": "HASH"} for name in key.partition] + [
        {"AttributeName": name, "KeyType": "RANGE"} for name in key.sort
    ]


def capacity(throughput: Throughput | None) -> dict[str, int]:
    units = throughput or Throughput(0, 0)  # AWS answers 0/0 on demand
    return {"ReadCapacityUnits": units.read, "WriteCapacityUnits": units.write}


def ceilings(maximum: OnDemandMaximum) -> dict[str, int]:
    return {
        "MaxReadRequestUnits": -1 if maximum.read is None else maximum.read,
        "MaxWriteRequestUnits": -1 if maximum.write is None else maximum.write,
    }


def index(described: GlobalIndex | LocalIndex) -> dict[str, Any]:
    reply: dict[str, Any] = {
        "IndexName": described.name,
        "KeySchema": schema(described.key),
        "Projection": {"ProjectionType": described.projection.type},
    }
    if described.projection.non_key_attributes:
        reply["Projection"]["NonKeyAttributes"] = sorted(described.projection.non_key_attributes)
    if isinstance(described, GlobalIndex):
        reply["ProvisionedThroughput"] = capacity(described.throughput)
        reply["OnDemandThroughput"] = ceilings(described.on_demand_maximum or OnDemandMaximum())
        if described.warm_throughput is not None:
            reply["WarmThroughput"] = warm(described.warm_throughput)
    return reply


def warm(throughput: Throughput) -> dict[str, Any]:
    return {
        "ReadUnitsPerSecond": throughput.read,
        "WriteUnitsPerSecond": throughput.write,
        "Status": "ACTIVE",
    }


def described(table: Table) -> dict[str, Any]:
    """What DescribeTable says of such a table."""
    assert table.stream is not None
    assert table.on_demand_maximum is not None
    assert table.warm_throughput is not None
    reply: dict[str, Any] = {
        "TableName": table.name,
        "TableStatus": "ACTIVE",
        "KeySchema": schema(table.key),
        "AttributeDefinitions": [
            {"AttributeName": name, "AttributeType": type_}
            for name, type_ in table.attributes.items()
        ],
        "ProvisionedThroughput": capacity(table.throughput),
        "OnDemandThroughput": ceilings(table.on_demand_maximum),
        "WarmThroughput": warm(table.warm_throughput),
        "DeletionProtectionEnabled": table.deletion_protection,
        "TableClassSummary": {"TableClass": table.table_class},
    }
    if table.billing_mode == "PAY_PER_REQUEST":
        reply["BillingModeSummary"] = {"BillingMode": "PAY_PER_REQUEST"}
    if table.global_indexes:
        reply["GlobalSecondaryIndexes"] = [index(one) for one in table.global_indexes]
    if table.local_indexes:
        reply["LocalSecondaryIndexes"] = [index(one) for one in table.local_indexes]
    if table.stream.view_type is not None:
        reply["StreamSpecification"] = {
            "StreamEnabled": True,
            "StreamViewType": table.stream.view_type,
        }
    return reply


@given(live_tables())
def test_a_described_table_comes_back_as_it_was(table: Table):
    assert table == tables.table(
        described(table),
        recovery=table.recovery,
        time_to_live=table.time_to_live,
        encryption=table.encryption,
        tags=table.tags,
    )


def test_what_was_not_read_stays_unknown():
    reply = {"TableName": "events", "KeySchema": [], "ProvisionedThroughput": capacity(None)}
    table = tables.table(reply)
    assert (table.recovery, table.time_to_live, table.encryption, table.tags) == (None,) * 4
    assert table.warm_throughput is None


def test_a_table_that_never_was_on_demand_is_provisioned():
    assert tables.billing_mode({}) == "PROVISIONED"


def test_a_stream_switched_off_is_off_although_aws_names_its_last_arn():
    assert STREAM.read({"LatestStreamArn": "arn:aws:dynamodb:x:1:table/t/stream/l"}) == Stream(None)


@pytest.mark.parametrize(
    ("status", "key"),
    [
        ("ENABLED", "arn:k"),
        ("ENABLING", "arn:k"),
        ("UPDATING", "arn:k"),
        ("DISABLED", None),
        ("DISABLING", None),
    ],
)
def test_only_encryption_that_is_on_has_a_key(status: str, key: str | None):
    reply = {"SSEDescription": {"Status": status, "KMSMasterKeyArn": "arn:k"}}
    assert encryption_key(reply) == key


def test_a_table_without_a_key_is_encrypted_with_the_one_aws_owns():
    assert ENCRYPTION.read({}) == Encryption("AWS_OWNED")


def test_whose_key_it_is_decides_the_kind_of_encryption():
    reply = {"SSEDescription": {"Status": "ENABLED", "KMSMasterKeyArn": "arn:k"}}
    managed = {**reply, "KeyMetadata": {"KeyManager": "AWS"}}
    assert ENCRYPTION.read(managed) == Encryption("AWS_MANAGED")
    of_the_customer = {**reply, "KeyMetadata": {"KeyManager": "CUSTOMER"}}
    assert ENCRYPTION.read(of_the_customer) == Encryption("CUSTOMER", "arn:k")


def test_recovery_without_a_period_is_of_35_days():
    enabled = {"PointInTimeRecoveryDescription": {"PointInTimeRecoveryStatus": "ENABLED"}}
    assert RECOVERY.read(enabled) == Recovery(35)


def test_recovery_that_is_disabled_is_off():
    disabled = {"PointInTimeRecoveryStatus": "DISABLED", "RecoveryPeriodInDays": 35}
    assert RECOVERY.read({"PointInTimeRecoveryDescription": disabled}) == Recovery(0)


def test_the_recovery_window_is_the_one_aws_names():
    enabled = {"PointInTimeRecoveryStatus": "ENABLED", "RecoveryPeriodInDays": 7}
    assert RECOVERY.read({"PointInTimeRecoveryDescription": enabled}) == Recovery(7)


@pytest.mark.parametrize(
    ("status", "attribute"),
    [("ENABLED", "ttl"), ("ENABLING", "ttl"), ("DISABLED", None), ("DISABLING", None)],
)
def test_time_to_live_that_goes_off_counts_as_off(status: str, attribute: str | None):
    reply = {"TimeToLiveStatus": status, "AttributeName": "ttl"}
    assert TIME_TO_LIVE.read(reply) == TimeToLive(attribute)


def test_tags_of_aws_are_not_the_users():
    pages = [{"Key": "Team", "Value": "a"}, {"Key": "aws:cloudformation:stack-id", "Value": "b"}]
    assert tables.tags(pages) == {"Team": "a"}


def test_the_stack_of_cloudformation_is_told_by_its_tag():
    pages = [{"Key": "Team", "Value": "a"}, {"Key": tables.CLOUDFORMATION_TAG, "Value": "shop"}]
    assert tables.cloudformation_stack(pages) == "shop"
    assert tables.cloudformation_stack(pages[:1]) is None


@pytest.mark.parametrize(
    ("reply", "mode"),
    [
        ({"ContributorInsightsStatus": "ENABLED"}, "ACCESSED_AND_THROTTLED_KEYS"),
        (
            {
                "ContributorInsightsStatus": "ENABLING",
                "ContributorInsightsMode": "THROTTLED_KEYS",
            },
            "THROTTLED_KEYS",
        ),
        ({"ContributorInsightsStatus": "FAILED"}, None),
        ({"ContributorInsightsStatus": "DISABLED"}, None),
    ],
)
def test_insights_that_are_on_have_a_mode(reply: dict[str, str], mode: str | None):
    assert tables.insights_mode(reply) == mode
