"""What DynamoDB tells first of several things that are wrong with an expression.

It reads an expression whole, so that a syntax error anywhere comes before all else; then it looks
for one kind of problem after the other, each over the whole expression. What is wrong inside of a
comparison or function of a condition is told comparison by comparison.

Source: the tests of dynalite, which its authors ran on AWS (scan.js, updateItem.js, getItem.js).
"""

from __future__ import annotations

from typing import NamedTuple

# By the kind of problem, which of them is told first.
_OF_CONDITIONS = {
    "function": 0, "misplaced": 1, "reserved": 2, "name": 3, "value": 3, "count": 4, "same": 5,
    "type": 6,
}  # fmt: skip
_OF_CHANGES = {
    "reserved": 0, "function": 1, "section": 2, "name": 3, "value": 4, "overlap": 5, "conflict": 6,
    "action": 7, "count": 8, "type": 8,
}  # fmt: skip
_CHANGES = frozenset({"UpdateExpression", "ProjectionExpression"})
_OF_ONE_TEST = 3  # and what comes after it is told test by test


class Problem(NamedTuple):
    """One thing that is wrong.

    Args:
        kind: a key of the order of the expression's member.
        test: number of the comparison or function of a condition that it is in.
        text: what DynamoDB says of it.
    """

    kind: str
    test: int
    text: str


def first_of(member: str, problems: list[Problem]) -> str:
    """What is told of all that is wrong with the expression in a member of the request."""
    if member in _CHANGES:
        return min(problems, key=lambda problem: _OF_CHANGES[problem.kind]).text
    return min(problems, key=_place).text


def _place(problem: Problem) -> tuple[int, int, int]:
    rank = _OF_CONDITIONS[problem.kind]
    if rank < _OF_ONE_TEST:
        return rank, 0, 0
    return _OF_ONE_TEST, problem.test, rank
