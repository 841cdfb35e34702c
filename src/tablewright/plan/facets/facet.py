"""One setting of a table in every form that it takes, declared once.

A facet is a field of `plan.table.Table`. Here are its forms: the field of a manifest, the engine's
properties, the members of AWS's requests and replies, the steps of a change, its words in a report.
All converters walk `FACETS` and know no facet by name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.table import Table

Value = TypeVar("Value")
Members = dict[str, Any]
"""Members of one of AWS's requests, or of the engine's properties."""
Reply = Mapping[str, Any]
Properties = Mapping[str, Any]
Transition = Callable[[str, Value, Value], Iterator[Step]]
"""Steps of the table of a name from one value to another one."""

DESCRIBE_TABLE: Final = "DescribeTable"
OFF: Final = "off"


@dataclass(frozen=True, slots=True)
class EngineForm(Generic[Value]):
    """A facet as properties of `aws.dynamodb.Table`.

    Args:
        names: the properties.
        parse: properties, and the live value for what they leave open, to the value; None where
            they do not speak of it.
        render: the value as properties of a live table; an empty text has no form as an argument.
        choices: all values of a property that holds the value itself.
    """

    names: tuple[str, ...]
    parse: Callable[[Properties, Value | None], Value | None]
    render: Callable[[Value], Members]
    choices: tuple[Value, ...] = ()


def plain(name: str, choices: tuple[Value, ...]) -> EngineForm[Value]:
    """A property that holds the value itself, one of these."""
    return EngineForm(
        (name,), lambda given, _: given.get(name), lambda value: {name: value}, choices
    )


def block(
    name: str,
    parse: Callable[[Properties, Value | None], Value | None],
    render: Callable[[Value], Members],
) -> EngineForm[Value]:
    """A property that holds a mapping; an empty one is not sent."""

    def parsed(given: Properties, live: Value | None) -> Value | None:
        return None if given.get(name) is None else parse(given[name], live)

    def rendered(value: Value) -> Members:
        members = render(value)
        return {name: members} if members else {}

    return EngineForm((name,), parsed, rendered)


def unchanged(_name: str, _old: Any, _new: Any) -> Iterator[Step]:
    """No step."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Column(Generic[Value]):
    """A facet in the list of discovered tables."""

    name: str
    value: Callable[[Value], Any]


def as_it_is(value: Any) -> Any:
    """The value itself."""
    return value


@dataclass(frozen=True, kw_only=True)
class Facet(Generic[Value]):
    """One setting of a table.

    Args:
        name: its field in `Table`.
        path: its field in a manifest, by which steps name it.
        fact: what a report calls it.
        default: what a manifest that leaves it out declares, and AWS gives a new table; None for
            what then stays as it is.
        declare: from the model of a manifest (a table, or an index of it).
        manifest: the value of its field in a manifest, for anything but the default.
        engine: its properties in the engine.
        read: from AWS's reply; members that are absent mean what AWS means by leaving them out.
        operation: the call whose reply that is.
        create: its members of CreateTable, none for what AWS does by itself; None where CreateTable
            cannot carry it, so that its steps follow.
        guard: steps that protect items, before all others.
        change: steps that do neither.
        release: steps that give protection or items up, after all others.
        words: the value in a report, equal for equal values only.
        column: how `discover` lists it, if it does.
    """

    name: str
    path: str
    fact: str
    default: Value | None
    declare: Callable[[Any], Value | None]
    engine: EngineForm[Value]
    read: Callable[[Reply], Value | None]
    words: Callable[[Value], str]
    manifest: Callable[[Value], Any] = as_it_is
    operation: str = DESCRIBE_TABLE
    create: Callable[[Value], Members] | None = None
    guard: Transition[Value] = field(default=unchanged)
    change: Transition[Value] = field(default=unchanged)
    release: Transition[Value] = field(default=unchanged)
    column: Column[Value] | None = None

    @property
    def is_described(self) -> bool:
        """DescribeTable tells it; anything else takes a call that may be refused."""
        return self.operation == DESCRIBE_TABLE

    def of(self, holder: Any) -> Value | None:
        """Its value in a table or an index; None where it is not declared, or unread."""
        value: Value | None = getattr(holder, self.name)
        return value

    def steps(self, transition: Transition[Value], live: Table, declared: Table) -> Iterator[Step]:
        """Steps of a transition, if both values are known and differ."""
        old, new = self.of(live), self.of(declared)
        if old is not None and new is not None and old != new:
            yield from transition(live.name, old, new)


def table_update(
    name: str,
    title: str,
    members: Members,
    path: str,
    *,
    risk: Risk = Risk.IN_PLACE,
    wait: Wait = Wait.TABLE_ACTIVE,
    note: str = "",
) -> Step:
    """One UpdateTable for one facet: DynamoDB refuses most mixtures."""
    return Step(
        title=title,
        operation="UpdateTable",
        request={"TableName": name, **members},
        risk=risk,
        properties=(path,),
        wait=wait,
        note=note,
    )
