"""PartiQL statements, read into the conditions and updates that DynamoDB's expressions become.

    SELECT day, lines[0].price FROM "orders"."by-day" WHERE day = ? AND total > 10
    INSERT INTO "orders" VALUE {'pk': 'a', 'tags': <<'x', 'y'>>}
    UPDATE "orders" SET total = total + 1 REMOVE note WHERE pk = 'a'
    FROM "orders" WHERE pk = 'a' SET tags = set_add(tags, <<'z'>>)
    DELETE FROM "orders" WHERE pk = ? AND sk = ? RETURNING ALL OLD *

Source: Developer Guide, pages ql-reference.*; what AWS reads beyond that, and its texts, by
dynamodb-conformance, tests of PartiQL (October 2026).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from tablewright_emulator.dynamodb.expressions.condition import Condition
from tablewright_emulator.dynamodb.expressions.paths import Path, read_path
from tablewright_emulator.dynamodb.expressions.statement_condition import (
    bare,
    read_where,
    refused,
)
from tablewright_emulator.dynamodb.expressions.statement_reader import (
    StatementReader,
    malformed,
    tokens_of,
)
from tablewright_emulator.dynamodb.expressions.tokens import Reader
from tablewright_emulator.dynamodb.expressions.update import Update, read_update
from tablewright_emulator.dynamodb.value_faults import older_layer
from tablewright_emulator.dynamodb.values import check_value
from tablewright_emulator.request import AwsFault

_MOST_COMPONENTS = 2
_SET_FUNCTIONS = {"set_add": "ADD", "set_delete": "DELETE"}
_CLAUSES = ("WHERE", "ORDER", "SET", "REMOVE", "RETURNING", "VALUE")
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
        problem: what is told of it once its index is known to be readable.
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
    problem: AwsFault | None = None


def read_statement(text: Any, parameters: list[Any]) -> Statement:
    """Read a statement.

    Raises:
        AwsFault: ValidationException.
    """
    if not isinstance(text, str) or not text.strip():
        raise malformed("it is empty")
    with older_layer:
        checked = [check_value(value) for value in parameters]
        reader = StatementReader(text, list(tokens_of(text)), checked)
        statement = _STATEMENTS[_kind(reader)](reader)
        reader.end()
    return statement


def _kind(reader: StatementReader) -> str:
    """The word a statement begins with."""
    if reader.is_word(*_STATEMENTS):
        return reader.take().text.upper()
    if reader.peek(1).text.upper() == "IS":
        raise refused("Unsupported operation: IsType")
    raise malformed("Expected data manipulation")


# --- statements ---------------------------------------------------------------------------------


def _select(reader: StatementReader) -> Statement:
    paths, problem = None, None
    if reader.is_word("COUNT") and reader.peek(1).text == "(":
        problem = _no_column(reader)
        while not reader.is_word("FROM") and reader.peek().kind != "end":
            reader.take()
    elif not reader.sign("*"):
        shown = [_column(reader)]
        while reader.sign(","):
            shown.append(_column(reader))
        paths = _columns(shown, reader)
    reader.word("FROM")
    if reader.peek().kind == "end":
        raise malformed("Unexpected term")
    table, index = _source(reader)
    condition = read_where(reader) if reader.is_word("WHERE") else None
    statement = Statement("SELECT", table, index, paths, condition, problem=problem)
    if not reader.is_word("ORDER"):
        return statement
    reader.take()
    reader.word("BY")
    name, descending = reader.identifier(), False
    if reader.is_word("ASC", "DESC"):
        descending = reader.take().text.upper() == "DESC"
    return replace(statement, ordered_by=name, descending=descending)


def _column(reader: StatementReader) -> str:
    if reader.peek().kind == "word" and reader.peek(1).text == "(":
        raise _no_column(reader)
    return reader.path()


def _no_column(reader: StatementReader) -> AwsFault:
    return refused(f"Unexpected path component at {reader.place(reader.peek())}")


def _columns(shown: list[str], reader: StatementReader) -> tuple[Path, ...]:
    """The paths of a SELECT; unlike a projection's they may overlap."""
    words = Reader("SELECT", ", ".join(shown), reader.placeholders())
    paths = [read_path(words)]
    while words.sign(","):
        paths.append(read_path(words))
    words.end()
    return tuple(paths)


def _source(reader: StatementReader) -> tuple[str, str | None]:
    """The table and the index that a statement reads."""
    names = [_component(reader)]
    while reader.sign("."):
        names.append(_component(reader))
    if len(names) > _MOST_COMPONENTS:
        raise refused("A path may contain at most 2 components in the FROM clause")
    _refuse_alias(reader)
    return names[0], names[1] if len(names) > 1 else None


def _component(reader: StatementReader) -> str:
    name = reader.identifier()
    if not name:
        raise refused("Path component cannot be an empty string")
    return name


def _table(reader: StatementReader) -> str:
    name = _component(reader)
    _refuse_alias(reader)
    return name


def _refuse_alias(reader: StatementReader) -> None:
    token = reader.peek()
    if token.kind == "name" or (token.kind == "word" and not reader.is_word(*_CLAUSES)):
        raise refused("Aliasing is not supported")


def _exists(reader: StatementReader) -> Statement:
    reader.expect("(")
    reader.word("SELECT")
    statement = replace(_select(reader), kind="EXISTS")
    reader.expect(")")
    return statement


def _insert(reader: StatementReader) -> Statement:
    reader.word("INTO")
    table = _component(reader)
    if not reader.is_word("VALUE"):
        raise malformed("Unexpected token after expression")
    reader.take()
    item = reader.item()
    if "M" not in item:
        raise malformed("what is inserted has to be an item")
    return Statement("INSERT", table, item=item["M"])


def _update(reader: StatementReader) -> Statement:
    table, update = _table(reader), _changes(reader)
    at_end = reader.peek().kind == "end"  # without a WHERE, which is told of the table
    condition, returning = (None, None) if at_end else (read_where(reader), _returning(reader))
    return Statement("UPDATE", table, condition=condition, update=update, returning=returning)


def _from_first(reader: StatementReader) -> Statement:
    """An UPDATE that begins with FROM and its WHERE."""
    table = _table(reader)
    bare_update = reader.is_word("SET", "REMOVE")  # without a WHERE, which is told of the table
    condition = None if bare_update else read_where(reader)
    update, returning = _changes(reader), _returning(reader)
    return Statement("UPDATE", table, condition=condition, update=update, returning=returning)


def _changes(reader: StatementReader) -> Update:
    sections: dict[str, list[str]] = {"SET": [], "REMOVE": [], "ADD": [], "DELETE": []}
    while reader.is_word("SET", "REMOVE"):
        kind = reader.take().text.upper()
        more = True
        while more:
            section, text = _action(reader, kind)
            sections[section].append(text)
            more = reader.sign(",")
    text = " ".join(f"{kind} {', '.join(parts)}" for kind, parts in sections.items() if parts)
    if not text:
        raise reader.unexpected()
    with bare("UpdateExpression"):
        return read_update(text, reader.placeholders())


def _action(reader: StatementReader, kind: str) -> tuple[str, str]:
    """The section of an update expression that a clause belongs to, and what it says there."""
    start = reader.at
    path = reader.path()
    if kind == "REMOVE":
        return kind, path
    words = [token.text for token in reader.tokens[start : reader.at]]
    reader.expect("=")
    function = reader.peek()
    if function.text.lower() in _SET_FUNCTIONS and reader.peek(1).text == "(":
        return _SET_FUNCTIONS[function.text.lower()], f"{path} {_elements(reader, words)}"
    return kind, f"{path} = {''.join(_operands(reader))}"


def _elements(reader: StatementReader, path: list[str]) -> str:
    """The second argument of set_add or set_delete; the first is what is assigned to."""
    function = reader.take()
    name, where = function.text.upper(), reader.place(function)
    reader.expect("(")
    first = reader.peek()
    start = reader.at
    if (
        reader.is_literal()
        or [token.text for token in reader.tokens[start : start + len(path)]] != path
    ):
        raise refused(f"The first argument to {name} must equal the assignment value at {where}")
    reader.path()
    if not reader.sign(","):
        raise refused(f"{name} must have exactly two arguments at {where}")
    placeholder = reader.value()
    if (
        not next(iter(reader.values[placeholder])).endswith("S")
        or "S" in reader.values[placeholder]
    ):
        raise refused(
            f"The second argument to {name} must be a value with type SET at {reader.place(first)}"
        )
    if not reader.sign(")"):
        raise refused(f"{name} must have exactly two arguments at {where}")
    return placeholder


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
        elif token.kind in {"word", "name"} and not reader.is_word(*_CLAUSES):
            yield reader.path()
        else:
            return


def _delete(reader: StatementReader) -> Statement:
    reader.word("FROM")
    if reader.peek().kind == "end" or reader.is_word("WHERE"):
        raise malformed("Expected identifier for simple path")
    table, condition, returning = _table(reader), read_where(reader), _returning(reader)
    if returning not in {None, "ALL_OLD"}:
        what, _, when = returning.partition("_")
        words = f"{'ALL' if what == 'ALL' else 'MODIFIED'} {when}"
        raise refused(
            f"Invalid returning clause: RETURNING {words} *. Only RETURNING ALL OLD * is allowed "
            "in DELETE statements."
        )
    return Statement("DELETE", table, condition=condition, returning=returning)


def _returning(reader: StatementReader) -> str | None:
    if not reader.is_word("RETURNING"):
        return None
    reader.take()
    what = "ALL" if reader.word("ALL", "MODIFIED") == "ALL" else "UPDATED"
    when = reader.word("OLD", "NEW")
    reader.expect("*")
    return f"{what}_{when}"


_STATEMENTS = {
    "SELECT": _select,
    "INSERT": _insert,
    "UPDATE": _update,
    "FROM": _from_first,
    "DELETE": _delete,
    "EXISTS": _exists,
}
