"""The compiled capacity model against its slow twin, and by hand."""

import gzip
import random
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright.cost import (
    AutoscalingPolicy,
    SeriesError,
    capacity_hours,
    simulate_autoscaled,
    simulate_provisioned,
)
from tests.support.capacity_twin import Side, Twin

TRACES = Path(__file__).parents[2] / "data" / "traces"


def start(policy, first):
    """ceil(first / 60 / T), clamped, in whole numbers."""
    if policy.initial is not None:
        return policy.initial
    wanted = -(-first * 100 // (60 * policy.target_percent))
    return min(max(wanted, policy.minimum), policy.maximum)


def side(policy, first):
    return Side(
        start(policy, first),
        policy.minimum,
        policy.maximum,
        policy.target_percent,
        delay=policy.delay_minutes,
    )


def twin_of(read, write, read_policy, write_policy, start_minute):
    twin = Twin(side(read_policy, read[0]), side(write_policy, write[0]))
    for minute, (reads, writes) in enumerate(zip(read, write, strict=True)):
        twin.minute(start_minute + minute, reads, writes)
    return twin


def hold(read, write, read_policy, write_policy, start_minute):
    """Both agree in every minute."""
    run = simulate_autoscaled(read, write, read_policy, write_policy, start_minute)
    twin = twin_of(read, write, read_policy, write_policy, start_minute)
    assert run.read_capacity.tolist() == twin.reads.capacities
    assert run.write_capacity.tolist() == twin.writes.capacities
    assert run.read_throttled.tolist() == twin.reads.throttled
    assert run.write_throttled.tolist() == twin.writes.throttled
    assert len(run.decreases) == sum(twin.decreases.values())
    return run


policies = st.builds(
    lambda target, minimum, more, initial, delay: AutoscalingPolicy(
        target, minimum, minimum + more, initial, delay
    ),
    st.integers(20, 90),
    st.integers(1, 30),
    st.integers(0, 200),
    st.none() | st.integers(1, 100),
    st.sampled_from([1, 1, 2, 5]),
)


@st.composite
def demands(draw):
    """Stretches of even, of random and of no demand: what alarms, cooldowns and limits see."""
    parts = draw(
        st.lists(st.tuples(st.integers(1, 90), st.integers(0, 9_000), st.booleans()), max_size=25)
    )
    noise = random.Random(draw(st.integers(0, 1000)))  # noqa: S311 - a workload
    series = [0]
    for length, level, steady in parts:
        series += [level if steady else noise.randint(0, level) for _ in range(length)]
    return series


@given(demands(), demands(), policies, policies, st.integers(0, 3000))
@settings(max_examples=150, deadline=None)
def test_the_kernel_is_its_twin_in_every_minute(read, write, reads, writes, start_minute):
    length = min(len(read), len(write))
    hold(read[:length], write[:length], reads, writes, start_minute)


def trace(name, scale, seed):
    """Units per minute: each count spread over its five minutes."""
    draw = random.Random(seed)  # noqa: S311 - a workload
    with gzip.open(TRACES / f"{name}.csv.gz", "rt") as file:
        counts = [float(line.rpartition(",")[2]) for line in list(file)[1:]]
    units = [0] * (5 * len(counts))
    for place, count in enumerate(counts):
        for _ in range(round(count * scale)):
            units[5 * place + draw.randrange(5)] += 1
    return units


def test_fourteen_real_days_agree_and_meet_the_limit_on_decreases():
    read, write = trace("elb_request_count", 40, 1), trace("elb_request_count", 3, 2)
    policy = AutoscalingPolicy(50, 1, 400)
    run = hold(read, write, policy, AutoscalingPolicy(70, 1, 40), 13 * 60)
    days = np.bincount((run.decreases + 13 * 60) // 1440)
    assert days.max() > 4
    assert run.read_throttled.sum() > 0


def test_a_bucket_starts_empty_fills_and_is_cut_with_the_capacity():
    throttled = simulate_provisioned([70, 0, 0, 900, 60], 10)
    assert throttled.tolist() == [0, 0, 0, 0, 0]
    assert simulate_provisioned([700, 0, 700], 10).tolist() == [100, 0, 0]
    assert simulate_provisioned([0] * 9 + [3601], 10).tolist()[-1] == 1
    assert simulate_provisioned([0] * 6 + [361], [10] * 6 + [1]).tolist()[-1] == 1


def test_scaling_out_takes_two_minutes_and_is_exact():
    policy = AutoscalingPolicy(70, 1, 100, initial=10)
    high = [421, 421, 0]  # 10 units serve 600 a minute; 70 % are 420
    run = simulate_autoscaled(high, [0, 0, 0], policy, policy)
    assert run.read_capacity.tolist() == [10, 10, 11]
    strict = simulate_autoscaled([420, 420, 0], [0, 0, 0], policy, policy)
    assert strict.read_capacity.tolist() == [10, 10, 10]
    exact = AutoscalingPolicy(70, 1, 100)
    first = simulate_autoscaled([21 * 60], [0], exact, exact)
    assert first.read_capacity.tolist() == [30], "21 / 0.7 is 30, not a little more"


def test_a_target_may_have_a_fraction():
    policy = AutoscalingPolicy(65.5, 1, 1000)
    assert simulate_autoscaled([6550 * 6], [0], policy, policy).read_capacity[0] == 1000
    assert simulate_autoscaled([655 * 6], [0], policy, policy).read_capacity[0] == 100
    assert simulate_autoscaled([655 * 6 + 1], [0], policy, policy).read_capacity[0] == 101


def test_reads_go_first_where_one_decrease_is_left():
    """Idle reads and writes fall to half of what they have in every 15 minutes of a level."""
    policy = AutoscalingPolicy(90, 1, 128, initial=128)
    levels = [128 // 2 ** (step + 1) for step in range(3) for _ in range(15)]
    falling = [54 * level for level in levels]
    writes = [54 * 128] * 15 + falling[:30]
    run = hold(falling, writes, policy, policy, 0)
    assert run.decreases.tolist() == [15, 30, 30, 45]
    assert run.read_capacity[-1] == 32
    last = hold([*falling, 0], [*writes, 0], policy, policy, 0)
    assert (last.read_capacity[-1], last.write_capacity[-1]) == (16, 64)


def test_hours_are_charged_by_the_minute_or_at_their_highest():
    capacity = [1] * 30 + [4] * 60
    assert capacity_hours(capacity) == Fraction(30 + 240, 60)
    assert capacity_hours(capacity, bill="hour") == 4 + 4
    assert capacity_hours(capacity, bill="hour", start_minute=30) == 1 + 4
    assert capacity_hours([7], bill="hour", start_minute=59) == 7
    assert capacity_hours([7, 9], bill="hour", start_minute=59) == 16


@pytest.mark.parametrize(
    ("read", "write", "text"),
    [
        ([], [], "not a series"),
        ([1], [1, 2], "1 minutes of reads and 2 of writes"),
        ([-1], [0], "has -1 in minute 0"),
        ([0.5], [0], "not whole numbers"),
        ([float("nan")], [0], "not whole numbers"),
        (["a"], [0], "not a number"),
        ([[1]], [0], "not a series"),
        ([[1], [1, 2]], [0], "not a series"),
        ([None], [0], "not a number"),
        ([2**41], [0], "in minute 0"),
        ([0, 2**70], [0, 0], "in minute 1"),
    ],
)
def test_what_is_no_demand_is_refused(read, write, text):
    policy = AutoscalingPolicy(70, 1, 10)
    with pytest.raises(SeriesError, match=text):
        simulate_autoscaled(read, write, policy, policy)


@pytest.mark.parametrize(
    "values",
    [
        *((19, 1, 2), (91, 1, 2), (0.7, 1, 2), ("70", 1, 2), (None, 1, 2), (float("nan"), 1, 2)),
        *((70, 0, 2), (70, 3, 2), (70, 1.5, 2), (70, 1, 2**41), (70, "1", 2), (70, None, 2)),
        *((70, 1, 2, 0), (70, 1, 2, 1.5), (70, 1, 2, 2**41)),
        *((70, 1, 2, None, 0), (70, 1, 2, None, 1.5), (70, 1, 2, None, None)),
    ],
)
def test_what_is_no_policy_is_refused(values):
    with pytest.raises(SeriesError):
        AutoscalingPolicy(*values)


def test_the_rest_of_bad_input_is_refused():
    policy = AutoscalingPolicy(70, 1, 10)
    for wrong in (
        lambda: simulate_provisioned([1, 2], [1]),
        lambda: simulate_provisioned([1, 2], -1),
        lambda: capacity_hours([1], bill="day"),
        lambda: simulate_autoscaled([1], [1], policy, policy, start_minute=-1),
        lambda: simulate_autoscaled([1], [1], policy, policy, start_minute=1.5),
        lambda: capacity_hours([1], bill="hour", start_minute=-1),
        lambda: capacity_hours([1], bill="hour", start_minute="noon"),
    ):
        with pytest.raises(SeriesError):
            wrong()


@pytest.mark.parametrize(
    "kind", ["int8", "uint8", "int16", "uint16", "int32", "uint32", "int64", "uint64", "float64"]
)
def test_numbers_of_every_width_are_the_numbers_that_they_are(kind):
    """120 units fit into a byte; what is computed of them does not."""
    read, write = np.array([120] * 20, kind), np.array([0, 100] * 10, kind)
    policy = AutoscalingPolicy(np.int64(70), np.int16(1), np.uint32(40), np.int8(30))
    run = simulate_autoscaled(read, write, policy, policy, np.int32(1430))
    plain = AutoscalingPolicy(70, 1, 40, 30)
    same = simulate_autoscaled(read.astype(int).tolist(), write.tolist(), plain, plain, 1430)
    assert run.read_capacity.tolist() == same.read_capacity.tolist()
    assert run.decreases.tolist() == same.decreases.tolist()
    assert simulate_provisioned(read, read[0]).sum() == 0
    assert capacity_hours(np.array([120] * 120, kind)) == 240


def test_a_capacity_above_the_maximum_stays_until_something_scales_it_in():
    policy = AutoscalingPolicy(70, 1, 10, initial=50)
    hold([2900] * 40, [0] * 40, policy, policy, 0)
    fixed = AutoscalingPolicy(70, 5, 5)
    assert {*hold([6000] * 40, [0] * 40, fixed, fixed, 0).read_capacity.tolist()} == {5}


def test_a_day_has_twenty_seven_decreases_at_most_and_the_next_begins_anew():
    """Both dimensions fall again and again: the day ends with what it may, the next goes on."""
    policy = AutoscalingPolicy(90, 1, 1000)
    read = ([54_000] * 3 + [0] * 17) * 150
    run = hold(read, read[::-1], policy, policy, 600)
    days = np.bincount((run.decreases + 600) // 1440)
    assert max(days) == 27
    assert len(days) >= 3


def test_a_change_that_comes_after_the_end_never_holds():
    policy = AutoscalingPolicy(70, 1, 100, initial=10, delay_minutes=2**40)
    assert {*simulate_autoscaled([600] * 9, [0] * 9, policy, policy).read_capacity} == {10}
