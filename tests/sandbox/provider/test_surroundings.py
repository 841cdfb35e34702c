"""Roles, policies, alarms and insights over the engine's protocol on the embedded AWS."""

from __future__ import annotations

import json

import pytest

ROLE = "aws:iam/role:Role"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
POLICY = "aws:iam/policy:Policy"
ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
DASHBOARD = "aws:cloudwatch/dashboard:Dashboard"
INSIGHTS = "aws:dynamodb/contributorInsights:ContributorInsights"
TABLE = "aws:dynamodb/table:Table"
TOPIC = "aws:sns/topic:Topic"
ITEM = "aws:dynamodb/tableItem:TableItem"
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def document(action, **principal):
    statement = {"Effect": "Allow", "Action": action}
    statement |= {"Principal": principal} if principal else {"Resource": "*"}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


TRUST = document("sts:AssumeRole", Service="lambda.amazonaws.com")
READ = document(["dynamodb:GetItem", "dynamodb:Query"])


def role(**rest):
    return {"name": "reader", "assumeRolePolicy": TRUST, **rest}


def test_a_role_is_made_changed_and_removed(engine, client):
    state = engine.create(ROLE, role(description="reads", tags={"A": "1"}))
    assert engine.settled(state, role(description="reads", tags={"A": "1"}))
    assert state.outputs["arn"].endswith(":role/reader")
    changed = role(
        description="reads more",
        maxSessionDuration=7200,
        assumeRolePolicy=document("sts:AssumeRole", Service="ec2.amazonaws.com"),
        tags={"B": "2"},
    )
    engine.apply(state, changed)
    assert engine.settled(state, changed)
    live = client("iam").get_role(RoleName="reader")["Role"]
    assert (live["Description"], live["MaxSessionDuration"]) == ("reads more", 7200)
    assert live["Tags"] == [{"Key": "B", "Value": "2"}]
    engine.delete(state)
    engine.delete(state)
    assert client("iam").list_roles()["Roles"] == []


def test_the_spelling_of_a_policy_document_means_nothing(engine):
    state = engine.create(ROLE, role())
    loose = json.dumps(
        {
            "Statement": {
                "Principal": {"Service": ["lambda.amazonaws.com"]},
                "Action": ["sts:AssumeRole"],
                "Effect": "Allow",
            },
            "Version": "2012-10-17",
        },
        indent=2,
    )
    assert engine.settled(state, role(assumeRolePolicy=loose))
    assert engine.settled(state, role(assumeRolePolicy=json.loads(loose)))


def test_what_a_role_has_beyond_its_program_is_taken_back(engine, client):
    engine.create(POLICY, {"name": "own", "policy": READ})
    state = engine.create(ROLE, role())
    iam = client("iam")
    iam.update_role(RoleName="reader", Description="mine now", MaxSessionDuration=43200)
    iam.put_role_permissions_boundary(
        RoleName="reader", PermissionsBoundary="arn:aws:iam::123456789012:policy/own"
    )
    state = engine.read(ROLE, "reader", state)
    paths = engine.apply(state, role()).paths
    assert set(paths) == {"description", "maxSessionDuration", "permissionsBoundary"}
    live = iam.get_role(RoleName="reader")["Role"]
    assert (live["Description"], live["MaxSessionDuration"]) == ("", 3600)
    assert "PermissionsBoundary" not in live


def test_a_role_carries_its_own_policies_when_the_program_says_so(engine, client):
    inline = [{"name": "one", "policy": READ}]
    managed = ["arn:aws:iam::aws:policy/ReadOnlyAccess"]
    news = role(inlinePolicies=inline, managedPolicyArns=managed, forceDetachPolicies=True)
    engine.create(POLICY, {"name": "own", "policy": READ})
    own = "arn:aws:iam::123456789012:policy/own"
    news["managedPolicyArns"] = [own]
    state = engine.create(ROLE, news)
    assert engine.settled(state, news)
    other = {**news, "inlinePolicies": [{"name": "two", "policy": READ}], "managedPolicyArns": []}
    engine.apply(state, other)
    assert client("iam").list_role_policies(RoleName="reader")["PolicyNames"] == ["two"]
    attached = client("iam").list_attached_role_policies(RoleName="reader")["AttachedPolicies"]
    assert attached == []
    engine.delete(state)


def test_policies_that_others_gave_a_role_are_left_alone(engine, client):
    state = engine.create(ROLE, role())
    client("iam").put_role_policy(RoleName="reader", PolicyName="theirs", PolicyDocument=READ)
    engine.update(state, role(description="x"))
    assert client("iam").list_role_policies(RoleName="reader")["PolicyNames"] == ["theirs"]
    assert "inlinePolicies" not in state.outputs


def test_a_role_with_a_prefix_gets_a_name_and_keeps_it(engine):
    news = {"namePrefix": "reader-", "assumeRolePolicy": TRUST}
    state = engine.create(ROLE, news)
    assert state.outputs["name"].startswith("reader-")
    assert engine.settled(state, news)


@pytest.mark.parametrize(
    ("change", "property_"),
    [
        ({"name": "other"}, "name"),
        ({"path": "/team/"}, "path"),
    ],
)
def test_another_name_or_path_replaces_a_role(engine, change, property_):
    state = engine.create(ROLE, role())
    difference = engine.diff(state, engine.check(state, role(**change)))
    assert difference.replaces == [property_]


def test_a_boundary_is_set_and_taken_away(engine, client):
    boundary = engine.create(POLICY, {"name": "edge", "policy": READ}).outputs["arn"]
    state = engine.create(ROLE, role(permissionsBoundary=boundary))
    assert engine.apply(state, role()).paths == {"permissionsBoundary": "DELETE"}
    assert "PermissionsBoundary" not in client("iam").get_role(RoleName="reader")["Role"]


def test_a_role_policy_is_written_and_goes_with_its_role(engine):
    holder = engine.create(ROLE, role())
    news = {"role": "reader", "name": "read", "policy": READ}
    state = engine.create(ROLE_POLICY, news)
    assert (state.identifier, engine.settled(state, news)) == ("reader:read", True)
    other = {**news, "policy": document("dynamodb:PutItem")}
    assert engine.apply(state, other).paths == {"policy": "UPDATE"}
    assert engine.settled(state, other)
    engine.delete(state)
    engine.delete(holder)
    engine.delete(state)


def test_a_role_policy_is_imported_by_role_and_name(engine):
    engine.create(ROLE, role())
    engine.create(ROLE_POLICY, {"role": "reader", "name": "read", "policy": READ})
    state = engine.read(ROLE_POLICY, "reader:read")
    assert state.inputs["role"] == "reader"
    assert json.loads(state.inputs["policy"]) == json.loads(READ)
    assert engine.read(ROLE_POLICY, "reader:nothing") is None


def test_an_attachment_is_made_imported_and_removed(engine):
    engine.create(ROLE, role())
    arn = engine.create(POLICY, {"name": "own", "policy": READ}).outputs["arn"]
    news = {"role": "reader", "policyArn": arn}
    state = engine.create(ATTACHMENT, news)
    assert engine.settled(state, news)
    assert engine.read(ATTACHMENT, f"reader/{arn}").inputs == news
    engine.delete(state)
    engine.delete(state)
    assert engine.read(ATTACHMENT, f"reader/{arn}") is None


def test_a_managed_policy_gets_new_versions_and_never_too_many(engine, client):
    state = engine.create(POLICY, {"name": "own", "policy": READ})
    for number in range(7):
        news = {"name": "own", "policy": document(f"dynamodb:Action{number}")}
        engine.apply(state, news)
        assert engine.settled(state, news)
    versions = client("iam").list_policy_versions(PolicyArn=state.identifier)["Versions"]
    assert len(versions) <= 5
    engine.delete(state)


def alarm(**rest):
    return {
        "name": "errors",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "threshold": 5,
        "metricName": "UserErrors",
        "namespace": "AWS/DynamoDB",
        "period": 60,
        "statistic": "Sum",
        **rest,
    }


def math(**rest):
    metric = {
        "metricName": "SystemErrors",
        "namespace": "AWS/DynamoDB",
        "period": 60,
        "stat": "Sum",
        "dimensions": {"TableName": "events", "Operation": "GetItem"},
    }
    return {
        "name": "errors",
        "comparisonOperator": "GreaterThanThreshold",
        "evaluationPeriods": 1,
        "threshold": 5,
        "metricQueries": [
            {"id": "m1", "metric": metric},
            {"id": "sum", "expression": "FILL(m1,0)", "label": "all", "returnData": True},
        ],
        **rest,
    }


@pytest.mark.parametrize(
    "news",
    [
        alarm(),
        alarm(dimensions={"TableName": "events"}, treatMissingData="notBreaching", okActions=[]),
        alarm(statistic=None, extendedStatistic="p99", evaluateLowSampleCountPercentiles="ignore"),
        math(),
        math(tags={"A": "1"}, alarmDescription="x", actionsEnabled=False, datapointsToAlarm=1),
    ],
)
def test_an_alarm_is_read_back_as_it_was_written(engine, news):
    state = engine.create(ALARM, news)
    assert engine.settled(state, news)
    imported = engine.read(ALARM, "errors")
    assert engine.settled(imported, {key: v for key, v in news.items() if v not in (None, [])})


def test_an_import_can_name_the_region_of_anything_that_has_one(engine, client):
    engine.create(ALARM, alarm(region="us-east-1"))
    state = engine.read(ALARM, "errors@us-east-1")
    assert (state.identifier, state.inputs["region"]) == ("errors", "us-east-1")
    assert engine.read(ALARM, "errors") is None


def test_an_alarm_changes_as_a_whole_and_what_is_left_out_is_awss_default(engine, client):
    state = engine.create(ALARM, alarm(treatMissingData="notBreaching", alarmDescription="old"))
    topic = "arn:aws:sns:eu-west-1:123456789012:ops"
    client("cloudwatch").put_metric_alarm(
        AlarmName="errors",
        AlarmDescription="old",
        ComparisonOperator="GreaterThanThreshold",
        EvaluationPeriods=1,
        Threshold=5,
        MetricName="UserErrors",
        Namespace="AWS/DynamoDB",
        Period=60,
        Statistic="Sum",
        AlarmActions=[topic],
        Unit="Count",
        TreatMissingData="notBreaching",
    )
    state = engine.read(ALARM, "errors", state)
    news = alarm(threshold=7)
    paths = engine.apply(state, news).paths
    assert paths == {
        "threshold": "UPDATE",
        "treatMissingData": "DELETE",
        "alarmDescription": "DELETE",
        "alarmActions": "DELETE",
        "unit": "DELETE",
    }
    live = client("cloudwatch").describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]
    assert live["Threshold"] == 7
    assert (live["AlarmActions"], live.get("Unit")) == ([], None)
    assert live.get("TreatMissingData", "missing") == "missing"
    assert not live.get("AlarmDescription")
    assert engine.settled(state, news)


def test_what_a_program_is_told_to_ignore_of_an_alarm_stays_as_it_lives(engine, client):
    topic = "arn:aws:sns:eu-west-1:123456789012:ops"
    state = engine.create(ALARM, alarm(alarmActions=[topic]))
    state.inputs.pop("alarmActions")
    ignored = ("alarmActions",)
    assert not engine.diff(state, engine.check(state, alarm()), ignored).some
    engine.update(state, alarm(threshold=7), ignore=ignored)
    live = client("cloudwatch").describe_alarms(AlarmNames=["errors"])["MetricAlarms"][0]
    assert (live["Threshold"], live["AlarmActions"]) == (7, [topic])


def test_an_alarm_turns_from_a_series_to_metric_math_and_back(engine):
    state = engine.create(ALARM, alarm())
    engine.apply(state, math())
    assert engine.settled(state, math())
    assert "metricName" not in state.outputs
    engine.apply(state, alarm())
    assert engine.settled(state, alarm())


def test_tags_of_an_alarm_change_in_place(engine, client):
    state = engine.create(ALARM, alarm(tags={"A": "1", "B": "2"}))
    engine.apply(state, alarm(tags={"A": "9"}))
    arn = state.outputs["arn"]
    tags = client("cloudwatch").list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == [{"Key": "A", "Value": "9"}]


def test_an_alarm_that_is_gone_is_gone_at_the_next_refresh(engine, client):
    state = engine.create(ALARM, alarm())
    client("cloudwatch").delete_alarms(AlarmNames=["errors"])
    assert engine.read(ALARM, "errors", state) is None
    with pytest.raises(Exception, match="alarm errors does not exist any more"):
        engine.update(state, alarm(threshold=9))


@pytest.mark.parametrize(
    ("news", "property_", "words"),
    [
        (alarm(period=None), "period", "is required"),
        (alarm(extendedStatistic="p99"), "statistic", "not both"),
        (alarm(threshold=None), "threshold", "is required"),
        (alarm(datapointsToAlarm=2), "datapointsToAlarm", "more than the 1 periods"),
        (alarm(comparisonOperator="GreaterThan"), "comparisonOperator", "did you mean"),
        (math(period=60), "period", "together with metricQueries"),
        (math(metricQueries=[{"id": "a"}]), "metricQueries[0]", "a metric or an expression"),
        (
            math(metricQueries=[{"id": "a", "expression": "1"}]),
            "metricQueries",
            "returnData: true",
        ),
        (alarm(evaluationWindow={}), "evaluationWindow", "is not supported"),
    ],
)
def test_mistakes_in_an_alarm_are_found_before_anything_is_called(engine, news, property_, words):
    found = engine.mistakes(ALARM, news)
    assert words in found.get(property_, ""), found


def test_a_composite_alarm_follows_its_rule(engine):
    engine.create(ALARM, alarm())
    news = {
        "alarmName": "all",
        "alarmRule": 'ALARM("errors")',
        "okActions": ["arn:aws:sns:eu-west-1:123456789012:ops"],
        "tags": {"A": "1"},
    }
    state = engine.create(COMPOSITE, news)
    assert engine.settled(state, news)
    other = {**news, "alarmRule": 'OK("errors")', "alarmDescription": "x", "tags": {"A": "2"}}
    del other["okActions"]
    engine.apply(state, other)
    assert state.outputs["okActions"] == []
    assert engine.settled(state, other)
    assert engine.read(COMPOSITE, "all").inputs["alarmRule"] == 'OK("errors")'
    engine.delete(state)
    assert engine.read(COMPOSITE, "all", state) is None


def test_a_dashboard_is_equal_whatever_the_spelling_of_its_json(engine):
    body = {"widgets": [{"type": "text", "properties": {"markdown": "hello"}}]}
    state = engine.create(DASHBOARD, {"dashboardName": "d", "dashboardBody": json.dumps(body)})
    loose = json.dumps(body, indent=4)
    assert engine.settled(state, {"dashboardName": "d", "dashboardBody": loose})
    body["widgets"].append({"type": "text", "properties": {"markdown": "bye"}})
    other = {"dashboardName": "d", "dashboardBody": json.dumps(body)}
    assert engine.apply(state, other).paths == {"dashboardBody": "UPDATE"}
    assert engine.settled(state, other)
    engine.delete(state)
    assert engine.read(DASHBOARD, "d", state) is None


def table(engine, name="events"):
    return engine.create(
        TABLE,
        {
            "name": name,
            "hashKey": "id",
            "attributes": [{"name": "id", "type": "S"}, {"name": "user", "type": "S"}],
            "globalSecondaryIndexes": [
                {"name": "by-user", "hashKey": "user", "projectionType": "ALL"}
            ],
            "billingMode": "PAY_PER_REQUEST",
        },
        name,
    )


def test_insights_go_on_change_their_mode_and_go_off(engine, client):
    table(engine)
    news = {"tableName": "events"}
    state = engine.create(INSIGHTS, news)
    assert state.identifier == "name:events/index:/123456789012"
    assert engine.settled(state, news)
    throttled = {"tableName": "events", "mode": "THROTTLED_KEYS"}
    assert engine.apply(state, throttled).paths == {"mode": "UPDATE"}
    assert engine.settled(state, throttled)
    assert engine.settled(state, news), "a mode that is left out stays"
    engine.delete(state)
    reply = client("dynamodb").describe_contributor_insights(TableName="events")
    assert reply["ContributorInsightsStatus"] == "DISABLED"
    engine.delete(state)


def test_insights_of_an_index_are_their_own_and_are_imported_by_name(engine):
    table(engine)
    engine.create(INSIGHTS, {"tableName": "events", "indexName": "by-user"})
    state = engine.read(INSIGHTS, "name:events/index:by-user/123456789012")
    assert state.inputs["indexName"] == "by-user"
    assert engine.read(INSIGHTS, "name:events/index:/123456789012") is None


def test_insights_of_an_index_outlive_its_rebuilding(engine, client):
    holder = table(engine)
    news = {"tableName": "events", "indexName": "by-user", "mode": "THROTTLED_KEYS"}
    state = engine.create(INSIGHTS, news)
    index = {"name": "by-user", "hashKey": "user", "projectionType": "KEYS_ONLY"}
    engine.update(holder, {**holder.inputs, "globalSecondaryIndexes": [index]})
    live = client("dynamodb").describe_table(TableName="events")["Table"]
    [built] = live["GlobalSecondaryIndexes"]
    assert built["Projection"]["ProjectionType"] == "KEYS_ONLY"
    assert engine.settled(engine.read(INSIGHTS, state.identifier, state), news)


def test_insights_of_a_table_that_is_gone_are_gone(engine):
    holder = table(engine)
    state = engine.create(INSIGHTS, {"tableName": "events"})
    engine.delete(holder)
    assert engine.read(INSIGHTS, state.identifier, state) is None
    engine.delete(state)


def test_a_wrong_import_of_insights_says_how_it_is_spelled(engine):
    with pytest.raises(Exception, match="name:TABLE/index:INDEX/ACCOUNT"):
        engine.read(INSIGHTS, "events")


def test_a_topic_is_made_changed_and_removed(engine, client):
    news = {"name": "ops", "displayName": "Operations", "tags": {"A": "1"}}
    state = engine.create(TOPIC, news)
    assert engine.settled(state, news)
    other = {"name": "ops", "displayName": "On call", "tags": {"B": "2"}}
    engine.apply(state, other)
    assert engine.settled(state, other)
    attributes = client("sns").get_topic_attributes(TopicArn=state.identifier)["Attributes"]
    assert attributes["DisplayName"] == "On call"
    engine.apply(state, {"name": "ops", "tags": {"B": "2"}})
    assert engine.read(TOPIC, state.identifier).inputs["name"] == "ops"
    engine.delete(state)
    assert client("sns").list_topics()["Topics"] == []


def test_a_fifo_topic_says_so_in_its_name(engine):
    assert "name" in engine.mistakes(TOPIC, {"name": "ops", "fifoTopic": True})
    news = {"name": "ops.fifo", "fifoTopic": True, "contentBasedDeduplication": True}
    assert engine.settled(engine.create(TOPIC, news), news)


def item(**attributes):
    return {"tableName": "events", "hashKey": "id", "item": json.dumps(attributes)}


def test_an_item_is_put_compared_by_meaning_and_deleted(engine, client):
    table(engine)
    news = item(id={"S": "1"}, tags={"SS": ["b", "a"]}, raw={"B": "AQI="}, list={"L": [{"N": "1"}]})
    state = engine.create(ITEM, news)
    assert state.outputs["hashKeyValue"] == "1"
    same = item(raw={"B": "AQI="}, tags={"SS": ["a", "b"]}, id={"S": "1"}, list={"L": [{"N": "1"}]})
    assert engine.settled(state, same)
    changed = item(id={"S": "1"}, more={"M": {"x": {"BOOL": True}}})
    assert engine.apply(state, changed).paths == {"item": "UPDATE"}
    live = client("dynamodb").get_item(TableName="events", Key={"id": {"S": "1"}})["Item"]
    assert live == {"id": {"S": "1"}, "more": {"M": {"x": {"BOOL": True}}}}
    assert engine.diff(state, engine.check(state, item(id={"S": "2"}))).replaces == ["item"]
    engine.delete(state)
    assert engine.read(ITEM, state.identifier, state) is None


def test_an_item_that_is_there_already_is_not_overwritten(engine):
    table(engine)
    engine.create(ITEM, item(id={"S": "1"}))
    with pytest.raises(Exception, match="an item with this key exists already"):
        engine.create(ITEM, item(id={"S": "1"}, more={"S": "x"}))


def test_an_item_without_its_key_is_found_before_anything_is_called(engine):
    assert "has no attribute id" in engine.mistakes(ITEM, item(other={"S": "1"}))["item"]
    assert "its type" in engine.mistakes(ITEM, item(id="1"))["item"]
