"""A whole state as lines of JSON: the world, values that are shared, calls of moto, each service.

Nothing in it is run, and nothing is named but kinds of values (`codec`).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.codec import CodecError, ValueReader, ValueWriter, text_of
from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.schema import migrated

_SHARED, _SHARED_LINE = "shared", b'["shared",'
_PER_LINE = 1_000


@dataclass(frozen=True, slots=True)
class State:
    """Everything at one moment.

    Args:
        world: its id.
        journal: number of the journal that goes on from it.
        clock: its setting.
        services: what each of ours holds.
        moto: the calls that made what moto holds.
    """

    world: str
    journal: int
    clock: Any
    services: dict[str, Any]
    moto: list[Any]


def to_bytes(state: State) -> bytes:
    """A state as bytes.

    Raises:
        CodecError: it holds something that cannot be kept.
    """
    return b"\n".join(_lines(state))


def from_bytes(data: bytes, schema: int) -> State:
    """The state that `to_bytes` wrote, of this schema or of an older one.

    Raises:
        EmulatorError: it names what is not known, or is no state at all.
    """
    sections: dict[str, list[Any]] = {"world": [], _SHARED: [], "moto": [], "service": []}
    reader = ValueReader(sections[_SHARED])
    try:
        for line in data.split(b"\n"):
            _read(migrated(line, schema), sections, reader)
        ((world, journal, clock),) = sections["world"]
        services = {str(name): held for name, held in sections["service"]}
    except (CodecError, KeyError, ValueError, TypeError, AttributeError, RecursionError) as error:
        raise unreadable(error) from error
    return State(world, journal, clock, services, sections["moto"])


def line_of(value: Any) -> bytes:
    """One value as a line, for a journal.

    Raises:
        CodecError: it holds something that cannot be kept.
    """
    return ValueWriter().line(value)


def value_of(line: bytes, schema: int) -> Any:
    """The value of a line that `line_of` wrote.

    Raises:
        EmulatorError: it cannot be read.
    """
    try:
        return ValueReader().value(migrated(line, schema))
    except (CodecError, KeyError, ValueError, TypeError) as error:
        raise unreadable(error) from error


def unreadable(error: Exception) -> EmulatorError:
    """What is said of a state that is whole and not understood."""
    return EmulatorError(
        f"The kept state of the embedded AWS cannot be read: {error}.",
        "Start with another data directory.",
    )


def _lines(state: State) -> Iterator[bytes]:
    writer = ValueWriter()
    services = [writer.line(["service", [name, held]]) for name, held in state.services.items()]
    yield writer.line(["world", [state.world, state.journal, state.clock]])
    for start in range(0, len(writer.shared), _PER_LINE):
        yield text_of([_SHARED, writer.shared[start : start + _PER_LINE]])
    for call in state.moto:
        yield writer.line(["moto", call])
    yield from services


def _read(line: bytes, sections: dict[str, list[Any]], reader: ValueReader) -> None:
    if line.startswith(_SHARED_LINE):  # items, in which nothing stands for something else
        sections[_SHARED] += json.loads(line)[1]
        return
    section, content = reader.value(line)
    sections[section].append(content)
