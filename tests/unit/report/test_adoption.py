"""What `adopt` says of many tables stays readable: each remark once, its tables folded."""

from __future__ import annotations

import pytest

from tablewright.adopt.adoption import AdoptedTable
from tablewright.adopt.advice import Advice
from tablewright.report.findings.adoption import advice_lines, grouped, labels

RECOVERY = Advice("No recovery.", "recovery: {days: 35}")
TWELVE = [f"t{number}" for number in range(1, 13)]


def adopted(name: str, *advice: Advice) -> AdoptedTable:
    return AdoptedTable(name, "", {}, (), frozenset(), advice, frozenset())


@pytest.mark.parametrize(
    ("names", "folded"),
    [
        (TWELVE[:3], "t1, t2, t3"),
        (TWELVE, "all 12 tables"),
        (TWELVE[1:], "all 12 tables but t1"),
        (TWELVE[3:], "all 12 tables but t1, t2, t3"),
        (TWELVE[:8], "t1, t2, t3 and 5 other tables"),
        (TWELVE[:4], "t1, t2, t3, t4"),
        (TWELVE[:5], "t1, t2, t3 and 2 other tables"),
    ],
)
def test_many_tables_are_counted_and_few_are_named(names, folded):
    assert [*grouped([(name, "No alarm") for name in names], TWELVE)] == [f"{folded}: No alarm"]


def test_names_that_stand_nowhere_else_are_all_told():
    [line] = grouped((name, "of the stack shop/prod") for name in TWELVE)
    assert line == f"{', '.join(TWELVE)}: of the stack shop/prod"


def test_tables_of_one_name_are_told_apart_by_where_they_are():
    home, other = "111111111111", "222222222222"
    places = [("a", "eu-west-1", home), ("b", "eu-west-1", home), ("a", "us-east-1", home)]
    assert labels(places) == ["a in eu-west-1", "b", "a in us-east-1"]
    assert labels([*places, ("a", "us-east-1", other)])[2:] == [
        f"a in us-east-1 of {home}",
        f"a in us-east-1 of {other}",
    ]


def test_advice_that_differs_only_in_the_line_to_add_is_given_once():
    tables = [
        ("a", adopted("a", RECOVERY, Advice("Fixed capacity.", "autoScaling: {read: 1}"))),
        ("b", adopted("b", RECOVERY, Advice("Fixed capacity.", "autoScaling: {read: 2}"))),
    ]
    assert [*advice_lines(tables)] == [
        "a, b: No recovery. (add `recovery: {days: 35}`)",
        "a, b: Fixed capacity. (the line to add is a comment in each manifest)",
    ]
    assert [*advice_lines(tables[:1])][1] == (
        "a: Fixed capacity. (add `autoScaling: {read: 1}`)"
    ), "a table alone has its line"
