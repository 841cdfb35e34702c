"""Whatever may live, as values: strategies for random tables with all that hangs on them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from tablewright.aws.reading import IndexReading, LiveReplica, TableReading
from tablewright.fleet.alarms import LiveAlarm
from tablewright.fleet.live import LiveKinesisDestination, LiveTable
from tablewright.fleet.scaling import Direction, LiveScaling, LiveSchedule, TargetTracking
from tablewright.plan.declaration.declared import Alarm, Insights, MetricStat
from tablewright.plan.scaling import Suspension
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

ACCOUNT, REGION, OTHER_REGION = "123456789012", "eu-west-1", "eu-central-1"
ARN = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/events"
CUSTOMER_KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
FULL_MODE = "ACCESSED_AND_THROTTLED_KEYS"
MADE = datetime(2024, 1, 1, tzinfo=UTC)
COPIED = datetime(2025, 1, 1, tzinfo=UTC)

YAML_WORDS = (
    "yes",
    "off",
    "null",
    "true",
    "1e3",
    "0123",
    "0x1f",
    "1_000",
    "12.5",
    "2024-01-01",
    "---",
)
NAMES = (
    st.from_regex(r"[A-Za-z0-9_.-]{3,20}", fullmatch=True)
    | st.sampled_from(YAML_WORDS)
    | st.just("n" * 255)
)
WORDS = st.text(
    st.characters(categories=("L", "N", "Zs"), include_characters="_.:/=+-@"), max_size=20
)
ATTRIBUTES = [f"attribute{number}" for number in range(9)]
UNITS = st.integers(1, 40_000)
THROUGHPUTS = st.builds(Throughput, UNITS, UNITS)


@st.composite
def projections(draw: st.DrawFn, key: Key) -> Projection:
    if draw(st.booleans()):
        return Projection(draw(st.sampled_from(["ALL", "KEYS_ONLY"])))
    others = st.sampled_from(["name", "size", "on", "a b", "${x}", "null", "1", *key.names])
    return Projection("INCLUDE", frozenset(draw(st.sets(others, min_size=1, max_size=4))))


@st.composite
def tables(draw: st.DrawFn) -> Table:
    provisioned = draw(st.booleans())
    capacity = THROUGHPUTS if provisioned else st.none()
    maxima = st.just(OnDemandMaximum())
    if not provisioned:
        maxima = st.builds(OnDemandMaximum, st.none() | UNITS, st.none() | UNITS)
    key = Key(("id",), draw(st.sampled_from([(), ("range",)])))
    names = draw(st.lists(NAMES, min_size=4, max_size=4, unique=True))

    def global_index(name: str) -> GlobalIndex:
        parts = draw(st.lists(st.sampled_from(ATTRIBUTES), min_size=1, max_size=4, unique=True))
        cut = draw(st.integers(1, len(parts)))
        own = Key(tuple(parts[:cut]), tuple(parts[cut:]))
        return GlobalIndex(
            name, own, draw(projections(own)), draw(capacity), draw(maxima), draw(THROUGHPUTS)
        )

    def local_index(name: str, sort: str) -> LocalIndex:
        own = Key(("id",), (sort,))
        return LocalIndex(name, own, draw(projections(own)))

    global_indexes = tuple(global_index(name) for name in names[: draw(st.integers(0, 3))])
    local_indexes = ()
    if key.sort and draw(st.booleans()):
        local_indexes = (local_index(names[3], draw(st.sampled_from(ATTRIBUTES))),)
    used = {*key.names, *(n for i in (*global_indexes, *local_indexes) for n in i.key.names)}
    types = {name: draw(st.sampled_from(["S", "N", "B"])) for name in sorted(used)}
    return Table(
        name=draw(NAMES),
        key=key,
        attributes=types,
        billing_mode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        throughput=draw(capacity),
        global_indexes=global_indexes,
        local_indexes=local_indexes,
        stream=Stream(draw(st.sampled_from([None, "KEYS_ONLY", "NEW_AND_OLD_IMAGES"]))),
        encryption=draw(
            st.sampled_from(
                [
                    Encryption("AWS_OWNED"),
                    Encryption("AWS_MANAGED"),
                    Encryption("CUSTOMER", CUSTOMER_KEY),
                ]
            )
        ),
        recovery=Recovery(draw(st.integers(0, 35))),
        time_to_live=TimeToLive(draw(st.sampled_from([None, "expires", "on", "a: b"]))),
        table_class=draw(st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])),
        deletion_protection=draw(st.booleans()),
        on_demand_maximum=draw(maxima),
        warm_throughput=draw(THROUGHPUTS),
        tags=draw(
            st.dictionaries(
                st.sampled_from(["Team", "a:b", "yes", "1", "with space"]), WORDS, max_size=4
            )
        ),
    )


MODES = st.sampled_from([None, FULL_MODE, "THROTTLED_KEYS"])
MOMENTS = st.none() | st.integers(1_767_225_600, 1_900_000_000).map(
    lambda seconds: datetime.fromtimestamp(seconds, UTC)
)
COOLDOWNS = st.none() | st.integers(0, 3600)


@st.composite
def insights(draw: st.DrawFn, table: Table) -> tuple[Insights, ...]:
    places = (None, *(index.name for index in table.global_indexes or ()))
    modes = ((place, draw(MODES)) for place in places)
    return tuple(Insights(place, mode) for place, mode in modes if mode is not None)


@st.composite
def scalings(draw: st.DrawFn, table: Table, *, writes: bool = False) -> tuple[LiveScaling, ...]:
    """Of any sides of a provisioned table; `writes`: at least of all writes."""
    if table.throughput is None:
        return ()
    places = (None, *(index.name for index in table.global_indexes or ()))
    sides = [(place, side) for place in places for side in ("read", "write")]
    return tuple(
        draw(scaling(table.name, *side))
        for side in sides
        if (writes and side[1] == "write") or draw(st.booleans())
    )


@st.composite
def scaling(draw: st.DrawFn, table: str, index: str | None, side: Direction) -> LiveScaling:
    low = draw(st.integers(1, 1000))
    bare = LiveScaling(table, index, side, low, draw(st.integers(low, 40_000)))
    usual = f"DynamoDB{side.capitalize()}CapacityUtilization:{bare.place[0]}"
    policy = TargetTracking(
        draw(st.sampled_from([usual, "by hand", "$x ${y}"])),
        draw(st.integers(40, 180)) / 2,
        draw(COOLDOWNS),
        draw(COOLDOWNS),
        disable_scale_in=draw(st.booleans()),
    )
    names = draw(st.lists(st.sampled_from(["a", "night #1", "yes"]), max_size=2, unique=True))
    return replace(
        bare,
        policies=draw(st.sampled_from([(policy,), (policy,), ()])),
        schedules=tuple(draw(schedule(n)) for n in names),
        suspended=draw(st.builds(Suspension, st.booleans(), st.booleans(), st.booleans())),
    )


@st.composite
def schedule(draw: st.DrawFn, name: str) -> LiveSchedule:
    when = st.sampled_from(["rate(1 day)", "cron(0 7 ? * MON-FRI *)", "at(2027-01-01T00:00:00)"])
    zone = st.sampled_from(["UTC", "Europe/Paris"])
    low = draw(st.integers(1, 9))
    high = draw(st.none() | st.integers(9, 99))
    start, end = draw(MOMENTS), draw(MOMENTS)
    if start and end and end <= start:  # AWS refuses it
        end = start + timedelta(hours=1)
    return LiveSchedule(name, draw(when), draw(zone), start, end, low, high)


# DynamoDB refuses a policy that allows everybody.
WHO = st.sampled_from(
    [("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}), ("Deny", "*"), ("Deny", {"AWS": "*"})]
)
STATEMENTS = st.builds(
    lambda who, more: {"Effect": who[0], "Principal": who[1], "Resource": ARN, **more},
    WHO,
    st.fixed_dictionaries(
        {"Action": st.sampled_from(["dynamodb:GetItem", ["dynamodb:Query", "dynamodb:Scan"]])},
        optional={
            "Sid": st.sampled_from(["on", "1e3", "a"]),
            "Condition": st.just({"StringLike": {"aws:username": ["${aws:username}", "x: #y"]}}),
        },
    ),
)
POLICIES = st.none() | st.builds(
    lambda statements: {"Version": "2012-10-17", "Statement": statements},
    st.lists(STATEMENTS, min_size=1, max_size=2),
)
DESTINATIONS = st.just(()) | st.sampled_from([None, "MILLISECOND", "MICROSECOND"]).map(
    lambda precision: (
        LiveKinesisDestination(
            f"arn:aws:kinesis:{REGION}:{ACCOUNT}:stream/changes", "ACTIVE", precision
        ),
    )
)


@st.composite
def live_tables(draw: st.DrawFn) -> LiveTable:
    table = draw(tables())
    streams = table.stream is not None and table.stream.view_type is not None
    return living(
        table,
        insights=draw(insights(table)),
        scaling=draw(scalings(table)),
        kinesis=draw(DESTINATIONS),
        policy=draw(POLICIES),
        stream_policy=draw(POLICIES) if streams else None,
    )


@st.composite
def global_tables(draw: st.DrawFn) -> tuple[LiveTable, LiveTable]:
    """A table and its replica, which has some things of its own."""
    shared = replace(
        draw(tables()), stream=Stream("NEW_AND_OLD_IMAGES"), encryption=Encryption("AWS_OWNED")
    )
    there = replace(
        shared,
        recovery=Recovery(draw(st.integers(0, 35))),
        table_class=draw(st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])),
        deletion_protection=draw(st.booleans()),
        tags=draw(st.dictionaries(st.sampled_from(["Team", "on"]), WORDS)),
        **draw(own_reads(shared)),
        global_indexes=tuple(
            replace(index, **draw(own_reads(index))) for index in shared.global_indexes or ()
        ),
    )
    home = living(
        shared,
        insights=draw(insights(shared)),
        replicas=(LiveReplica(OTHER_REGION, "ACTIVE"),),
        scaling=draw(scalings(shared, writes=True)),
    )
    copy = living(there, insights=draw(insights(there)), replicas=(LiveReplica(REGION, "ACTIVE"),))
    return (
        replace(home, reading=replace(home.reading, created=MADE)),
        replace(copy, region=OTHER_REGION, reading=replace(copy.reading, created=COPIED)),
    )


@st.composite
def own_reads(draw: st.DrawFn, part: Table | GlobalIndex) -> dict[str, object]:
    """Read capacity or a ceiling of reads, which a replica may have of its own."""
    units = draw(st.none() | UNITS)
    if units is None:
        return {}
    if part.throughput is not None:
        return {"throughput": Throughput(units, part.throughput.write)}
    ceiling = part.on_demand_maximum or OnDemandMaximum()
    return {"on_demand_maximum": replace(ceiling, read=units)}


@st.composite
def alarms(draw: st.DrawFn, table: str, name: str) -> LiveAlarm:
    statistic = draw(
        st.sampled_from(["Sum", "Average", "p99", "p99.9", "tm90", "PR(:300)", "TS(80%:)", "IQM"])
    )
    low = st.sampled_from([None, "ignore", "evaluate"])
    dimensions = {"TableName": table} | draw(
        st.sampled_from([{}, {"Operation": "GetItem"}, {"GlobalSecondaryIndexName": "by-x"}])
    )
    periods = draw(st.integers(1, 5))
    topics = st.lists(st.sampled_from(["a", "b"]), max_size=2, unique=True).map(
        lambda names: tuple(f"arn:aws:sns:{REGION}:{ACCOUNT}:{name}" for name in names)
    )
    alarm = Alarm(
        key=name,
        name=name,
        description=draw(WORDS),
        comparison_operator=draw(
            st.sampled_from(["GreaterThanThreshold", "LessThanOrEqualToThreshold"])
        ),
        threshold=Decimal(draw(st.integers(-1000, 1000))) / 8,
        evaluation_periods=periods,
        metric=MetricStat(
            draw(st.sampled_from(["AWS/DynamoDB", "Own/App"])),
            draw(st.sampled_from(["SuccessfulRequestLatency", "ReadThrottleEvents"])),
            dimensions,
            draw(st.sampled_from([60, 300])),
            statistic,
        ),
        datapoints_to_alarm=draw(st.none() | st.integers(1, periods)),
        treat_missing_data=draw(st.sampled_from([None, "breaching", "ignore", "missing"])),
        evaluate_low_sample_count_percentile=draw(low) if statistic.startswith("p") else None,
        alarm_actions=draw(topics),
        ok_actions=draw(topics),
        insufficient_data_actions=draw(topics),
        tags=draw(st.dictionaries(st.sampled_from(["Team", "yes"]), WORDS)),
    )
    return LiveAlarm(alarm, f"arn:{name}", "OK")


def living(table: Table, **more: object) -> LiveTable:
    reading = TableReading(
        table=table,
        arn=ARN,
        table_id="1",
        status="ACTIVE",
        indexes={
            index.name: IndexReading(index.name, f"{ARN}/index/{index.name}", "ACTIVE")
            for index in table.global_indexes or ()
        },
    )
    of_reading = {"insights", "replicas"} & set(more)
    reading = replace(reading, **{name: more.pop(name) for name in of_reading})
    return LiveTable(reading, REGION, ACCOUNT, **more)
