"""Whatever is declared reaches a resource: change any field, and what is rendered changes."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from types import UnionType
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints

import pytest

from tablewright.components.rendering import RenderContext, alarm_part, dashboard_part, role_parts
from tablewright.components.rendering import table_parts as parts_of_table
from tablewright.errors import InputError
from tablewright.plan.declaration.declared import (
    Alarm,
    Dashboard,
    DeclaredTable,
    Grant,
    Insights,
    KinesisDestination,
    MetricQuery,
    MetricStat,
    Role,
    Trust,
)
from tablewright.plan.origin import Csv, Restore, S3Import
from tablewright.plan.replica import GlobalTable, Replica, ReplicaIndex
from tablewright.plan.scaling import Scaling, Schedule
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

TAGS = {"Team": "data"}
SERIES = MetricStat("AWS/DynamoDB", "UserErrors", {"TableName": "orders"}, 60, "Sum")
ALARM = Alarm(
    key="orders-errors",
    name="errors",
    description="errors",
    comparison_operator="GreaterThanThreshold",
    threshold=Decimal(5),
    evaluation_periods=2,
    metric=SERIES,
    datapoints_to_alarm=1,
    treat_missing_data="ignore",
    evaluate_low_sample_count_percentile="ignore",
    alarm_actions=("arn:a",),
    ok_actions=("arn:b",),
    insufficient_data_actions=("arn:c",),
    tags=TAGS,
)
MATH = replace(
    ALARM,
    key="orders-math",
    metric=None,
    queries=(
        MetricQuery("m1", SERIES),
        MetricQuery("sum", expression="m1", label="sum", return_data=True),
    ),
)
ROLE = Role(
    key="orders-read",
    name="reader",
    policy_name="read",
    description="reads",
    trust=Trust(("lambda.amazonaws.com",), ("999999999999",), external_id="x"),
    grants=(Grant("Read", ("dynamodb:Query",), ("table",), {"Bool": {"a": "true"}}, ("arn:k",)),),
    managed_policies=("arn:aws:iam::aws:policy/X",),
    permissions_boundary="arn:aws:iam::aws:policy/B",
    tags=TAGS,
)
INDEX = GlobalIndex(
    "by-user",
    Key(("userId",), ("at",)),
    Projection("INCLUDE", frozenset({"total"})),
    throughput=Throughput(3, 4),
    warm_throughput=Throughput(13000, 5000),
)
PROVISIONED = Table(
    name="orders-dev",
    key=Key(("orderId",), ("at",)),
    attributes={"orderId": "S", "at": "N", "userId": "S"},
    billing_mode="PROVISIONED",
    throughput=Throughput(5, 6),
    global_indexes=(INDEX,),
    local_indexes=(
        LocalIndex("by-total", Key(("orderId",), ("total",)), Projection("INCLUDE", {"x"})),
    ),
    stream=Stream("NEW_IMAGE"),
    encryption=Encryption("CUSTOMER", "arn:key"),
    recovery=Recovery(7),
    time_to_live=TimeToLive("expiresAt"),
    table_class="STANDARD",
    deletion_protection=True,
    warm_throughput=Throughput(14000, 6000),
    tags=TAGS,
)
ON_DEMAND = replace(
    PROVISIONED,
    billing_mode="PAY_PER_REQUEST",
    throughput=None,
    on_demand_maximum=OnDemandMaximum(100, 200),
    global_indexes=(replace(INDEX, throughput=None, on_demand_maximum=OnDemandMaximum(10, 20)),),
)
SCHEDULE = Schedule(
    "morning", "cron(0 7 * * ? *)", "Europe/Paris", "2026-01-01", "2027-01-01", 2, 9
)
SCALING = Scaling(
    "read",
    1,
    10,
    "by-user",
    Decimal(60),
    30,
    40,
    disable_scale_in=True,
    schedules=(SCHEDULE,),
    policy_name="own",
)
REPLICA = Replica(
    region="eu-central-1",
    kms_key="arn:key2",
    table_class="STANDARD",
    deletion_protection=True,
    recovery=Recovery(35),
    insights="THROTTLED_KEYS",
    indexes=(ReplicaIndex("by-user", insights="THROTTLED_KEYS"),),
    tags=TAGS,
)
FULL = DeclaredTable(
    PROVISIONED,
    adopt=True,
    insights=(Insights(), Insights("by-user", "THROTTLED_KEYS")),
    alarms=(ALARM, MATH),
    roles=(ROLE,),
    key="orders",
    scaling=(SCALING, replace(SCALING, index=None, direction="write")),
    kinesis=KinesisDestination("arn:kinesis", "MICROSECOND"),
    resource_policy={"Version": "2012-10-17"},
    stream_policy={"Version": "2012-10-17"},
    global_table=GlobalTable((REPLICA,)),
    origin=S3Import("bucket", "CSV", "123456789012", "in/", "GZIP", Csv(";", ("a", "b"))),
)
MEMBER = replace(REPLICA, table_class=None)
EXAMPLES = {
    "provisioned": FULL,
    "on demand": replace(
        FULL,
        table=ON_DEMAND,
        scaling=(),
        global_table=GlobalTable((MEMBER,), "STRONG", "eu-west-2"),
        origin=Restore("arn:backup", "arn:source", "source", latest=True, moment="2026-01-01"),
    ),
}
DASHBOARD = Dashboard("orders", {"widgets": []})


def rendered(declared: DeclaredTable) -> Any:
    place = RenderContext("eu-west-1")
    found = list(parts_of_table(declared, place))
    found += [alarm_part(alarm, place) for alarm in declared.alarms]
    for role in declared.roles:
        found += role_parts(role, "table orders", place)
    return [comparable(it) for it in found]


def comparable(part: Any) -> Any:
    """Functions are compared by what they are, not by which object."""
    arguments = {name: getattr(it, "value", it) for name, it in part.arguments.items()}
    return replace(part, arguments=arguments)


def mutations(value: Any, hint: Any, path: str) -> Iterator[tuple[str, Any]]:
    """Every way to change one field somewhere below `value`, with its path."""
    if is_dataclass(value):
        hints = get_type_hints(
            type(value), vars(__import__(type(value).__module__, fromlist=["x"]))
        )
        for it in fields(value):
            below = f"{path}.{it.name}"
            for where, changed in mutations(getattr(value, it.name), hints[it.name], below):
                yield where, replace(value, **{it.name: changed})
    elif isinstance(value, tuple) and value and is_dataclass(value[0]):
        for position, item in enumerate(value):
            where = f"{path}[{position}]"
            for below, changed in mutations(item, None, where):
                yield below, (*value[:position], changed, *value[position + 1 :])
    for changed in other_values(value, hint):
        yield path, changed


def other_values(value: Any, hint: Any) -> Iterator[Any]:
    words = literals(hint)
    if words and isinstance(value, str):
        yield next(word for word in words if word != value)
    elif isinstance(value, bool):
        yield not value
    elif isinstance(value, str):
        yield f"{value}x"
    elif isinstance(value, int | Decimal):
        yield value + 1
    elif isinstance(value, Mapping):
        yield {**value, "more": "S"}
    elif isinstance(value, frozenset | set):
        yield frozenset({*value, "more"})
    elif isinstance(value, tuple) and value:
        last = value[-1]
        yield (*value[:-1], f"{last}x") if isinstance(last, str) else value[:-1]


def literals(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    if get_origin(hint) in (Union, UnionType):
        return next((words for member in get_args(hint) if (words := literals(member))), ())
    return ()


SAID_ELSEWHERE = (
    # To the component, which hands it to all resources below it; tested there.
    ".protect",
    # With the table: a local index has its partition key.
    ".local_indexes[0].key.partition",
    # By the tags themselves, which for a replica with eventual consistency are complete.
    ".replicas[0].propagate_tags",
    # For who reads that the alarm cannot go off: what it watches says the same.
    ".literal",
    # They are those of scalable targets, which a table on demand has none of.
    "on demand.tags",
    # To the look at the live resources, which says what is imported.
    "alarms[0].adopt",
    "alarms[1].adopt",
    "roles[0].adopt",
)
CASES = [
    pytest.param(example, changed, id=f"{name}{path}")
    for name, example in EXAMPLES.items()
    for path, changed in mutations(example, None, "")
    if not f"{name}{path}".endswith(SAID_ELSEWHERE)
]


@pytest.mark.parametrize(("example", "changed"), CASES)
def test_a_changed_field_changes_what_is_rendered(example, changed):
    try:
        found = rendered(changed)
    except InputError:
        return  # refused by name is heard as well
    assert found != rendered(example)


def test_a_great_many_fields_are_tried():
    assert len(CASES) > 250


def test_every_field_of_a_declared_table_is_tried():
    paths = [str(case.id).partition(".")[2] for case in CASES]
    tried = {path.partition(".")[0].partition("[")[0] for path in paths}
    assert tried >= {it.name for it in fields(DeclaredTable)} - {"protect"}


def test_every_field_of_a_dashboard_is_rendered():
    before = comparable(dashboard_part("shop", DASHBOARD, RenderContext()))
    for path, changed in mutations(DASHBOARD, None, ""):
        if path == ".adopt":
            continue
        assert comparable(dashboard_part("shop", changed, RenderContext())) != before, path
