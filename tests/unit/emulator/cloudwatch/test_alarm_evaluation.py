"""Alarms over stretches of time, held to a twin that looks at every minute by itself."""

import statistics
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch.alarms.decision import Criterion, decide
from tablewright_emulator.cloudwatch.alarms.evaluator import Evaluator
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.store import MetricName, MetricStore

NOON = datetime(2026, 3, 10, 12, 0, tzinfo=UTC)
START = int(NOON.timestamp())
PLACE = ("123456789012", "eu-west-1")


def stat(identity, period=60, name="Sum"):
    metric = {"Namespace": "shop", "MetricName": identity}
    return {
        "Id": identity, "ReturnData": False,
        "MetricStat": {"Metric": metric, "Period": period, "Stat": name},
    }  # fmt: skip


def math(expression, *queries):
    return {"Metrics": [*queries, {"Id": "e", "Expression": expression}]}


def single(period=60, **kind):
    return {"Namespace": "shop", "MetricName": "m1", "Period": period, **kind}


# --- the twin: values of a window that ends at `end`, each period by itself -----------------------


class Data:
    """Every value by metric and second."""

    def __init__(self):
        self.values = {"m1": {}, "m2": {}}

    def of(self, metric, start, period, function=sum):
        """A statistic of the values from `start` on, None when there are none."""
        found = [
            value
            for second, values in self.values[metric].items()
            if start <= second < start + period
            for value in values
        ]
        return function(found) if found else None

    def ages(self, end, count, period):
        return [end - age * period for age in range(count, 0, -1)]


def of_one(period, function):
    def window(data, end, count):
        return [data.of("m1", start, period, function) for start in data.ages(end, count, period)]

    return window


def of_both(function):
    """A function of both metrics in the same minute; without a value in either there is none."""

    def window(data, end, count):
        pairs = [(data.of("m1", t, 60), data.of("m2", t, 60)) for t in data.ages(end, count, 60)]
        return [None if pair == (None, None) else function(*pair) for pair in pairs]

    return window


def filled(data, end, count):
    return [
        (data.of("m1", t, 60) or 0) + (data.of("m2", t, 60) or 0) for t in data.ages(end, count, 60)
    ]


def changes(data, end, count):
    """RATE: from the last point before, wherever that is in the window."""
    found, last = [], None
    for t in data.ages(end, count, 60):
        value = data.of("m1", t, 60)
        known = value is not None and last is not None
        found.append((value - last[1]) / (t - last[0]) if known else None)
        last = (t, value) if value is not None else last
    return found


def utilisation(data, end, count):
    """Units a second over a ceiling that is reported every five minutes."""
    found, ceiling = [], None
    for t in data.ages(end, count, 300):
        present = data.of("m2", t, 300, statistics.fmean)
        ceiling = present if present is not None else ceiling
        used = data.of("m1", t, 60)
        known = ceiling is not None and (used is not None or present is not None or found)
        found.append(100 * ((used or 0) / 60) / ceiling if known and ceiling else None)
    return found


def p90(values):
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 9 // 10) - 1)]


CASES = {
    "sum": (single(Statistic="Sum"), of_one(60, sum), 60),
    "average of five minutes": (
        single(300, Statistic="Average"),
        of_one(300, statistics.fmean),
        300,
    ),
    "p90 of two minutes": (single(120, ExtendedStatistic="p90"), of_one(120, p90), 120),
    "samples": (single(Statistic="SampleCount"), of_one(60, len), 60),
    "filled sum": (math("FILL(m1, 0) + FILL(m2, 0)", stat("m1"), stat("m2")), filled, 60),
    "sum of all": (
        math("SUM(METRICS())", stat("m1"), stat("m2")),
        of_both(lambda one, two: (one or 0) + (two or 0)),
        60,
    ),
    "the larger": (
        math("IF(m1 > m2, m1, m2)", stat("m1"), stat("m2")),
        of_both(lambda one, two: max(one or 0, two or 0)),
        60,
    ),
    "rate": (math("60 * RATE(m1)", stat("m1")), lambda *window: [
        None if each is None else 60 * each for each in changes(*window)
    ], 60),
    "utilisation": (
        math("100*(m1/PERIOD(m1))/FILL(m2,REPEAT)", stat("m1"), stat("m2", 300, "Average")),
        utilisation,
        300,
    ),
}  # fmt: skip


class World:
    """An evaluator with its clock, and the data it was given."""

    def __init__(self, rule, case):
        definition, self.window, self.period = CASES[case]
        self.rule = Criterion(
            rule["ComparisonOperator"], rule["Threshold"], rule["EvaluationPeriods"],
            rule["DatapointsToAlarm"], rule["TreatMissingData"],
        )  # fmt: skip
        self.data = Data()
        self.store = MetricStore()
        self.clock = Clock(frozen_at=NOON)
        self.alarms = AlarmStore()
        evaluator = Evaluator(
            self.alarms, self.store, later=self.clock.after, actions=None,
            now=lambda: self.clock.now().timestamp(),
        )  # fmt: skip
        self.alarms.put(*PLACE, "MetricAlarm", {"AlarmName": "a"} | definition | rule, START)
        evaluator.start()
        self.state = "INSUFFICIENT_DATA"
        self.expected = []

    def put(self, metric, second, value):
        at = self.clock.now().timestamp() + second
        self.data.values[metric].setdefault(at, []).append(value)
        self.store.record(*PLACE, MetricName("shop", metric), at, Aggregate.of(value))

    def pass_minutes(self, count):
        before = int(self.clock.now().timestamp())
        self.clock.advance(60 * count)
        for end in range(before + 60, before + 60 * count + 1, 60):
            points = self.window(self.data, end, self.rule.range)
            state = decide(self.rule, points).state
            if state is not None and state != self.state:
                self.state = state
                self.expected.append((end, state))

    def moves(self):
        return [
            (int(item.at), item.summary.rpartition(" to ")[2])
            for item in self.alarms.history(*PLACE)
            if item.type == "StateUpdate"
        ]


rules = st.integers(1, 4).flatmap(
    lambda periods: st.fixed_dictionaries({
        "ComparisonOperator": st.sampled_from(["GreaterThanThreshold", "LessThanThreshold"]),
        "Threshold": st.sampled_from([0.0, 1.0, 3.0]),
        "EvaluationPeriods": st.just(periods),
        "DatapointsToAlarm": st.integers(1, periods),
        "TreatMissingData": st.sampled_from(["missing", "ignore", "breaching", "notBreaching"]),
    })
)  # fmt: skip
puts = st.lists(
    st.tuples(
        st.sampled_from(["m1", "m2"]),
        st.integers(-900, 3600),  # late data, and data that counts only once its time has come
        st.integers(0, 6).map(float),
    ),
    max_size=8,
)
steps = st.lists(st.tuples(puts, st.sampled_from([1, 2, 7, 40])), max_size=8)


@pytest.mark.parametrize("case", CASES)
@settings(max_examples=60)
@given(rule=rules, steps=steps)
def test_states_are_those_of_looking_at_every_minute_by_itself(case, rule, steps):
    world = World(rule, case)
    for data, minutes in steps:
        for put in data:
            world.put(*put)
        world.pass_minutes(minutes)
    assert world.moves() == world.expected
