"""Tables in several regions, and tables that begin with items."""

from __future__ import annotations

import gzip
import json

import pytest

TABLE = "aws:dynamodb/table:Table"
REPLICA = "aws:dynamodb/tableReplica:TableReplica"


def events(**rest):
    return {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        "streamEnabled": True,
        "streamViewType": "NEW_AND_OLD_IMAGES",
        **rest,
    }


def regions(client):
    described = client("dynamodb").describe_table(TableName="events")["Table"]
    return {one["RegionName"] for one in described.get("Replicas", ())} - {"eu-west-1"}


def test_replicas_come_and_go_with_what_each_has_of_its_own(engine, client):
    one = {"regionName": "us-east-1", "pointInTimeRecovery": True, "propagateTags": True}
    news = events(replicas=[one], tags={"A": "1"})
    state = engine.create(TABLE, news)
    assert engine.settled(state, news)
    (shown,) = [r for r in state.outputs["replicas"] if r["regionName"] == "us-east-1"]
    assert shown["arn"].startswith("arn:aws:dynamodb:us-east-1:")
    far = client("dynamodb", "us-east-1")
    tags = far.list_tags_of_resource(ResourceArn=shown["arn"])["Tags"]
    assert tags == [{"Key": "A", "Value": "1"}]
    recovery = far.describe_continuous_backups(TableName="events")
    recovery = recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["PointInTimeRecoveryStatus"] == "ENABLED"
    two = events(replicas=[{"regionName": "ap-southeast-2", "deletionProtectionEnabled": True}])
    assert "replicas" in engine.apply(state, two).paths
    assert engine.settled(state, two)
    assert regions(client) == {"ap-southeast-2"}
    bare = events(replicas=[{"regionName": "ap-southeast-2"}])
    engine.apply(state, bare)
    engine.apply(state, events())
    assert regions(client) == set()
    assert engine.settled(state, events())


def test_a_table_is_deleted_with_the_replicas_it_declares(engine, client):
    state = engine.create(TABLE, events(replicas=[{"regionName": "us-east-1"}]))
    engine.delete(state)
    assert client("dynamodb", "us-east-1").list_tables()["TableNames"] == []
    assert client("dynamodb").list_tables()["TableNames"] == []


def test_replicas_nobody_spoke_of_are_left_alone(engine, client):
    state = engine.create(TABLE, events())
    create = {"Create": {"RegionName": "us-east-1"}}
    client("dynamodb").update_table(TableName="events", ReplicaUpdates=[create])
    engine.update(state, events(deletionProtectionEnabled=True))
    assert regions(client) == {"us-east-1"}
    assert engine.settled(state, events(deletionProtectionEnabled=True))
    ignored = engine.read(TABLE, "events")
    news = {**ignored.inputs, "replicas": [], "tags": {"A": "1"}}
    engine.update(ignored, news, ignore=("replicas",))
    assert regions(client) == {"us-east-1"}


def test_a_faithful_import_of_a_replicated_table_shows_no_change(engine):
    engine.create(TABLE, events(replicas=[{"regionName": "us-east-1"}]))
    state = engine.read(TABLE, "events")
    assert engine.settled(state, state.inputs)


@pytest.mark.parametrize(
    ("change", "property_", "words"),
    [
        ({"replicas": [{"regionName": "eu-west-1"}]}, "replicas", "where the table itself is"),
        ({"replicas": [{"regionName": "us-east-1", "arn": "x"}]}, "replicas[0].arn", "an output"),
        (
            {"replicas": [{"regionName": "us-east-1", "consistencyMode": "STRONG"}]},
            "replicas",
            "two further regions",
        ),
        ({"globalTableWitness": {"regionName": "us-east-1"}}, "globalTableWitness", "STRONG"),
        ({"restoreSourceName": "old"}, "restoreDateTime", "is required"),
        ({"restoreToLatestTime": True}, "restoreToLatestTime", "needs restoreSourceName"),
        (
            {
                "restoreBackupArn": "arn:x",
                "importTable": {"inputFormat": "CSV", "s3BucketSource": {"bucket": "b"}},
            },
            "restoreBackupArn",
            "together with importTable",
        ),
    ],
)
def test_mistakes_are_found_before_anything_is_called(engine, change, property_, words):
    news = {**events(**change), "region": "eu-west-1"}
    assert words in engine.mistakes(TABLE, news).get(property_, ""), change


def test_what_the_embedded_aws_cannot_show_is_refused_in_one_sentence(engine):
    strong = [
        {"regionName": region, "consistencyMode": "STRONG"} for region in ("us-east-1", "us-east-2")
    ]
    with pytest.raises(Exception, match="could not call UpdateTable for table events") as failure:
        engine.create(TABLE, events(replicas=strong))
    assert failure.value.identifier == "events", "the table itself is there and is recorded"


def test_a_replica_is_a_resource_of_its_own(engine, client):
    main = engine.create(TABLE, events(), "events")
    news = {
        "globalTableArn": main.outputs["arn"],
        "region": "us-east-1",
        "pointInTimeRecovery": True,
        "tags": {"Team": "far"},
    }
    state = engine.create(REPLICA, news)
    assert state.identifier == "events:eu-west-1"
    assert state.outputs["arn"].startswith("arn:aws:dynamodb:us-east-1:")
    assert engine.settled(state, news)
    assert engine.settled(main, events()), "the table does not mind"
    other = {**news, "pointInTimeRecovery": False, "tags": {}, "deletionProtectionEnabled": False}
    engine.apply(state, other)
    assert engine.settled(state, other)
    second = engine.create(REPLICA, {**news, "region": "ap-southeast-2"})
    assert regions(client) == {"us-east-1", "ap-southeast-2"}
    imported = engine.read(REPLICA, "events:eu-west-1@ap-southeast-2")
    assert engine.settled(imported, {**news, "region": "ap-southeast-2"})
    engine.delete(second)
    engine.delete(state)
    engine.delete(state)
    assert regions(client) == set()
    assert engine.read(REPLICA, state.identifier, state) is None


def test_a_replica_in_the_tables_own_region_is_no_replica(engine):
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/events"
    found = engine.mistakes(REPLICA, {"globalTableArn": arn})
    assert "where the table itself is" in found["region"]
    assert "must be the ARN" in engine.mistakes(REPLICA, {"globalTableArn": "x"})["globalTableArn"]


def put(client, count):
    for number in range(count):
        client("dynamodb").put_item(TableName="events", Item={"id": {"S": str(number)}})


def test_a_table_is_restored_from_a_backup_and_brought_to_what_is_declared(engine, client):
    engine.create(TABLE, events())
    put(client, 3)
    backup = client("dynamodb").create_backup(TableName="events", BackupName="nightly")
    news = events(
        name="restored",
        streamEnabled=False,
        streamViewType=None,
        restoreBackupArn=backup["BackupDetails"]["BackupArn"],
        tags={"A": "1"},
        ttl={"enabled": True, "attributeName": "expires"},
    )
    state = engine.create(TABLE, news)
    assert engine.settled(state, news)
    del news["restoreBackupArn"]
    assert engine.settled(state, news), "an origin means nothing to a table that is there"
    assert client("dynamodb").scan(TableName="restored")["Count"] == 3
    assert state.outputs["tagsAll"] == {"A": "1"}


def test_a_table_is_restored_as_another_is_now(engine, client):
    engine.create(TABLE, events(pointInTimeRecovery={"enabled": True}))
    put(client, 2)
    news = events(name="copy", restoreSourceName="events", restoreToLatestTime=True)
    state = engine.create(TABLE, news)
    assert engine.settled(state, news)
    assert client("dynamodb").scan(TableName="copy")["Count"] == 2


def test_a_table_begins_with_the_items_of_a_bucket(engine, client):
    client("s3").create_bucket(
        Bucket="items", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
    )
    lines = "".join(json.dumps({"Item": {"id": {"S": str(n)}}}) + "\n" for n in range(4))
    client("s3").put_object(
        Bucket="items", Key="export/data.json.gz", Body=gzip.compress(lines.encode())
    )
    news = events(
        importTable={
            "inputFormat": "DYNAMODB_JSON",
            "inputCompressionType": "GZIP",
            "s3BucketSource": {"bucket": "items", "keyPrefix": "export/"},
        },
        tags={"A": "1"},
    )
    state = engine.create(TABLE, news)
    assert engine.settled(state, news)
    assert client("dynamodb").scan(TableName="events")["Count"] == 4
    assert state.outputs["tagsAll"] == {"A": "1"}


def test_a_failed_import_says_why_and_leaves_a_record(engine):
    news = events(
        importTable={
            "inputFormat": "DYNAMODB_JSON",
            "s3BucketSource": {"bucket": "there-is-no-such-bucket"},
        }
    )
    with pytest.raises(Exception, match="table events could not be imported: ") as failure:
        engine.create(TABLE, news)
    assert failure.value.identifier == "events"
