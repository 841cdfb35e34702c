"""PartiQL statements, read into the conditions and updates that DynamoDB's expressions become.

    SELECT * FROM "orders"."by-day" WHERE day = ? AND total > 10
    INSERT INTO "orders" VALUE {'pk': 'a', 'tags': <<'x', 'y'>>}
    UPDATE "orders" SET total = total + 1 REMOVE note WHERE pk = 'a'
    DELETE FROM "orders" WHERE pk = ? AND sk = ? RETURNING ALL OLD *

Source: Developer Guide, pages ql-reference.*.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import Condition, read_condition
from tablewright_emulator.dynamodb.expressions.paths import Path, read_projection
from tablewright_emulator.dynamodb.expressions.statement_reader import (
    StatementReader,
    malformed,
    tokens_of,
)
from tablewright_emulator.dynamodb.expressions.update import Update, read_update
from tablewright_emulator.dynamodb.values import check_value

_JOINERS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_FUNCTIONS = frozenset({"begins_with", "contains", "size", "attribute_type"})
_UPDATE_FUNCTIONS = frozenset({"list_append", "if_not_exists"})


@dataclass(frozen=True)
class Statement:
    """What a statement asks for.

    Args:
        kind: SELECT, INSERT, UPDATE, DELETE, or EXISTS of a transaction.
        table: name of the table.
        index: name of the index a SELECT reads.
        paths: what of each item a SELECT shows; None for all of it.
        condition: the WHERE clause.
        item: what an INSERT writes.
        update: what an UPDATE changes.
        returning: what an UPDATE or DELETE shows, as `ReturnValues` has it.
        ordered_by: the key attribute by which a SELECT orders.
        descending: whether it begins with the last.
    """

    kind: str
    table: str
    index: str | None = None
    paths: tuple[Path, ...] | None = None
    condition: Condition | None = None
    item: dict[str, Any] | None = None
    update: Update | None = None
    returning: str | None = None
    ordered_by: str | None = None
    descending: bool = False


def read_statement(text: Any, parameters: list[Any]) -> Statement:
    """Read a statement.

    Raises:
        AwsFault: ValidationException.
    """
    if not isinstance(text, str) or not text.strip():
        raise malformed("it is empty")
    reader = StatementReader(list(tokens_of(text)), [check_value(value) for value in parameters])
    statement = _STATEMENTS[reader.word(*_STATEMENTS)](reader)
    reader.end()
    return statement


# --- statements ---------------------------------------------------------------------------------


def _select(reader: StatementReader) -> Statement:
    paths = None
    if not reader.sign("*"):
        shown = [reader.path()]
        while reader.sign(","):
            shown.append(reader.path())
        paths = read_projection(", ".join(shown), reader.placeholders())
    reader.word("FROM")
    table = reader.identifier()
    index = reader.identifier() if reader.sign(".") else None
    condition = _where(reader) if reader.is_word("WHERE") else None
    statement = Statement("SELECT", table, index, paths, condition)
    if not reader.is_word("ORDER"):
        return statement
    reader.take()
    reader.word("BY")
    name, descending = reader.identifier(), False
    if reader.is_word("ASC", "DESC"):
        descending = reader.take().text.upper() == "DESC"
    return replace(statement, ordered_by=name, descending=descending)


def _exists(reader: StatementReader) -> Statement:
    reader.expect("(")
    reader.word("SELECT")
    statement = replace(_select(reader), kind="EXISTS")
    reader.expect(")")
    return statement


def _insert(reader: StatementReader) -> Statement:
    reader.word("INTO")
    table = reader.identifier()
    reader.word("VALUE")
    item = reader.literal()
    if "M" not in item:
        raise malformed("what is inserted has to be an item")
    return Statement("INSERT", table, item=item["M"])


def _update(reader: StatementReader) -> Statement:
    table = reader.identifier()
    sections: dict[str, list[str]] = {"SET": [], "REMOVE": []}
    while reader.is_word(*sections):
        kind = reader.take().text.upper()
        sections[kind].append(_action(reader, kind))
        while reader.sign(","):
            sections[kind].append(_action(reader, kind))
    text = " ".join(f"{kind} {', '.join(parts)}" for kind, parts in sections.items() if parts)
    if not text:
        raise reader.unexpected()
    update = read_update(text, reader.placeholders())
    condition, returning = _where(reader), _returning(reader)
    return Statement("UPDATE", table, condition=condition, update=update, returning=returning)


def _action(reader: StatementReader, kind: str) -> str:
    path = reader.path()
    if kind == "REMOVE":
        return path
    reader.expect("=")
    return f"{path} = {''.join(_operands(reader))}"


def _operands(reader: StatementReader) -> Iterator[str]:
    """The right side of an assignment."""
    depth = 0
    while reader.peek().kind != "end":
        token = reader.peek()
        if reader.is_literal():
            yield reader.value()
        elif token.text in _UPDATE_FUNCTIONS or token.text in {"(", ")", "+", "-"}:
            depth += {"(": 1, ")": -1}.get(token.text, 0)
            yield f" {reader.take().text} "
        elif token.text == "," and depth:
            yield reader.take().text
        elif token.kind in {"word", "name"} and not reader.is_word("SET", "REMOVE", "WHERE"):
            yield reader.path()
        else:
            return


def _delete(reader: StatementReader) -> Statement:
    reader.word("FROM")
    table, condition, returning = reader.identifier(), _where(reader), _returning(reader)
    if returning not in {None, "ALL_OLD"}:
        raise malformed("a DELETE can only return ALL OLD *")
    return Statement("DELETE", table, condition=condition, returning=returning)


def _returning(reader: StatementReader) -> str | None:
    if not reader.is_word("RETURNING"):
        return None
    reader.take()
    what = "ALL" if reader.word("ALL", "MODIFIED") == "ALL" else "UPDATED"
    when = reader.word("OLD", "NEW")
    reader.expect("*")
    return f"{what}_{when}"


def _where(reader: StatementReader) -> Condition:
    reader.word("WHERE")
    text = " ".join(_conditions(reader))
    return read_condition("WHERE clause", text, reader.placeholders())


def _conditions(reader: StatementReader) -> Iterator[str]:
    """The words of a condition, as DynamoDB's expressions write it."""
    listed, depth = False, 0
    while reader.peek().kind != "end" and not reader.is_word("ORDER", "RETURNING"):
        token = reader.peek()
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth < 0:
            return
        if listed and reader.sign("["):
            values = [reader.value()]
            while reader.sign(","):
                values.append(reader.value())
            reader.expect("]")
            yield f"({', '.join(values)})"
        elif reader.is_literal():
            yield reader.value()
        elif reader.is_word(*_JOINERS):
            yield reader.take().text.upper()
        elif token.kind == "word" and token.text.lower() in _FUNCTIONS:
            yield reader.take().text.lower()
        elif token.kind in {"word", "name"}:
            yield _tested(reader, reader.path())
        else:
            yield {"!=": "<>"}.get(token.text, reader.take().text)
        listed = token.kind == "word" and token.text.upper() == "IN"


def _tested(reader: StatementReader, path: str) -> str:
    """A path, or the test that IS makes of it."""
    if not reader.is_word("IS"):
        return path
    reader.take()
    negated = reader.is_word("NOT")
    if negated:
        reader.take()
    what = reader.word("MISSING", "NULL")
    if what == "MISSING":
        return f"attribute_{'' if negated else 'not_'}exists({path})"
    placeholder = f":v{len(reader.values)}"
    reader.values[placeholder] = {"S": "NULL"}
    return f"{'NOT ' if negated else ''}attribute_type({path}, {placeholder})"


_STATEMENTS = {
    "SELECT": _select,
    "INSERT": _insert,
    "UPDATE": _update,
    "DELETE": _delete,
    "EXISTS": _exists,
}
