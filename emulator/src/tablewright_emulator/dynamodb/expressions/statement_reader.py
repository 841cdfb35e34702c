"""The words of a PartiQL statement: identifiers and literals become placeholders.

What is left is the grammar of DynamoDB's own expressions.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.value_faults import ValueFault, not_numeric
from tablewright_emulator.dynamodb.values import check_value
from tablewright_emulator.request import AwsFault

_BLANK = re.compile(r"(?:\s|--[^\n]*|/\*[\s\S]*?\*/)*")
_TOKEN = re.compile(
    r"""(?:(?P<text>'(?:[^']|'')*')|(?P<name>"[^"]*")
    |(?P<number>-?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<word>[A-Za-z_][\w-]*)|(?P<sign><<|>>|<>|!=|<=|>=|[?=<>(),.\[\]{}:*+-]))""",
    re.VERBOSE,
)
_WORDS = {"TRUE": {"BOOL": True}, "FALSE": {"BOOL": False}, "NULL": {"NULL": True}}
_JOINS = frozenset({"CROSS", "FULL", "INNER", "JOIN", "LEFT", "NATURAL", "OUTER", "RIGHT"})
_SETS = {"S": "SS", "N": "NS", "B": "BS"}


class StatementToken(NamedTuple):
    """A word of a statement, and where it begins."""

    kind: str
    text: str
    start: int = 0


def tokens_of(text: str) -> Iterator[StatementToken]:
    """The words of a statement, without its comments and the semicolon behind it."""
    at = _skip(text, 0)
    while at < len(text) and not (text[at] == ";" and _skip(text, at + 1) == len(text)):
        match = _TOKEN.match(text, at)
        if match is None or text.startswith("/*", at):
            raise malformed("")
        kind = str(match.lastgroup)
        yield StatementToken(kind, match[kind], at)
        at = _skip(text, match.end())


def _skip(text: str, at: int) -> int:
    blank = _BLANK.match(text, at)
    return blank.end() if blank is not None else at


@dataclass
class StatementReader:
    """Takes tokens one by one; turns identifiers and literals into placeholders."""

    text: str
    tokens: list[StatementToken]
    parameters: list[dict[str, Any]]
    at: int = 0
    names: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)

    def peek(self, ahead: int = 0) -> StatementToken:
        """The next token."""
        place = self.at + ahead
        return self.tokens[place] if place < len(self.tokens) else StatementToken("end", "")

    def take(self) -> StatementToken:
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
            raise malformed("Unexpected token after expression")

    def unexpected(self) -> AwsFault:
        """The fault for a token that does not belong here."""
        return malformed(f"unexpected {self.peek().text or 'end'!r}")

    def place(self, token: StatementToken) -> str:
        """Where a token stands, as AWS's texts say it: line, column, length."""
        before = self.text[: token.start]
        column = token.start - (before.rfind("\n") + 1) + 1
        return f"{before.count(chr(10)) + 1}:{column}:{len(token.text)}"

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
                if self.is_word(*_JOINS):
                    raise malformed("Invalid path dot component")
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

    def literal(self, path: str = "root") -> dict[str, Any]:
        """Take a value; `path` is where it stands in the attribute's value, for AWS's texts."""
        token = self.take()
        if token.kind == "text":
            return {"S": token.text[1:-1].replace("''", "'")}
        if token.kind == "number":
            return _number(token.text, path)
        if token.kind == "word" and token.text.upper() in _WORDS:
            return _WORDS[token.text.upper()]
        if token.text == "?":
            if not self.parameters:
                text = "Number of parameters in request and statement don't match."
                raise AwsFault("ValidationException", text)
            return self.parameters.pop(0)
        return self._container(token, path)

    def item(self) -> dict[str, Any]:
        """Take the item of an INSERT, whose attributes are each a value of its own."""
        token = self.peek()
        if token.text != "{":
            return self.literal()
        self.at += 1
        return {"M": dict(self._members("root", own=True))}

    def _container(self, token: StatementToken, path: str) -> dict[str, Any]:
        if token.text == "[":
            return {"L": list(self._until("]", path))}
        if token.text == "<<":
            return _set(list(self._until(">>", path)))
        if token.text == "{":
            return {"M": dict(self._members(path))}
        if token.kind == "word" and self.peek().text == "(":
            raise AwsFault(
                "ValidationException",
                f"Unsupported data type: {token.text} under key {path} at {self.place(token)}",
            )
        self.at -= 1
        raise self.unexpected()

    def _until(self, end: str, path: str) -> Iterator[dict[str, Any]]:
        if self.sign(end):
            return
        number = 0
        yield self.literal(f"{path}[{number}]")
        while self.sign(","):
            number += 1
            yield self.literal(f"{path}[{number}]")
        self.expect(end)

    def _members(self, path: str, *, own: bool = False) -> Iterator[tuple[str, dict[str, Any]]]:
        while not self.sign("}"):
            key = self.take()
            if key.kind not in {"text", "name"}:
                self.at -= 1
                raise self.unexpected()
            self.expect(":")
            name = key.text[1:-1]
            yield name, self.literal(path if own else f"{path}.{name}")
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


def _number(text: str, path: str) -> dict[str, Any]:
    """The value of a literal, which is none where Java could not read the number at all."""
    try:
        return check_value({"N": text})
    except ValueFault as fault:
        if fault.older == not_numeric(text).older:
            raise malformed("") from fault
        raise AwsFault("ValidationException", f"{fault.older} under {path}") from fault


def _set(values: list[dict[str, Any]]) -> dict[str, Any]:
    if not values:
        raise AwsFault("ValidationException", "Empty bags are not supported")
    kinds = {next(iter(value)) for value in values}
    if len(kinds) != 1 or not kinds <= _SETS.keys():
        raise malformed("a set has values of one type, of text, number or binary")
    kind = kinds.pop()
    return check_value({_SETS[kind]: [value[kind] for value in values]})


def malformed(reason: str) -> AwsFault:
    """The fault for what is no statement."""
    return AwsFault(
        "ValidationException", f"Statement wasn't well formed, can't be processed: {reason}"
    )
