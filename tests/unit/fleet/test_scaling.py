import pytest

from tablewright.fleet.scaling import LiveScaling, schedule, target
from tablewright.plan.scaling import Suspension


@pytest.mark.parametrize(
    ("resource", "dimension", "expected"),
    [
        (
            "table/events",
            "dynamodb:table:ReadCapacityUnits",
            LiveScaling("events", None, "read", 5, 100),
        ),
        (
            "table/events/index/by-user",
            "dynamodb:index:WriteCapacityUnits",
            LiveScaling("events", "by-user", "write", 5, 100),
        ),
    ],
)
def test_a_scalable_target_knows_its_table_index_and_side(resource, dimension, expected):
    reply = {
        "ResourceId": resource,
        "ScalableDimension": dimension,
        "MinCapacity": 5,
        "MaxCapacity": 100,
        "SuspendedState": {"DynamicScalingInSuspended": False},
    }
    assert target(reply) == expected
    assert expected.place == (resource, dimension)


def test_what_is_suspended_is_named():
    reply = {
        "ResourceId": "table/events",
        "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
        "MinCapacity": 1,
        "MaxCapacity": 2,
        "SuspendedState": {"ScheduledScalingSuspended": True, "DynamicScalingInSuspended": True},
    }
    assert target(reply).suspended == Suspension(scale_in=True, scheduled=True)


def test_a_schedule_without_a_time_zone_is_in_utc():
    reply = {"ScheduledActionName": "night", "Schedule": "cron(0 20 * * ? *)"}
    assert schedule(reply).timezone == "UTC"
