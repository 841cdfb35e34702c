"""Values as JSON and back, by a list of the kinds that may be kept. Nothing is called by name.

What JSON knows stands as it is. Everything else is an object with one member, `$` and the name of a
kind: `{"$decimal": "1.50"}`, `{"$table": {"name": "orders", ...}}`. Classes are registered under a
name that stays when they are renamed or moved:

    @kept("alarm")
    @dataclass
    class Alarm: ...

A kind, or a member of one, that is not registered is refused, on the way out as on the way in. A
member that is absent takes its default, so that one with a default may be added without a change of
the schema; any other change is one of `schema`.

Values that are in many places, such as items in a table, its stream and its recovery log, are
written once, and stay one object when they are read: see `ValueWriter.share`. So is what is long
and plain, since what is shared is read without looking for kinds.
"""

from __future__ import annotations

import base64
import json
import zlib
from array import array
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import cache
from typing import Any, TypeVar

_Class = TypeVar("_Class", bound=type)
_PLAIN = frozenset({str, int, float, bool, type(None)})
_BASES: tuple[Any, ...] = (float, int, str, dict)
"""What a number of NumPy or a member of an enumeration is written as."""
_TAG = "$"


class CodecError(Exception):
    """A value, or a text, that is not of the kinds that are kept."""


@dataclass(frozen=True)
class _Kind:
    """How one class is written.

    Args:
        name: that stands for it.
        plain: its values as something that can be written.
        value: the way back.
    """

    name: str
    plain: Callable[[Any, ValueWriter], Any]
    value: Callable[[Any, ValueReader], Any]


_BY_CLASS: dict[type, _Kind] = {}
_BY_NAME: dict[str, _Kind] = {}


def register(
    name: str,
    cls: type,
    plain: Callable[[Any, ValueWriter], Any],
    value: Callable[[Any, ValueReader], Any],
) -> None:
    """Keep values of a class under a name, in a form of its own."""
    assert _TAG + name not in _BY_NAME, name  # noqa: S101 - two of one name
    _BY_CLASS[cls] = _BY_NAME[_TAG + name] = _Kind(_TAG + name, plain, value)


def kept(name: str) -> Callable[[_Class], _Class]:
    """Keep values of a dataclass under a name, field by field."""

    def decorate(cls: _Class) -> _Class:
        register(name, cls, lambda value, _: members(value), lambda plain, _: built(cls, plain))
        return cls

    return decorate


def members(value: Any, *but: str) -> dict[str, Any]:
    """The fields of a dataclass, without some."""
    return {name: getattr(value, name) for name in _names(value.__class__) if name not in but}


def built(cls: Any, plain: Any) -> Any:
    """A value of a dataclass of its fields.

    Raises:
        CodecError: some are not known, or some are missing.
    """
    if not isinstance(plain, dict) or not plain.keys() <= _names(cls).keys():
        raise CodecError(f"{cls.__name__} has no members {sorted(set(plain) - set(_names(cls)))}")
    try:
        return cls(**plain)
    except TypeError as error:
        needed = [name for name, optional in _names(cls).items() if not optional]
        missing = sorted(set(needed) - set(plain))
        raise CodecError(f"{cls.__name__} lacks its members {missing}") from error


@cache
def _names(cls: Any) -> dict[str, bool]:
    """Names of a dataclass's fields, and whether they may be absent."""
    return {
        declared.name: declared.default is not MISSING or declared.default_factory is not MISSING
        for declared in fields(cls)
    }


class ValueWriter:
    """Writes values; those that are shared go into a list of their own, `shared`."""

    def __init__(self) -> None:
        self.shared: list[Any] = []
        self._numbers: dict[int, int] = {}

    def share(self, value: Any) -> int:
        """The number of a value of plain JSON that is the same object in many places."""
        number = self._numbers.get(id(value))
        if number is None:
            number = self._numbers[id(value)] = len(self.shared)
            self.shared.append(value)
        return number

    def plain(self, value: Any) -> Any:
        """A value as JSON has it.

        Raises:
            CodecError: it is of no kind that is kept.
        """
        cls = type(value)
        if cls in _PLAIN:
            return value
        if cls is list:
            return [self.plain(member) for member in value]
        if cls is dict:
            return self._mapping(value)
        kind = _BY_CLASS.get(cls)
        if kind is None:
            for base in _BASES:
                if isinstance(value, base):
                    return self.plain(base(value))
            raise CodecError(f"{cls.__module__}.{cls.__qualname__} is of no kind that is kept")
        return {kind.name: self.plain(kind.plain(value, self))}

    def line(self, value: Any) -> bytes:
        """A value as one line, without its end.

        Raises:
            CodecError: it is of no kind that is kept.
        """
        return text_of(self.plain(value))

    def _mapping(self, value: dict[Any, Any]) -> Any:
        if all(type(key) is str and key[:1] != _TAG for key in value):
            return {key: self.plain(member) for key, member in value.items()}
        return {"$map": [[self.plain(key), self.plain(member)] for key, member in value.items()]}


class ValueReader:
    """Reads what a `ValueWriter` wrote; `shared` are the values that others refer to."""

    def __init__(self, shared: list[Any] | None = None) -> None:
        self.shared = [] if shared is None else shared
        self._decoder = json.JSONDecoder(object_hook=self._value)

    def value(self, line: bytes) -> Any:
        """The value of a line.

        Raises:
            CodecError: it is no such line.
        """
        try:
            return self._decoder.decode(line.decode())
        except CodecError:
            raise
        except (
            ValueError, TypeError, KeyError, IndexError, AttributeError, InvalidOperation,
            RecursionError, OverflowError, AssertionError, zlib.error,
        ) as error:  # fmt: skip
            raise CodecError(f"{type(error).__name__}: {error}") from error

    def _value(self, plain: dict[str, Any]) -> Any:
        if len(plain) != 1:
            return plain
        name = next(iter(plain))
        if name[:1] != _TAG:
            return plain
        kind = _BY_NAME.get(name)
        if kind is None:
            raise CodecError(f"{name[1:]} is not known here")
        return kind.value(plain[name], self)


def text_of(plain: Any) -> bytes:
    """Plain JSON as bytes, without a line's end."""
    return json.dumps(plain, separators=(",", ":")).encode()


def _bytes(data: bytes, _: Any) -> Any:
    """As text where they are text, which most bodies of requests are."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return [_text(data)]


def _data(plain: Any, _: Any) -> bytes:
    return plain.encode() if isinstance(plain, str) else _decoded(plain[0])


def _decoded(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _text(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _doubles(plain: str, _: Any) -> array[float]:
    return array("d", zlib.decompress(_decoded(plain)))


def _pairs(pairs: Iterable[Any]) -> Iterator[tuple[Any, Any]]:
    return ((key, member) for key, member in pairs)


register("map", type("NoClass", (), {}), lambda _, __: None, lambda plain, _: dict(_pairs(plain)))
register("tuple", tuple, lambda value, _: list(value), lambda plain, _: tuple(plain))
register("set", set, lambda value, _: list(value), lambda plain, _: set(plain))
register("frozenset", frozenset, lambda value, _: list(value), lambda plain, _: frozenset(plain))
register("deque", deque, lambda value, _: list(value), lambda plain, _: deque(plain))
register(
    "counter",
    Counter,
    lambda value, _: [list(pair) for pair in value.items()],
    lambda plain, _: Counter(dict(_pairs(plain))),
)
register("bytes", bytes, _bytes, _data)
register("decimal", Decimal, lambda value, _: str(value), lambda plain, _: Decimal(plain))
register(
    "time",
    datetime,
    lambda value, _: value.isoformat(),
    lambda plain, _: datetime.fromisoformat(plain),
)
register(
    "date", date, lambda value, _: value.isoformat(), lambda plain, _: date.fromisoformat(plain)
)
register(
    "duration",
    timedelta,
    lambda value, _: [value.days, value.seconds, value.microseconds],
    lambda plain, _: timedelta(*plain),
)
register(
    "doubles",
    array,
    lambda value, _: _text(zlib.compress(value.tobytes(), 1)),
    _doubles,
)
