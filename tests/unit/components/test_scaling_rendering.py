"""Parts of Application Auto Scaling, and the capacities that it owns."""

from dataclasses import replace

import pytest

from tablewright.components.existing import Existing, LiveResource, import_ids
from tablewright.components.rendering import Joined, Reference, RenderContext, table_parts
from tablewright.components.rendering.scaling import scaled_properties, scaled_writes
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.scaling import Scaling, Schedule, Side, Suspension
from tablewright.plan.table import GlobalIndex, Key, Projection, Table, Throughput
from tablewright.resource_kinds import Account

ALL = Projection("ALL")
READS = Scaling("read", 5, 100)
WRITES_OF_INDEX = Scaling("write", 5, 100, "by-user")


def index(name, read=1, write=1):
    return GlobalIndex(name, Key(("userId",)), ALL, Throughput(read, write))


def table(*indexes, read=1, write=1, mode="PROVISIONED"):
    throughput = Throughput(read, write) if mode == "PROVISIONED" else None
    return Table("orders", Key(("id",)), {}, mode, throughput, tuple(indexes), tags={"a": "b"})


def declared(*scaling, indexes=()):
    return DeclaredTable(table(*indexes), scaling=scaling)


def parts(value, place=None):
    return {it.key: it for it in table_parts(value, place or RenderContext("eu-west-1"))}


def where(live=None, scalable=None):
    tables = {} if live is None else {"orders": live}
    return RenderContext(existing=Existing(tables=tables, scalable=scalable or {}))


def arguments_of_the_table(value, live=None, scalable=None):
    return parts(value, where(live, scalable))["table orders"].arguments


def test_a_side_that_scales_has_a_target_and_a_policy():
    made = parts(declared(READS))
    assert made["target orders-read"].arguments == {
        "service_namespace": "dynamodb",
        "resource_id": Joined(("table/", Reference("table orders", "name"))),
        "scalable_dimension": "dynamodb:table:ReadCapacityUnits",
        "min_capacity": 5,
        "max_capacity": 100,
        "suspended_state": {
            "dynamic_scaling_in_suspended": False,
            "dynamic_scaling_out_suspended": False,
            "scheduled_scaling_suspended": False,
        },
        "region": "eu-west-1",
    }
    assert made["scaling orders-read"].arguments == {
        "name": "DynamoDBReadCapacityUtilization:table/orders",
        "policy_type": "TargetTrackingScaling",
        "service_namespace": Reference("target orders-read", "service_namespace"),
        "resource_id": Reference("target orders-read", "resource_id"),
        "scalable_dimension": Reference("target orders-read", "scalable_dimension"),
        "target_tracking_scaling_policy_configuration": {
            "predefined_metric_specification": {
                "predefined_metric_type": "DynamoDBReadCapacityUtilization"
            },
            "target_value": 70,
            "scale_in_cooldown": 0,
            "scale_out_cooldown": 0,
            "disable_scale_in": False,
        },
        "region": "eu-west-1",
    }


def test_an_index_scales_under_its_own_name():
    made = parts(declared(WRITES_OF_INDEX, indexes=(index("by-user"),)))
    target = made["target orders-by-user-write"]
    assert target.arguments["scalable_dimension"] == "dynamodb:index:WriteCapacityUnits"
    assert target.arguments["resource_id"] == Joined(
        ("table/", Reference("table orders", "name"), "/index/by-user")
    )


def test_a_schedule_changes_the_bounds_it_names():
    schedule = Schedule("night", "cron(0 22 * * ? *)", "Europe/Paris", maximum=10)
    part = parts(declared(replace(READS, schedules=(schedule,))))["schedule orders-read night"]
    assert part.name == "orders-read-night"
    assert part.arguments["schedule"] == "cron(0 22 * * ? *)"
    assert part.arguments["timezone"] == "Europe/Paris"
    assert part.arguments["scalable_target_action"] == {"max_capacity": 10}
    assert not {"start_time", "end_time"} & set(part.arguments)


def test_a_target_carries_the_tags_of_what_belongs_to_the_table():
    tagged = replace(declared(READS), tags={"Team": "a"})
    target = parts(tagged)["target orders-read"]
    assert (target.tags, target.ignored) == ({"Team": "a"}, [])


def test_tags_of_a_target_stay_as_they_are_where_none_are_declared():
    target = parts(declared(READS))["target orders-read"]
    assert (target.tags, target.ignored) == (None, ["tags"])


def test_what_scales_already_is_imported():
    place = {
        "serviceNamespace": "dynamodb",
        "resourceId": "table/orders",
        "scalableDimension": "dynamodb:table:ReadCapacityUnits",
    }
    policy = "DynamoDBReadCapacityUtilization:table/orders"
    existing = Existing(
        import_ids=import_ids(
            [
                LiveResource("appautoscaling.Target", place),
                LiveResource("appautoscaling.Policy", {**place, "name": policy}),
                LiveResource("appautoscaling.ScheduledAction", {**place, "name": "morning"}),
            ],
            Account("123456789012", "eu-west-1"),
        )
    )
    scheduled = replace(READS, schedules=(Schedule("morning", "rate(1 day)", minimum=9),))
    made = parts(declared(scheduled), RenderContext(existing=existing))
    identity = "dynamodb/table/orders/dynamodb:table:ReadCapacityUnits"
    assert made["target orders-read"].import_id == identity
    policy = "DynamoDBReadCapacityUtilization:table/orders"
    assert made["scaling orders-read"].import_id == f"{identity}/{policy}"
    assert made["schedule orders-read morning"].import_id == f"{identity}/morning"


def test_capacity_that_scales_is_ignored_from_the_first_day():
    both = declared(READS, WRITES_OF_INDEX, indexes=(index("by-user"),))
    assert scaled_properties(both, where()) == [
        "globalSecondaryIndexes[0].writeCapacity",
        "readCapacity",
    ]


def test_capacity_that_does_not_scale_is_not_ignored():
    assert scaled_properties(declared(), where()) == []


def test_the_position_of_an_index_is_that_among_the_sorted_ones():
    indexes = (index("by-user"), index("a-first"))
    paths = scaled_properties(declared(WRITES_OF_INDEX, indexes=indexes), where())
    assert paths == ["globalSecondaryIndexes[1].writeCapacity"]


def test_a_switch_from_on_demand_needs_the_capacity_so_nothing_is_ignored():
    live = table(index("by-user"), mode="PAY_PER_REQUEST")
    assert scaled_properties(declared(READS), where(live)) == []


def test_an_on_demand_table_has_no_capacity_to_ignore():
    on_demand = DeclaredTable(table(mode="PAY_PER_REQUEST"), scaling=(READS,))
    assert scaled_properties(on_demand, where()) == []


def test_an_index_whose_position_moves_is_sent_the_capacity_it_has():
    value = declared(WRITES_OF_INDEX, indexes=(index("a-new"), index("by-user")))
    live = table(index("by-user", write=42))
    assert scaled_properties(value, where(live)) == []
    _, by_user = arguments_of_the_table(value, live)["global_secondary_indexes"]
    assert (by_user["name"], by_user["write_capacity"]) == ("by-user", 42)


def test_an_index_that_keeps_its_position_is_ignored_while_others_come_after_it():
    value = declared(WRITES_OF_INDEX, indexes=(index("by-user"), index("z-new")))
    live = table(index("by-user"))
    assert scaled_properties(value, where(live)) == ["globalSecondaryIndexes[0].writeCapacity"]


@pytest.mark.parametrize(("scaling", "read"), [((READS,), 77), ((), 1)])
def test_a_side_that_scales_is_sent_the_capacity_it_has(scaling, read):
    arguments = arguments_of_the_table(declared(*scaling), table(read=77, write=88))
    assert (arguments["read_capacity"], arguments["write_capacity"]) == (read, 1)


def test_what_others_have_made_to_scale_is_left_alone_as_well():
    value = declared(READS, indexes=(index("by-user"),))
    live = table(index("by-user", 7, 8), read=77, write=88)
    scalable = {
        ("orders", Side("by-user", "write")): (1, 9),
        ("other", Side(None, "write")): (1, 9),
    }
    assert scaled_properties(value, where(live, scalable)) == [
        "globalSecondaryIndexes[0].writeCapacity",
        "readCapacity",
    ]
    arguments = arguments_of_the_table(value, live, scalable)
    [by_user] = arguments["global_secondary_indexes"]
    assert (arguments["read_capacity"], arguments["write_capacity"]) == (77, 1)
    assert (by_user["read_capacity"], by_user["write_capacity"]) == (1, 8)


def test_schedules_alone_have_a_target_and_no_policy():
    schedules = (Schedule("day", "rate(1 day)", minimum=9),)
    writes = replace(READS, direction="write", target=None, schedules=schedules)
    made = parts(declared(writes))
    assert set(made) == {"table orders", "target orders-write", "schedule orders-write day"}
    assert scaled_properties(declared(writes), where()) == ["writeCapacity"]
    assert scaled_writes(declared(writes)) == ["target orders-write"]


@pytest.mark.parametrize(
    ("suspended", "name"),
    [
        (Suspension(scale_in=True), "dynamic_scaling_in_suspended"),
        (Suspension(scale_out=True), "dynamic_scaling_out_suspended"),
        (Suspension(scheduled=True), "scheduled_scaling_suspended"),
    ],
)
def test_what_is_suspended_is_told_to_the_target(suspended, name):
    target = parts(declared(replace(READS, suspended=suspended)))["target orders-read"]
    state = target.arguments["suspended_state"]
    assert [key for key, is_on in state.items() if is_on] == [name]


NIGHT = Schedule("night", "cron(0 22 * * ? *)", minimum=2, maximum=10)


@pytest.mark.parametrize(
    ("bounds", "kept"),
    [
        ((5, 100), []),
        ((2, 10), ["minCapacity", "maxCapacity"]),
        ((10, 10), ["minCapacity", "maxCapacity"]),
        ((5, 10), ["maxCapacity"]),
        ((6, 99), []),
    ],
)
def test_bounds_that_a_schedule_has_set_are_left_alone_and_no_others(bounds, kept):
    value = replace(declared(replace(READS, schedules=(NIGHT,))), tags={"Team": "a"})
    place = where(scalable={("orders", Side(None, "read")): bounds})
    assert list(parts(value, place)["target orders-read"].ignored) == kept
