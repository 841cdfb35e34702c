import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.cloudwatch.metrics.statistic import parse_statistic

ONE_TO_TEN = {float(n): 1.0 for n in range(1, 11)}


def value(name, spread):
    statistic = parse_statistic(name)
    assert statistic is not None
    return statistic.of(spread)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("p0", 1), ("p50", 5), ("p90", 9), ("p99", 10), ("p100", 10), ("p99.99", 10),
        ("tm90", 5), ("TM(:90%)", 5), ("TM(10%:90%)", 5.5), ("TM(80%:)", 9.5), ("IQM", 5.5),
        ("TM(2:4)", 3.5), ("tc90", 9), ("TC(2:4)", 2), ("TC(:4)", 4), ("ts90", 45), ("TS(8:)", 19),
        ("PR(:3)", 30), ("PR(3:5)", 20), ("PR(9:)", 10),
        ("wm90", 5.4), ("WM(10%:90%)", 5.4), ("WM(3:8)", 5.5),
    ],
)  # fmt: skip
def test_statistics_of_one_to_ten(name, expected):
    assert value(name, ONE_TO_TEN) == pytest.approx(expected)


def test_counts_weigh_as_that_many_values():
    assert value("p50", {1.0: 1.0, 2.0: 8.0, 9.0: 1.0}) == 2
    assert value("tm90", {1.0: 9.0, 100.0: 1.0}) == 1


@pytest.mark.parametrize("name", ["p50", "tm90", "PR(:1)", "wm50", "TC(1:2)"])
def test_nothing_gives_no_value(name):
    assert math.isnan(value(name, {}))


def test_a_trimmed_mean_of_no_value_inside_is_no_value():
    assert math.isnan(value("TM(20:30)", ONE_TO_TEN))


@pytest.mark.parametrize(
    "name",
    ["p101", "p", "P99", "median", "tm", "TM()", "TM(:)", "TM(5%:10)", "TM(9:2)", "PR(1%:5%)",
     "PR(5:5)", "sum", "IQM50", "tm-5", ""],
)  # fmt: skip
def test_what_is_not_a_statistic_is_not_read(name):
    assert parse_statistic(name) is None


@given(
    st.dictionaries(
        st.floats(0, 1e6), st.integers(1, 50).map(float), min_size=1, max_size=30
    ),
    st.floats(0, 100).map(lambda percent: round(percent, 2)),
)  # fmt: skip
def test_a_percentile_is_the_value_found_by_counting_them_out(spread, percent):
    values = sorted(v for v, count in spread.items() for _ in range(int(count)))
    rank = max(1, math.ceil(round(len(values) * percent / 100, 9)))
    assert value(f"p{percent:.2f}", spread) == values[rank - 1]


@given(st.dictionaries(st.floats(0, 1e6), st.integers(1, 9).map(float), min_size=1, max_size=20))
def test_the_mean_of_all_is_the_sum_over_the_count(spread):
    total, count = value("TS(0%:100%)", spread), value("TC(0%:100%)", spread)
    assert count == pytest.approx(sum(spread.values()))
    assert total == pytest.approx(sum(v * c for v, c in spread.items()))
    assert value("TM(0%:100%)", spread) == pytest.approx(total / count)
