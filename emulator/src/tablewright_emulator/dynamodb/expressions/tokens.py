"""Words of an expression, and the names and values its placeholders stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from tablewright_emulator.dynamodb.values import check_value
from tablewright_emulator.moto_backend.reserved_words import reserved_words
from tablewright_emulator.request import AwsFault

_WORD = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<name>#\w+)|(?P<value>:\w+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><>|<=|>=|[=<>(),.\[\]+-]))",
    re.ASCII,
)
MAX_BYTES = 4096


class Token(NamedTuple):
    """A word: its kind (number, name, value, word, sign, end), its text, where it begins."""

    kind: str
    text: str
    start: int


@dataclass
class Placeholders:
    """Names and values of a request; remembers which of them its expressions used."""

    names: Mapping[str, str]
    values: Mapping[str, Any]
    used: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, params: Mapping[str, Any], expressions: tuple[str, ...]) -> Placeholders:
        """Those of a request whose expressions are in the members named.

        Raises:
            AwsFault: they are malformed, or there is no expression to use them.
        """
        names = params.get("ExpressionAttributeNames")
        values = params.get("ExpressionAttributeValues")
        present = any(params.get(member) is not None for member in expressions)
        for member, given in (("Names", names), ("Values", values)):
            if given is None:
                continue
            if not present:
                tail = f": {expressions[0]} is null" if member == "Values" else ""
                raise _fault(
                    f"ExpressionAttribute{member} can only be specified when using "
                    f"expressions{tail}"
                )
            if not given:
                raise _fault(f"ExpressionAttribute{member} must not be empty")
        return cls(_checked_names(names or {}), _checked_values(values or {}))

    def refuse_unused(self) -> None:
        """Refuse what no expression used."""
        for member, given in (("Names", self.names), ("Values", self.values)):
            unused = sorted(given.keys() - self.used)
            if unused:
                raise _fault(
                    f"Value provided in ExpressionAttribute{member} unused in expressions: keys: "
                    f"{{{', '.join(unused)}}}"
                )


def _checked_names(names: Mapping[str, str]) -> Mapping[str, str]:
    for key, name in names.items():
        if not re.fullmatch(r"#\w+", key):
            raise _fault(
                f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{key}"'
            )
        if not isinstance(name, str) or not name:
            raise _fault(
                "ExpressionAttributeNames contains invalid value: Expression attribute name must "
                f"not be empty; key: {key}"
            )
    return names


def _checked_values(values: Mapping[str, Any]) -> dict[str, Any]:
    checked = {}
    for key, value in values.items():
        if not re.fullmatch(r":\w+", key):
            raise _fault(
                f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"'
            )
        try:
            checked[key] = check_value(value)
        except AwsFault as fault:
            raise AwsFault(
                fault.code,
                f"ExpressionAttributeValues contains invalid value: {fault.message} for key {key}"
                if fault.code == "ValidationException"
                else fault.message,
            ) from fault
    return checked


class Reader:
    """Reads the tokens of one expression.

    Args:
        member: member of the request it came in, for the texts: ConditionExpression, …
        text: the expression.
        placeholders: what its # and : stand for.
    """

    def __init__(self, member: str, text: Any, placeholders: Placeholders) -> None:
        self.member = member
        self.placeholders = placeholders
        if not isinstance(text, str) or not text.strip():
            raise self.fault("The expression can not be empty;")
        if len(text.encode()) > MAX_BYTES:
            raise self.fault(
                "Expression size has exceeded the maximum allowed size; expression size: "
                f"{len(text.encode())}"
            )
        self._text = text
        self._tokens = self._split()
        self._at = 0
        self._depth = 0

    def fault(self, message: str) -> AwsFault:
        """A ValidationException that names the expression."""
        return _fault(f"Invalid {self.member}: {message}")

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or one further on."""
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def next(self) -> Token:
        """Take the next token."""
        token = self.peek()
        self._at += 1
        return token

    def keyword(self, *words: str) -> str | None:
        """Take the next token if it is one of the words, in any case; None when it is not."""
        token = self.peek()
        if token.kind == "word" and token.text.upper() in words:
            self._at += 1
            return token.text.upper()
        return None

    def sign(self, *signs: str) -> str | None:
        """Take the next token if it is one of the signs."""
        token = self.peek()
        if token.kind == "sign" and token.text in signs:
            self._at += 1
            return token.text
        return None

    def expect(self, sign: str) -> None:
        """Take the sign or refuse."""
        if self.sign(sign) is None:
            raise self.syntax()

    def end(self) -> None:
        """Refuse anything more."""
        if self.peek().kind != "end":
            raise self.syntax()

    def deeper(self) -> None:
        """Count a level of nesting; DynamoDB allows 300 operators."""
        self._depth += 1
        if self._depth > 300:  # noqa: PLR2004 - DynamoDB's limit
            raise self.fault("The expression contains too many operators; operator count: 301")

    def syntax(self) -> AwsFault:
        """The fault for a token that does not belong here."""
        token = self.peek()
        if token.kind == "end":
            start = self._tokens[max(self._at - 1, 0)].start
            return self.fault(f'Syntax error; token: "<EOF>", near: "{self._text[start:][:40]}"')
        before = self._tokens[self._at - 1].start if self._at else token.start
        after = self.peek(1)
        stop = after.start + len(after.text)
        near = self._text[before:stop].strip()
        return self.fault(f'Syntax error; token: "{token.text}", near: "{near}"')

    def name(self, token: Token) -> str:
        """The attribute a word or #placeholder stands for."""
        if token.kind == "name":
            self.placeholders.used.add(token.text)
            if token.text not in self.placeholders.names:
                raise self.fault(
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {token.text}"
                )
            return self.placeholders.names[token.text]
        if token.text.upper() in reserved_words():
            raise self.fault(
                f"Attribute name is a reserved keyword; reserved keyword: {token.text}"
            )
        return token.text

    def value(self, token: Token) -> dict[str, Any]:
        """The value a :placeholder stands for."""
        self.placeholders.used.add(token.text)
        if token.text not in self.placeholders.values:
            raise self.fault(
                "An expression attribute value used in expression is not defined; attribute value: "
                f"{token.text}"
            )
        value: dict[str, Any] = self.placeholders.values[token.text]
        return value

    def _split(self) -> list[Token]:
        tokens, at = [], 0
        while rest := self._text[at:].strip():
            match = _WORD.match(self._text, at)
            if match is None:
                start = len(self._text) - len(self._text[at:].lstrip())
                near = self._text[at : start + 3].strip()
                raise self.fault(f'Syntax error; token: "{rest[0]}", near: "{near}"')
            kind = str(match.lastgroup)
            tokens.append(Token(kind, match[kind], match.start(kind)))
            at = match.end()
        tokens.append(Token("end", "<EOF>", len(self._text)))
        return tokens


def _fault(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
