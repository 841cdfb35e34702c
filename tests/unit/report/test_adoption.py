"""What `adopt` says of many tables stays readable: each remark once, its tables folded."""

from __future__ import annotations

import pytest

from tablewright.adopt.adoption import AdoptedTable
from tablewright.adopt.advice import Advice
from tablewright.report.findings.adoption import advice_lines, grouped

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
        (TWELVE[:4], "t1, t2, t3 and 1 other table"),
    ],
)
def test_many_tables_are_counted_and_few_are_named(names, folded):
    assert [*grouped([(name, "No alarm") for name in names], TWELVE)] == [f"{folded}: No alarm"]


def test_names_that_stand_nowhere_else_are_all_told():
    [line] = grouped((name, "of the stack shop/prod") for name in TWELVE)
    assert line == f"{', '.join(TWELVE)}: of the stack shop/prod"


def test_the_same_table_in_two_regions_is_named_once():
    assert [*grouped([("a", "No alarm"), ("a", "No alarm")], ["a", "a"])] == ["a: No alarm"]


def test_advice_that_differs_only_in_the_line_to_add_is_given_once():
    tables = [
        adopted("a", RECOVERY, Advice("Fixed capacity.", "autoScaling: {read: 1}")),
        adopted("b", RECOVERY, Advice("Fixed capacity.", "autoScaling: {read: 2}")),
    ]
    assert [*advice_lines(tables)] == [
        "a, b: No recovery. (add `recovery: {days: 35}`)",
        "a, b: Fixed capacity. (the line to add is a comment in each manifest)",
    ]
    assert [*advice_lines(tables[:1])][1] == (
        "a: Fixed capacity. (add `autoScaling: {read: 1}`)"
    ), "a table alone has its line"
