"""The grammar of metric math: text to a tree, nothing evaluated.

    parse("100 * (m1 / FILL(m2, 0))")

Binding, from the weakest: OR, AND, comparisons, + and -, * and /, unary -, ^.
Source: user guide, "Math expressions with metrics".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

MAX_DEPTH = 40  # of parentheses; deeper ones are beyond people and the stack
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+(?:[eE][+-]?\d+)?)
    | (?P<text>'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")
    | (?P<word>[A-Za-z][A-Za-z0-9_]*)
    | (?P<sign>==|!=|<=|>=|&&|\|\||[-+*/^<>(),\[\]])
    )""",
    re.VERBOSE,
)
_LEVELS: tuple[dict[str, str], ...] = (
    {"OR": "OR", "||": "OR"},
    {"AND": "AND", "&&": "AND"},
    {sign: sign for sign in ("==", "!=", "<=", ">=", "<", ">")},
    {"+": "+", "-": "-"},
    {"*": "*", "/": "/"},
)


class ExpressionError(ValueError):
    """The expression cannot be read, or cannot be evaluated."""


@dataclass(frozen=True, slots=True)
class Number:
    """A scalar."""

    value: float


@dataclass(frozen=True, slots=True)
class Text:
    """A string, its quotes taken off."""

    value: str


@dataclass(frozen=True, slots=True)
class Reference:
    """The id of another query; ids start in lower case."""

    id: str


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word that a function understands: REPEAT, ASC, AVG and so on."""

    word: str


@dataclass(frozen=True, slots=True)
class Call:
    """A function with its arguments."""

    function: str
    arguments: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    """Unary minus."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Chain:
    """Operands joined by operators of one rank, computed from left to right."""

    first: Node
    rest: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Array:
    """Several series in brackets."""

    items: tuple[Node, ...]


Node: TypeAlias = Number | Text | Reference | Keyword | Call | Negative | Chain | Array


@lru_cache(maxsize=4_096)
def parse(text: str) -> Node:
    """Read an expression.

    Raises:
        ExpressionError: when it is none, or nested too deeply.
    """
    parser = _Parser(_tokens(text))
    node = parser.expression()
    if parser.tokens:
        raise ExpressionError(f"Unexpected '{parser.tokens[0]}'")
    return node


def references(node: Node) -> frozenset[str]:
    """Ids of the queries an expression names."""
    match node:
        case Reference(identity):
            return frozenset({identity})
        case _:
            return frozenset().union(*map(references, _parts(node)))


def functions(node: Node) -> frozenset[str]:
    """Names of the functions an expression calls."""
    match node:
        case Call(function, parts):
            return frozenset({function}).union(*map(functions, parts))
        case _:
            return frozenset().union(*map(functions, _parts(node)))


def _parts(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(_, parts) | Array(parts):
            return parts
        case Negative(operand):
            return (operand,)
        case Chain(first, rest):
            return (first, *(operand for _, operand in rest))
        case _:
            return ()


def _tokens(text: str) -> list[str]:
    arguments: list[str] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise ExpressionError(f"Unexpected '{text[position:].strip()[:1]}'")
        arguments.append(match[0].strip())
        position = match.end()
    return arguments


class _Parser:
    def __init__(self, tokens: list[str]) -> None:
        self.tokens = tokens
        self._depth = 0

    def expression(self) -> Node:
        with self._nested():
            return self._binary(0)

    @contextmanager
    def _nested(self) -> Iterator[None]:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise ExpressionError("The expression is nested too deeply")
        yield
        self._depth -= 1

    def _binary(self, level: int) -> Node:
        if level == len(_LEVELS):
            return self._unary()
        first, rest = self._binary(level + 1), []
        while self.tokens and self.tokens[0] in _LEVELS[level]:
            operator = _LEVELS[level][self.tokens.pop(0)]
            rest.append((operator, self._binary(level + 1)))
        return Chain(first, tuple(rest)) if rest else first

    def _unary(self) -> Node:
        signs = 0
        while self._take("-"):
            signs += 1
        node = self._power()
        return Negative(node) if signs % 2 else node

    def _power(self) -> Node:
        base = self._atom()
        if not self._take("^"):
            return base
        with self._nested():
            return Chain(base, (("^", self._unary()),))

    def _atom(self) -> Node:
        if not self.tokens:
            raise ExpressionError("Unexpected end of the expression")
        word = self.tokens.pop(0)
        if word == "(":
            node = self.expression()
            self._expect(")")
            return node
        if word == "[":
            return Array(self._list_until("]"))
        if word[0].isdigit() or word[0] == ".":
            return Number(float(word))
        if word[0] in "'\"":
            return Text(word[1:-1])
        if not word[0].isalpha():
            raise ExpressionError(f"Unexpected '{word}'")
        if self._take("("):
            return Call(word, self._list_until(")"))
        return Reference(word) if word[0].islower() else Keyword(word)

    def _list_until(self, closing: str) -> tuple[Node, ...]:
        items: list[Node] = []
        if self._take(closing):
            return ()
        while True:
            items.append(self.expression())
            if self._take(closing):
                return tuple(items)
            self._expect(",")

    def _take(self, token: str) -> bool:
        if self.tokens and self.tokens[0] == token:
            self.tokens.pop(0)
            return True
        return False

    def _expect(self, token: str) -> None:
        if not self._take(token):
            raise ExpressionError(f"Expected '{token}'")
