"""What is written for a live table, read back, declares exactly that table."""

import io
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from ruamel.yaml import YAML

from tablewright.adopt.adoption import AdoptedStack, adopt
from tablewright.adopt.destination import Destination
from tablewright.adopt.document import joined
from tablewright.aws.reading import LiveReplica
from tablewright.errors import ManifestError
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveKinesisDestination, LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.scaling import LiveScaling, LiveSchedule, TargetTracking
from tablewright.manifest import load_text
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import (
    Alarm,
    DeclaredTable,
    Insights,
    MetricQuery,
    MetricStat,
)
from tablewright.plan.owner import OWNER_TAG
from tablewright.plan.scaling import Suspension
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)
from tests.unit.adopt.live_tables import ACCOUNT, ARN, FULL_MODE, REGION, living

EARLIER = datetime(2024, 1, 1, tzinfo=UTC)
LATER = datetime(2025, 1, 1, tzinfo=UTC)
PLAIN = Table(
    name="events",
    key=Key(("id",)),
    attributes={"id": "S"},
    billing_mode="PAY_PER_REQUEST",
    global_indexes=(),
    local_indexes=(),
    stream=Stream(None),
    encryption=Encryption("AWS_OWNED"),
    recovery=Recovery(35),
    time_to_live=TimeToLive(None),
    table_class="STANDARD",
    deletion_protection=True,
    on_demand_maximum=OnDemandMaximum(),
    tags={"Environment": "prod", "Team": "a", "CostCenter": "b"},
)
PROVISIONED = replace(PLAIN, billing_mode="PROVISIONED", throughput=Throughput(5, 7))


def adopted(live: LiveTable, *alarms: LiveAlarm) -> AdoptedStack:
    [stack] = adopt([live], {(ACCOUNT, REGION): alarms})
    return stack


def declared(stack: AdoptedStack) -> DeclaredTable:
    """What the text means, read by the loader that reads everybody's manifests."""
    [table] = declare(load_text(stack.stream, {})).tables
    return table


@pytest.mark.parametrize(
    ("facet", "path"),
    [
        ("recovery", "recovery"),
        ("time_to_live", "timeToLive"),
        ("encryption", "encryption"),
        ("tags", "tableTags"),
    ],
)
def test_what_could_not_be_read_is_never_written_as_a_default(facet: str, path: str):
    live = replace(living(replace(PLAIN, **{facet: None})), unread={facet: "not allowed"})
    stack = adopted(live)
    assert f"{path}: UNREAD" in stack.tables[0].text
    assert f"# UNREAD {path}: not allowed." in stack.tables[0].text
    assert stack.tables[0].unread == {path: "not allowed"}
    assert stack.exit_status == 4
    with pytest.raises(ManifestError):
        load_text(stack.stream, {})


INDEX = GlobalIndex("by-x", Key(("x",)), Projection("ALL"), on_demand_maximum=OnDemandMaximum())
INDEXED = replace(PLAIN, global_indexes=(INDEX,), attributes={"id": "S", "x": "S"})


@pytest.mark.parametrize(
    ("facet", "path"),
    [
        ("insights", "contributorInsights"),
        ("insights[by-x]", "globalSecondaryIndexes[by-x].contributorInsights"),
        ("kinesis", "kinesisDestination"),
        ("policy", "resourcePolicy"),
        ("stream_policy", "streamResourcePolicy"),
    ],
)
def test_what_other_calls_could_not_tell_is_marked_too(facet: str, path: str):
    [table] = adopted(living(INDEXED, unread={facet: "not allowed"})).tables
    assert table.unread == {path: "not allowed"}
    assert table.text.count(": UNREAD") == 1
    assert table.left_out == ()


def test_scaling_that_could_not_be_read_is_marked_where_it_could_be():
    unread = {"scaling": "not allowed"}
    assert "autoScaling: UNREAD" in adopted(living(PROVISIONED, unread=unread)).stream


def test_alarms_that_could_not_be_read_are_marked():
    [stack] = adopt([living(PLAIN)], {(ACCOUNT, REGION): Unread("not allowed")})
    assert "alarms: UNREAD" in stack.stream
    assert stack.exit_status == 4
    assert stack.tables[0].advice == ()


TRACKING = TargetTracking("DynamoDBReadCapacityUtilization:table/events", 70.0, 60, 0)
NIGHT = LiveSchedule("night", "cron(0 20 * * ? *)", "Europe/Paris", minimum=1, maximum=5)
READS = LiveScaling("events", None, "read", 5, 50, (TRACKING,), (NIGHT,))


def test_scaling_is_written_down():
    text = adopted(living(PROVISIONED, scaling=(READS,))).stream
    spec = load_text(text, {}).tables[0].spec
    assert spec.auto_scaling is not None
    scaling = spec.auto_scaling.read
    assert scaling is not None
    assert (scaling.min_capacity, scaling.max_capacity) == (5, 50)
    assert (scaling.target_utilization, scaling.scale_in_cooldown) == (70, 60)
    assert [(each.name, each.timezone) for each in scaling.schedules] == [("night", "Europe/Paris")]
    assert spec.auto_scaling.write is None


@pytest.mark.parametrize("changes", [{"target": 72.5}, {"name": "by hand"}])
def test_a_scaling_policy_is_written_down_as_it_is(changes: dict[str, object]):
    scaling = replace(READS, policies=(replace(TRACKING, **changes),))
    stack = adopted(living(PROVISIONED, scaling=(scaling,)))
    [said] = declared(stack).scaling
    assert (float(said.target), said.policy_name) == (
        changes.get("target", 70),
        changes.get("name"),
    )
    assert stack.tables[0].left_out == ()


@pytest.mark.parametrize(
    ("scaling", "why"),
    [
        (
            replace(READS, policies=(TRACKING, replace(TRACKING, name="b"))),
            f"2 target-tracking policies: {TRACKING.name}, b",
        ),
        (replace(READS, beyond=("policy x (StepScaling)",)), "policy x (StepScaling)"),
        (replace(READS, index="gone"), "there is no such index"),
    ],
)
def test_scaling_that_a_manifest_cannot_say_is_left_as_it_is(scaling: LiveScaling, why: str):
    [table] = adopted(living(PROVISIONED, scaling=(scaling,))).tables
    of = "index gone" if scaling.index else "the table"
    assert table.left_out == (f"auto scaling of {of}, read ({why})",)
    assert table.stays == {" ".join(scaling.place)}
    assert "\n  autoScaling:" not in table.text
    assert f"# Left as it is: auto scaling of {of}, read" in table.text


def test_a_scalable_target_of_a_table_on_demand_is_left_as_it_is():
    [table] = adopted(living(PLAIN, scaling=(READS,))).tables
    why = "it does nothing while the table is on demand"
    assert table.left_out == (f"auto scaling of the table, read ({why})",)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"policies": ()}, "targetTracking: false"),
        ({"policies": (), "schedules": ()}, "targetTracking: false"),
        ({"suspended": Suspension(scale_in=True)}, "dynamicScalingInSuspended: true"),
        ({"suspended": Suspension(scale_out=True)}, "dynamicScalingOutSuspended: true"),
        ({"suspended": Suspension(scheduled=True)}, "scheduledScalingSuspended: true"),
    ],
)
def test_schedules_alone_and_what_is_suspended_are_written_down(
    change: dict[str, object], words: str
):
    scaling = replace(READS, **change)
    stack = adopted(living(PROVISIONED, scaling=(scaling,)))
    assert words in stack.stream
    assert stack.tables[0].left_out == ()
    [said] = declared(stack).scaling
    assert (said.target is None) == (not scaling.policies)
    assert said.suspended == scaling.suspended
    assert len(said.schedules) == len(scaling.schedules)


def test_what_a_manifest_has_no_words_for_is_said_to_be_left():
    live = living(
        PLAIN,
        kinesis=(
            LiveKinesisDestination("arn:aws:kinesis:eu-west-1:123456789012:stream/a", "ACTIVE"),
            LiveKinesisDestination("arn:aws:kinesis:eu-west-1:123456789012:stream/b", "ACTIVE"),
        ),
    )
    [table] = adopted(live).tables
    assert [what.split("/")[1] for what in table.left_out] == ["b"]
    assert "stream/a" in table.text.split("spec:")[1]


def test_policies_are_written_as_they_are_and_their_variables_stay():
    policy = {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::123456789012:role/x"},
                "Action": "dynamodb:GetItem",
                "Resource": ARN,
                "Condition": {
                    "StringEquals": {"dynamodb:LeadingKeys": "${aws:username}"},
                    "Bool": {"aws:SecureTransport": "true"},
                },
            }
        ],
    }
    text = adopted(living(PLAIN, policy=policy)).stream
    assert load_text(text, {}).tables[0].spec.resource_policy == policy


def alarm(name: str = "hot", **more: object) -> LiveAlarm:
    settings = {
        "key": name,
        "name": name,
        "description": "Wakes somebody",
        "comparison_operator": "GreaterThanThreshold",
        "threshold": Decimal("0.5"),
        "evaluation_periods": 3,
        "metric": MetricStat(
            "AWS/DynamoDB", "ReadThrottleEvents", {"TableName": "events"}, 60, "Sum"
        ),
        "datapoints_to_alarm": 2,
        "alarm_actions": ("arn:aws:sns:eu-west-1:123456789012:on-call",),
        "tags": {"Team": "a"},
    } | more
    return LiveAlarm(Alarm(**settings), f"arn:{name}", "OK")


def slow(statistic: str) -> MetricStat:
    dimensions = {"TableName": "events", "Operation": "GetItem"}
    return MetricStat("AWS/DynamoDB", "SuccessfulRequestLatency", dimensions, 60, statistic)


def system_errors(expression: str) -> LiveAlarm:
    """As the declaration writes it, so that it can be recognised; or not quite."""
    operations = (
        *("GetItem", "BatchGetItem", "Query", "Scan", "PutItem", "UpdateItem", "DeleteItem"),
        *("BatchWriteItem", "TransactGetItems", "TransactWriteItems"),
    )
    series = tuple(
        MetricQuery(
            f"m{number}",
            MetricStat(
                "AWS/DynamoDB",
                "SystemErrors",
                {"TableName": "events", "Operation": operation},
                60,
                "Sum",
            ),
        )
        for number, operation in enumerate(operations, start=1)
    )
    label = "Requests failed with HTTP 500"
    total = MetricQuery("errors", expression=expression, label=label, return_data=True)
    return alarm("broken", metric=None, queries=(*series, total))


SUM = "+".join(f"FILL(m{number},0)" for number in range(1, 11))


@pytest.mark.parametrize(
    "live",
    [
        alarm(),
        alarm(description=""),
        alarm("User.Errors / 1", datapoints_to_alarm=None, treat_missing_data="breaching"),
        alarm(
            metric=MetricStat(
                "AWS/DynamoDB",
                "ReadThrottleEvents",
                {"TableName": "events", "GlobalSecondaryIndexName": "by-x"},
                300,
                "Maximum",
            )
        ),
        alarm(metric=MetricStat("Own/App", "Lag", {"TableName": "events"}, 10, "Average")),
        *(
            alarm(metric=slow(statistic), evaluate_low_sample_count_percentile=low)
            for statistic in ("p99", "p99.9", "p100")
            for low in (None, "evaluate", "ignore")
        ),
        *(
            alarm(metric=slow(statistic))
            for statistic in ("tm90", "wm99.5", "IQM", "TM(10%:90%)", "TS(80%:)", "PR(:300)")
        ),
        system_errors(SUM),
    ],
)
def test_an_alarm_is_written_down_as_it_is(live: LiveAlarm):
    stack = adopted(living(PLAIN), live)
    [said] = declared(stack).alarms
    assert said == replace(live.alarm, key=said.key)
    assert stack.tables[0].left_out == ()


def test_what_another_of_our_stacks_has_is_written_down_without_the_tag_that_says_so():
    owner = {OWNER_TAG: "shop/dev"}
    table = replace(PLAIN, tags={**(PLAIN.tags or {}), **owner})
    stack = adopted(living(table), alarm(tags={"Team": "a", **owner}))
    assert stack.tables[0].left_out == ()
    assert declared(stack).alarms[0].tags == {"Team": "a"}


def test_alarms_get_logical_names_of_their_own():
    first, second = alarm("Hot Table"), alarm("hot-table")
    stack = adopted(living(PLAIN), first, second, alarm("latency"))
    assert [said.key for said in declared(stack).alarms] == [
        "events-hot-table",
        "events-hot-table-2",
        "events-latency-2",
    ]


@pytest.mark.parametrize(
    ("live", "why"),
    [
        (system_errors(SUM.replace("m1,0", "m1,1")), "metric math of its own"),
        (alarm("{table}-hot"), "a setting that a manifest has no word for"),
        (replace(alarm(), beyond=("a unit filter",)), "a unit filter"),
        (replace(alarm(), actions_enabled=False), "its actions are switched off"),
    ],
)
def test_an_alarm_that_a_manifest_cannot_say_is_left_as_it_is(live: LiveAlarm, why: str):
    stack = adopted(living(PLAIN), live)
    assert stack.tables[0].left_out == (f"alarm {live.alarm.name} ({why})",)
    assert declared(stack).alarms == ()


def test_an_alarm_that_could_not_be_read_whole_is_marked_and_not_written():
    stack = adopted(living(PLAIN), replace(alarm(), unread={"tags": "not allowed"}))
    assert stack.tables[0].unread == {"alarms[hot]": "not allowed"}
    assert stack.exit_status == 4
    assert declared(stack).alarms == ()


def test_alarms_of_others_are_nobody_elses():
    other = MetricStat("AWS/DynamoDB", "ReadThrottleEvents", {"TableName": "users"}, 60, "Sum")
    account = MetricStat("AWS/DynamoDB", "UserErrors", {}, 60, "Sum")
    stack = adopted(
        living(PLAIN),
        alarm("other", metric=other),
        alarm("account", metric=account),
        alarm("TargetTracking-table/events-AlarmHigh-1"),
    )
    assert declared(stack).alarms == ()
    assert stack.tables[0].left_out == ()


def test_good_practice_is_commented_with_the_line_to_add():
    bare = replace(PROVISIONED, recovery=Recovery(0), deletion_protection=False, tags={"Team": "a"})
    [table] = adopted(living(bare)).tables
    comments = [line for line in table.text.splitlines() if line.startswith("#")]
    assert "#   recovery: {days: 35}" in comments
    assert "#   deletionProtection: true" in comments
    assert (
        "#   autoScaling: {read: {minCapacity: 1, maxCapacity: 50}, "
        "write: {minCapacity: 1, maxCapacity: 70}}"
    ) in comments
    assert "# The tags Environment, CostCenter are missing." in comments
    assert "# No alarm watches it." in comments


def test_each_line_that_is_advised_makes_a_manifest_that_is_valid():
    index = replace(INDEX, throughput=Throughput(2, 3), on_demand_maximum=None)
    scaled = replace(READS, schedules=())
    bare = replace(
        PROVISIONED,
        attributes={"id": "S", "x": "S"},
        recovery=Recovery(0),
        deletion_protection=False,
        tags={"Team": "a"},
        global_indexes=(index,),
    )
    stack = adopted(living(bare, scaling=(scaled,)))
    [table] = stack.tables
    assert {one.below for one in table.advice} == {
        "",
        "autoScaling",
        "globalSecondaryIndexes[by-x]",
    }
    spec = YAML(typ="safe").load(table.text)
    for one in table.advice:
        below = spec["spec"]
        if one.below == "autoScaling":
            below = below["autoScaling"]
        elif one.below:
            [below] = below["globalSecondaryIndexes"]
        below |= YAML(typ="safe").load(one.line)
    changed_spec = io.StringIO()
    YAML(typ="safe").dump(spec, changed_spec)
    assert load_text(joined([stack.text, changed_spec.getvalue()]), {}).tables


def test_a_table_as_it_should_be_has_no_comments():
    [table] = adopted(living(PLAIN), alarm()).tables
    assert table.advice == ()
    assert "#" not in table.text


def test_an_alarm_that_cannot_fire_is_commented():
    literal = MetricStat("AWS/DynamoDB", "UserErrors", {"TableName": "events"}, 60, "Sum")
    [table] = adopted(living(PLAIN), alarm(metric=literal)).tables
    assert "Alarm hot cannot fire: AWS publishes UserErrors without dimensions" in (
        table.text.replace("\n# ", " ")
    )


def test_each_account_and_region_becomes_a_stack():
    here, there = living(PLAIN), replace(living(PLAIN), region="us-east-1")
    other = replace(here, account_id="210987654321")
    assert [one.name for one in adopt([here], {})] == ["adopted"]
    assert [one.name for one in adopt([there, here], {}, Destination(name="n"))] == [
        "n-eu-west-1",
        "n-us-east-1",
    ]
    assert [one.name for one in adopt([here, other], {})] == [
        "adopted-123456789012-eu-west-1",
        "adopted-210987654321-eu-west-1",
    ]


def test_each_table_is_a_file_and_none_hides_the_stack():
    live = living(replace(PLAIN, name="stack"))
    [stack] = adopt([live, living(PLAIN)], {})
    assert list(stack.files) == ["stack.yaml", "events.yaml", "stack-6ee08e6e.yaml"]


def test_a_table_that_no_manifest_can_declare_is_said_to_differ():
    strange = replace(PLAIN, name="strange", tags={"a" * 129: "x"})
    [stack] = adopt([living(strange), living(PLAIN)], {})
    faults = {table.name: table.left_out for table in stack.tables}
    assert faults["events"] == ()
    assert any("not exactly as it is in AWS" in what for what in faults["strange"])


OTHER = "us-east-1"
REGIONS = (LiveReplica(REGION, "ACTIVE"), LiveReplica(OTHER, "ACTIVE"))


def global_table(**there: object) -> list[LiveTable]:
    """A table made here first, and its replica, in which something differs."""
    home = living(replace(INDEXED, stream=Stream("NEW_AND_OLD_IMAGES")), replicas=REGIONS)
    table = replace(home.table, **there.pop("table", {}))
    copy = replace(
        home,
        region=OTHER,
        reading=replace(home.reading, table=table, created=LATER, **there.pop("reading", {})),
        **there,
    )
    return [copy, replace(home, reading=replace(home.reading, created=EARLIER))]


def test_a_global_table_is_declared_once_where_it_was_made():
    [stack] = adopt(global_table(), {})
    assert (stack.region, len(stack.tables)) == (REGION, 1)
    [table] = declare(load_text(stack.stream, {})).tables
    assert table.global_table is not None
    [replica] = table.global_table.replicas
    assert (replica.region, replica.deletion_protection) == (OTHER, True)
    assert (replica.recovery, replica.tags) == (Recovery(35), PLAIN.tags)
    assert stack.tables[0].left_out == ()


@pytest.mark.parametrize(
    "there",
    [
        {"table": {"recovery": Recovery(0), "deletion_protection": False, "tags": {}}},
        {"table": {"table_class": "STANDARD_INFREQUENT_ACCESS", "tags": {"Team": "b"}}},
        {"table": {"on_demand_maximum": OnDemandMaximum(read=5)}},
        {
            "table": {
                "global_indexes": (replace(INDEX, on_demand_maximum=OnDemandMaximum(read=7)),)
            },
            "reading": {"insights": (Insights("by-x", "THROTTLED_KEYS"),)},
        },
        {"reading": {"insights": (Insights(None, FULL_MODE),)}},
    ],
)
def test_what_a_replica_has_of_its_own_is_written_down(there: dict[str, object]):
    [stack] = adopt(global_table(**there), {})
    assert stack.tables[0].left_out == ()
    load_text(stack.stream, {})


def test_a_replica_that_was_not_read_is_never_guessed():
    [_, home] = global_table()
    [stack] = adopt([home], {})
    assert "globalTable: UNREAD" in stack.stream
    assert stack.tables[0].unread == {"globalTable": f"no replica was read in {OTHER}"}


def test_a_facet_of_a_replica_that_could_not_be_read_is_marked_there():
    [stack] = adopt(global_table(table={"recovery": None}, unread={"recovery": "no"}), {})
    assert stack.tables[0].unread == {f"globalTable.replicas[{OTHER}].recovery": "no"}
    assert "recovery: UNREAD" in stack.stream
    assert stack.tables[0].left_out == ()


def test_tables_of_one_name_that_are_not_copies_stay_apart():
    here = living(PLAIN)
    stacks = adopt([here, replace(here, region=OTHER)], {})
    assert [stack.region for stack in stacks] == [REGION, OTHER]


@pytest.mark.parametrize("status", ["CREATING", "UPDATING", "ARCHIVED"])
def test_a_table_that_is_not_active_is_said_not_to_be(status: str):
    live = living(PLAIN)
    [table] = adopted(replace(live, reading=replace(live.reading, status=status)), alarm()).tables
    assert f"It is {status}:" in table.text


def test_a_table_that_has_an_owner_is_said_to():
    live = living(PLAIN)
    owned = replace(live, reading=replace(live.reading, owner="shop/prod"))
    [table] = adopted(owned, alarm()).tables
    assert "release MANIFESTS --table events" in table.text.replace("\n# ", " ")
