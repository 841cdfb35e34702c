"""Calls held to the policies of who makes them."""

import pytest
from botocore.exceptions import ClientError

from .conftest import ACCOUNT, REGION, allow, deny, policy, table_arn

ITEM = {"id": {"S": "1"}}
USER = f"arn:aws:iam::{ACCOUNT}:user/bob"
OTHER = "999999999999"


def put(dynamodb, table="orders", **more):
    return dynamodb.put_item(TableName=table, Item=ITEM, **more)


def get(dynamodb, table="orders", **more):
    return dynamodb.get_item(TableName=table, Key=ITEM, **more)


def denied(call, *arguments, **more):
    """The text with which a call is denied."""
    with pytest.raises(ClientError) as caught:
        call(*arguments, **more)
    error = caught.value.response["Error"]
    assert error["Code"] in {"AccessDeniedException", "AccessDenied"}, error
    return error["Message"]


@pytest.fixture
def tables(world):
    world.table("orders")
    world.table("other")
    return world


def test_without_enforcement_everything_is_allowed(tables):
    dynamodb = tables.client("dynamodb", tables.user())
    put(dynamodb)
    assert get(dynamodb)["Item"] == ITEM


def test_a_user_may_what_its_policy_says_and_nothing_else(tables):
    keys = tables.user(allow(["dynamodb:GetItem", "dynamodb:Query"], table_arn("orders")))
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)

    get(dynamodb)
    assert denied(put, dynamodb) == (
        f"User: {USER} is not authorized to perform: dynamodb:PutItem on resource: "
        f"{table_arn('orders')} because no identity-based policy allows the dynamodb:PutItem action"
    )
    assert table_arn("other") in denied(get, dynamodb, "other")


def test_an_explicit_deny_is_named_as_such(tables):
    keys = tables.user(allow("dynamodb:*"), deny("dynamodb:Delete*"))
    tables.enforce()
    text = denied(tables.client("dynamodb", keys).delete_table, TableName="orders")
    assert text.endswith("with an explicit deny in an identity-based policy")


def test_an_action_without_a_resource_needs_a_star(tables):
    keys = tables.user(allow("dynamodb:*", table_arn("*")))
    tables.enforce()
    text = denied(tables.client("dynamodb", keys).list_tables)
    assert f"dynamodb:ListTables on resource: arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/*" in text


def test_groups_and_attached_policies_count_in_their_default_version(tables):
    keys = tables.user()
    arn = tables.iam.create_policy(
        PolicyName="reads", PolicyDocument=policy(allow("dynamodb:GetItem"))
    )["Policy"]["Arn"]
    tables.iam.create_group(GroupName="readers")
    tables.iam.attach_group_policy(GroupName="readers", PolicyArn=arn)
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    denied(get, dynamodb)

    tables.iam.add_user_to_group(GroupName="readers", UserName="bob")
    get(dynamodb)

    tables.iam.create_policy_version(
        PolicyArn=arn, PolicyDocument=policy(allow("dynamodb:PutItem")), SetAsDefault=True
    )
    put(dynamodb)
    denied(get, dynamodb)


def test_an_aws_managed_policy_counts(tables):
    keys = tables.user()
    tables.iam.attach_user_policy(
        UserName="bob", PolicyArn="arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"
    )
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    get(dynamodb)
    denied(put, dynamodb)


def test_a_role_session_has_the_policies_of_its_role(tables):
    keys = tables.session(tables.role(allow("dynamodb:PutItem", table_arn("orders"))))
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    put(dynamodb)
    text = denied(get, dynamodb)
    assert text.startswith(f"User: arn:aws:sts::{ACCOUNT}:assumed-role/app/work is not authorized")


def test_a_session_policy_and_a_boundary_narrow_a_role(tables):
    boundary = tables.iam.create_policy(
        PolicyName="most", PolicyDocument=policy(allow(["dynamodb:GetItem", "dynamodb:PutItem"]))
    )["Policy"]["Arn"]
    role = tables.role(allow("dynamodb:*"), PermissionsBoundary=boundary)
    whole = tables.client("dynamodb", tables.session(role))
    narrow = tables.client("dynamodb", tables.session(role, allow("dynamodb:GetItem")))
    tables.enforce()

    put(whole)
    text = denied(whole.describe_table, TableName="orders")
    assert text.endswith("because no permissions boundary allows the dynamodb:DescribeTable action")
    get(narrow)
    assert denied(put, narrow).endswith(
        "because no session policy allows the dynamodb:PutItem action"
    )


def test_a_boundary_narrows_a_user_until_it_is_taken_away(tables):
    keys = tables.user(allow("dynamodb:*"))
    boundary = tables.iam.create_policy(
        PolicyName="most", PolicyDocument=policy(allow("dynamodb:GetItem"))
    )["Policy"]["Arn"]
    tables.iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=boundary)
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    get(dynamodb)
    denied(put, dynamodb)
    tables.iam.delete_user_permissions_boundary(UserName="bob")
    put(dynamodb)
    with pytest.raises(ClientError, match="NoSuchEntity"):
        tables.iam.put_user_permissions_boundary(UserName="amy", PermissionsBoundary=boundary)


def test_a_deleted_role_leaves_its_sessions_without_rights(tables):
    keys = tables.session(tables.role(allow("dynamodb:*")))
    tables.iam.delete_role_policy(RoleName="app", PolicyName="own")
    tables.iam.delete_role(RoleName="app")
    tables.enforce()
    denied(get, tables.client("dynamodb", keys))


def test_a_resource_policy_lets_a_user_in_and_keeps_it_out(tables):
    keys = tables.user()
    owner, dynamodb = tables.client("dynamodb"), tables.client("dynamodb", keys)
    principal = {"Principal": {"AWS": USER}}
    owner.put_resource_policy(
        ResourceArn=table_arn("orders"),
        Policy=policy(
            allow(["dynamodb:GetItem", "dynamodb:PutItem"], table_arn("orders"), **principal)
        ),
    )
    tables.enforce()
    put(dynamodb)
    denied(put, dynamodb, "other")

    owner.put_resource_policy(
        ResourceArn=table_arn("orders"),
        Policy=policy(deny("dynamodb:PutItem", table_arn("orders"), **principal)),
    )
    assert denied(put, dynamodb).endswith("with an explicit deny in a resource-based policy")


def test_another_account_needs_both_its_own_policy_and_the_tables(tables):
    tables.table("shared", account=OTHER)
    arn = table_arn("shared", OTHER)
    keys = tables.user(allow("dynamodb:*"))
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    assert denied(get, dynamodb, arn).endswith(
        "because no resource-based policy allows the dynamodb:GetItem action"
    )

    tables.client("dynamodb", (OTHER, "x", None)).put_resource_policy(
        ResourceArn=arn,
        Policy=policy(allow("dynamodb:GetItem", arn, Principal={"AWS": ACCOUNT})),
    )
    get(dynamodb, arn)
    denied(put, dynamodb, arn)


def test_conditions_see_region_tags_and_time(tables):
    keys = tables.user(
        allow("dynamodb:*", Condition={
            "StringEquals": {"aws:RequestedRegion": REGION, "aws:ResourceTag/Team": "shop"},
            "DateGreaterThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"},
            "Bool": {"aws:SecureTransport": "true"},
        })
    )  # fmt: skip
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    denied(get, dynamodb)
    tables.client("dynamodb").tag_resource(
        ResourceArn=table_arn("orders"), Tags=[{"Key": "Team", "Value": "shop"}]
    )
    get(dynamodb)


def test_a_variable_gives_each_user_its_own_table(tables):
    keys = tables.user(allow("dynamodb:*", table_arn("${aws:username}")))
    tables.table("bob")
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    get(dynamodb, "bob")
    denied(get, dynamodb)


def leading(*values):
    return {"Condition": {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": list(values)}}}


def test_leading_keys_bind_single_reads_queries_batches_and_transactions(tables):
    keys = tables.user(
        allow(
            ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:Batch*"],
            table_arn("orders"), **leading("bob"),
        )
    )  # fmt: skip
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    bob, amy = {"id": {"S": "bob"}}, {"id": {"S": "amy"}}

    def query(name):
        return dynamodb.query(
            TableName="orders", KeyConditionExpression="#k = :v",
            ExpressionAttributeNames={"#k": "id"}, ExpressionAttributeValues={":v": {"S": name}},
        )  # fmt: skip

    def batch(*keys_):
        return dynamodb.batch_get_item(RequestItems={"orders": {"Keys": list(keys_)}})

    def write(item):
        puts = [{"Put": {"TableName": "orders", "Item": item}}]
        return dynamodb.transact_write_items(TransactItems=puts)

    dynamodb.put_item(TableName="orders", Item=bob)
    query("bob")
    batch(bob)
    write(bob)
    denied(dynamodb.put_item, TableName="orders", Item=amy)
    denied(query, "amy")
    denied(batch, bob, amy)
    assert "dynamodb:PutItem" in denied(write, amy)


def test_leading_keys_bind_a_key_condition_however_it_is_written(tables):
    keys = tables.user(allow("dynamodb:Query", table_arn("orders"), **leading("bob")))
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    values = {":v": {"S": "amy"}}
    for condition in ("id = :v", ":v = id", "(id = :v)", "id=:v", "\tid\n=\n:v"):
        denied(
            dynamodb.query, TableName="orders", KeyConditionExpression=condition,
            ExpressionAttributeValues=values,
        )  # fmt: skip


def test_conditions_on_items_bind_statements(tables):
    statements = ["dynamodb:ExecuteStatement", "dynamodb:PartiQL*"]
    keys = tables.user(
        allow(statements, table_arn("orders"), **leading("bob")),
        {
            "Effect": "Deny", "Action": "dynamodb:PartiQLSelect", "Resource": "*",
            "Condition": {"Bool": {"dynamodb:FullTableScan": ["true"]}},
        },
    )  # fmt: skip
    tables.enforce()
    run = tables.client("dynamodb", keys).execute_statement
    run(Statement="INSERT INTO orders VALUE {'id': 'bob'}")
    run(Statement="SELECT * FROM orders WHERE id = ?", Parameters=[{"S": "bob"}])
    for statement in (
        "INSERT INTO orders VALUE {'id': 'amy'}",
        "SELECT * FROM orders WHERE id = 'amy'",
        "SELECT * FROM orders WHERE 'amy' = id",
        "UPDATE orders SET a = 1 WHERE id = 'amy'",
        "DELETE FROM orders WHERE id = 'amy'",
        "SELECT * FROM orders",
        "SELECT * FROM orders WHERE a = 'where'",
        "SELECT * FROM orders WHERE id > 'a'",
    ):
        denied(run, Statement=statement)


def test_attributes_bind_what_is_read(tables):
    condition = {
        "ForAllValues:StringEquals": {"dynamodb:Attributes": ["id", "total"]},
        "StringEqualsIfExists": {"dynamodb:Select": "SPECIFIC_ATTRIBUTES"},
    }
    keys = tables.user(allow("dynamodb:GetItem", Condition=condition))
    tables.enforce()
    dynamodb = tables.client("dynamodb", keys)
    get(dynamodb, ProjectionExpression="#t", ExpressionAttributeNames={"#t": "total"})
    denied(get, dynamodb, ProjectionExpression="id, secret")
    denied(get, dynamodb)


def test_a_query_on_an_index_needs_the_index(world):
    world.client("dynamodb").create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[
            {"AttributeName": "id", "AttributeType": "S"},
            {"AttributeName": "weekday", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[{
            "IndexName": "by-day",
            "KeySchema": [{"AttributeName": "weekday", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "ALL"},
        }],
    )  # fmt: skip
    keys = world.user(allow("dynamodb:Query", table_arn("orders/index/*"), **leading("mon")))
    world.enforce()
    dynamodb = world.client("dynamodb", keys)

    def query(day, **more):
        return dynamodb.query(
            TableName="orders", KeyConditionExpression="weekday = :v",
            ExpressionAttributeValues={":v": {"S": day}}, **more,
        )  # fmt: skip

    query("mon", IndexName="by-day")
    denied(query, "tue", IndexName="by-day")
    assert f"resource: {table_arn('orders')} because" in denied(query, "mon")


@pytest.mark.parametrize(
    ("statement", "action"),
    [
        ("SELECT * FROM \"orders\" WHERE id = '1'", "PartiQLSelect"),
        ("INSERT INTO orders VALUE {'id': '1'}", "PartiQLInsert"),
        ("UPDATE orders SET a = 1 WHERE id = '1'", "PartiQLUpdate"),
        ("DELETE FROM orders WHERE id = '1'", "PartiQLDelete"),
        ('SELECT "a from harmless" FROM orders', "PartiQLSelect"),
    ],
)
def test_a_statement_needs_the_action_of_its_verb(tables, statement, action):
    keys = tables.user(allow("dynamodb:ExecuteStatement"))
    tables.enforce()
    text = denied(tables.client("dynamodb", keys).execute_statement, Statement=statement)
    assert f"dynamodb:{action} on resource: {table_arn('orders')}" in text


def test_a_restore_needs_the_right_to_its_source_however_it_is_named(tables):
    keys = tables.user(allow("dynamodb:*", table_arn("orders")))
    tables.enforce()
    restore = tables.client("dynamodb", keys).restore_table_to_point_in_time
    for source in ({"SourceTableName": "other"}, {"SourceTableArn": table_arn("other")}):
        text = denied(restore, **source, TargetTableName="orders", UseLatestRestorableTime=True)
        assert f"on resource: {table_arn('other')}" in text


def test_a_kinesis_destination_needs_the_right_to_its_table_only(tables):
    keys = tables.user(allow("dynamodb:*", table_arn("orders")))
    tables.enforce()
    stream = f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/changes"
    enable = tables.client("dynamodb", keys).enable_kinesis_streaming_destination
    denied(enable, TableName="other", StreamArn=stream)
    enable(TableName="orders", StreamArn=stream)


def test_a_table_created_with_tags_needs_the_right_to_tag(tables):
    keys = tables.user(allow("dynamodb:CreateTable"))
    tables.enforce()
    request = {
        "TableName": "fresh",
        "KeySchema": [{"AttributeName": "id", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "id", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
    }
    dynamodb = tables.client("dynamodb", keys)
    text = denied(dynamodb.create_table, **request, Tags=[{"Key": "a", "Value": "b"}])
    assert "dynamodb:TagResource" in text
    dynamodb.create_table(**request)


def test_streams_are_held_to_their_arn(world):
    world.table(
        "orders", StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    )
    owner = world.client("dynamodb")
    stream = owner.describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    good = world.user(allow("dynamodb:DescribeStream", table_arn("orders/stream/*")))
    bad = world.user(allow("dynamodb:DescribeStream", table_arn("orders")), name="amy")
    world.enforce()
    world.client("dynamodbstreams", good).describe_stream(StreamArn=stream)
    denied(world.client("dynamodbstreams", bad).describe_stream, StreamArn=stream)


def test_records_are_held_to_the_stream_that_their_iterator_is_of(world):
    specification = {"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"}
    world.table("orders", StreamSpecification=specification)
    stream = world.client("dynamodb").describe_table(TableName="orders")["Table"]["LatestStreamArn"]
    reads = ["dynamodb:DescribeStream", "dynamodb:GetShardIterator", "dynamodb:GetRecords"]
    good = world.user(allow(reads, table_arn("orders/stream/*")))
    bad = world.user(allow(reads, table_arn("other/stream/*")), name="eve")
    world.enforce()
    client = world.client("dynamodbstreams", good)
    [shard] = client.describe_stream(StreamArn=stream)["StreamDescription"]["Shards"]
    iterator = client.get_shard_iterator(
        StreamArn=stream, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
    )["ShardIterator"]
    assert client.get_records(ShardIterator=iterator)["Records"] == []
    denied(world.client("dynamodbstreams", bad).get_records, ShardIterator=iterator)


def alarm(name):
    return {
        "AlarmName": name, "Namespace": "shop", "MetricName": "Errors", "Statistic": "Sum",
        "Period": 60, "EvaluationPeriods": 1, "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }  # fmt: skip


def test_alarms_are_held_to_their_arn_and_metrics_to_their_namespace(world):
    arn = f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:shop-*"
    keys = world.user(
        allow("cloudwatch:PutMetricAlarm", arn),
        allow("cloudwatch:PutMetricData", Condition={
            "StringEquals": {"cloudwatch:namespace": "shop"}}),
    )  # fmt: skip
    world.enforce()
    cloudwatch = world.client("cloudwatch", keys)
    cloudwatch.put_metric_alarm(**alarm("shop-errors"))
    text = denied(cloudwatch.put_metric_alarm, **alarm("errors"))
    assert text.startswith(f"User: {USER} is not authorized to perform: cloudwatch:PutMetricAlarm")
    data = [{"MetricName": "a", "Value": 1.0}]
    cloudwatch.put_metric_data(Namespace="shop", MetricData=data)
    denied(cloudwatch.put_metric_data, Namespace="bank", MetricData=data)
    denied(cloudwatch.delete_alarms, AlarmNames=["shop-errors"])


def test_dashboards_are_held_to_their_arn(world):
    arn = f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/shop-*"
    keys = world.user(allow(["cloudwatch:PutDashboard", "cloudwatch:GetDashboard"], arn))
    world.enforce()
    body = '{"widgets": []}'
    cloudwatch = world.client("cloudwatch", keys)
    cloudwatch.put_dashboard(DashboardName="shop-all", DashboardBody=body)
    assert cloudwatch.get_dashboard(DashboardName="shop-all")["DashboardName"] == "shop-all"
    denied(cloudwatch.put_dashboard, DashboardName="bank", DashboardBody=body)
    denied(cloudwatch.delete_dashboards, DashboardNames=["shop-all"])


def test_keys_that_iam_did_not_make_are_their_accounts_root(tables):
    tables.enforce()
    put(tables.client("dynamodb"))
    other = tables.client("dynamodb", ("test", "test", None))
    assert "orders" in other.list_tables()["TableNames"]


def test_denied_calls_count_as_errors_of_the_user_and_change_nothing(tables):
    keys = tables.user()
    tables.enforce()
    denied(put, tables.client("dynamodb", keys))
    assert tables.client("dynamodb").scan(TableName="orders")["Count"] == 0


def test_enforcement_and_user_boundaries_survive_a_snapshot(tables):
    tables.user(allow("dynamodb:*"))
    boundary = tables.iam.create_policy(
        PolicyName="most", PolicyDocument=policy(allow("dynamodb:GetItem"))
    )["Policy"]["Arn"]
    tables.iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=boundary)
    tables.enforce()
    state = tables.emulator.snapshot()
    tables.emulator.iam.enforcing = False
    tables.emulator.reset()
    tables.emulator.load(state)
    key = tables.iam.create_access_key(UserName="bob")["AccessKey"]
    dynamodb = tables.client("dynamodb", (key["AccessKeyId"], key["SecretAccessKey"], None))
    get(dynamodb)
    denied(put, dynamodb)
