"""Looking before the leap: what lives already, and whether it may be taken over.

The engine creates what its state does not know. Before a run this asks AWS about exactly that:
tables that must exist or must not, alarms and roles that exist by chance. Where the state knows
everything, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, TypeVar

from tablewright.aws.failures import translated
from tablewright.aws.reading import TableReader, TableReading
from tablewright.aws.session import Session
from tablewright.components.existing import Existing
from tablewright.errors import InputError, NotFoundError, RefusedError
from tablewright.plan.declared import DeclaredStack, DeclaredTable, Role
from tablewright.plan.table import Table

from .attached import attached
from .recorded import Recorded, unknown_alarms, unknown_roles, unknown_tables

ALARMS_PER_CALL = 100
THREADS = 8

Item = TypeVar("Item")
Answer = TypeVar("Answer")


def look(declared: DeclaredStack, recorded: Recorded, owner: str, session: Session) -> Existing:
    """Ask AWS about all that is declared and not recorded.

    Args:
        declared: the stack.
        recorded: what its state knows.
        owner: how this stack is called in a table's tag of ownership.
        session: of the target.

    Raises:
        InputError: a table to adopt does not exist, or one exists that is not declared so.
        RefusedError: a table belongs to another stack, or its keys differ.
    """
    wanted = unknown_tables(declared, recorded)
    readings = _tables(wanted, session, declared.region)
    _check(declared, wanted, readings, owner)
    live = {name: reading for name, reading in readings.items() if reading is not None}
    alarms = unknown_alarms(declared, recorded)
    found_roles = _roles(unknown_roles(declared, recorded), session)
    return Existing(
        account_id=session.account_id,
        tables={name: reading.table for name, reading in live.items()},
        alarms=frozenset(_existing_alarms(alarms, session, declared.region)),
        roles=frozenset(found_roles),
        role_policies=frozenset(_inline(found_roles)),
        attachments=frozenset(_attached(found_roles)),
        insights=frozenset(_insights(live)),
        **attached(wanted, live, session, declared.region),
    )


def _tables(
    wanted: Iterable[DeclaredTable], session: Session, region: str
) -> dict[str, TableReading | None]:
    reader = TableReader(session, region)

    def read(name: str) -> TableReading | None:
        try:
            return reader.read(name)
        except NotFoundError:
            return None

    return _each([each.table.name for each in wanted], read)


def _check(
    declared: DeclaredStack,
    wanted: Iterable[DeclaredTable],
    readings: Mapping[str, TableReading | None],
    owner: str,
) -> None:
    faults = [
        fault
        for each in wanted
        for fault in _faults(each, readings[each.table.name], owner, declared.region)
    ]
    if not faults:
        return
    kind = RefusedError if any(isinstance(fault, RefusedError) for fault in faults) else InputError
    first, *others = faults
    if not others:
        raise first
    listed = "\n".join(f"  - {fault.message}\n    → {fault.next_step}" for fault in faults)
    raise kind(
        f"{len(faults)} things stand between these tables and their manifests:\n{listed}",
        "mend them and run the same command again; nothing was touched",
    )


def _faults(
    each: DeclaredTable, reading: TableReading | None, owner: str, region: str
) -> Iterator[InputError | RefusedError]:
    name = each.table.name
    if reading is None:
        if each.adopt:
            yield InputError(
                f"table {name} is to be adopted, but there is no such table in {region}",
                "mend its name or spec.region, or remove `adopt: true` to have it created",
            )
        return
    other = reading.owner or owner
    if other != owner:
        yield RefusedError(
            f"table {name} belongs to the stack {other}; a table has one owner",
            f"release it with that stack's manifests: tablewright release PATH --table {name}",
        )
        return
    if not each.adopt:
        yield InputError(
            f"table {name} exists already, and the manifest would create it",
            "add `adopt: true` to its spec to take it over in place, or choose another name",
        )
    if difference := _key_difference(each.table, reading.table):
        yield RefusedError(
            f"table {name} cannot be adopted as declared: {difference}; keys never change in place",
            "declare the keys the table has, or declare a new table under another name",
        )


def _key_difference(declared: Table, live: Table) -> str:
    for word, ours, theirs in (
        ("partition key", declared.key.partition, live.key.partition),
        ("sort key", declared.key.sort, live.key.sort),
    ):
        said = _typed(ours, declared.attributes)
        has = _typed(theirs, live.attributes)
        if said != has:
            return f"its {word} is {has}, the manifest says {said}"
    return ""


def _typed(names: Iterable[str], types: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} ({types.get(name, '?')})" for name in names) or "none"


def _existing_alarms(names: list[str], session: Session, region: str) -> Iterator[str]:
    client = session.client("cloudwatch", region)
    for start in range(0, len(names), ALARMS_PER_CALL):
        with translated("look for alarms of the same names"):
            pages = client.get_paginator("describe_alarms").paginate(
                AlarmNames=names[start : start + ALARMS_PER_CALL],
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            )
            for page in pages:
                for alarm in (*page["MetricAlarms"], *page["CompositeAlarms"]):
                    yield alarm["AlarmName"]


@dataclass(frozen=True, slots=True)
class _LiveRole:
    inline: tuple[str, ...]
    attached: tuple[str, ...]


def _roles(roles: Iterable[Role], session: Session) -> dict[str, _LiveRole]:
    client = session.client("iam")

    def read(name: str) -> _LiveRole | None:
        try:
            with translated(f"look for role {name}"):
                inline = client.list_role_policies(RoleName=name)["PolicyNames"]
                attached = client.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
        except NotFoundError:
            return None
        return _LiveRole(tuple(inline), tuple(policy["PolicyArn"] for policy in attached))

    found = _each([role.name for role in roles], read)
    return {name: role for name, role in found.items() if role is not None}


def _inline(roles: Mapping[str, _LiveRole]) -> Iterator[tuple[str, str]]:
    for name, role in roles.items():
        yield from ((name, policy) for policy in role.inline)


def _attached(roles: Mapping[str, _LiveRole]) -> Iterator[tuple[str, str]]:
    for name, role in roles.items():
        yield from ((name, arn) for arn in role.attached)


def _insights(live: Mapping[str, TableReading]) -> Iterator[tuple[str, str | None]]:
    for name, reading in live.items():
        yield from ((name, insights.index) for insights in reading.insights)


def _each(items: Iterable[Item], read: Callable[[Item], Answer]) -> dict[Item, Answer]:
    """`read` of every item, several at a time."""
    every = list(items)
    if len(every) <= 1:
        return {item: read(item) for item in every}
    with ThreadPoolExecutor(min(THREADS, len(every))) as threads:
        return dict(zip(every, threads.map(read, every), strict=True))
