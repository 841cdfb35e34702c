"""A preview in the order in which people read it: by table, what is equal told once. Pure.

    for section in outline(explanation):
        section.tables      # ("events", "users"): what follows is the same for each of them
        for entry in section.entries:
            entry.name      # "dynamodb-{table}-user-errors-dev"
            entry.lines     # what happens to it, with risk, value before and after, note

Text and Markdown are both made of this.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from tablewright.cost.pricing.rates import RateChange
from tablewright.deploy.explanation import ExplainedChange, Explanation
from tablewright.deploy.property_changes import PropertyChange
from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.owner import OWNER_TAG
from tablewright.report.formats.number import number_of
from tablewright.report.formats.values import difference, shown_value

TABLE_PLACEHOLDER: Final = "{table}"
SHARED_FROM: Final = 3
"""So many resources with the same harmless change are told of together."""
MANY_TABLES: Final = 6
"""From so many tables on, what differs in its old value or its price alone is told of together."""
_TAGGING: Final = {"TagResource", "UntagResource"}


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happens to a resource.

    Args:
        risk: of it.
        text: what happens.
        before: the value now, in words; empty where the text has it, or there is none.
        after: the value then.
        note: limits, side effects, durations.
        wait: what is waited for before anything else happens to the resource; empty for nothing
            but the table itself.
        tag: the name of the tag that it is about.
    """

    risk: Risk
    text: str
    before: str = ""
    after: str = ""
    note: str = ""
    wait: str = ""
    tag: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """What happens to one resource, or to several in the same way.

    Args:
        changes: of the resources.
        name: theirs, with `{table}` for the part in which they differ; empty where they have
            nothing in common but the lines.
        lines: what happens.
        rates: what they are charged by, where that is the same for all.
        is_shared: the lines are some of what happens to resources that may be of several kinds.
    """

    changes: tuple[ExplainedChange, ...]
    name: str
    lines: tuple[Line, ...]
    rates: tuple[RateChange, ...] = ()
    is_shared: bool = False

    @property
    def first(self) -> ExplainedChange:
        """One of the changes; all are the same but for names."""
        return self.changes[0]

    @property
    def is_of_tables(self) -> bool:
        """It is about tables themselves, each with its own name."""
        return all(change.table and change.name == change.table for change in self.changes) and (
            self.first.kind == "table"
        )

    @property
    def subject(self) -> str:
        """`alarm dynamodb-{table}-user-errors-dev`, or `48 resources (8 tables, 40 alarms)`."""
        if self.name:
            return f"{self.first.kind} {self.name}"
        kinds = Counter(change.kind for change in self.changes)
        counted = [number_of(number, kind) for kind, number in kinds.items()]
        total = number_of(len(self.changes), "resource")
        return counted[0] if len(counted) == 1 else f"{total} ({', '.join(counted)})"


@dataclass(frozen=True, slots=True)
class Section:
    """Tables to which the same happens; none for what stands around no table, or around many."""

    tables: tuple[str, ...]
    entries: tuple[Entry, ...]


def outline(explanation: Explanation, *, verbose: bool = False) -> tuple[Section, ...]:
    """The changes by table.

    Args:
        explanation: of the preview.
        verbose: nothing is told of together: every resource with all its lines.
    """
    entries = [
        Entry((change,), change.name, tuple(_lines(change, uncut=verbose)), change.rates)
        for change in explanation.changes
    ]
    if verbose:
        return _sections((change.first.table, change) for change in entries)
    shared, entries = _shared(entries)
    together = _together(entries)
    return (*_sections(together), *((Section((), shared),) if shared else ()))


def _lines(change: ExplainedChange, *, uncut: bool) -> Iterator[Line]:
    yield from map(_tag_line, change.tags)
    for step in change.steps:
        in_tags = change.tags and step.operation in _TAGGING
        if not in_tags and step.operation != "CreateTable":
            yield _step_line(step)
    if not change.steps:
        for changed in change.properties:
            if not (change.tags and re.match(r"tags(All)?\b", changed.path)):
                yield Line(change.risk, difference(changed, uncut=uncut))


def _tag_line(tag: PropertyChange) -> Line:
    name, before, after = tag.path.removeprefix("tags."), tag.before, tag.after
    if name == OWNER_TAG:
        text = f"owned by {after}" if after else f"no longer owned by {before}"
    elif after is None:
        text = f"remove {name}"
    else:
        old, new = shown_value(before, after), shown_value(after, before)
        text = f"{name} {new}" if before is None else f"{name} {old} → {new}"
    return Line(Risk.IN_PLACE, text, tag=name)


def _step_line(step: Step) -> Line:
    settled = step.wait in (Wait.NONE, Wait.TABLE_ACTIVE)
    wait = "" if settled else step.wait.value
    return Line(step.risk, step.title, step.before, step.after, step.note, wait)


def _shared(entries: Sequence[Entry]) -> tuple[tuple[Entry, ...], list[Entry]]:
    """Harmless changes that many resources have in common, and the entries without them."""
    holders: dict[Line, list[int]] = defaultdict(list)
    for place, entry in enumerate(entries):
        if entry.first.actions[-1] == "update":
            for line in entry.lines:
                if line.risk is Risk.IN_PLACE and not line.note and not line.wait:
                    holders[line].append(place)
    by_holders: dict[tuple[int, ...], list[Line]] = defaultdict(list)
    for line, places in holders.items():
        if len(places) >= SHARED_FROM:
            by_holders[tuple(places)].append(line)
    common = {line for lines in by_holders.values() for line in lines}
    rest = [
        replace(entry, lines=tuple(line for line in entry.lines if line not in common))
        if entry.first.actions[-1] == "update"
        else entry
        for entry in entries
    ]
    shared = tuple(
        Entry(tuple(entries[place].first for place in places), "", tuple(lines), is_shared=True)
        for places, lines in by_holders.items()
    )
    return shared, [entry for entry in rest if not _is_told(entry)]


def _is_told(entry: Entry) -> bool:
    """Nothing is left to tell of it."""
    change = entry.first
    bare = not (entry.lines or change.rates or change.gap or change.causes)
    return bare and change.actions == ("update",) and bool(change.tags or change.properties)


def _together(entries: Iterable[Entry]) -> Iterator[tuple[str | tuple[str, ...], Entry]]:
    """Entries that are the same but for their table's name, each with the tables of all."""
    entries = list(entries)
    tables = {entry.first.table for entry in entries}
    loose = len(tables) >= MANY_TABLES
    alike: dict[object, list[Entry]] = {}
    for place, entry in enumerate(entries):
        alike.setdefault(_signature(entry, loose=loose) if entry.first.table else place, []).append(
            entry
        )
    for group in alike.values():
        names = tuple(dict.fromkeys(entry.first.table for entry in group))
        yield (names[0], group[0]) if len(group) == 1 else (names, _merged(group))


def _signature(entry: Entry, *, loose: bool) -> object:
    change, table = entry.first, entry.first.table
    return (
        change.type,
        change.actions,
        _pattern(change.name, table),
        change.causes,
        _pattern(change.gap, table),
        change.moved and tuple(_pattern(name, table) for name in change.moved),
        tuple(_pattern(fact, table) for fact in change.facts),
        tuple(_general(line, table, loose=loose) for line in entry.lines),
        None if loose else change.rates,
    )


def _general(line: Line, table: str, *, loose: bool) -> Line:
    text = line.text if line.tag else _pattern(line.text, table)
    return replace(line, text=text, before="" if loose else line.before)


def _pattern(text: str, table: str) -> str:
    """The text with `{table}` for the table's name, where it stands by itself."""
    if not table:
        return text
    return re.sub(rf"(?<![A-Za-z0-9_]){re.escape(table)}(?![A-Za-z0-9_])", TABLE_PLACEHOLDER, text)


def _merged(group: Sequence[Entry]) -> Entry:
    changes = tuple(entry.first for entry in group)
    first = group[0]
    lines = tuple(_common(lines, first) for lines in zip(*(e.lines for e in group), strict=True))
    same_rates = len({entry.rates for entry in group}) == 1
    name = "" if first.is_of_tables else _pattern(first.name, first.first.table)
    return Entry(changes, name, lines, first.rates if same_rates else ())


def _common(lines: Sequence[Line], first: Entry) -> Line:
    line = lines[0]
    if any(other.text != line.text for other in lines):
        line = replace(line, text=_pattern(line.text, first.first.table))
    return line if len({other.before for other in lines}) == 1 else replace(line, before="")


def _sections(
    entries: Iterable[tuple[str | tuple[str, ...], Entry]],
) -> tuple[Section, ...]:
    """One section for each table or set of tables; single tables first, no table at all last."""
    by_tables: dict[tuple[str, ...], list[Entry]] = defaultdict(list)
    for tables, entry in entries:
        named = tables if isinstance(tables, tuple) else (tables,) if tables else ()
        by_tables[named].append(entry)
    ordered = sorted(by_tables, key=lambda names: (not names, len(names) > 1))
    return tuple(Section(names, tuple(by_tables[names])) for names in ordered)


def risks(explanation: Explanation) -> Mapping[Risk, int]:
    """How many resources change with each risk, the highest first."""
    counts = Counter(change.risk for change in explanation.changes)
    return {risk: counts[risk] for risk in reversed(Risk) if counts[risk]}
