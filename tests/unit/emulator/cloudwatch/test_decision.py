"""The tables of "Configuring how CloudWatch alarms treat missing data", and what follows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.cloudwatch.alarms.decision import Criterion, decide, samples_needed
from tablewright_emulator.cloudwatch.metrics.statistic import parse_statistic

TREATMENTS = ["missing", "ignore", "breaching", "notBreaching"]
LETTERS = {"0": 0.0, "X": 9.0, "-": None}


def state(row, needed, treatment, periods=3):
    criterion = Criterion("GreaterThanThreshold", 1.0, periods, needed, treatment)
    return decide(criterion, [LETTERS[letter] for letter in row.split()]).state


A, K, I, N = "ALARM", "OK", "INSUFFICIENT_DATA", None  # noqa: E741 - columns of a table


@pytest.mark.parametrize(
    ("row", "states"),
    [
        ("0 - X - X", [K, K, K, K]),
        ("0 - - - -", [K, K, K, K]),
        ("- - - - -", [I, N, A, K]),
        ("0 X X - X", [A, A, A, A]),
        ("- - X - -", [A, N, A, K]),
    ],
)
def test_three_out_of_three(row, states):
    assert [state(row, 3, treatment) for treatment in TREATMENTS] == states


@pytest.mark.parametrize(
    ("row", "states"),
    [
        ("0 - X - X", [A, A, A, A]),
        ("0 0 X 0 X", [A, A, A, A]),
        ("0 - X - -", [K, K, A, K]),
        ("- - - - 0", [K, K, A, K]),
        ("- - - X -", [A, N, A, K]),
    ],
)
def test_two_out_of_three(row, states):
    assert [state(row, 2, treatment) for treatment in TREATMENTS] == states


@pytest.mark.parametrize("row", ["- - - - X", "- - - X -"])
def test_an_early_breach_alone_is_premature(row):
    assert state(row, 3, "missing") is None


@pytest.mark.parametrize(
    ("comparison", "breached"),
    [
        ("GreaterThanThreshold", [False, False, True]),
        ("GreaterThanOrEqualToThreshold", [False, True, True]),
        ("LessThanThreshold", [True, False, False]),
        ("LessThanOrEqualToThreshold", [True, True, False]),
    ],
)
def test_comparisons_are_strict_where_they_say_so(comparison, breached):
    criterion = Criterion(comparison, 5.0, 1, 1)
    assert [criterion.breached_by(value) for value in (4.0, 5.0, 6.0)] == breached


rows = st.lists(st.sampled_from([0.0, 9.0, None]), min_size=7, max_size=7)


@given(rows, st.integers(1, 5), st.sampled_from(TREATMENTS))
def test_full_data_is_judged_by_its_newest_points_alone(row, needed, treatment):
    full = [0.0 if value is None else value for value in row]
    criterion = Criterion("GreaterThanThreshold", 1.0, 5, needed, treatment)
    expected = "ALARM" if sum(v > 1 for v in full[-5:]) >= needed else "OK"
    assert decide(criterion, full).state == expected


@given(rows, st.integers(1, 5))
def test_treating_missing_data_as_worse_never_makes_an_alarm_calmer(row, needed):
    found = {}
    for treatment in TREATMENTS:
        criterion = Criterion("GreaterThanThreshold", 1.0, 5, needed, treatment)
        found[treatment] = decide(criterion, row).state
    if found["notBreaching"] == "ALARM":
        assert set(found.values()) == {"ALARM"}
    if found["missing"] == "ALARM" or found["ignore"] == "ALARM":
        assert found["breaching"] == "ALARM"


@given(rows, st.integers(1, 5), st.sampled_from(TREATMENTS))
def test_real_points_are_used_before_any_is_filled_in(row, needed, treatment):
    decision = decide(Criterion("GreaterThanThreshold", 1.0, 5, needed, treatment), row)
    real = [value for value in row if value is not None]
    assert decision.filled == max(0, 5 - len(real))
    assert [value for _, value in decision.points] == real[::-1][:5]
    assert [row[7 - age] for age, _ in decision.points] == real[::-1][:5]


@pytest.mark.parametrize(
    ("percentile", "samples", "enough"),
    [("p99", 1000, True), ("p99", 999, False), ("p50", 20, True), ("p50", 19, False),
     ("p10", 100, True), ("p10", 99, False), ("p100", 1, True), ("p0", 1, True)],
)  # fmt: skip
def test_rarer_percentiles_need_more_samples(percentile, samples, enough):
    assert (samples >= samples_needed(parse_statistic(percentile))) is enough
