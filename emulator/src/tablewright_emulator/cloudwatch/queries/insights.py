"""Metrics Insights: one SQL-like query over the metrics of a namespace.

    SELECT SUM(SystemErrors) FROM SCHEMA("AWS/DynamoDB", TableName, Operation)
    WHERE TableName = 'orders' GROUP BY Operation ORDER BY SUM() DESC LIMIT 5

Source: user guide, "Metrics Insights query components and syntax".

Frozen: kept as it is and not grown, since no promise of ours needs it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tablewright_emulator.cloudwatch.metrics.store import MetricName
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError

STATISTICS: Mapping[str, str] = {
    "AVG": "Average",
    "COUNT": "SampleCount",
    "MAX": "Maximum",
    "MIN": "Minimum",
    "SUM": "Sum",
}
MAX_SERIES = 500
_WORD = re.compile(
    r"""\s*(?:"(?P<quoted>[^"]+)"|'(?P<text>[^']*)'|(?P<sign>!=|[=(),.])|(?P<word>[^\s"'=!(),]+))"""
)


@dataclass(frozen=True, slots=True)
class DimensionTest:
    """One condition of WHERE: a dimension equals a value, or does not."""

    dimension: str
    value: str
    equal: bool = True

    def holds(self, dimensions: Mapping[str, str]) -> bool:
        """Whether a metric of these dimensions fulfils it."""
        return (dimensions.get(self.dimension) == self.value) == self.equal


@dataclass(frozen=True, slots=True)
class Insight:
    """A parsed query.

    Args:
        dimensions: exactly these, as SCHEMA says; None for any.
        order: `("SUM", descending)` or None.
    """

    function: str
    metric: str
    namespace: str
    dimensions: frozenset[str] | None = None
    tests: tuple[DimensionTest, ...] = ()
    group_by: tuple[str, ...] = ()
    order: tuple[str, bool] | None = None
    limit: int = MAX_SERIES

    def matches(self, name: MetricName) -> bool:
        """Whether a metric belongs to the query."""
        dimensions = dict(name.dimensions)
        return (
            name.namespace == self.namespace
            and name.name == self.metric
            and (self.dimensions is None or self.dimensions == dimensions.keys())
            and all(test.holds(dimensions) for test in self.tests)
            and all(dimension in dimensions for dimension in self.group_by)
        )

    def group(self, name: MetricName) -> tuple[str, ...]:
        """The values by which a metric is grouped."""
        dimensions = dict(name.dimensions)
        return tuple(dimensions[dimension] for dimension in self.group_by)


def is_insight(text: str) -> bool:
    """Whether an expression is such a query rather than math."""
    return text.lstrip()[:7].upper().rstrip() == "SELECT"


def parse_insight(text: str) -> Insight:
    """Read a query.

    Raises:
        ExpressionError: when it cannot be read.
    """
    words = _Words(text)
    words.expect("SELECT")
    function = words.one_of(STATISTICS)
    words.expect("(")
    metric = words.name()
    words.expect(")")
    words.expect("FROM")
    namespace, dimensions = _source(words)
    tests = _tests(words) if words.take("WHERE") else ()
    group_by = words.by() if words.take("GROUP") else ()
    order = _order(words) if words.take("ORDER") else None
    limit = int(words.number()) if words.take("LIMIT") else MAX_SERIES
    words.end()
    return Insight(function, metric, namespace, dimensions, tests, group_by, order, limit)


def _source(words: _Words) -> tuple[str, frozenset[str] | None]:
    if not words.take("SCHEMA"):
        return words.name(), None
    words.expect("(")
    names = [words.name()]
    while words.take(","):
        names.append(words.name())
    words.expect(")")
    return names[0], frozenset(names[1:])


def _tests(words: _Words) -> tuple[DimensionTest, ...]:
    tests = []
    while True:
        dimension = words.name()
        equal = words.one_of({"=": True, "!=": False}) == "="
        tests.append(DimensionTest(dimension, words.name(), equal))
        if not words.take("AND"):
            return tuple(tests)


def _order(words: _Words) -> tuple[str, bool]:
    words.expect("BY")
    function = words.one_of(STATISTICS)
    words.expect("(")
    words.expect(")")
    descending = words.take("DESC")
    if not descending:
        words.take("ASC")
    return function, descending


class _Words:
    """The words of a query; keywords in any case, quoted names never are keywords."""

    def __init__(self, text: str) -> None:
        self._words: list[tuple[str, bool]] = []
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _WORD.match(text, position)
            if match is None:
                raise ExpressionError(f"Unexpected '{text[position:].strip()[:1]}'")
            position = match.end()
            quoted = match["quoted"] or match["text"]
            is_name = quoted is not None
            self._words.append((quoted or match["sign"] or match["word"] or "", is_name))

    def take(self, keyword: str) -> bool:
        if self._words and not self._words[0][1] and self._words[0][0].upper() == keyword:
            self._words.pop(0)
            return True
        return False

    def expect(self, keyword: str) -> None:
        if not self.take(keyword):
            raise ExpressionError(f"Expected {keyword}")

    def one_of(self, keywords: Mapping[str, object]) -> str:
        for keyword in keywords:
            if self.take(keyword):
                return keyword
        raise ExpressionError(f"Expected one of {', '.join(keywords)}")

    def name(self) -> str:
        if not self._words or self._words[0][0] in {"(", ")", ",", "=", "!="}:
            raise ExpressionError("Expected a name")
        return self._words.pop(0)[0]

    def number(self) -> str:
        word = self.name()
        if not word.isdigit() or not 1 <= int(word) <= MAX_SERIES:
            raise ExpressionError(f"LIMIT must be from 1 to {MAX_SERIES}")
        return word

    def by(self) -> tuple[str, ...]:
        self.expect("BY")
        names = [self.name()]
        while self.take(","):
            names.append(self.name())
        return tuple(names)

    def end(self) -> None:
        if self._words:
            raise ExpressionError(f"Unexpected '{self._words[0][0]}'")
