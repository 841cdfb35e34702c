"""`aws.dynamodb.Table` over the engine's protocol on the embedded AWS."""

from __future__ import annotations

from dataclasses import replace

import pytest

TABLE = "aws:dynamodb/table:Table"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def events(**rest):
    return {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PAY_PER_REQUEST",
        **rest,
    }


def index(name, *keys, **rest):
    found = {"name": name, "hashKey": keys[0], "projectionType": "ALL", **rest}
    return found | ({"rangeKey": keys[1]} if len(keys) > 1 else {})


def attributes(*names):
    return [{"name": name, "type": "S"} for name in names]


def test_a_table_is_created_and_a_second_run_finds_nothing_to_do(engine, client):
    news = events(
        rangeKey="at",
        attributes=attributes("id", "at", "user"),
        globalSecondaryIndexes=[index("by-user", "user", "at", projectionType="KEYS_ONLY")],
        streamEnabled=True,
        streamViewType="NEW_AND_OLD_IMAGES",
        pointInTimeRecovery={"enabled": True, "recoveryPeriodInDays": 7},
        ttl={"enabled": True, "attributeName": "expires"},
        tags={"Team": "a"},
    )
    state = engine.create(TABLE, news)
    assert engine.settled(state, news)
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    assert state.outputs["arn"] == live["TableArn"]
    assert state.outputs["streamArn"] == live["LatestStreamArn"]
    assert state.outputs["tagsAll"] == {"Team": "a"}
    assert state.outputs["region"] == "eu-west-1"
    assert live["GlobalSecondaryIndexes"][0]["Projection"]["ProjectionType"] == "KEYS_ONLY"
    backups = client("dynamodb").describe_continuous_backups(TableName="events")
    recovery = backups["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    assert recovery["RecoveryPeriodInDays"] == 7


def test_a_new_table_may_ask_for_less_warm_throughput_than_it_has_by_itself(engine):
    little = {"readUnitsPerSecond": 100, "writeUnitsPerSecond": 100}
    news = events(warmThroughput=little, globalSecondaryIndexes=[index("by-id", "id")])
    news["globalSecondaryIndexes"][0]["warmThroughput"] = little
    state = engine.create(TABLE, news)
    assert engine.settled(state, news)


def test_a_table_without_a_name_gets_one_and_keeps_it(engine):
    news = events()
    del news["name"]
    state = engine.create(TABLE, news, name="orders")
    assert state.inputs["name"].startswith("orders-")
    assert engine.check(state, news)["name"] == state.inputs["name"]


def test_the_name_is_the_one_the_stack_settings_propose(engine):
    news = events()
    del news["name"]
    state = engine.state(TABLE, "orders")
    assert engine.check(state, news, proposed_name="mine", mode=1)["name"] == "mine"


def test_automatic_naming_can_be_disabled(engine):
    news = events()
    del news["name"]
    with pytest.raises(Exception, match="automatic naming is disabled"):
        engine.check(engine.state(TABLE), news, proposed_name="", mode=2)


def test_check_writes_the_providers_region_and_another_one_replaces(engine):
    state = engine.create(TABLE, events())
    assert state.inputs["region"] == "eu-west-1"
    difference = engine.diff(state, engine.check(state, events(region="us-east-1")))
    assert difference.replaces == ["region"]
    assert not difference.delete_first


def test_the_engine_may_replace_what_does_not_differ_and_then_deletes_first(engine):
    state = engine.create(TABLE, events())
    difference = engine.diff(state, engine.check(state, events()))
    assert not difference.replaces
    assert difference.delete_first


@pytest.mark.parametrize(
    ("change", "path"),
    [
        ({"name": "other"}, "name"),
        ({"hashKey": "key", "attributes": attributes("key")}, "hashKey"),
        ({"rangeKey": "at", "attributes": attributes("id", "at")}, "rangeKey"),
        ({"attributes": [{"name": "id", "type": "N"}]}, "attributes"),
    ],
)
def test_what_only_a_new_table_can_have_replaces(engine, change, path):
    state = engine.create(TABLE, events())
    difference = engine.diff(state, engine.check(state, events(**change)))
    assert difference.replaces == [path]
    assert difference.delete_first == (path != "name")


def test_the_type_of_an_index_key_is_not_ignored_as_the_official_provider_does(engine, client):
    by_user = [index("by-user", "user")]
    state = engine.create(
        TABLE, events(attributes=attributes("id", "user"), globalSecondaryIndexes=by_user)
    )
    retyped = [{"name": "id", "type": "S"}, {"name": "user", "type": "N"}]
    news = events(attributes=retyped, globalSecondaryIndexes=by_user)
    assert engine.apply(state, news).paths == {"globalSecondaryIndexes": "UPDATE"}
    assert engine.settled(state, news)
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    assert {"AttributeName": "user", "AttributeType": "N"} in live["AttributeDefinitions"]


def test_a_local_index_replaces_whatever_changes_of_it(engine):
    def news(**rest):
        local = {"name": "by-day", "rangeKey": "day", "projectionType": "ALL", **rest}
        return events(
            rangeKey="at",
            attributes=attributes("id", "at", "day"),
            localSecondaryIndexes=[local],
        )

    state = engine.create(TABLE, news())
    assert engine.settled(state, news())
    difference = engine.diff(state, engine.check(state, news(projectionType="KEYS_ONLY")))
    assert difference.replaces == ["localSecondaryIndexes"]


def test_from_provisioned_to_on_demand_and_back_with_indexes(engine, client):
    names = attributes("id", "a", "b")
    plain = [index("one", "a"), index("two", "b")]
    sized = [{**one, "readCapacity": 3, "writeCapacity": 2} for one in plain]
    provisioned = events(
        billingMode="PROVISIONED",
        readCapacity=5,
        writeCapacity=6,
        attributes=names,
        globalSecondaryIndexes=sized,
    )
    on_demand = events(attributes=names, globalSecondaryIndexes=plain)
    state = engine.create(TABLE, provisioned)
    assert engine.settled(state, provisioned)
    assert set(engine.apply(state, on_demand).paths) >= {"billingMode"}
    assert engine.settled(state, on_demand)
    engine.apply(state, provisioned)
    assert engine.settled(state, provisioned)
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    capacity = [
        one["ProvisionedThroughput"]["ReadCapacityUnits"] for one in live["GlobalSecondaryIndexes"]
    ]
    assert capacity == [3, 3]


def test_indexes_come_change_and_go(engine, client):
    state = engine.create(TABLE, events())
    two = events(
        attributes=attributes("id", "a", "b"),
        globalSecondaryIndexes=[index("one", "a"), index("two", "b")],
    )
    assert engine.apply(state, two).paths == {"globalSecondaryIndexes": "ADD"}
    assert engine.settled(state, two)
    other = events(
        attributes=attributes("id", "b"), globalSecondaryIndexes=[index("two", "b", "id")]
    )
    engine.apply(state, other)
    assert engine.settled(state, other)
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    (only,) = live["GlobalSecondaryIndexes"]
    assert (only["IndexName"], len(only["KeySchema"])) == ("two", 2)
    engine.apply(state, events())
    assert (
        not client("dynamodb")
        .describe_table(TableName="events")["Table"]
        .get("GlobalSecondaryIndexes")
    )


def test_the_order_of_indexes_and_attributes_means_nothing(engine):
    one = index("one", "a", projectionType="INCLUDE", nonKeyAttributes=["x", "y"])
    two = index("two", "b")
    news = events(attributes=attributes("id", "a", "b"), globalSecondaryIndexes=[one, two])
    state = engine.create(TABLE, news)
    turned = events(
        attributes=attributes("b", "a", "id"),
        globalSecondaryIndexes=[two, {**one, "nonKeyAttributes": ["y", "x"]}],
    )
    assert engine.settled(state, turned)


def test_a_key_in_the_long_spelling_is_the_same_key(engine):
    names = attributes("id", "a")
    state = engine.create(
        TABLE, events(attributes=names, globalSecondaryIndexes=[index("one", "a")])
    )
    long = {
        "name": "one",
        "projectionType": "ALL",
        "keySchemas": [{"attributeName": "a", "keyType": "HASH"}],
    }
    assert engine.settled(state, events(attributes=names, globalSecondaryIndexes=[long]))


LEFT_OUT = {
    "streamEnabled": True,
    "streamViewType": "KEYS_ONLY",
    "pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 3},
    "ttl": {"enabled": True, "attributeName": "expires"},
    "deletionProtectionEnabled": True,
}


def test_what_is_left_out_keeps_its_live_value(engine, client):
    state = engine.create(TABLE, events(**LEFT_OUT))
    assert engine.settled(state, events())
    engine.update(state, events(tags={"A": "1"}))
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    assert live["DeletionProtectionEnabled"]
    assert live["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"


@pytest.mark.parametrize(
    ("change", "paths"),
    [
        ({"streamEnabled": False, "streamViewType": None}, {"streamEnabled"}),
        ({"pointInTimeRecovery": {"enabled": False}}, {"pointInTimeRecovery"}),
        ({"ttl": {"enabled": False}}, {"ttl"}),
        ({"deletionProtectionEnabled": False}, {"deletionProtectionEnabled"}),
    ],
)
def test_what_is_given_as_off_is_switched_off(engine, change, paths):
    state = engine.create(TABLE, events(**LEFT_OUT))
    news = events(**{**LEFT_OUT, **change})
    assert set(engine.apply(state, news).paths) == paths
    assert engine.settled(state, news)


def test_time_to_live_goes_off_stays_off_and_comes_back_under_another_attribute(engine, client):
    def ttl(**rest):
        return events(ttl=rest)

    state = engine.create(TABLE, ttl(enabled=True, attributeName="old"))
    engine.apply(state, ttl(enabled=False))
    assert engine.settled(state, ttl(enabled=False))
    engine.update(state, ttl(enabled=False))
    engine.apply(state, ttl(enabled=True, attributeName="new"))
    live = client("dynamodb").describe_time_to_live(TableName="events")
    assert live["TimeToLiveDescription"]["AttributeName"] == "new"


def test_tags_are_set_changed_and_removed_by_key(engine):
    state = engine.create(TABLE, events(tags={"A": "1", "B": "2"}))
    paths = engine.apply(state, events(tags={"A": "9", "C": "3"})).paths
    assert paths == {"tags.A": "UPDATE", "tags.B": "DELETE", "tags.C": "ADD"}
    assert state.outputs["tagsAll"] == {"A": "9", "C": "3"}


def test_tags_of_a_program_that_never_speaks_of_them_are_left_alone(engine, client):
    state = engine.create(TABLE, events())
    client("dynamodb").tag_resource(
        ResourceArn=state.outputs["arn"], Tags=[{"Key": "Owner", "Value": "x"}]
    )
    engine.update(state, events(deletionProtectionEnabled=True))
    listed = client("dynamodb").list_tags_of_resource(ResourceArn=state.outputs["arn"])["Tags"]
    assert listed == [{"Key": "Owner", "Value": "x"}]


def test_a_live_table_is_imported_as_it_is_and_then_changed(engine, client):
    client("dynamodb").create_table(
        TableName="events",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 4},
        Tags=[{"Key": "A", "Value": "1"}],
    )
    state = engine.read(TABLE, "events")
    assert state.inputs == {
        "name": "events",
        "hashKey": "id",
        "attributes": [{"name": "id", "type": "S"}],
        "billingMode": "PROVISIONED",
        "readCapacity": 5,
        "writeCapacity": 4,
        "region": "eu-west-1",
        "tags": {"A": "1"},
    }
    assert engine.settled(state, state.inputs)
    assert set(engine.apply(state, events(tags={"A": "1"})).paths) == {"billingMode"}
    assert engine.settled(state, events(tags={"A": "1"}))


@pytest.mark.parametrize(
    "identifier",
    ["events@us-east-1", "arn:aws:dynamodb:us-east-1:123456789012:table/events"],
)
def test_an_import_can_name_another_region(engine, identifier):
    engine.create(TABLE, events(region="us-east-1"))
    state = engine.read(TABLE, identifier)
    assert (state.identifier, state.inputs["region"]) == ("events", "us-east-1")


def test_there_is_nothing_to_import_where_there_is_no_table(engine):
    assert engine.read(TABLE, "nothing") is None


def test_a_refresh_shows_drift_in_what_was_given_and_nothing_else(engine, client):
    state = engine.create(TABLE, events(pointInTimeRecovery={"enabled": True}))
    disabled = {"PointInTimeRecoveryEnabled": False}
    client("dynamodb").update_continuous_backups(
        TableName="events", PointInTimeRecoverySpecification=disabled
    )
    client("dynamodb").update_table(TableName="events", DeletionProtectionEnabled=True)
    seen = engine.read(TABLE, "events", state)
    assert seen.inputs["pointInTimeRecovery"] == {"enabled": False}
    assert "deletionProtectionEnabled" not in seen.inputs
    assert seen.outputs["deletionProtectionEnabled"] is True


def test_a_table_that_vanished_is_gone_at_the_next_refresh(engine, client):
    state = engine.create(TABLE, events())
    client("dynamodb").delete_table(TableName="events")
    assert engine.read(TABLE, "events", state) is None
    with pytest.raises(Exception, match="does not exist any more"):
        engine.update(state, events(tags={"A": "1"}))


def test_a_table_is_deleted_and_deleting_it_again_is_no_error(engine, client):
    state = engine.create(TABLE, events())
    engine.delete(state)
    assert client("dynamodb").list_tables()["TableNames"] == []
    engine.delete(state)


def test_a_protected_table_is_not_deleted_and_the_cure_is_said(engine):
    state = engine.create(TABLE, events(deletionProtectionEnabled=True))
    with pytest.raises(Exception, match="switch its protection off in a run of its own"):
        engine.delete(state)


def test_a_table_that_exists_is_not_taken_over_and_the_cure_is_said(engine):
    engine.create(TABLE, events())
    with pytest.raises(Exception, match="table events exists already in eu-west-1; adopt it") as e:
        engine.create(TABLE, events())
    assert e.value.identifier is None


def test_a_creation_that_fails_half_way_is_recorded_and_the_next_run_finishes_it(
    engine, emulator, monkeypatch
):
    """Nothing the embedded AWS refuses after CreateTable, so the time for the rest is cut off."""
    news = events(pointInTimeRecovery={"enabled": True})
    slow = replace(emulator.dynamodb.durations, create=30.0)
    monkeypatch.setattr(emulator.dynamodb, "durations", slow)
    with pytest.raises(Exception, match=r"still waiting") as failure:
        engine.create(TABLE, news, timeout=1e-9)
    failed = failure.value
    assert failed.identifier == "events"
    assert failed.outputs["arn"].endswith("table/events")
    state = engine.state(TABLE)
    state.identifier, state.outputs = failed.identifier, failed.outputs
    state.inputs = engine.check(state, news)
    emulator.clock.advance(30)
    engine.update(state, news)
    assert engine.settled(state, news)


def test_a_preview_of_a_creation_knows_what_is_given_and_not_what_aws_will_say(engine, client):
    outputs = engine.preview(TABLE, events(tags={"A": UNKNOWN}))
    assert outputs["arn"] == UNKNOWN
    assert outputs["name"] == "events"
    assert outputs["streamArn"] == ""
    assert outputs["tagsAll"] == {"A": UNKNOWN}
    assert engine.preview(TABLE, events(streamEnabled=True, streamViewType="KEYS_ONLY"))[
        "streamArn"
    ] == (UNKNOWN)
    assert client("dynamodb").list_tables()["TableNames"] == []


def test_a_preview_of_an_update_keeps_known_what_stays(engine):
    state = engine.create(TABLE, events(tags={"A": "1"}))
    after = engine.update(state, events(tags={"A": "2"}), preview=True).outputs
    assert after["arn"] == state.outputs["arn"]
    assert after["tagsAll"] == {"A": "2"}
    after = engine.update(
        state, events(streamEnabled=True, streamViewType="KEYS_ONLY"), preview=True
    ).outputs
    assert after["streamArn"] == UNKNOWN
    assert after["arn"] == state.outputs["arn"]


def test_unknown_inputs_pass_the_check_and_count_as_changes(engine):
    state = engine.create(TABLE, events(tags={"A": "1"}))
    key = {"enabled": True, "kmsKeyArn": UNKNOWN}
    news = engine.check(state, events(serverSideEncryption=key, tags={"A": UNKNOWN}))
    assert set(engine.diff(state, news).paths) == {"serverSideEncryption", "tags.A"}
    assert engine.diff(state, engine.check(state, events(hashKey=UNKNOWN))).replaces == ["hashKey"]


def test_capacity_that_is_ignored_is_not_reset_by_another_change(engine, client):
    def news(**rest):
        return events(
            billingMode="PROVISIONED",
            readCapacity=5,
            writeCapacity=5,
            attributes=attributes("id", "a"),
            globalSecondaryIndexes=[index("one", "a", readCapacity=5, writeCapacity=5)],
            **rest,
        )

    state = engine.create(TABLE, news())
    fifty = {"ReadCapacityUnits": 50, "WriteCapacityUnits": 50}
    client("dynamodb").update_table(
        TableName="events",
        ProvisionedThroughput=fifty,
        GlobalSecondaryIndexUpdates=[
            {"Update": {"IndexName": "one", "ProvisionedThroughput": fifty}}
        ],
    )
    ignored = (
        "readCapacity",
        "writeCapacity",
        "globalSecondaryIndexes[*].readCapacity",
        "globalSecondaryIndexes[*].writeCapacity",
    )
    engine.update(state, news(tags={"A": "1"}), ignore=ignored)
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    assert live["ProvisionedThroughput"]["ReadCapacityUnits"] == 50
    only = live["GlobalSecondaryIndexes"][0]
    assert only["ProvisionedThroughput"]["ReadCapacityUnits"] == 50


@pytest.mark.parametrize(
    ("change", "property_", "words"),
    [
        ({"billingMode": "FOO"}, "billingMode", "must be one of PROVISIONED, PAY_PER_REQUEST"),
        ({"billingMode": None}, "readCapacity", "or give billingMode PAY_PER_REQUEST"),
        ({"readCapacity": 5}, "readCapacity", "has no place"),
        ({"name": "a b"}, "name", "3 to 255"),
        ({"hash_key": "id"}, "hash_key", "hashKey is"),
        ({"attributes": attributes("id", "x")}, "attributes", "x, which is not a key"),
        ({"rangeKey": "at"}, "rangeKey", "names at, which attributes does not define"),
        ({"streamEnabled": True}, "streamViewType", "is required"),
        ({"ttl": {"enabled": True}}, "ttl.attributeName", "is required"),
        ({"pointInTimeRecovery": {}}, "pointInTimeRecovery.enabled", "is required"),
        (
            {"pointInTimeRecovery": {"enabled": True, "recoveryPeriodInDays": 36}},
            "pointInTimeRecovery.recoveryPeriodInDays",
            "at most 35",
        ),
        ({"tags": {"aws:x": "1"}}, 'tags["aws:x"]', "AWS keeps for itself"),
        ({"tags": {"A": "x" * 257}}, "tags.A", "256 at most"),
        ({"tags": ["A"]}, "tags", "must be a map of texts, not a list"),
        (
            {"globalSecondaryIndexes": [{"name": "one", "hashKey": "id"}]},
            "globalSecondaryIndexes[0].projectionType",
            "is required",
        ),
        (
            {"globalSecondaryIndexes": [index("one", "id", projectionType="INCLUDE")]},
            "globalSecondaryIndexes[0].nonKeyAttributes",
            "is required",
        ),
        (
            {"globalSecondaryIndexes": [index("one", "id"), index("one", "id")]},
            "globalSecondaryIndexes[1].name",
            "used twice",
        ),
        (
            {"localSecondaryIndexes": [{"name": "one", "rangeKey": "x", "projectionType": "ALL"}]},
            "localSecondaryIndexes",
            "needs a table with a rangeKey",
        ),
        (
            {"serverSideEncryption": {"enabled": True, "kmsKeyArn": "alias/mine"}},
            "serverSideEncryption.kmsKeyArn",
            "must be the ARN",
        ),
    ],
)
def test_mistakes_are_found_before_anything_is_called(engine, change, property_, words):
    found = engine.mistakes(TABLE, events(**change))
    assert property_ in found, found
    assert words in found[property_]
    assert found[property_].startswith(property_)


def test_all_mistakes_are_told_at_once(engine):
    found = engine.mistakes(TABLE, {"billingMode": "X", "tableClass": "Y", "colour": 1})
    assert set(found) == {"billingMode", "tableClass", "colour"}
