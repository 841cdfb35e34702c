"""Programs of users: what AWS allows once is replaced, and what is imported again stays."""

import pulumi_aws as aws
import pytest

import pulumi

pytestmark = pytest.mark.engine

PLACE = {
    "service_namespace": "dynamodb",
    "resource_id": "table/orders",
    "scalable_dimension": "dynamodb:table:ReadCapacityUnits",
}
ID = "dynamodb/table/orders/dynamodb:table:ReadCapacityUnits"
ONE, TWO = (f"arn:aws:kinesis:ap-southeast-2:123456789012:stream/{name}" for name in ("one", "two"))


def program(policy="tracking", stream=ONE, *, imported=False):
    def options(id_, *after):
        return pulumi.ResourceOptions(import_=id_ if imported else None, depends_on=list(after))

    table = aws.dynamodb.Table(
        "orders",
        name="orders",
        billing_mode="PROVISIONED",
        read_capacity=5,
        write_capacity=5,
        hash_key="id",
        attributes=[{"name": "id", "type": "S"}],
    )
    target = aws.appautoscaling.Target(
        "reads", min_capacity=5, max_capacity=50, **PLACE, opts=options(ID, table)
    )
    aws.appautoscaling.Policy(
        "reads",
        name=policy,
        policy_type="TargetTrackingScaling",
        target_tracking_scaling_policy_configuration={
            "predefined_metric_specification": {
                "predefined_metric_type": "DynamoDBReadCapacityUtilization"
            },
            "target_value": 70,
        },
        **PLACE,
        opts=options(f"{ID}/{policy}", target),
    )
    aws.appautoscaling.ScheduledAction(
        "nightly",
        name="nightly",
        schedule="cron(0 1 * * ? *)",
        scalable_target_action={"min_capacity": 5},
        **PLACE,
        opts=options(f"{ID}/nightly", target),
    )
    aws.dynamodb.KinesisStreamingDestination("orders", table_name=table.name, stream_arn=stream)


@pytest.fixture
def live(workshop):
    for name in ("one", "two"):
        workshop.client("kinesis").create_stream(StreamName=name, ShardCount=1)
    scaling, dynamodb = workshop.client("application-autoscaling"), workshop.client("dynamodb")

    def names():
        space = {"ServiceNamespace": "dynamodb"}
        sent = dynamodb.describe_kinesis_streaming_destination(TableName="orders")
        return (
            len(scaling.describe_scalable_targets(**space)["ScalableTargets"]),
            [
                it["PolicyName"]
                for it in scaling.describe_scaling_policies(**space)["ScalingPolicies"]
            ],
            len(scaling.describe_scheduled_actions(**space)["ScheduledActions"]),
            [
                it["StreamArn"].rpartition("/")[2]
                for it in sent["KinesisDataStreamDestinations"]
                if it["DestinationStatus"] == "ACTIVE"
            ],
        )

    return names


def test_what_aws_allows_once_is_deleted_before_it_is_made_anew(workshop, live, changed):
    workshop.stack("shop", program).up()
    stack = workshop.stack("shop", lambda: program("renamed", TWO))
    assert set(changed(stack.up())) == {"replace"}
    assert live() == (1, ["renamed"], 1, ["two"])
    assert changed(stack.preview()) == {}


def test_an_import_of_what_is_recorded_deletes_nothing(workshop, live, changed):
    workshop.stack("shop", program).up()
    stack = workshop.stack("shop", lambda: program(imported=True))
    stack.up()
    assert live() == (1, ["tracking"], 1, ["one"])
    assert changed(stack.preview()) == {}
