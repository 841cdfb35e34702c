"""`moved` notes of a stack: what had another name in its manifests, and is the same in AWS."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Literal

from tablewright.manifest.messages.vocabulary import nearest_word
from tablewright.manifest.models import Stack
from tablewright.manifest.naming import stack_alarms
from tablewright.manifest.rules.finding import Finding, at, repeated
from tablewright.manifest.rules.outline import Outline

Kind = Literal["table", "alarm", "role"]


def table_of(place: str) -> str:
    """The table that a place such as `table/orders/alarm/user-errors` is of; empty for none."""
    kind, _, rest = place.partition("/")
    return rest.partition("/")[0] if kind == "table" else ""


def moves_are_possible(
    stack: Stack, tables: Sequence[Outline], elsewhere: Collection[str] = ()
) -> Iterator[Finding]:
    """Nothing that is still declared has moved, and what has moved is declared."""
    declared = {f"alarm/{alarm.word}" for alarm in stack_alarms(stack)}
    for table in tables:
        declared.add(f"table/{table.key}")
        for what in ("alarm", "role"):
            declared |= {f"table/{table.key}/{what}/{word}" for word in table.words(f"{what}s")}
    notes = stack.spec.moved
    ends = {note.from_: note.to for note in notes}
    for field, names in (("from", [n.from_ for n in notes]), ("to", [n.to for n in notes])):
        for number, first, name in repeated(names):
            path, other = (at("moved", n, field) for n in (number, first))
            message = f"`{name}` stands in two notes as `{field}`"
            yield Finding(path, message, "remove one of the two", other=other)
    for number, note in enumerate(notes):
        path = at("moved", number)
        if note.from_ in declared:
            fix = (
                "remove the note: what gives another its name in the manifest and takes a new one "
                "is known by its name in AWS"
            )
            yield Finding((*path, "from"), f"`{note.from_}` is declared still", fix)
        if kind_of(note.from_) != kind_of(note.to):
            message = f"what was of the kind {kind_of(note.from_)} is no {kind_of(note.to)} now"
            reads = ((*path, "from"),)
            yield Finding((*path, "to"), message, "name two of a kind", reads=reads)
        elif (end := final(ends, note.to)) not in declared and table_of(end) not in elsewhere:
            meant = nearest_word(end, declared) if declared else None
            fix = f"did you mean `{meant}`?" if meant else "declare it, or remove the note"
            yield Finding((*path, "to"), f"nothing is declared as `{end}`", fix)


def kind_of(address: str) -> Kind:
    """What an address names."""
    match address.split("/")[-2]:
        case "alarm":
            return "alarm"
        case "role":
            return "role"
        case _:
            return "table"


def final(ends: Mapping[str, str], address: str) -> str:
    """Where a thing is after all moves, those that were noted before and left included."""
    seen = {address}
    while (following := ends.get(address)) and following not in seen:
        seen.add(following)
        address = following
    return address
