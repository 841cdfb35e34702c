"""The WHERE clause of a PartiQL statement, read into a condition.

The words are those of DynamoDB's expressions but for IS, lists and functions; AWS's texts by
dynamodb-conformance (partiqlGrammar, partiqlFunctions, October 2026).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from tablewright_emulator.dynamodb.expressions.condition import Condition, read_condition
from tablewright_emulator.dynamodb.expressions.statement_reader import StatementReader, malformed
from tablewright_emulator.request import AwsFault

_JOINERS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_FUNCTIONS = frozenset({
    "attribute_exists", "attribute_not_exists", "attribute_type", "begins_with", "contains", "size",
})  # fmt: skip
_TYPES = {
    "BOOL": "BOOL", "BOOLEAN": "BOOL", "LIST": "L", "NULL": "NULL", "STRING": "S", "STRUCT": "M",
}  # fmt: skip
_TRUTH = re.compile(
    r"((?:attribute_exists|attribute_not_exists|attribute_type|begins_with|contains) \([^()]*\)) = "
    r"(:v\d+)"
)


def refused(text: str) -> AwsFault:
    """A ValidationException of this text."""
    return AwsFault("ValidationException", text)


@contextmanager
def bare(member: str) -> Iterator[None]:
    """Leave out of a text where it was said: a statement has no such member."""
    try:
        yield
    except AwsFault as fault:
        fault.message = fault.message.removeprefix(f"Invalid {member}: ")
        raise


def read_where(reader: StatementReader) -> Condition:
    """Read a WHERE and the condition behind it.

    Raises:
        AwsFault: ValidationException.
    """
    reader.word("WHERE")
    words = list(_conditions(reader))
    _check_ends(words, reader)
    text = " ".join(words)
    with bare("WHERE clause"):
        text = _TRUTH.sub(lambda match: _without_truth(match, reader), text)
        return read_condition("WHERE clause", text, reader.placeholders())


def _check_ends(words: list[str], reader: StatementReader) -> None:
    """A condition begins with a term, and ends with one."""
    if not words and reader.peek().kind == "word":
        raise malformed("Unexpected keyword")
    if not words or words[-1] in {"NOT", "("}:
        raise malformed("Unexpected term")
    if words[-1] in {"AND", "OR"}:
        raise malformed("Missing right-hand side expression of infix operator")


def _without_truth(match: re.Match[str], reader: StatementReader) -> str:
    """A test by itself, where a statement compares it with true or false."""
    truth = reader.values[match[2]].get("BOOL")
    if truth is None:
        return match[0]
    return match[1] if truth else f"NOT {match[1]}"


def _conditions(reader: StatementReader) -> Iterator[str]:
    """The words of a condition, as DynamoDB's expressions write it."""
    listed, depth, operand = False, 0, False
    while reader.peek().kind != "end" and not reader.is_word("ORDER", "RETURNING", "SET", "REMOVE"):
        token = reader.peek()
        joiner = reader.is_word(*_JOINERS)
        is_operand = not joiner and (token.kind != "sign" or reader.is_literal())
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0 or (operand and is_operand and not listed):
            return
        if reader.is_word("IS", "LIKE"):  # behind no path
            raise malformed("Unexpected operator")
        if listed and reader.sign("["):
            values = [reader.value()]
            while reader.sign(","):
                values.append(reader.value())
            reader.expect("]")
            yield f"({', '.join(values)})"
        elif reader.is_literal():
            yield reader.value()
        elif joiner:
            yield reader.take().text.upper()
        elif token.kind == "word" and reader.peek(1).text == "(":
            yield _function(reader)
            is_operand = False
        elif token.kind in {"word", "name"}:
            yield _tested(reader, reader.path())
        else:
            yield {"!=": "<>"}.get(token.text, reader.take().text)
        operand = is_operand
        listed = token.kind == "word" and token.text.upper() == "IN"


def _function(reader: StatementReader) -> str:
    token = reader.take()
    name = token.text.lower()
    if name not in _FUNCTIONS:
        raise refused(f"Unrecognized function: {name} at {reader.place(token)}")
    if reader.peek(1).text == ")":
        raise refused(
            "Incorrect number of operands for operator or function; operator or function: "
            f"{name}, number of operands: 0"
        )
    return name


def _tested(reader: StatementReader, path: str) -> str:
    """A path, or the test that IS makes of it."""
    if not reader.is_word("IS"):
        return path
    reader.take()
    negated = reader.is_word("NOT")
    if negated:
        reader.take()
    if not reader.is_word("MISSING", *_TYPES):
        raise malformed("Expected type name")
    what = reader.take().text.upper()
    if what == "MISSING":
        return f"attribute_{'' if negated else 'not_'}exists({path})"
    placeholder = f":v{len(reader.values)}"
    reader.values[placeholder] = {"S": _TYPES[what]}
    return f"{'NOT ' if negated else ''}attribute_type({path}, {placeholder})"
