"""What inputs a resource type takes, as data: names, kinds, limits, and which of them replace.

One `Shape` per type drives the check of inputs (`conform`), the comparison with what is recorded
(`tablewright.provider.resources.difference`) and the test that holds us to the SDK's metadata.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import get_close_matches
from enum import StrEnum
from typing import Any

from tablewright.provider.protocol.unknown import UNKNOWN, has_unknown

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600}
_PART = re.compile(r"(\d+(?:\.\d+)?)(ms|h|m|s)")
_LENGTH = re.compile(r"(?:\d+(?:\.\d+)?(?:ms|h|m|s))+")


class ValueKind(StrEnum):
    """What an input holds; the value is the word a message uses for it."""

    TEXT = "text"
    WHOLE = "a whole number"
    NUMBER = "a number"
    FLAG = "true or false"
    TEXTS = "a list of texts"
    MAP = "a map of texts"
    BLOCK = "an object"
    BLOCKS = "a list of objects"
    DOCUMENT = "a JSON document"
    MOMENT = "a time such as 2026-12-24T18:00:00Z"
    LENGTH = "a length of time such as 90s or 1h30m"


@dataclass(frozen=True, slots=True)
class Input:
    """One input.

    Args:
        kind: what it holds.
        required: whether it must be given.
        replaces: whether a change of it needs a new resource.
        choices: the texts AWS takes, if they are few.
        at_least: smallest number.
        at_most: largest number.
        longest: most characters of a text.
        members: of a block or of each of several blocks.
        ordered: whether the order of a list means something.
        keeps: whether leaving it out after having given it keeps the live value.
        default: what AWS does when it is left out, for the comparison of blocks.
        refused: why the input is not supported; then giving it fails by name.
    """

    kind: ValueKind
    required: bool = False
    replaces: bool = False
    choices: tuple[str, ...] = ()
    at_least: float | None = None
    at_most: float | None = None
    longest: int | None = None
    members: Mapping[str, Input] = field(default_factory=dict)
    ordered: bool = False
    keeps: bool = False
    default: Any = None
    refused: str = ""


Shape = Mapping[str, Input]


@dataclass(frozen=True, slots=True)
class InputFailure:
    """An input that cannot be: its path and one sentence that says why and what instead."""

    path: str
    reason: str


def conform(shape: Shape, values: Mapping[str, Any]) -> tuple[dict[str, Any], list[InputFailure]]:
    """Bring inputs into the kinds the shape says, and collect everything that is wrong.

    Nulls are dropped (to the engine they are the same as absent), numbers and flags given as text
    are read as what they are, as Pulumi's own bridge does; unknown values pass.
    """
    failures: list[InputFailure] = []
    conformed = _members(shape, values, "", failures)
    return conformed, failures


def _members(
    shape: Shape, values: Mapping[str, Any], prefix: str, failures: list[InputFailure]
) -> dict[str, Any]:
    conformed: dict[str, Any] = {}
    for name, value in values.items():
        if value is None or name.startswith("__"):  # `__defaults` is the official plugin's own
            continue
        path = f"{prefix}{name}"
        known = shape.get(name)
        if known is None:
            failures.append(InputFailure(path, _no_such_input(name, shape)))
        elif known.refused:
            failures.append(InputFailure(path, known.refused))
        else:
            conformed[name] = _value(known, value, path, failures)
    failures.extend(
        InputFailure(f"{prefix}{name}", "is required")
        for name, known in shape.items()
        if known.required and values.get(name) is None
    )
    return conformed


def _no_such_input(name: str, shape: Shape) -> str:
    near = get_close_matches(name, shape, n=1)
    return f"is not an input of this type; {near[0]} is" if near else "is not an input of this type"


def _value(known: Input, value: Any, path: str, failures: list[InputFailure]) -> Any:
    if value is UNKNOWN:
        return value
    match known.kind:
        case ValueKind.BLOCK:
            return _block(known, value, path, failures)
        case ValueKind.DOCUMENT if (
            value != "" or known.required
        ):  # an empty one says that there is none
            return _document(value, path, failures)
        case ValueKind.BLOCKS | ValueKind.TEXTS if isinstance(value, list):
            return _items(known, value, path, failures)
        case ValueKind.MAP if isinstance(value, dict):
            return _entries(known, value, path, failures)
        case _:
            return _checked(known, value, path, failures)


def _checked(known: Input, value: Any, path: str, failures: list[InputFailure]) -> Any:
    scalar = _scalar(known.kind, value)
    if scalar is None:
        failures.append(InputFailure(path, f"must be {known.kind.value}, not {_kind_of(value)}"))
        return value
    failures.extend(_limits(known, scalar, path))
    return scalar


def _entries(
    known: Input, value: dict[str, Any], path: str, failures: list[InputFailure]
) -> dict[str, Any]:
    entry = Input(ValueKind.TEXT, longest=known.longest)
    return {
        name: _value(entry, item, at(path, name), failures)
        for name, item in value.items()
        if item is not None
    }


def _items(known: Input, value: list[Any], path: str, failures: list[InputFailure]) -> list[Any]:
    if known.kind is ValueKind.BLOCKS:
        element = Input(ValueKind.BLOCK, members=known.members)
    else:
        element = Input(ValueKind.TEXT, choices=known.choices, longest=known.longest)
    return [_value(element, item, f"{path}[{index}]", failures) for index, item in enumerate(value)]


def _block(known: Input, value: Any, path: str, failures: list[InputFailure]) -> Any:
    if value is UNKNOWN:
        return value
    if not isinstance(value, dict):
        failures.append(
            InputFailure(path, f"must be {ValueKind.BLOCK.value}, not {_kind_of(value)}")
        )
        return value
    return _members(known.members, value, f"{path}.", failures)


def _scalar(kind: ValueKind, value: Any) -> Any:
    """The value as `kind`, or None when it is none."""
    if isinstance(value, (dict, list)):
        return None
    match kind:
        case ValueKind.TEXT | ValueKind.DOCUMENT:
            return _text(value)
        case ValueKind.MOMENT | ValueKind.LENGTH:
            meant = moment_of(value) if kind is ValueKind.MOMENT else seconds_of(str(value))
            return None if meant is None else value
        case ValueKind.FLAG:
            return value if isinstance(value, bool) else {"true": True, "false": False}.get(value)
        case ValueKind.WHOLE | ValueKind.NUMBER if not isinstance(value, bool):
            return _number(value, is_whole=kind is ValueKind.WHOLE)
        case _:
            return None


def moment_of(value: Any) -> datetime | None:
    """The moment a text names; without a zone it is UTC."""
    try:
        parsed = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)


def seconds_of(text: str) -> float | None:
    """Seconds of a length of time as Terraform writes it: `1h30m`, `90s`; None where it is none."""
    if not text or not _LENGTH.fullmatch(text):
        return None
    return sum(float(number) * _UNITS[unit] for number, unit in _PART.findall(text))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _number(value: float | str, *, is_whole: bool) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    if number.is_integer():
        return int(number)
    return None if is_whole else number


def _document(value: Any, path: str, failures: list[InputFailure]) -> Any:
    """A JSON document as text; SDKs let people give the object itself as well."""
    if isinstance(value, dict):
        return value if has_unknown(value) else json.dumps(value, separators=(",", ":"))
    try:
        parsed = json.loads(value)
    except (TypeError, ValueError):
        parsed = None
    if not isinstance(parsed, dict):
        failures.append(InputFailure(path, "must be a JSON document, as text"))
    return value


def _limits(known: Input, value: Any, path: str) -> list[InputFailure]:
    if known.choices and value not in known.choices:
        listed = ", ".join(known.choices)
        near = get_close_matches(str(value), known.choices, n=1, cutoff=0.5)
        hint = f"; did you mean {near[0]}" if near else ""
        return [InputFailure(path, f"must be one of {listed}, not {value!r}{hint}")]
    if known.at_least is not None and value < known.at_least:
        return [InputFailure(path, f"must be at least {known.at_least}, not {value}")]
    if known.at_most is not None and value > known.at_most:
        return [InputFailure(path, f"must be at most {known.at_most}, not {value}")]
    if known.longest is not None and len(value) > known.longest:
        return [
            InputFailure(path, f"has {len(value)} characters; AWS takes {known.longest} at most")
        ]
    return []


def _kind_of(value: Any) -> str:
    match value:
        case bool():
            return "true or false"
        case int() | float():
            return "a number"
        case str():
            return "text"
        case list():
            return "a list"
        case _:
            return "an object"


def at(path: str, name: str) -> str:
    """The path of a member of a map, quoted as the engine does where the name needs it."""
    if name.isidentifier():
        return f"{path}.{name}" if path else name
    return f'{path}["{name}"]'


# Short words for the tables of inputs; they read better than a column of `Input(Kind.…)`.


def text(*choices: str, **rest: Any) -> Input:
    """A text, one of `choices` if there are any."""
    return Input(ValueKind.TEXT, choices=choices, **rest)


def whole(**rest: Any) -> Input:
    """A whole number."""
    return Input(ValueKind.WHOLE, **rest)


def number(**rest: Any) -> Input:
    """A number."""
    return Input(ValueKind.NUMBER, **rest)


def flag(**rest: Any) -> Input:
    """True or false."""
    return Input(ValueKind.FLAG, **rest)


def texts(**rest: Any) -> Input:
    """A list of texts."""
    return Input(ValueKind.TEXTS, **rest)


def mapping(**rest: Any) -> Input:
    """A map of texts."""
    return Input(ValueKind.MAP, **rest)


def block(members: Shape, **rest: Any) -> Input:
    """An object."""
    return Input(ValueKind.BLOCK, members=members, **rest)


def blocks(members: Shape, **rest: Any) -> Input:
    """A list of objects."""
    return Input(ValueKind.BLOCKS, members=members, **rest)


def document(**rest: Any) -> Input:
    """A JSON document."""
    return Input(ValueKind.DOCUMENT, **rest)


def moment(**rest: Any) -> Input:
    """A moment, as ISO 8601 text."""
    return Input(ValueKind.MOMENT, **rest)


def length(**rest: Any) -> Input:
    """A length of time, as text."""
    return Input(ValueKind.LENGTH, **rest)


def refused(reason: str) -> Input:
    """An input the SDK has and this provider does not take."""
    return Input(ValueKind.TEXT, refused=reason)


def as_input(known: Input, value: Any) -> Any:
    """A live value as a program would give it: without outputs of blocks, nulls and defaults."""
    match known.kind:
        case ValueKind.BLOCK if isinstance(value, dict):
            return _given_members(known.members, value)
        case ValueKind.BLOCKS if isinstance(value, list):
            return [
                _given_members(known.members, element)
                for element in value
                if isinstance(element, dict)
            ]
        case _:
            return value


def _given_members(members: Shape, value: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: given
        for name, known in members.items()
        if not known.refused
        and (given := as_input(known, value.get(name))) not in (None, "", [], {})
        and (known.required or given != known.default)
    }


def without_empties(values: Mapping[str, Any]) -> dict[str, Any]:
    """Members that say something: no None, no empty text, list or map."""
    return {
        name: value
        for name, value in values.items()
        if value is not None and not (isinstance(value, (str, Sequence, Mapping)) and not value)
    }
