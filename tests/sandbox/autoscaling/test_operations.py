"""Application Auto Scaling through the gateway."""

from datetime import timedelta

import pytest
from botocore.exceptions import ClientError

from .conftest import NOON

WRITES = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:WriteCapacityUnits",
}
READS = WRITES | {"ScalableDimension": "dynamodb:table:ReadCapacityUnits"}
INDEX = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders/index/by-day",
    "ScalableDimension": "dynamodb:index:ReadCapacityUnits",
}
NAMESPACE = {"ServiceNamespace": "dynamodb"}


def tracking(percent=70.0, kind="Write", **more):
    metric = {"PredefinedMetricType": f"DynamoDB{kind}CapacityUtilization"}
    return {
        "PolicyName": "track",
        "PolicyType": "TargetTrackingScaling",
        "TargetTrackingScalingPolicyConfiguration": {
            "TargetValue": percent, "PredefinedMetricSpecification": metric, **more,
        },
    }  # fmt: skip


class World:
    """A table with an index, and clients of the services around it."""

    def __init__(self, emulator, client):
        self.emulator = emulator
        self.dynamodb = client("dynamodb")
        self.scaling = client("application-autoscaling")
        self.cloudwatch = client("cloudwatch")
        units = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
        self.dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
            AttributeDefinitions=[
                {"AttributeName": "id", "AttributeType": "S"},
                {"AttributeName": "day", "AttributeType": "S"},
            ],
            ProvisionedThroughput=units,
            GlobalSecondaryIndexes=[{
                "IndexName": "by-day",
                "KeySchema": [{"AttributeName": "day", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
                "ProvisionedThroughput": units,
            }],
        )  # fmt: skip

    def register(self, low=1, high=40, where=WRITES, **more):
        return self.scaling.register_scalable_target(
            **where, MinCapacity=low, MaxCapacity=high, **more
        )

    def capacity(self, kind="Write", index=None):
        table = self.dynamodb.describe_table(TableName="orders")["Table"]
        holder = table["GlobalSecondaryIndexes"][0] if index else table
        return holder["ProvisionedThroughput"][f"{kind}CapacityUnits"]

    def write(self, items):
        for number in range(items):
            self.dynamodb.put_item(TableName="orders", Item={"id": {"S": str(number)}})

    def alarms(self):
        found = self.cloudwatch.describe_alarms(AlarmNamePrefix="TargetTracking-")["MetricAlarms"]
        return {each["AlarmName"].split("-")[-6]: each for each in found}

    def activities(self):
        found = self.scaling.describe_scaling_activities(**NAMESPACE)["ScalingActivities"]
        return [(each["Description"], each["StatusCode"]) for each in found]

    def target(self):
        return self.scaling.describe_scalable_targets(**NAMESPACE)["ScalableTargets"][0]


@pytest.fixture
def world(emulator, client):
    return World(emulator, client)


def test_a_target_reads_back_with_its_bounds_role_and_tags(world):
    arn = world.register(2, 9, Tags={"Team": "a"})["ScalableTargetARN"]

    shown = world.target()
    assert shown.items() >= WRITES.items()
    assert (shown["MinCapacity"], shown["MaxCapacity"]) == (2, 9)
    assert shown["ScalableTargetARN"] == arn
    assert shown["RoleARN"].endswith("AWSServiceRoleForApplicationAutoScaling_DynamoDBTable")
    assert world.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"] == {"Team": "a"}


def test_registering_again_changes_what_is_said_and_keeps_the_rest(world):
    first = world.register(2, 9)
    again = world.scaling.register_scalable_target(**WRITES, MaxCapacity=12)
    assert again == first | {"ResponseMetadata": again["ResponseMetadata"]}
    shown = world.target()
    assert (shown["MinCapacity"], shown["MaxCapacity"]) == (2, 12)


def test_tags_of_a_target_are_changed(world):
    arn = world.register(Tags={"a": "1", "b": "2"})["ScalableTargetARN"]
    world.scaling.tag_resource(ResourceARN=arn, Tags={"b": "3", "c": "4"})
    world.scaling.untag_resource(ResourceARN=arn, TagKeys=["a"])
    tags = world.scaling.list_tags_for_resource(ResourceARN=arn)["Tags"]
    assert tags == {"b": "3", "c": "4"}
    with pytest.raises(ClientError, match="TooManyTags"):
        world.scaling.tag_resource(ResourceARN=arn, Tags={f"k{n}": "" for n in range(49)})


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"ResourceId": "table/nobody"}, "ValidationException", "table does not exist"),
        (
            INDEX | {"ResourceId": "table/orders/index/none"},
            "ValidationException",
            "index does not",
        ),
        ({"ResourceId": "tables/orders"}, "ValidationException", "Unsupported"),
        ({"ResourceId": "table/orders/index/by-day"}, "ValidationException", "Unsupported"),
        (
            {"ScalableDimension": "dynamodb:index:WriteCapacityUnits"},
            "ValidationException",
            "Unsup",
        ),
        ({"MinCapacity": 5, "MaxCapacity": 4}, "ValidationException", "must not be greater"),
        ({"MinCapacity": 0}, "ValidationException", "greater than or equal to 1"),
        ({"MinCapacity": None}, "ValidationException", "required"),
        ({"ScalableDimension": "dynamodb:table:Delete"}, "ValidationException", "enum value set"),
        ({"MinCapacity": "many"}, "SerializationException", "minCapacity"),
    ],
)
def test_a_wrong_target_is_refused(world, changes, code, text):
    request = WRITES | {"MinCapacity": 1, "MaxCapacity": 9} | changes
    request = {key: value for key, value in request.items() if value is not None}
    with pytest.raises(ClientError, match=text) as caught:
        world.scaling.register_scalable_target(**request)
    assert caught.value.response["Error"]["Code"] == code


def test_a_table_on_demand_has_nothing_to_scale(world, client):
    world.dynamodb.update_table(TableName="orders", BillingMode="PAY_PER_REQUEST")
    with pytest.raises(ClientError, match="PAY_PER_REQUEST"):
        world.register()


def test_a_minimum_above_the_capacity_acts_at_once_and_a_maximum_below_it_too(world):
    world.register(8, 40)
    assert world.capacity() == 8
    world.register(1, 6)
    assert world.capacity() == 6
    assert world.activities() == [
        ("Setting write capacity units to 6.", "Successful"),
        ("Setting write capacity units to 8.", "Successful"),
    ]
    assert world.capacity("Read") == 5


def test_an_index_scales_by_itself(world):
    world.register(9, 40, where=INDEX)
    assert world.capacity("Read", index="by-day") == 9
    assert world.capacity("Read") == 5


def test_a_policy_makes_its_four_alarms(world):
    world.register()
    policy = world.scaling.put_scaling_policy(**WRITES, **tracking())

    alarms = world.alarms()
    assert [each["AlarmName"] for each in policy["Alarms"]] == [
        alarms[role]["AlarmName"]
        for role in ("AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow")
    ]
    rules = {
        role: (each["MetricName"], each["Statistic"], each["Period"], each["EvaluationPeriods"],
               each["ComparisonOperator"], each["Threshold"])
        for role, each in alarms.items()
    }  # fmt: skip
    greater, less = "GreaterThanThreshold", "LessThanThreshold"
    assert rules == {
        "AlarmHigh": ("ConsumedWriteCapacityUnits", "Sum", 60, 2, greater, 210.0),
        "AlarmLow": ("ConsumedWriteCapacityUnits", "Sum", 60, 15, less, 150.0),
        "ProvisionedCapacityHigh": ("ProvisionedWriteCapacityUnits", "Average", 300, 3, greater, 5),
        "ProvisionedCapacityLow": ("ProvisionedWriteCapacityUnits", "Average", 300, 3, less, 5),
    }
    assert all(each["AlarmActions"] == [policy["PolicyARN"]] for each in alarms.values())


def test_a_policy_is_overwritten_under_its_name_and_keeps_arn_and_alarms(world):
    world.register()
    first = world.scaling.put_scaling_policy(**WRITES, **tracking(70.0))
    second = world.scaling.put_scaling_policy(**WRITES, **tracking(50.0))
    assert second["PolicyARN"] == first["PolicyARN"]
    assert second["Alarms"] == first["Alarms"]
    assert world.alarms()["AlarmHigh"]["Threshold"] == 150.0
    (shown,) = world.scaling.describe_scaling_policies(**NAMESPACE)["ScalingPolicies"]
    assert shown["TargetTrackingScalingPolicyConfiguration"]["TargetValue"] == 50.0


@pytest.mark.parametrize(
    ("policy", "text"),
    [
        (tracking(19.9), "between 20 and 90"),
        (tracking(90.5), "between 20 and 90"),
        (tracking(kind="Read"), "must be DynamoDBWriteCapacityUtilization"),
        (tracking() | {"PolicyType": "StepScaling"}, "StepScaling is not supported"),
        ({"PolicyName": "track"}, "is required"),
        (tracking(ScaleInCooldown=-1), "must not be negative"),
        (tracking(CustomizedMetricSpecification={"MetricName": "m"}), "not supported"),
        ({**tracking(), "PolicyName": ""}, "length greater than or equal to 1"),
    ],
)
def test_a_wrong_policy_is_refused(world, policy, text):
    world.register()
    with pytest.raises(ClientError, match=text):
        world.scaling.put_scaling_policy(**WRITES, **policy)


def test_one_policy_tracks_a_metric(world):
    world.register()
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    with pytest.raises(ClientError, match="Only one TargetTrackingScaling policy"):
        world.scaling.put_scaling_policy(**WRITES, **{**tracking(), "PolicyName": "other"})


def test_what_is_not_registered_has_no_policies_schedules_or_end(world):
    calls = [
        lambda: world.scaling.put_scaling_policy(**WRITES, **tracking()),
        lambda: world.scaling.deregister_scalable_target(**WRITES),
        lambda: world.scaling.delete_scaling_policy(**WRITES, PolicyName="x"),
        lambda: world.scaling.delete_scheduled_action(**WRITES, ScheduledActionName="x"),
        lambda: world.scaling.put_scheduled_action(
            **WRITES, ScheduledActionName="x", Schedule="rate(1 hour)",
            ScalableTargetAction={"MinCapacity": 1}),
    ]  # fmt: skip
    for call in calls:
        with pytest.raises(ClientError) as caught:
            call()
        assert caught.value.response["Error"]["Code"] == "ObjectNotFoundException"


def test_deregistering_takes_policies_alarms_and_schedules_along(world):
    world.register()
    world.register(where=READS)
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.scaling.put_scaling_policy(**READS, **tracking(kind="Read"))
    world.scaling.put_scheduled_action(
        **WRITES, ScheduledActionName="x", Schedule="rate(1 hour)",
        ScalableTargetAction={"MinCapacity": 9},
    )  # fmt: skip

    world.scaling.deregister_scalable_target(**WRITES)

    assert len(world.alarms()) == 4
    assert world.scaling.describe_scheduled_actions(**NAMESPACE)["ScheduledActions"] == []
    assert world.target().items() >= READS.items()
    world.emulator.clock.advance(7200)
    assert world.capacity() == 5


def test_deleting_a_policy_takes_its_alarms_along(world):
    world.register()
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.scaling.delete_scaling_policy(**WRITES, PolicyName="track")
    assert world.alarms() == {}
    assert world.scaling.describe_scaling_policies(**NAMESPACE)["ScalingPolicies"] == []


def test_two_busy_minutes_scale_out_and_fifteen_quiet_ones_in(world):
    world.register(2, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    capacities = []
    for minute in range(22):
        world.write(250 if minute < 2 else 0)
        world.emulator.clock.advance(60)
        capacities.append(world.capacity())
    assert capacities == [5] + [6] * 15 + [2] * 6
    assert world.activities() == [
        ("Setting write capacity units to 2.", "Successful"),
        ("Setting write capacity units to 6.", "Successful"),
    ]
    assert world.alarms()["AlarmHigh"]["Threshold"] == 84.0


def test_scaling_in_can_be_disabled(world):
    world.register(1, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking(DisableScaleIn=True))
    world.emulator.clock.advance(3600)
    assert world.capacity() == 5


def test_suspended_scaling_does_nothing_until_resumed(world):
    world.register(SuspendedState={"DynamicScalingInSuspended": True})
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.emulator.clock.advance(3600)
    assert world.capacity() == 5
    assert world.target()["SuspendedState"]["DynamicScalingInSuspended"] is True

    world.register(SuspendedState={"DynamicScalingInSuspended": False})
    world.emulator.clock.advance(60)
    assert world.capacity() == 1


def test_a_cooldown_holds_back_the_next_decrease(world):
    world.register(1, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking(ScaleInCooldown=3600))
    world.emulator.clock.advance(20 * 60)
    assert world.capacity() == 1
    world.dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 9},
    )
    world.emulator.clock.advance(30 * 60)
    assert world.capacity() == 9
    world.emulator.clock.advance(30 * 60)
    assert world.capacity() == 1


def test_an_edit_from_outside_moves_the_alarms_and_is_undone_on_an_idle_table(world):
    world.register(1, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.emulator.clock.advance(40 * 60)
    world.dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 20},
    )
    world.emulator.clock.advance(2 * 60)
    assert world.capacity() == 1


def test_an_alarm_that_asks_in_vain_leaves_history_and_calls_alone(world):
    world.register(5, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.emulator.clock.advance(12 * 3600)
    assert world.alarms()["AlarmLow"]["StateValue"] == "ALARM"
    history = world.cloudwatch.describe_alarm_history(HistoryItemType="Action")
    actions = [item["AlarmName"] for item in history["AlarmHistoryItems"]]
    assert actions == [world.alarms()["AlarmLow"]["AlarmName"]]
    assert "DescribeTable" not in world.emulator.calls.summary()["counts"]["dynamodb"]


def test_an_idle_table_at_its_minimum_follows_a_lower_one_and_an_edit_from_outside(world):
    world.register(5, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.emulator.clock.advance(3600)
    world.register(3, 40)
    world.emulator.clock.advance(60)
    assert world.capacity() == 3
    world.emulator.clock.advance(3600)
    world.dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 5, "WriteCapacityUnits": 9},
    )
    world.emulator.clock.advance(60)
    assert world.capacity() == 3


def test_after_four_decreases_the_next_waits_for_its_hour(world):
    world.register(1, 40)
    for units in (4, 3, 2):
        world.dynamodb.update_table(
            TableName="orders",
            ProvisionedThroughput={"ReadCapacityUnits": units, "WriteCapacityUnits": 5},
        )
    world.dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 1, "WriteCapacityUnits": 5},
    )
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.emulator.clock.advance(58 * 60)
    assert world.capacity() == 5
    assert world.activities() == []
    world.emulator.clock.advance(4 * 60)
    assert world.capacity() == 1


def test_a_busy_table_is_scaled_once_it_is_active_again(world):
    world.emulator.dynamodb.configure(throughput=30.0)
    world.dynamodb.update_table(
        TableName="orders",
        ProvisionedThroughput={"ReadCapacityUnits": 6, "WriteCapacityUnits": 5},
    )
    world.register(8, 40)
    assert world.capacity() == 5
    world.emulator.clock.advance(62)
    assert world.capacity() == 8


def test_a_deleted_table_leaves_its_target_and_says_so_in_an_activity(world):
    world.register()
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    world.emulator.clock.advance(10 * 60)
    world.dynamodb.delete_table(TableName="orders")
    world.cloudwatch.set_alarm_state(
        AlarmName=world.alarms()["AlarmHigh"]["AlarmName"], StateValue="ALARM", StateReason="test"
    )
    assert [status for _, status in world.activities()] == ["Failed"]
    assert len(world.scaling.describe_scalable_targets(**NAMESPACE)["ScalableTargets"]) == 1


def schedule(world, name="x", where=WRITES, **said):
    world.scaling.put_scheduled_action(**where, ScheduledActionName=name, **said)


def test_a_scheduled_action_moves_the_bounds_at_its_time(world):
    world.register(1, 40)
    schedule(world, Schedule="cron(0 13 * * ? *)", ScalableTargetAction={"MinCapacity": 10})
    schedule(world, "evening", Schedule="cron(0 18 * * ? *)",
             ScalableTargetAction={"MinCapacity": 2, "MaxCapacity": 4})  # fmt: skip
    world.emulator.clock.advance(59 * 60)
    assert world.capacity() == 5
    world.emulator.clock.advance(60)
    assert world.capacity() == 10
    world.emulator.clock.advance(5 * 3600)
    assert world.capacity() == 4
    assert (world.target()["MinCapacity"], world.target()["MaxCapacity"]) == (2, 4)
    world.emulator.clock.advance(19 * 3600)
    assert world.capacity() == 10


def test_a_schedule_runs_once_at_a_time_or_until_its_end(world):
    world.register(1, 40)
    schedule(world, Schedule="at(2026-03-10T12:30:00)", ScalableTargetAction={"MinCapacity": 7})
    world.emulator.clock.advance(3600)
    assert world.capacity() == 7
    world.register(1, 40)
    schedule(
        world, "ends", Schedule="rate(1 hour)", ScalableTargetAction={"MinCapacity": 9},
        EndTime=NOON + timedelta(hours=1, minutes=30),
    )  # fmt: skip
    world.emulator.clock.advance(10 * 3600)
    assert world.capacity() == 7


def test_a_schedule_is_changed_in_part_and_deleted(world):
    world.register(1, 40)
    schedule(world, Schedule="rate(1 hour)", ScalableTargetAction={"MinCapacity": 7})
    schedule(world, Schedule="rate(2 hours)")
    (shown,) = world.scaling.describe_scheduled_actions(**NAMESPACE)["ScheduledActions"]
    assert shown["Schedule"] == "rate(2 hours)"
    assert shown["ScalableTargetAction"] == {"MinCapacity": 7}
    world.emulator.clock.advance(3600)
    assert world.capacity() == 5
    world.scaling.delete_scheduled_action(**WRITES, ScheduledActionName="x")
    world.emulator.clock.advance(3 * 3600)
    assert world.capacity() == 5


LOW = {"MinCapacity": 1}


@pytest.mark.parametrize(
    ("schedule_", "action", "text"),
    [
        ("daily", LOW, "Invalid schedule"),
        ("at(2026-03-10T11:00:00)", LOW, "past"),
        ("rate(1 hour)", None, "required"),
        (None, LOW, "required"),
        ("rate(1 hour)", {}, "At least one"),
        ("rate(1 hour)", {"MinCapacity": 0}, "greater than or equal to 1"),
        ("rate(1 hour)", {"MinCapacity": 5, "MaxCapacity": 4}, "must not be greater"),
    ],
)
def test_a_wrong_schedule_is_refused(world, schedule_, action, text):
    world.register()
    said = {"Schedule": schedule_, "ScalableTargetAction": action}
    with pytest.raises(ClientError, match=text):
        schedule(world, **{key: value for key, value in said.items() if value is not None})


def test_an_unknown_time_zone_is_refused(world):
    world.register()
    with pytest.raises(ClientError, match="timezone"):
        schedule(world, Schedule="rate(1 hour)", Timezone="Mars", ScalableTargetAction=LOW)


def test_lists_are_filtered_and_paged(world):
    for where in (WRITES, READS, INDEX):
        world.register(1, 40, where=where)
    first = world.scaling.describe_scalable_targets(**NAMESPACE, MaxResults=2)
    rest = world.scaling.describe_scalable_targets(**NAMESPACE, NextToken=first["NextToken"])
    assert [len(first["ScalableTargets"]), len(rest["ScalableTargets"])] == [2, 1]
    only = world.scaling.describe_scalable_targets(
        **NAMESPACE, ResourceIds=["table/orders"], ScalableDimension=READS["ScalableDimension"]
    )
    assert len(only["ScalableTargets"]) == 1
    with pytest.raises(ClientError, match="InvalidNextToken"):
        world.scaling.describe_scalable_targets(**NAMESPACE, NextToken="nonsense")


def test_accounts_and_regions_are_apart(world, client):
    world.register()
    elsewhere = client("application-autoscaling", region="us-east-1")
    assert elsewhere.describe_scalable_targets(**NAMESPACE)["ScalableTargets"] == []
    other = client("application-autoscaling", account="999999999999")
    assert other.describe_scalable_targets(**NAMESPACE)["ScalableTargets"] == []


def test_another_service_is_left_to_the_engine_underneath(world):
    found = world.scaling.describe_scalable_targets(ServiceNamespace="ecs")
    assert found["ScalableTargets"] == []


def test_everything_registered_survives_being_dumped_and_loaded(world):
    world.register(2, 40)
    world.scaling.put_scaling_policy(**WRITES, **tracking())
    schedule(world, Schedule="cron(0 13 * * ? *)", ScalableTargetAction={"MinCapacity": 10})
    state = world.emulator.snapshot()
    world.emulator.reset()
    world.emulator.load(state)

    assert world.target()["MinCapacity"] == 2
    assert set(world.alarms()) == {
        "AlarmHigh", "AlarmLow", "ProvisionedCapacityHigh", "ProvisionedCapacityLow",
    }  # fmt: skip
    world.emulator.clock.advance(3600)
    assert world.capacity() == 10
    states = {role: each["StateValue"] for role, each in world.alarms().items()}
    assert states["AlarmHigh"] == "OK"
