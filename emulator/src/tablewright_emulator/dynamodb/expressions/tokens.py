"""Words of an expression, and the names and values its placeholders stand for."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, NamedTuple

from tablewright_emulator.dynamodb.expressions.problems import Problem, first_of
from tablewright_emulator.dynamodb.value_faults import ValueFault, nested_too_deep
from tablewright_emulator.dynamodb.values import check_value
from tablewright_emulator.moto_backend.reserved_words import reserved_words
from tablewright_emulator.request import AwsFault

_WORD = re.compile(
    r"\s*(?:(?P<number>\d+)|(?P<name>#\w+)|(?P<value>:\w+)|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><>|<=|>=|[=<>(),.\[\]+-]))",
    re.ASCII,
)
_NAME_KEY, _VALUE_KEY = re.compile(r"#\w+", re.ASCII), re.compile(r":\w+", re.ASCII)
MAX_BYTES = 4096
# Words that are no attributes in an expression, wherever they stand.
_OF_UPDATES = frozenset({"SET", "REMOVE", "ADD", "DELETE"})
_OF_CONDITIONS = frozenset({"AND", "OR", "NOT", "BETWEEN", "IN"})
_KEYWORDS = {"UpdateExpression": _OF_UPDATES, "ProjectionExpression": frozenset[str]()}


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
    given: tuple[bool, bool] = (False, False)

    @classmethod
    def of(cls, params: Mapping[str, Any], expressions: tuple[str, ...]) -> Placeholders:
        """Those of a request whose expressions are in the members named; not checked yet.

        Raises:
            AwsFault: there is no expression to use them.
        """
        names = params.get("ExpressionAttributeNames")
        values = params.get("ExpressionAttributeValues")
        if (names is not None or values is not None) and not any(
            params.get(member) is not None for member in expressions
        ):
            member = "Values" if names is None else "Names"
            tail = "" if names is not None else _missing_expressions(expressions)
            raise _fault(
                f"ExpressionAttribute{member} can only be specified when using expressions{tail}"
            )
        return cls({} if names is None else names, {} if values is None else values,
                   given=(names is not None, values is not None))  # fmt: skip

    def checked(self, *, of_write: bool = False) -> Placeholders:
        """Those that are well formed, with their values in DynamoDB's writing.

        Args:
            of_write: whether they are a write's, of whose values AWS does not say where they are.

        Raises:
            AwsFault: they are malformed, or given and none.
        """
        if self.given == (False, False):
            return self
        if self.given[0]:
            self.names = _checked_names(self.names)
        if self.given[1]:
            self.values = _checked_values(self.values, of_write)
        return self

    def refuse_unused(self) -> None:
        """Refuse what no expression used."""
        for member, given in (("Names", self.names), ("Values", self.values)):
            if given.keys() <= self.used:
                continue
            unused = sorted(given.keys() - self.used)
            raise _fault(
                f"Value provided in ExpressionAttribute{member} unused in expressions: keys: "
                f"{{{', '.join(unused)}}}"
            )


def _missing_expressions(expressions: tuple[str, ...]) -> str:
    """Which expressions could have used the values; writes are answered without (June 2026)."""
    able = [member for member in expressions if member != "ProjectionExpression"]
    if not {"FilterExpression", "KeyConditionExpression"} & set(able):
        return ""
    return f": {' and '.join(able)} {'are' if len(able) > 1 else 'is'} null"


@lru_cache(1024)
def _is_name_key(key: str) -> bool:
    return _NAME_KEY.fullmatch(key) is not None


@lru_cache(1024)
def _is_value_key(key: str) -> bool:
    return _VALUE_KEY.fullmatch(key) is not None


def _checked_names(names: Mapping[str, str]) -> Mapping[str, str]:
    if not names:
        raise _fault("ExpressionAttributeNames must not be empty")
    for key, name in names.items():
        if not _is_name_key(key):
            raise _fault(
                f'ExpressionAttributeNames contains invalid key: Syntax error; key: "{key}"'
            )
        if not isinstance(name, str) or not name:
            raise _fault(
                "ExpressionAttributeNames contains invalid value: Expression attribute name must "
                f"not be empty; key: {key}"
            )
    return names


def _checked_values(values: Mapping[str, Any], of_write: bool) -> dict[str, Any]:  # noqa: FBT001
    if not values:
        raise _fault("ExpressionAttributeValues must not be empty")
    for key in values:
        if not _is_value_key(key):
            raise _fault(
                f'ExpressionAttributeValues contains invalid key: Syntax error; key: "{key}"'
            )
    if of_write:
        return {key: check_value(value) for key, value in values.items()}
    return {key: _checked_value(key, value) for key, value in values.items()}


def _checked_value(key: str, value: Any) -> dict[str, Any]:
    """A value; where what is wrong with one is a number or a set, the current layer says no key."""
    try:
        return check_value(value)
    except ValueFault as fault:
        if fault.older != nested_too_deep().older:
            fault.older = _of_value(key, fault.older)
        raise
    except AwsFault as fault:
        if fault.code == "ValidationException":
            fault.message = _of_value(key, fault.message)
        raise


def _of_value(key: str, text: str) -> str:
    return f"ExpressionAttributeValues contains invalid value: {text} for key {key}"


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
        self._text = text
        self._tokens = _tokens_of(text)
        if not self._tokens:
            self._refuse_text()
        self._at = 0
        self._depth = 0
        self._problems: list[Problem] = []
        self.test = 0  # number of the comparison or function that is read

    def report(self, kind: str, message: str) -> None:
        """Keep what is wrong with what is read, until all of the expression is."""
        self._problems.append(Problem(kind, self.test, message))

    def fault(self, message: str) -> AwsFault:
        """A ValidationException that names the expression."""
        return _fault(f"Invalid {self.member}: {message}")

    def peek(self, ahead: int = 0) -> Token:
        """The next token, or one further on."""
        if not ahead:
            return self._tokens[self._at]
        return self._tokens[min(self._at + ahead, len(self._tokens) - 1)]

    def next(self) -> Token:
        """Take the next token."""
        token = self._tokens[self._at]
        if token.kind != "end":
            self._at += 1
        return token

    def keyword(self, *words: str) -> str | None:
        """Take the next token if it is one of the words, in any case; None when it is not."""
        token = self.peek()
        if token.kind == "word" and (word := token.text.upper()) in words:
            self._at += 1
            return word
        return None

    def path_part(self) -> str:
        """Take the name of an attribute, as a word or a #placeholder."""
        token = self.peek()
        if token.kind != "name":
            keywords = _KEYWORDS.get(self.member, _OF_CONDITIONS)
            if token.kind != "word" or token.text.upper() in keywords:
                raise self.syntax()
        self._at += 1
        return self.name(token)

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
        """Refuse anything more, and what was reported.

        Raises:
            AwsFault: ValidationException.
        """
        if self.peek().kind != "end":
            raise self.syntax()
        if self._problems:
            raise self.fault(first_of(self.member, self._problems))

    def closing(self, start: int = 0) -> int:
        """How far ahead the sign is that closes the parenthesis at `start`; 0 if none does."""
        depth = 0
        for ahead in range(start, len(self._tokens) - self._at):
            token = self._tokens[self._at + ahead]
            if token.kind == "sign":
                depth += {"(": 1, ")": -1}.get(token.text, 0)
            if depth == 0:
                return ahead
        return 0

    def refuse_redundant_parentheses(self) -> None:
        """Refuse a parenthesis right inside of another, unless the outer one is a function's."""
        opened: list[int] = []
        closed: dict[int, int] = {}
        if self._text.count("(") < 2:  # noqa: PLR2004 - one inside of another
            return
        for place, token in enumerate(self._tokens):
            if token.kind == "sign" and token.text == "(":
                opened.append(place)
            elif token.kind == "sign" and token.text == ")" and opened:
                start = opened.pop()
                closed[start] = place
                before = self._tokens[start - 1] if start else None
                is_call = before is not None and before.kind == "word"
                if is_call and before is not None and before.text.upper() in {"AND", "OR", "NOT"}:
                    is_call = False
                if not is_call and closed.get(start + 1) == place - 1:
                    raise self.fault("The expression has redundant parentheses;")

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
                self.report(
                    "name",
                    "An expression attribute name used in the document path is not defined; "
                    f"attribute name: {token.text}",
                )
                return token.text
            return self.placeholders.names[token.text]
        if token.text.upper() in reserved_words():
            self.report(
                "reserved", f"Attribute name is a reserved keyword; reserved keyword: {token.text}"
            )
        return token.text

    def value(self, token: Token) -> dict[str, Any] | None:
        """The value a :placeholder stands for; None where none is given, which is reported."""
        self.placeholders.used.add(token.text)
        if token.text not in self.placeholders.values:
            self.report(
                "value",
                "An expression attribute value used in expression is not defined; attribute value: "
                f"{token.text}",
            )
            return None
        value: dict[str, Any] = self.placeholders.values[token.text]
        return value

    def _refuse_text(self) -> None:
        """Say what of the text is too much, or no token."""
        size = len(self._text.encode())
        if size > MAX_BYTES:
            raise self.fault(
                f"Expression size has exceeded the maximum allowed size; expression size: {size}"
            )
        at = 0
        while match := _WORD.match(self._text, at):
            at = match.end()
        rest = self._text[at:]
        start = len(self._text) - len(rest.lstrip())
        near = self._text[at : start + 2].strip()
        raise self.fault(f'Syntax error; token: "{rest.strip()[0]}", near: "{near}"')


@lru_cache(512)
def _tokens_of(text: str) -> tuple[Token, ...]:
    """The tokens of an expression; none where it cannot be one."""
    if len(text.encode()) > MAX_BYTES:
        return ()
    tokens, at, end = [], 0, len(text.rstrip())
    while at < end:
        match = _WORD.match(text, at)
        if match is None:
            return ()
        kind = str(match.lastgroup)
        tokens.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    return (*tokens, Token("end", "<EOF>", len(text)))


def _fault(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
