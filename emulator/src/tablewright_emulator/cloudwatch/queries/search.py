"""The language of SEARCH: which metrics of an account and region a search finds.

    SEARCH('{AWS/DynamoDB, TableName} MetricName="ConsumedReadCapacityUnits" NOT test', 'Sum', 60)

Source: user guide, "CloudWatch search expression syntax". A term in double quotes is one exact
string; any other matches one token of a name, or several tokens in a row.

Frozen: kept as it is and not grown, since no promise of ours needs it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from tablewright_emulator.cloudwatch.metrics.store import MetricName
from tablewright_emulator.cloudwatch.queries.expression import ExpressionError

MAX_LENGTH = 1_024
MAX_DEPTH = 40  # of parentheses
_PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_TOKEN = re.compile(
    r"""\s*(?:(?P<exact>"(?:\\.|[^"\\])*")|(?P<sign>[()=,])|(?P<word>(?:\\.|[^\s"()=,\\])+))"""
)
_SCHEMA = re.compile(r"\s*\{(?P<names>[^}]*)\}")
_SCHEMA_NAME = re.compile(r'\s*(?:"(?P<quoted>[^"]+)"|(?P<bare>[^",]+?))\s*(?:,|$)')

Matcher: TypeAlias = Callable[[MetricName], bool]


@dataclass(frozen=True, slots=True)
class Search:
    """A parsed search: a schema, if one is said, and the terms."""

    namespace: str | None
    dimensions: frozenset[str]
    terms: Matcher

    def matches(self, name: MetricName) -> bool:
        """Whether it finds the metric; a schema with dimensions means exactly those."""
        if self.namespace is not None:
            if name.namespace != self.namespace:
                return False
            if self.dimensions and self.dimensions != {key for key, _ in name.dimensions}:
                return False
        return self.terms(name)


def parse_search(text: str) -> Search:
    """Read what stands in SEARCH's first argument.

    Raises:
        ExpressionError: when it cannot be read, or finds everything.
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"A search has at most {MAX_LENGTH} characters")
    schema = _SCHEMA.match(text)
    rest = text[schema.end() :] if schema else text
    rest = rest.strip().lstrip(",")
    if not schema and not rest:
        raise ExpressionError("A search needs a schema or a term")
    namespace, dimensions = _schema(schema["names"]) if schema else (None, frozenset())
    return Search(namespace, dimensions, _parse_terms(rest) if rest else _everything)


def _schema(names: str) -> tuple[str, frozenset[str]]:
    schema_names = [match["quoted"] or match["bare"] for match in _SCHEMA_NAME.finditer(names)]
    if not schema_names:
        raise ExpressionError("A schema needs a namespace")
    return schema_names[0], frozenset(schema_names[1:])


def _everything(_: MetricName) -> bool:
    return True


def _parse_terms(text: str) -> Matcher:
    parser = _Parser(text)
    matcher = parser.any_of()
    if parser.words:
        raise ExpressionError(f"Unexpected '{parser.words[0]}' in the search")
    return matcher


class _Parser:
    """OR binds weaker than AND, which may be left out; NOT binds strongest."""

    def __init__(self, text: str) -> None:
        self.words: list[str] = []
        self._depth = 0
        position, end = 0, len(text.rstrip())
        while position < end:
            match = _TOKEN.match(text, position)
            if match is None:
                raise ExpressionError("The search cannot be read")
            self.words.append(match[0].strip())
            position = match.end()

    def any_of(self) -> Matcher:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("The search is nested too deeply")
        parts = [self._all_of()]
        while self._take("OR"):
            parts.append(self._all_of())
        self._depth -= 1
        return parts[0] if len(parts) == 1 else lambda name: any(part(name) for part in parts)

    def _all_of(self) -> Matcher:
        parts = [self._one()]
        while self.words and self.words[0] not in {"OR", ")"}:
            self._take("AND") or self._take(",")
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda name: all(part(name) for part in parts)

    def _one(self) -> Matcher:
        negations = 0
        while self._take("NOT"):
            negations += 1
        if negations % 2:
            contrary = self._one()
            return lambda name: not contrary(name)
        if self._take("("):
            inner = self.any_of()
            if not self._take(")"):
                raise ExpressionError("A closing parenthesis is missing in the search")
            return inner
        word = self._word()
        if self._take("="):
            return _property(_unquoted(word), self._word())
        return _anywhere(word)

    def _word(self) -> str:
        if not self.words or self.words[0] in {")", "=", "OR", "AND", ","}:
            raise ExpressionError("A term is missing in the search")
        return self.words.pop(0)

    def _take(self, word: str) -> bool:
        if self.words and self.words[0] == word:
            self.words.pop(0)
            return True
        return False


def _property(name: str, term: str) -> Matcher:
    """`MetricName=…`, `Namespace=…` or the value of a dimension."""
    matches = _term(term)

    def matcher(metric: MetricName) -> bool:
        if name == "MetricName":
            return matches(metric.name)
        if name == "Namespace":
            return matches(metric.namespace)
        return any(key == name and matches(value) for key, value in metric.dimensions)

    return matcher


def _anywhere(term: str) -> Matcher:
    matches = _term(term)
    return lambda metric: any(matches(text) for text in _strings(metric))


def _strings(metric: MetricName) -> Iterator[str]:
    yield metric.name
    yield metric.namespace
    for key, value in metric.dimensions:
        yield key
        yield value


def _term(term: str) -> Callable[[str], bool]:
    if term.startswith('"'):
        exact = _unquoted(term)
        return lambda text: text == exact
    wanted = _PIECE.findall(term)
    if len(wanted) == 1:
        piece = wanted[0].lower()
        return lambda text: piece in _tokens(text)
    return lambda text: _in_a_row(wanted, _PIECE.findall(text))


def _tokens(text: str) -> set[str]:
    """Every piece of a name, and the whole of it, in lower case."""
    pieces = _PIECE.findall(text)
    return {piece.lower() for piece in pieces} | {"".join(pieces).lower()}


def _in_a_row(wanted: list[str], pieces: list[str]) -> bool:
    size = len(wanted)
    return any(
        [piece.lower() for piece in pieces[start : start + size]]
        == [piece.lower() for piece in wanted]
        for start in range(len(pieces) - size + 1)
    )


def _unquoted(text: str) -> str:
    inner = text[1:-1] if text.startswith('"') else text
    return re.sub(r"\\(.)", r"\1", inner)
