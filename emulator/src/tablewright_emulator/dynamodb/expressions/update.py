"""Update expressions: SET, REMOVE, ADD and DELETE, read into actions and applied to an item.

update = read_update("SET n = n + :one REMOVE old", placeholders)
changed = update.apply(attributes)     # a new item; the one given stays as it is
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from typing import Any

from tablewright_emulator.dynamodb.expressions.paths import (
    Path,
    lookup,
    read_path,
    report_clashes,
)
from tablewright_emulator.dynamodb.expressions.terms import (
    MISMATCH,
    Attribute,
    IfNotExists,
    ListAppend,
    Literal,
    Sum,
    Term,
    Value,
    Values,
    added,
)
from tablewright_emulator.dynamodb.expressions.tokens import Placeholders, Reader
from tablewright_emulator.dynamodb.values import ordered
from tablewright_emulator.request import AwsFault

_SETS = ("SS", "NS", "BS")
_TYPE_WORDS = {
    "S": "STRING", "N": "NUMBER", "B": "BINARY", "BOOL": "BOOLEAN", "NULL": "NULL",
    "L": "LIST", "M": "MAP", "SS": "STRING_SET", "NS": "NUMBER_SET", "BS": "BINARY_SET",
}  # fmt: skip
_FUNCTION_OPERANDS = 2


@dataclass(frozen=True)
class Action:
    """One change at one path.

    Args:
        kind: SET, REMOVE, ADD or DELETE.
        path: where.
        term: computes the new value of SET.
        operand: name of the value that ADD and DELETE take.
    """

    kind: str
    path: Path
    term: Term | None = None
    operand: str = ""

    @cached_property
    def nested(self) -> frozenset[str]:
        """The attributes into which it looks; worked out once, as an expression is read once."""
        return frozenset(str(path[0]) for path in self._paths() if len(path) > 1)

    def _paths(self) -> Iterator[Path]:
        yield self.path
        terms = [self.term]
        while terms:
            match terms.pop():
                case Attribute(path=path):
                    yield path
                case IfNotExists(path=path, otherwise=otherwise):
                    yield path
                    terms.append(otherwise)
                case Sum(left=left, right=right) | ListAppend(first=left, second=right):
                    terms += (left, right)


@dataclass(slots=True)
class Update:
    """All actions of an expression.

    Args:
        actions: in the order of the request.
        values: what its terms and actions speak of, by their names.
        mismatch: what is said of a value that is not of the type that is there.
    """

    actions: tuple[Action, ...]
    values: Values = field(default_factory=dict)
    mismatch: str = MISMATCH

    @property
    def paths(self) -> list[Path]:
        """What it changes."""
        return [action.path for action in self.actions]

    def apply(self, attributes: Mapping[str, Any]) -> dict[str, Any]:
        """The item after the update; every operand is read from the item before it.

        Raises:
            AwsFault: ValidationException.
        """
        # Operands first: all of them see the item as it was.
        steps = [
            (action, action.term(attributes, self.values) if action.term else None)
            for action in self.actions
        ]
        if len(steps) > 1 and any(len(action.path) > 1 for action in self.actions):
            # Higher list positions first: removals do not shift what is to come.
            steps.sort(key=_position, reverse=True)
        result = dict(attributes)
        for action, value in steps:
            if action.kind == "SET":
                _assign(result, action.path, value)
            elif action.kind == "REMOVE":
                _remove(result, action.path)
            else:
                _adjust(result, attributes, action, self)
        return result


def read_update(text: Any, placeholders: Placeholders) -> Update:
    """Read an `UpdateExpression`."""
    kinds = tuple([(name, next(iter(value))) for name, value in placeholders.values.items()])
    actions, used = _read(text, tuple(placeholders.names.items()), kinds)
    placeholders.used |= used
    return Update(actions, placeholders.values)


@lru_cache(512)
def _read(
    text: str, names: tuple[tuple[str, str], ...], kinds: tuple[tuple[str, str], ...]
) -> tuple[tuple[Action, ...], frozenset[str]]:
    """The actions of an expression, and the placeholders it uses, of whose values the types do."""
    placeholders = Placeholders(dict(names), {name: {kind: None} for name, kind in kinds})
    reader = Reader("UpdateExpression", text, placeholders)
    actions: list[Action] = []
    sections: set[str] = set()
    while reader.peek().kind != "end":
        section = reader.keyword("SET", "REMOVE", "ADD", "DELETE")
        if section is None:
            raise reader.syntax()
        if section in sections:
            reader.report(
                "section", f'The "{section}" section can only be used once in an update expression;'
            )
        sections.add(section)
        actions.append(_action(reader, section))
        while reader.sign(","):
            actions.append(_action(reader, section))
    report_clashes(reader, [action.path for action in actions])
    reader.end()
    return tuple(actions), frozenset(placeholders.used)


def _action(reader: Reader, section: str) -> Action:
    path = read_path(reader)
    if section == "REMOVE":
        return Action(section, path)
    if section == "SET":
        reader.expect("=")
        return Action(section, path, term=_sum(reader))
    token = reader.peek()
    if token.kind != "value":
        raise reader.syntax()
    reader.next()
    value = reader.value(token)
    allowed = _SETS if section == "DELETE" else ("N", *_SETS)
    if value is not None and (kind := next(iter(value))) not in allowed:
        reader.report(
            "action",
            f"Incorrect operand type for operator or function; operator: {section}, operand type: "
            f"{_TYPE_WORDS[kind]}, typeSet: ALLOWED_FOR_{section}_OPERAND",
        )
    return Action(section, path, operand=token.text)


def _sum(reader: Reader) -> Term:
    left = _term(reader)
    sign = reader.sign("+", "-")
    if sign is None:
        return left
    right = _term(reader)
    _check_literals(reader, sign, "N", left, right)
    return Sum(sign, left, right)


def _check_literals(reader: Reader, name: str, kind: str, *terms: Term) -> None:
    for term in terms:
        if isinstance(term, Literal) and term.kind != kind:
            reader.report(
                "type",
                f"Incorrect operand type for operator or function; operator or function: {name}, "
                f"operand type: {term.kind}",
            )


def _term(reader: Reader) -> Term:
    token = reader.peek()
    if token.kind == "value":
        reader.next()
        return Literal(token.text, next(iter(reader.value(token) or ("",))))
    if reader.sign("("):
        inner = _sum(reader)
        reader.expect(")")
        return inner
    if token.kind == "word" and reader.peek(1).text == "(":
        return _function(reader)
    return Attribute(read_path(reader))


def _function(reader: Reader) -> Term:
    name = reader.next().text
    reader.expect("(")
    operands = [_sum(reader)]
    while reader.sign(","):
        operands.append(_sum(reader))
    reader.expect(")")
    first, second = operands[0], operands[-1]
    if name not in {"if_not_exists", "list_append"}:
        reader.report("function", f"Invalid function name; function: {name}")
    elif len(operands) != _FUNCTION_OPERANDS:
        reader.report(
            "count",
            "Incorrect number of operands for operator or function; operator or function: "
            f"{name}, number of operands: {len(operands)}",
        )
    elif name == "list_append":
        _check_literals(reader, name, "L", first, second)
        return ListAppend(first, second)
    elif isinstance(first, Attribute):
        return IfNotExists(first.path, second)
    else:
        reader.report(
            "type",
            f"Operator or function requires a document path; operator or function: {name}",
        )
    return second


# --- application --------------------------------------------------------------------------------


def _position(step: tuple[Action, Value | None]) -> tuple[bool, tuple[int, ...]]:
    """Removals last of all (sorted in reverse), and of them the higher positions first."""
    action = step[0]
    numbers = tuple(part for part in action.path if isinstance(part, int))
    # SET at positions beyond the end appends, in order of position.
    return action.kind != "REMOVE", numbers if action.kind == "REMOVE" else tuple(
        -n for n in numbers
    )


def _invalid_path() -> AwsFault:
    return _fault("The document path provided in the update expression is invalid for update")


def _parent(result: dict[str, Any], path: Path) -> Any:
    """The container of the last part of a path, copied on the way so that it can be changed."""
    container: Any = result
    for position, part in enumerate(path[:-1]):
        child = _child(container, part)
        kind = "L" if isinstance(path[position + 1], int) else "M"
        if child is None or kind not in child:
            raise _invalid_path()
        copied = {kind: list(child["L"]) if kind == "L" else dict(child["M"])}
        container[part] = copied
        container = copied[kind]
    return container


def _child(container: Any, part: str | int) -> Any:
    if isinstance(part, int):
        return container[part] if part < len(container) else None
    return container.get(part)


def _assign(result: dict[str, Any], path: Path, value: Any) -> None:
    container, last = _parent(result, path), path[-1]
    if isinstance(last, int) and last >= len(container):
        container.append(value)
    else:
        container[last] = value


def _remove(result: dict[str, Any], path: Path) -> None:
    if len(path) > 1 and lookup(result, path[:-1]) is None:
        raise _invalid_path()
    container, last = _parent(result, path), path[-1]
    if isinstance(last, int):
        if last < len(container):
            del container[last]
    else:
        container.pop(last, None)


def _adjust(
    result: dict[str, Any], attributes: Mapping[str, Any], action: Action, update: Update
) -> None:
    present = lookup(attributes, action.path)
    kind, content = next(iter(update.values[action.operand].items()))
    if present is not None and kind not in present:
        raise _fault(update.mismatch)
    if action.kind == "DELETE":
        if present is None:
            _parent(result, action.path)  # refuses a path into nothing
            return
        left = [element for element in present[kind] if element not in content]
        if left:
            _assign(result, action.path, {kind: left})
        else:
            _remove(result, action.path)
    elif kind == "N":
        total = added(present["N"] if present else "0", content, 1)
        _assign(result, action.path, total)
    else:
        known = present[kind] if present else []
        joined = [*known, *(element for element in content if element not in known)]
        _assign(result, action.path, {kind: ordered(kind, joined)})


def _fault(message: str) -> AwsFault:
    return AwsFault("ValidationException", message)
