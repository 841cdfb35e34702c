"""From arguments of a program to the document of a manifest that says the same.

Each class of arguments stands for one model of `tablewright.manifest.models` and names it, so that
defaults, names, rules and everything else a manifest means are said once. What arguments add is
shorter spelling, and outputs where a manifest has text. Where an argument is more than the model's
field of the same name, a marker in its annotation says how it differs. So the modules of arguments
do without postponed annotations: Pulumi's `Input` cannot be read from text.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from types import UnionType
from typing import Annotated, Any, ClassVar, Union, get_args, get_origin

import pulumi
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.manifest.models import Model


@dataclass(frozen=True)
class ModelName:
    """The model calls the field by this name."""

    name: str


@dataclass(frozen=True)
class Shaped:
    """What a placeholder for an output must look like here; see `OutputPlaceholders.hold`."""

    shape: str


@dataclass(frozen=True)
class Says:
    """Turns a short spelling into what the model reads."""

    meaning: Callable[[Any], Any]


Marker = ModelName | Shaped | Says


@dataclass(frozen=True)
class Reading:
    """How one argument is read: the model's field, the shape of placeholders, the meaning."""

    field: str
    shape: str = "{id}"
    meaning: Callable[[Any], Any] | None = None


@dataclass(frozen=True)
class Arguments:
    """Base of all arguments."""

    model: ClassVar[type[Model]]

    def document(self, late: OutputPlaceholders) -> dict[str, Any]:
        """What these arguments say, as a manifest would; outputs are held in `late`.

        None is what was not said, and is left out.
        """
        document = {}
        for name, reading in readings(type(self)).items():  # type: ignore[arg-type]
            value = getattr(self, name)
            if value is not None:
                meant = reading.meaning(value) if reading.meaning else value
                document[reading.field] = _said(meant, reading.shape, late)
        return document


# The type checker takes a dataclass's own `__hash__` for the class object's, hence the ignores.
@cache
def readings(arguments: type[Arguments]) -> dict[str, Reading]:
    """How each argument of a class is read, by its name."""
    return {field.name: _reading(field.name, field.type) for field in fields(arguments)}


def _reading(name: str, hint: Any) -> Reading:
    reading = Reading(name)
    for marker in _markers(hint):
        match marker:
            case ModelName(field):
                reading = Reading(field, reading.shape, reading.meaning)
            case Shaped(shape):
                reading = Reading(reading.field, shape, reading.meaning)
            case Says(meaning):
                reading = Reading(reading.field, reading.shape, meaning)
    return reading


def _markers(hint: Any) -> Iterator[Marker]:
    if get_origin(hint) is Annotated:
        yield from (marker for marker in hint.__metadata__ if isinstance(marker, Marker))
        yield from _markers(hint.__origin__)
    elif get_origin(hint) in (Union, UnionType):
        for member in get_args(hint):
            yield from _markers(member)


def _said(value: Any, shape: str, late: OutputPlaceholders) -> Any:
    match value:
        case Arguments():
            return value.document(late)
        case pulumi.Output() | Awaitable():
            return late.hold(value, shape)
        case Mapping():
            return {key: _said(item, shape, late) for key, item in value.items()}
        case Sequence() if not isinstance(value, str | bytes):
            return [_said(item, shape, late) for item in value]
        case _:
            return value
