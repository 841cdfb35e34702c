"""The rule language of composite alarms: `ALARM("a") AND NOT (OK(b) OR TRUE)`.

Source: API reference, PutCompositeAlarm. Names may be quoted or not, and may be ARNs.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias, cast

from tablewright_emulator.cloudwatch.alarms.alarm import StateValue

MAX_CHILDREN = 100
MAX_ELEMENTS = 500
MAX_DEPTH = 100  # of parentheses and NOTs
_TOKEN = re.compile(
    r"\s*(?:(?P<state>ALARM|OK|INSUFFICIENT_DATA)\s*\(\s*"
    r'(?:"(?P<quoted>[^"]+)"|(?P<bare>[^()"\s][^()"]*?))\s*\)'
    r"|(?P<word>AND\b|OR\b|NOT\b|TRUE\b|FALSE\b|\(|\)))"
)


class RuleError(ValueError):
    """The rule cannot be read."""


@dataclass(frozen=True, slots=True)
class InState:
    """True while the alarm (a name or an ARN) is in the state."""

    alarm: str
    state: StateValue


@dataclass(frozen=True, slots=True)
class Constant:
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Negation:
    """The contrary."""

    operand: Rule


@dataclass(frozen=True, slots=True)
class All:
    """AND over two or more rules."""

    operands: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Some:
    """OR over two or more rules."""

    operands: tuple[Rule, ...]


Rule: TypeAlias = InState | Constant | Negation | All | Some


def holds(rule: Rule, state_of: Callable[[str], str | None]) -> bool:
    """Whether the rule is true, given the states of alarms; an unknown alarm is in no state."""
    match rule:
        case InState(alarm, state):
            return state_of(alarm) == state
        case Constant(value):
            return value
        case Negation(operand):
            return not holds(operand, state_of)
        case All(operands):
            return all(holds(operand, state_of) for operand in operands)
        case Some(operands):
            return any(holds(operand, state_of) for operand in operands)


def children(rule: Rule) -> tuple[str, ...]:
    """The alarms a rule looks at, each once, in order."""
    match rule:
        case InState(alarm, _):
            return (alarm,)
        case Constant(_):
            return ()
        case Negation(operand):
            return children(operand)
        case All(operands) | Some(operands):
            return tuple(dict.fromkeys(name for part in operands for name in children(part)))


def parse_rule(text: str) -> Rule:
    """Read a rule.

    Raises:
        RuleError: when it is not one, or too large.
    """
    parser = _Parser(_tokens(text))
    rule = parser.any_of()
    if parser.rest:
        raise RuleError(f"Unexpected {parser.rest[0]}")
    if len(children(rule)) > MAX_CHILDREN:
        raise RuleError(f"AlarmRule must not contain more than {MAX_CHILDREN} alarms")
    return rule


def _tokens(text: str) -> list[str | InState]:
    tokens: list[str | InState] = []
    position, end = 0, len(text.rstrip())
    while position < end:
        match = _TOKEN.match(text, position)
        if match is None:
            raise RuleError(f"Syntax error at position {position}")
        position = match.end()
        if match["state"]:
            state = cast("StateValue", match["state"])
            tokens.append(InState(match["quoted"] or match["bare"], state))
        else:
            tokens.append(match["word"])
    if len(tokens) > MAX_ELEMENTS:
        raise RuleError(f"AlarmRule must not contain more than {MAX_ELEMENTS} elements")
    return tokens


class _Parser:
    """Recursive descent: OR binds weaker than AND, AND weaker than NOT."""

    def __init__(self, tokens: list[str | InState]) -> None:
        self.rest = tokens
        self._depth = 0

    def any_of(self) -> Rule:
        operands = [self._all_of()]
        while self._take("OR"):
            operands.append(self._all_of())
        return operands[0] if len(operands) == 1 else Some(tuple(operands))

    def _all_of(self) -> Rule:
        operands = [self._one()]
        while self._take("AND"):
            operands.append(self._one())
        return operands[0] if len(operands) == 1 else All(tuple(operands))

    def _one(self) -> Rule:
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise RuleError("The rule is nested too deeply")
        rule = self._element()
        self._depth -= 1
        return rule

    def _element(self) -> Rule:
        if not self.rest:
            raise RuleError("Unexpected end of the rule")
        word = self.rest.pop(0)
        if isinstance(word, InState):
            return word
        if word == "NOT":
            return Negation(self._one())
        if word in {"TRUE", "FALSE"}:
            return Constant(word == "TRUE")
        if word == "(":
            inner = self.any_of()
            if not self._take(")"):
                raise RuleError("A closing parenthesis is missing")
            return inner
        raise RuleError(f"Unexpected {word}")

    def _take(self, word: str) -> bool:
        if self.rest and self.rest[0] == word:
            self.rest.pop(0)
            return True
        return False
