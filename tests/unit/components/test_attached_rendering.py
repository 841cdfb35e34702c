"""Parts beside the table: replicas, origin, Kinesis, resource policies, dashboard."""

from dataclasses import replace

import pytest

from tablewright.components.existing import Existing, LiveResource, import_ids
from tablewright.components.rendering import (
    JsonDocument,
    Reference,
    RenderContext,
    dashboard_part,
    table_parts,
)
from tablewright.errors import InputError
from tablewright.plan.declaration.declared import Dashboard, DeclaredTable, KinesisDestination
from tablewright.plan.origin import Csv, Restore, S3Import
from tablewright.plan.replica import GlobalTable, Replica, ReplicaIndex
from tablewright.plan.scaling import Scaling
from tablewright.plan.table import Key, Recovery, Table
from tablewright.resource_kinds import Account

ACCOUNT = Account("123456789012", "eu-west-1")

TAGS = {"Team": "data"}
ORDERS = DeclaredTable(
    Table("orders-dev", Key(("id",)), {"id": "S"}, "PAY_PER_REQUEST", tags=TAGS), key="orders"
)
FRANKFURT = Replica("eu-central-1", tags=TAGS)
LONDON = Replica("eu-west-2", tags=TAGS)
POLICY = {"Version": "2012-10-17", "Statement": []}
KINESIS = "arn:aws:kinesis:eu-west-1:123456789012:stream/changes"


def parts(place=None, **changes):
    found = table_parts(replace(ORDERS, **changes), place or RenderContext("eu-west-1"))
    return {it.key: it for it in found}


def replicated(*replicas, consistency="EVENTUAL", witness=None, place=None):
    return parts(place, global_table=GlobalTable(replicas, consistency, witness))


def test_a_replica_is_a_resource_of_its_own_so_that_its_loss_shows():
    part = replicated(FRANKFURT)["replica orders-eu-central-1"]
    assert part.kind == "dynamodb.TableReplica"
    assert part.arguments == {
        "global_table_arn": Reference("table orders", "arn"),
        "region": "eu-central-1",
        "deletion_protection_enabled": False,
        "point_in_time_recovery": False,
    }
    assert part.tags == TAGS


def test_a_replicas_own_settings_are_sent():
    own = replace(
        FRANKFURT,
        kms_key="arn:key",
        table_class="STANDARD_INFREQUENT_ACCESS",
        deletion_protection=True,
        recovery=Recovery(35),
    )
    arguments = replicated(own)["replica orders-eu-central-1"].arguments
    assert arguments["kms_key_arn"] == "arn:key"
    assert arguments["table_class_override"] == "STANDARD_INFREQUENT_ACCESS"
    assert arguments["deletion_protection_enabled"] is True
    assert arguments["point_in_time_recovery"] is True


def test_replicas_come_one_after_the_other_as_dynamodb_takes_them():
    made = replicated(FRANKFURT, LONDON)
    assert made["replica orders-eu-central-1"].after == []
    assert made["replica orders-eu-west-2"].after == ["replica orders-eu-central-1"]


def test_a_replica_waits_for_the_scaling_of_writes_without_which_aws_refuses_it():
    scaling = (Scaling("read", 5, 100), Scaling("write", 5, 100))
    made = parts(scaling=scaling, global_table=GlobalTable((FRANKFURT,), "EVENTUAL", None))
    before = made["replica orders-eu-central-1"].after
    assert [made[key].kind for key in before] == ["appautoscaling.Policy"]
    assert "Write" in str(made[before[0]].arguments["target_tracking_scaling_policy_configuration"])


def test_the_table_does_not_take_replicas_it_reads_for_its_own():
    assert "replicas" in replicated(FRANKFURT)["table orders"].ignored
    assert "replicas" not in replicated(FRANKFURT)["table orders"].arguments
    assert "replicas" not in parts()["table orders"].ignored


def test_regions_with_strong_consistency_are_chosen_with_the_table():
    made = replicated(FRANKFURT, consistency="STRONG", witness="eu-west-2")
    arguments = made["table orders"].arguments
    assert arguments["replicas"] == [
        {
            "region_name": "eu-central-1",
            "consistency_mode": "STRONG",
            "deletion_protection_enabled": False,
            "point_in_time_recovery": False,
            "propagate_tags": True,
        }
    ]
    assert arguments["global_table_witness"] == {"region_name": "eu-west-2"}
    assert "replicas" not in made["table orders"].ignored
    assert set(made) == {"table orders"}


def test_three_regions_with_strong_consistency_need_no_witness():
    made = replicated(FRANKFURT, LONDON, consistency="STRONG")
    assert len(made["table orders"].arguments["replicas"]) == 2
    assert "global_table_witness" not in made["table orders"].arguments


def test_insights_of_a_replica_stand_in_its_region_and_come_after_it():
    own = replace(
        FRANKFURT,
        insights="THROTTLED_KEYS",
        indexes=(ReplicaIndex("by-user", insights="ACCESSED_AND_THROTTLED_KEYS"),),
    )
    made = replicated(own)
    assert made["insights orders-eu-central-1"].arguments == {
        "table_name": Reference("table orders", "name"),
        "mode": "THROTTLED_KEYS",
        "region": "eu-central-1",
    }
    of_index = made["insights orders-eu-central-1-by-user"]
    assert of_index.arguments["index_name"] == "by-user"
    assert of_index.after == ["replica orders-eu-central-1"]


@pytest.mark.parametrize(
    ("consistency", "changes", "word"),
    [
        ("EVENTUAL", {"read_capacity": 5}, "readCapacityUnits"),
        ("EVENTUAL", {"read_ceiling": 5}, "maxReadRequestUnits"),
        ("EVENTUAL", {"recovery": Recovery(7)}, "recovery.days"),
        ("EVENTUAL", {"indexes": (ReplicaIndex("i", read_capacity=5),)}, "readCapacityUnits"),
        ("EVENTUAL", {"indexes": (ReplicaIndex("i", read_ceiling=5),)}, "maxReadRequestUnits"),
        ("STRONG", {"table_class": "STANDARD"}, "tableClass"),
        ("STRONG", {"tags": {"Team": "own"}}, "tags"),
        ("STRONG", {"propagate_tags": False}, "tags"),
    ],
)
def test_what_pulumis_provider_has_no_property_for_is_refused_by_name(consistency, changes, word):
    with pytest.raises(InputError, match=f"orders-dev in eu-central-1 is to have .*{word}"):
        replicated(replace(FRANKFURT, **changes), consistency=consistency)


def test_a_replica_that_lives_is_imported():
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-dev"
    inputs = {"globalTableArn": arn, "region": "eu-central-1"}
    live = LiveResource("dynamodb.TableReplica", inputs, ("orders-dev", "eu-central-1"))
    existing = Existing(import_ids=import_ids([live], ACCOUNT))
    made = replicated(FRANKFURT, LONDON, place=RenderContext(region="eu-west-1", existing=existing))
    frankfurt = made["replica orders-eu-central-1"]
    assert frankfurt.import_id == "orders-dev:eu-west-1@eu-central-1"
    assert made["replica orders-eu-west-2"].import_id is None


@pytest.mark.parametrize(
    ("origin", "arguments"),
    [
        (Restore(backup_arn="arn:backup"), {"restore_backup_arn": "arn:backup"}),
        (
            Restore(source_table_name="old", latest=True),
            {"restore_source_name": "old", "restore_to_latest_time": True},
        ),
        (
            Restore(source_table_arn="arn:old", moment="2026-11-20T08:00:00Z"),
            {
                "restore_source_table_arn": "arn:old",
                "restore_date_time": "2026-11-20T08:00:00Z",
            },
        ),
        (
            S3Import("bucket", "ION"),
            {
                "import_table": {
                    "input_format": "ION",
                    "input_compression_type": "NONE",
                    "s3_bucket_source": {"bucket": "bucket"},
                }
            },
        ),
        (
            S3Import("bucket", "CSV", "123456789012", "in/", "GZIP", Csv(";", ("a", "b"))),
            {
                "import_table": {
                    "input_format": "CSV",
                    "input_compression_type": "GZIP",
                    "s3_bucket_source": {
                        "bucket": "bucket",
                        "bucket_owner": "123456789012",
                        "key_prefix": "in/",
                    },
                    "input_format_options": {"csv": {"delimiter": ";", "header_lists": ["a", "b"]}},
                }
            },
        ),
        (
            S3Import("bucket", "CSV", csv=Csv()),
            {
                "import_table": {
                    "input_format": "CSV",
                    "input_compression_type": "NONE",
                    "s3_bucket_source": {"bucket": "bucket"},
                    "input_format_options": {"csv": {"delimiter": ","}},
                }
            },
        ),
    ],
)
def test_where_items_come_from_is_said_when_the_table_is_created(origin, arguments):
    plain = parts()["table orders"].arguments
    assert parts(origin=origin)["table orders"].arguments == {**plain, **arguments}


def test_where_items_came_from_never_replaces_a_table():
    ignored = set(parts()["table orders"].ignored)
    assert ignored >= {"importTable", "restoreDateTime", "restoreToLatestTime", "restoreSourceName"}


def test_changes_are_copied_to_kinesis():
    part = parts(kinesis=KinesisDestination(KINESIS, "MICROSECOND"))["kinesis orders"]
    assert part.arguments == {
        "table_name": Reference("table orders", "name"),
        "stream_arn": KINESIS,
        "approximate_creation_date_time_precision": "MICROSECOND",
        "region": "eu-west-1",
    }


def test_policies_are_on_the_table_and_on_its_stream():
    made = parts(resource_policy=POLICY, stream_policy=POLICY)
    of_table, of_stream = made["resource policy orders"], made["resource policy orders-stream"]
    assert of_table.arguments["resource_arn"] == Reference("table orders", "arn")
    assert of_stream.arguments["resource_arn"] == Reference("table orders", "stream_arn")
    assert of_table.arguments["policy"] == JsonDocument(POLICY)


def test_what_is_attached_already_is_imported():
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders-dev"
    destination = {"tableName": "orders-dev", "streamArn": KINESIS}
    live = [
        LiveResource("dynamodb.KinesisStreamingDestination", destination),
        LiveResource("dynamodb.ResourcePolicy", {"resourceArn": arn}, ("orders-dev",)),
        LiveResource("cloudwatch.Dashboard", {"dashboardName": "shop"}),
    ]
    existing = Existing(import_ids=import_ids(live, ACCOUNT))
    place = RenderContext(existing=existing)
    made = parts(
        place,
        kinesis=KinesisDestination(KINESIS),
        resource_policy=POLICY,
        stream_policy=POLICY,
    )
    assert made["kinesis orders"].import_id == f"orders-dev,{KINESIS}"
    assert made["resource policy orders"].import_id == arn
    assert made["resource policy orders-stream"].import_id is None
    assert dashboard_part("stack", Dashboard("shop", {}), place).import_id == "shop"


def test_a_dashboard_is_its_document():
    part = dashboard_part(
        "stack", Dashboard("shop-dev", {"widgets": []}), RenderContext("eu-west-1")
    )
    assert part.name == "stack"
    assert part.arguments == {
        "dashboard_name": "shop-dev",
        "dashboard_body": JsonDocument({"widgets": []}),
        "region": "eu-west-1",
    }


def test_a_table_alone_has_no_other_parts():
    assert set(parts()) == {"table orders"}
