"""Metric math over series, the documented examples first."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.cloudwatch.metrics.grid import Aggregate
from tablewright_emulator.cloudwatch.metrics.store import MetricName, MetricStore
from tablewright_emulator.cloudwatch.queries.calculation import Calculation, Span
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError
from tablewright_emulator.cloudwatch.queries.query import parse_queries

START = 1_750_000_000 // 3600 * 3600
PLACE = ("1" * 12, "eu-west-1")


def query(identity, period=60, stat="Sum"):
    metric = {"Namespace": "shop", "MetricName": identity}
    return {"Id": identity, "MetricStat": {"Metric": metric, "Period": period, "Stat": stat}}


def answers(expression, period=60, **series):
    """What the expression gives over series written as lists, None for a gap."""
    store = MetricStore()
    for name, values in series.items():
        for place, value in enumerate(values):
            if value is not None:
                at = START + 60 * place
                store.record(*PLACE, MetricName("shop", name), at, Aggregate.of(float(value)))
    size = max((len(values) for values in series.values()), default=3)
    queries = parse_queries(
        [*(query(name, period) for name in series), {"Id": "e", "Expression": expression}]
    )
    span = Span(START, START + 60 * size, START + 60 * size)
    found = Calculation(store, PLACE, queries, span).answer("e")
    return [[None if math.isnan(v) else round(v, 9) for v in each.values] for each in found]


def answer(expression, period=60, **series):
    found = answers(expression, period, **series)
    assert len(found) == 1
    return found[0]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("m1 < m2", [0, 0, 1, 0]),
        ("m1 >= 30", [1, 0, 0, 0]),
        ("m1 > 15 AND m2 > 15", [1, 0, 0, 0]),
        ("m1 > 15 && m2 > 15", [1, 0, 0, 0]),
        ("m1 == 0 OR m2 == 20", [1, 0, 1, 1]),
        ("m1 != 0", [1, 1, 0, 0]),
    ],
)
def test_comparisons_take_a_missing_value_as_zero(expression, expected):
    found = answer(expression, m1=[30, 20, 0, 0], m2=[20, None, 20, None])
    assert found == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("IF(m1, m2, m3)", [30, 0, 20, 0, None]),
        ("IF(m1, 5, m3)", [5, 5, 20, None, None]),
        ("IF(m1, m2, 5)", [30, 0, 5, 5, None]),
        ("IF(m1, m2)", [30, 0, None, None, None]),
        ("IF(m1, 5)", [5, 5, None, None, None]),
        ("IF(m1, 1, 2)", [1, 1, 2, 2, None]),
        ("IF(1, m2, m3)", [30, None, 0, 0, 30]),
        ("IF(0, m2, m3)", [0, 0, 20, None, 20]),
        ("IF(0, m2)", [None] * 5),
        ("IF(0, m2, 7)", [7] * 5),
    ],
)
def test_if_chooses_as_documented(expression, expected):
    found = answer(
        expression,
        m1=[1, 1, 0, 0, None],
        m2=[30, None, 0, 0, 30],
        m3=[0, 0, 20, None, 20],
    )
    assert found == expected


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("a + b", [5, 2, 7, None]),
        ("a - b", [-3, 2, -7, None]),
        ("a * 2", [2, 4, None, None]),
        ("1 + a", [2, 3, None, None]),
        ("-a", [-1, -2, None, None]),
        ("a / b", [0.25, None, 0, None]),
        ("b / a", [4, 0, None, None]),
        ("a ^ 2", [1, 4, None, None]),
        ("(0 - b) ^ 0.5", [None] * 4),
        ("a / 0", [None] * 4),
        ("2 * 3 + a", [7, 8, None, None]),
        ("ABS(a - b)", [3, 2, 7, None]),
        ("CEIL(a / 4)", [1, 1, None, None]),
        ("FLOOR(a / 4)", [0, 0, None, None]),
        ("LOG10(a * 10)", [1, 1.301029996, None, None]),
        ("LOG(a - 1)", [None, 0, None, None]),
        ("a - AVG(a)", [-0.5, 0.5, None, None]),
        ("a / SUM(b)", [1 / 11, 2 / 11, None, None]),
        ("a + MIN(b) + MAX(b)", [12, 13, None, None]),
        ("a / DATAPOINT_COUNT(a)", [0.5, 1, None, None]),
        ("a / METRIC_COUNT(METRICS())", [0.5, 1, None, None]),
        ("a / PERIOD(a)", [1 / 60, 2 / 60, None, None]),
        ("a - STDDEV(b)", [-0.5, 0.5, None, None]),
        ("SUM(METRICS())", [5, 2, 7, None]),
        ("SUM([a, b, a])", [6, 4, 7, None]),
        ("AVG(METRICS())", [2.5, 1, 3.5, None]),
        ("MIN([a, b])", [1, 2, 7, None]),
        ("MAX([a, b])", [4, 2, 7, None]),
        ("STDDEV([a, b])", [1.5, 0, 0, None]),
        ("DATAPOINT_COUNT([a, b])", [2, 1, 1, 0]),
        ("SUM(METRICS('a'))", [1, 2, None, None]),
        ("FILL(a, 9)", [1, 2, 9, 9]),
        ("FILL(a, b)", [1, 2, 7, None]),
        ("FILL(a, MIN(a))", [1, 2, 1, 1]),
        ("FILL(a, REPEAT)", [1, 2, 2, 2]),
        ("FILL(b, LINEAR)", [4, 5.5, 7, None]),
        ("RUNNING_SUM(FILL(a, 0))", [1, 3, 3, 3]),
        ("RUNNING_SUM(b)", [4, None, 11, None]),
        ("DIFF(b)", [None, None, 3, None]),
        ("DIFF_TIME(b)", [None, None, 120, None]),
        ("RATE(b)", [None, None, 0.025, None]),
        ("TIME_SERIES(3)", [3, 3, 3, 3]),
        ("TIME_SERIES(MAX(b))", [7, 7, 7, 7]),
        ("TIME_SERIES(1 / 0)", [None] * 4),
        ("MINUTE(a)", [0, 1, 2, 3]),
        ("FIRST([b, a])", [4, None, 7, None]),
        ("LAST([b, a])", [1, 2, None, None]),
        ("FIRST(SORT(METRICS(), SUM, DESC))", [4, None, 7, None]),
        ("FIRST(SORT(METRICS(), MAX, ASC))", [1, 2, None, None]),
        ("SUM(SLICE([a, b], 1))", [4, None, 7, None]),
        ("SUM(SLICE([b, a], 0, 1))", [4, None, 7, None]),
        ("SUM(100 / [a, b])", [125, 50, 100 / 7, None]),
    ],
)  # fmt: skip
def test_functions_and_operators(expression, expected):
    found = answer(expression, a=[1, 2, None, None], b=[4, None, 7, None])
    assert found == pytest.approx([None if v is None else round(v, 9) for v in expected])


def test_functions_of_arrays_give_arrays():
    series = {"a": [1, 2], "b": [3, None]}
    assert answers("METRICS() * 10", **series) == [[10, 20], [30, None]]
    assert answers("FILL(METRICS(), 0)", **series) == [[1, 2], [3, 0]]
    assert answers("SORT(METRICS(), AVG, DESC, 1)", **series) == [[3, None]]
    assert answers("REMOVE_EMPTY([a, IF(0, b)])", **series) == [[1, 2]]
    assert answers("[METRICS('a'), METRICS('b')]", **series) == [[1, 2], [3, None]]


@pytest.mark.parametrize(
    ("function", "expected"),
    [("HOUR", [15, 16]), ("DAY", [7, 7]), ("DATE", [15, 15]), ("MONTH", [6, 6]),
     ("YEAR", [2025, 2025]), ("EPOCH", [START, START + 3600])],
)  # fmt: skip
def test_the_calendar_is_read_in_utc_and_has_no_gaps(function, expected):
    found = answer(f"{function}(a)", 3600, a=[1] + [None] * 119)
    assert found == expected


def test_series_of_different_periods_meet_on_the_finer_grid():
    store = MetricStore()
    for minute in range(10):
        store.record(*PLACE, MetricName("shop", "fine"), START + 60 * minute, Aggregate.of(1.0))
    store.record(*PLACE, MetricName("shop", "coarse"), START, Aggregate.of(50.0))
    store.record(*PLACE, MetricName("shop", "coarse"), START + 300, Aggregate.of(70.0))
    queries = parse_queries(
        [query("fine"), query("coarse", 300), {"Id": "e", "Expression": "fine + coarse"}]
    )
    found = Calculation(store, PLACE, queries, Span(START, START + 600, START + 600)).answer("e")
    assert found[0].values.tolist() == [51, 1, 1, 1, 1, 71, 1, 1, 1, 1]


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("SUM(a)", "scalar"),
        ("5", "scalar"),
        ("METRICS() + METRICS()", "two arrays"),
        ("SUM(1)", "array of time series"),
        ("FILL(a)", "Wrong number of arguments"),
        ("ABS(a, a)", "Wrong number of arguments"),
        ("SORT(METRICS(), MEDIAN, ASC)", "SORT needs"),
        ("SLICE(METRICS(), 0.5)", "whole number"),
        ("FIRST(METRICS('nobody'))", "empty"),
        ("SUM(METRICS('nobody'))", "empty"),
        ("FILL(a, METRICS())", "scalar"),
        ("IF(a)", "IF needs"),
        ("IF(METRICS(), 1, 2)", "scalar"),
        ("TIME_SERIES(a)", "scalar"),
        ("REPEAT", "Unexpected"),
        ("'text'", "Unexpected"),
        ("METRICS(a)", "string"),
        ("SEARCH(a)", "SEARCH needs"),
        ("SEARCH('x', 'Median')", "Unknown statistic"),
        ("[1, 2]", "not scalars"),
        ("PERIOD(1)", "time series is needed"),
    ],
)
def test_what_cannot_be_computed_is_said(expression, text):
    with pytest.raises(ExpressionError, match=text):
        answers(expression, a=[1, 2])


gappy = st.lists(st.none() | st.integers(-50, 50), min_size=4, max_size=4)


@given(gappy, gappy, st.sampled_from(["+", "-", "*", "/"]))
def test_arithmetic_agrees_with_a_slow_twin(left, right, operator):
    def one(a, b):
        if a is None and b is None:
            return None
        a, b = a or 0, b or 0
        if operator == "/":
            return None if b == 0 else round(a / b, 9)
        return {"+": a + b, "-": a - b, "*": a * b}[operator]

    if all(v is None for v in [*left, *right]):
        return
    found = answer(f"a {operator} b", a=left, b=right)
    assert found == [one(a, b) for a, b in zip(left, right, strict=True)]


@given(gappy)
def test_filling_with_a_number_keeps_every_point_and_leaves_no_gap(values):
    found = answer("FILL(a, 3)", a=values)
    assert found == [3 if value is None else value for value in values]


def test_nothing_is_computed_that_nobody_asks_for():
    queries = parse_queries([query("a"), {"Id": "bad", "Expression": "SUM(a)"}])
    calculation = Calculation(MetricStore(), PLACE, queries, Span(START, START + 60, START))
    assert np.isnan(calculation.answer("a")[0].values).all()
