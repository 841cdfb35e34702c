"""PartiQL statements, read into the conditions and updates that DynamoDB's expressions become.

    SELECT * FROM "orders"."by-day" WHERE day = ? AND total > 10
    INSERT INTO "orders" VALUE {'pk': 'a', 'tags': <<'x', 'y'>>}
    UPDATE "orders" SET total = total + 1 REMOVE note WHERE pk = 'a'
    DELETE FROM "orders" WHERE pk = ? AND sk = ?

Source: Developer Guide, pages ql-reference.*. Identifiers and literals become placeholders, so that
what is left is the grammar of expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tablewright.emulator.dynamodb.expression.condition import Condition, read_condition
from tablewright.emulator.dynamodb.expression.paths import Path, read_projection
from tablewright.emulator.dynamodb.expression.tokens import Placeholders
from tablewright.emulator.dynamodb.expression.update import Update, read_update
from tablewright.emulator.dynamodb.values import check_value
from tablewright.emulator.request import AwsFault

_TOKEN = re.compile(
    r"""\s*(?:(?P<text>'(?:[^']|'')*')|(?P<name>"[^"]+")|(?P<number>-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][\w-]*)|(?P<sign><<|>>|<>|!=|<=|>=|[?=<>(),.\[\]{}:*+-]))""",
    re.VERBOSE,
)
_JOINERS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_FUNCTIONS = frozenset({"begins_with", "contains", "size", "attribute_type"})
_UPDATE_FUNCTIONS = frozenset({"list_append", "if_not_exists"})
_WORDS = {"TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": {"NULL": True}}
_SETS = {"S": "SS", "N": "NS", "B": "BS"}


class Token(NamedTuple):
    """A word of a statement."""

    kind: str
    text: str


@dataclass(frozen=True)
class Statement:
    """What a statement asks for.

    Args:
        kind: SELECT, INSERT, UPDATE or DELETE.
        table: name of the table.
        index: name of the index a SELECT reads.
        paths: what of each item a SELECT shows; None for all of it.
        condition: the WHERE clause.
        item: what an INSERT writes.
        update: what an UPDATE changes.
    """

    kind: str
    table: str
    index: str | None = None
    paths: tuple[Path, ...] | None = None
    condition: Condition | None = None
    item: dict[str, Any] | None = None
    update: Update | None = None


def read_statement(text: Any, parameters: list[Any]) -> Statement:
    """Read a statement.

    Raises:
        AwsFault: ValidationException.
    """
    if not isinstance(text, str) or not text.strip():
        raise _malformed("it is empty")
    reader = _Reader(list(_tokens(text)), [check_value(value) for value in parameters])
    kind = reader.word("SELECT", "INSERT", "UPDATE", "DELETE")
    reading = {"SELECT": _select, "INSERT": _insert, "UPDATE": _update, "DELETE": _delete}
    statement = reading[kind](reader)
    reader.end()
    return statement


def _tokens(text: str) -> Iterator[Token]:
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        if match is None:
            raise _malformed(f"unexpected {text[at:].strip()[:1]!r}")
        kind = str(match.lastgroup)
        yield Token(kind, match[kind])
        at = match.end()


@dataclass
class _Reader:
    """Takes tokens one by one; turns identifiers and literals into placeholders."""

    tokens: list[Token]
    parameters: list[dict[str, Any]]
    at: int = 0
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def peek(self, ahead: int = 0) -> Token:
        """The next token."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else Token("end", "")

    def take(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self.at += 1
        return token

    def is_word(self, *words: str) -> bool:
        """Whether the next token is one of the words."""
        return self.peek().kind == "word" and self.peek().text.upper() in words

    def word(self, *words: str) -> str:
        """Take one of the words or refuse."""
        if not self.is_word(*words):
            raise self.unexpected()
        return self.take().text.upper()

    def sign(self, *signs: str) -> bool:
        """Take one of the signs, if it is next."""
        if self.peek().kind == "sign" and self.peek().text in signs:
            self.at += 1
            return True
        return False

    def expect(self, sign: str) -> None:
        """Take the sign or refuse."""
        if not self.sign(sign):
            raise self.unexpected()

    def end(self) -> None:
        """Refuse anything more."""
        if self.peek().kind != "end":
            raise self.unexpected()
        if self.parameters:
            raise _malformed("there are more parameters than question marks")

    def unexpected(self) -> AwsFault:
        """The fault for a token that does not belong here."""
        return _malformed(f"unexpected {self.peek().text or 'end'!r}")

    def identifier(self) -> str:
        """Take a name."""
        token = self.peek()
        if token.kind not in {"word", "name"}:
            raise self.unexpected()
        self.at += 1
        return token.text.strip('"')

    def path(self) -> str:
        """Take a document path; give it back with placeholders for names."""
        parts = [self._named(self.identifier())]
        while True:
            if self.sign("."):
                parts.append(f".{self._named(self.identifier())}")
            elif self.peek().text == "[" and self.peek(1).kind == "number":
                self.at += 1
                parts.append(f"[{self.take().text}]")
                self.expect("]")
            else:
                return "".join(parts)

    def _named(self, name: str) -> str:
        placeholder = f"#n{len(self.names)}"
        self.names[placeholder] = name
        return placeholder

    def literal(self) -> dict[str, Any]:
        """Take a value."""
        token = self.take()
        if token.kind == "text":
            return {"S": token.text[1:-1].replace("''", "'")}
        if token.kind == "number":
            return check_value({"N": token.text})
        if token.kind == "word" and token.text.upper() in _WORDS:
            return _WORDS[token.text.upper()]
        if token.text == "?":
            if not self.parameters:
                raise _malformed("there are fewer parameters than question marks")
            return self.parameters.pop(0)
        return self._container(token)

    def _container(self, token: Token) -> dict[str, Any]:
        if token.text == "[":
            return {"L": list(self._until("]"))}
        if token.text == "<<":
            return _set(list(self._until(">>")))
        if token.text == "{":
            return {"M": dict(self._members())}
        self.at -= 1
        raise self.unexpected()

    def _until(self, end: str) -> Iterator[dict[str, Any]]:
        if self.sign(end):
            return
        yield self.literal()
        while self.sign(","):
            yield self.literal()
        self.expect(end)

    def _members(self) -> Iterator[tuple[str, dict[str, Any]]]:
        while not self.sign("}"):
            key = self.take()
            if key.kind not in {"text", "name"}:
                self.at -= 1
                raise self.unexpected()
            self.expect(":")
            yield key.text[1:-1], self.literal()
            if not self.sign(","):
                self.expect("}")
                return

    def is_literal(self) -> bool:
        """Whether a value comes next."""
        token = self.peek()
        if token.kind in {"text", "number"} or token.text in {"?", "[", "<<", "{"}:
            return True
        return self.is_word(*_WORDS)

    def value(self) -> str:
        """Take a value; give back its placeholder."""
        placeholder = f":v{len(self.values)}"
        self.values[placeholder] = self.literal()
        return placeholder

    def placeholders(self) -> Placeholders:
        """Everything that was taken so far."""
        return Placeholders(self.names, self.values)


def _set(values: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = {next(iter(value)) for value in values}
    if len(kinds) != 1 or not kinds <= _SETS.keys():
        raise _malformed("a set has values of one type, of text, number or binary")
    kind = kinds.pop()
    return check_value({_SETS[kind]: [value[kind] for value in values]})


# --- statements ---------------------------------------------------------------------------------


def _select(reader: _Reader) -> Statement:
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
    return Statement("SELECT", table, index, paths, condition)


def _insert(reader: _Reader) -> Statement:
    reader.word("INTO")
    table = reader.identifier()
    reader.word("VALUE")
    item = reader.literal()
    if "M" not in item:
        raise _malformed("what is inserted has to be an item")
    return Statement("INSERT", table, item=item["M"])


def _update(reader: _Reader) -> Statement:
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
    return Statement("UPDATE", table, condition=_where(reader), update=update)


def _action(reader: _Reader, kind: str) -> str:
    path = reader.path()
    if kind == "REMOVE":
        return path
    reader.expect("=")
    return f"{path} = {''.join(_operands(reader))}"


def _operands(reader: _Reader) -> Iterator[str]:
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


def _delete(reader: _Reader) -> Statement:
    reader.word("FROM")
    return Statement("DELETE", reader.identifier(), condition=_where(reader))


def _where(reader: _Reader) -> Condition:
    reader.word("WHERE")
    text = " ".join(_conditions(reader))
    return read_condition("WHERE clause", text, reader.placeholders())


def _conditions(reader: _Reader) -> Iterator[str]:
    """The words of a condition, as DynamoDB's expressions write it."""
    listed = False
    while reader.peek().kind != "end":
        token = reader.peek()
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


def _tested(reader: _Reader, path: str) -> str:
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


def _malformed(reason: str) -> AwsFault:
    return AwsFault(
        "ValidationException", f"Statement wasn't well formed, can't be processed: {reason}"
    )
