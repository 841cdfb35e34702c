import math

import numpy as np
import pytest

from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.series import Series
from tablewright_emulator.cloudwatch.metrics.statistic import parse_statistic
from tablewright_emulator.cloudwatch.metrics.store import MetricName, MetricStore

START = 1_750_000_020 // 60 * 60  # a whole minute
MINUTE = START // 60
LATER = START + 86_400


def read(series, statistic="Sum", periods=5, period=60, start=START, *, now=LATER):
    store = MetricStore()
    metric = store.metric("1", "r", MetricName("n", "m"))
    metric.units["Count"] = series
    values = metric.window(start, periods, period, now).values(parse_statistic(statistic))
    return [None if math.isnan(value) else value for value in values]


def test_a_baseline_fills_the_minutes_without_data_and_only_those():
    series = Series()
    series.report(MINUTE + 1, 0.0, 1)
    series.record(START + 125, Aggregate.of(7.0))
    assert read(series) == [None, 0.0, 7.0, 0.0, 0.0]


def test_a_baseline_says_nothing_about_the_minute_that_still_runs():
    series = Series()
    series.report(MINUTE, 0.0, 1)
    assert read(series, now=START + 150) == [0.0, 0.0, None, None, None]


def test_a_baseline_changes_and_ends():
    series = Series()
    series.report(MINUTE, 5.0, 1)
    series.report(MINUTE + 2, 8.0, 1)
    series.report(MINUTE + 4, None, 1)
    assert read(series) == [5.0, 5.0, 8.0, 8.0, None]


def test_a_baseline_of_five_minutes_has_one_point_in_five():
    series = Series()
    first = MINUTE // 5 * 5
    series.report(first, 10.0, 5)
    start = first * 60
    assert read(series, "Average", 6, 60, start) == [10.0, None, None, None, None, 10.0]
    assert read(series, "Average", 2, 300, start) == [10.0, 10.0]
    assert read(series, "SampleCount", 2, 300, start) == [1.0, 1.0]


def test_a_baseline_that_never_began_reports_nothing():
    series = Series()
    series.report(MINUTE, None, 1)
    assert read(series) == [None] * 5


def test_saying_the_same_again_counts_as_no_change():
    series = Series()
    series.report(MINUTE, 5.0, 1)
    count = series.changes.count
    series.report(MINUTE + 3, 5.0, 1)
    assert series.changes.count == count
    series.report(MINUTE + 3, None, 1)
    series.report(MINUTE + 4, None, 1)
    assert series.changes.count == count + 1


def test_a_report_for_an_earlier_minute_replaces_the_later_ones():
    series = Series()
    series.report(MINUTE, 1.0, 1)
    series.report(MINUTE + 3, 2.0, 1)
    series.report(MINUTE + 2, 3.0, 1)
    assert read(series) == [1.0, 1.0, 3.0, 3.0, 3.0]


def test_short_periods_see_single_seconds_of_high_resolution_data():
    series = Series()
    for second in (0, 1, 12, 25):
        series.record(START + second, Aggregate.of(1.0), high_resolution=True)
    assert read(series, "Sum", 3, 10) == [2.0, 1.0, 1.0]
    assert read(series, "Sum", 1, 60) == [4.0]


def test_short_periods_see_ordinary_data_at_the_first_second_of_its_minute():
    series = Series()
    series.record(START + 42, Aggregate.of(3.0))
    assert read(series, "Sum", 7, 10, START - 10) == [None, 3.0, None, None, None, None, None]


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [("p50", 2.0), ("p100", 4.0), ("tm75", 2.0), ("PR(:2)", 50.0), ("Average", 2.5)],
)
def test_statistics_over_a_long_period_take_the_values_of_all_its_minutes(statistic, expected):
    series = Series()
    for minute, value in enumerate([4.0, 1.0, 3.0, 2.0]):
        series.record(START + 60 * minute, Aggregate.of(value))
    assert read(series, statistic, 1, 300) == [expected]


def test_no_percentile_of_negative_values_or_of_bare_aggregates():
    negative, bare = Series(), Series()
    negative.record(START, Aggregate.of(-1.0))
    bare.record(START, Aggregate(10.0, 4.0, 1.0, 4.0))
    assert read(negative, "p50", 1) == [None]
    assert read(bare, "p50", 1) == [None]
    assert read(bare, "Maximum", 1) == [4.0]


def test_units_are_apart_when_asked_for_and_together_when_not():
    store = MetricStore()
    name = MetricName.of("shop", "Latency", {"b": "2", "a": "1"})
    place = ("1" * 12, "eu-west-1")
    store.record(*place, name, START, Aggregate.of(1.0), unit="Seconds")
    store.record(*place, name, START, Aggregate.of(5.0), unit="Count")
    metric = store.find(*place, MetricName.of("shop", "Latency", {"a": "1", "b": "2"}))
    total = parse_statistic("Sum")

    assert metric.window(START, 1, 60, LATER).values(total).tolist() == [6.0]
    assert metric.window(START, 1, 60, LATER, "Count").values(total).tolist() == [5.0]
    assert np.isnan(metric.window(START, 1, 60, LATER, "Bytes").values(total)).all()
    assert metric.window(START, 1, 60, LATER).values(parse_statistic("p50")).tolist() == [1.0]


def test_accounts_and_regions_are_apart():
    store = MetricStore()
    name = MetricName("shop", "Errors")
    store.record("1", "a", name, START, Aggregate.of(1.0))
    assert store.find("2", "a", name) is None
    assert store.find("1", "b", name) is None
    assert [metric.name for metric in store.metrics("1", "a")] == [name]


def test_a_metric_that_was_only_asked_for_is_not_listed():
    store = MetricStore()
    store.metric("1", "a", MetricName("shop", "Errors"))
    assert list(store.metrics("1", "a")) == []
