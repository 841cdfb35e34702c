"""Looking before the leap: what lives already, and whether it may be taken over.

The engine creates what its state does not know. Before a run this asks AWS about exactly that:
tables that must exist or must not, what hangs on them, alarms, roles and a dashboard that exist by
chance. Where the state knows everything, nothing is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.components.existing import Existing
from tablewright.errors import InputError, NotFoundError, RefusedError, UnreadError
from tablewright.fleet.concurrently import each
from tablewright.fleet.fact import Unread, ask
from tablewright.fleet.live import LiveTable, LiveTableReader
from tablewright.fleet.roles import LiveRole, read_role
from tablewright.fleet.scaling import read_scaling
from tablewright.fleet.stack import pace_for
from tablewright.plan.declared import DeclaredStack, DeclaredTable, Role
from tablewright.plan.table import Table

from .attached import SCALING, attached
from .recorded import Unrecorded
from .sources import check_sources

ALARMS_PER_CALL = 100


def look(declared: DeclaredStack, wanted: Unrecorded, owner: str, session: Session) -> Existing:
    """Ask AWS about all that is declared and not recorded.

    Args:
        declared: the stack.
        wanted: what its state does not know.
        owner: how this stack is called in a table's tag of ownership.
        session: of the target.

    Raises:
        InputError: a table to adopt does not exist, or one exists that is not declared so.
        RefusedError: a table belongs to another stack, or its keys differ, or those of what it is
            to be restored from.
        UnreadError: something declared could not be asked for.
    """
    region = declared.region
    found = _tables(wanted, session, region)
    unknown = [table for table in declared.tables if table.table.name in wanted.tables]
    _check(unknown, found, owner, region)
    check_sources([each for each in unknown if found[each.table.name] is None], session)
    live = {name: table for name, table in found.items() if table is not None}
    roles = _roles(wanted.roles, session)
    return Existing(
        account_id=session.account_id,
        tables={name: table.table for name, table in live.items()},
        alarms=frozenset(_existing_alarms(wanted.alarms, session, region)),
        roles=frozenset(roles),
        role_policies=frozenset(
            (name, policy) for name, role in roles.items() for policy in role.inline or ()
        ),
        attachments=frozenset(
            (name, arn) for name, role in roles.items() for arn in role.attached or ()
        ),
        dashboards=frozenset(_dashboard(wanted.dashboard, session, region)),
        **attached(wanted.parts, live),
    )


def _tables(wanted: Unrecorded, session: Session, region: str) -> dict[str, LiveTable | None]:
    names = sorted({*wanted.tables, *wanted.parts})
    scaled = [
        name
        for name, parts in wanted.parts.items()
        if any(part.kind.startswith(SCALING) for part in parts)
    ]
    pace = pace_for(session)
    scaling = ask(lambda: tuple(read_scaling(session, region, pace, scaled))) if scaled else ()
    reader = LiveTableReader(session, region, pace, () if scaling is None else scaling)

    def read(name: str) -> LiveTable | None:
        try:
            return reader.read(name)
        except NotFoundError:
            return None

    return each(names, read)


def _check(
    unknown: Iterable[DeclaredTable],
    found: Mapping[str, LiveTable | None],
    owner: str,
    region: str,
) -> None:
    faults = [
        fault
        for table in unknown
        for fault in _faults(table, found[table.table.name], owner, region)
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
    table: DeclaredTable, live: LiveTable | None, owner: str, region: str
) -> Iterator[InputError | RefusedError]:
    name = table.table.name
    if live is None:
        if table.adopt:
            yield InputError(
                f"table {name} is to be adopted, but there is no such table in {region}",
                "mend its name or spec.region, or remove `adopt: true` to have it created",
            )
        return
    other = live.reading.owner or owner
    if other != owner:
        yield RefusedError(
            f"table {name} belongs to the stack {other}; a table has one owner",
            f"release it with the manifests of {other}: "
            f"`tablewright release MANIFESTS --table {name}`",
        )
        return
    if not table.adopt:
        yield InputError(
            f"table {name} exists already, and the manifest would create it",
            "add `adopt: true` to its spec to take it over in place, or choose another name",
        )
    if difference := _key_difference(table.table, live.table):
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


def _existing_alarms(names: Sequence[str], session: Session, region: str) -> Iterator[str]:
    client = session.client("cloudwatch", region)
    for start in range(0, len(names), ALARMS_PER_CALL):
        with translated("look for alarms of the same names"):
            pages = client.get_paginator("describe_alarms").paginate(
                AlarmNames=names[start : start + ALARMS_PER_CALL],
                AlarmTypes=["MetricAlarm", "CompositeAlarm"],
            )
            for page in pages:
                for alarm in page["CompositeAlarms"]:
                    raise InputError(
                        f"the alarm {alarm['AlarmName']} is declared, and a composite alarm has "
                        "that name",
                        "give it another `name`, or delete the composite alarm",
                    )
                for alarm in page["MetricAlarms"]:
                    yield alarm["AlarmName"]


def _roles(roles: Iterable[Role], session: Session) -> dict[str, LiveRole]:
    names = [role.name for role in roles]
    found = each(names, lambda name: ask(partial(read_role, session, name)))
    live: dict[str, LiveRole] = {}
    for name, role in found.items():
        if role is None:
            continue
        unread = [role.reason] if isinstance(role, Unread) else [*role.unread.values()]
        if isinstance(role, Unread) or unread:
            raise UnreadError(unread[0], "allow the call, so that the role is not fought")
        live[name] = role
    return live


def _dashboard(name: str | None, session: Session, region: str) -> Iterator[str]:
    if name is None:
        return
    client = session.client("cloudwatch", region)
    try:
        with translated(f"look for dashboard {name}"):
            client.get_dashboard(DashboardName=name)
    except NotFoundError:
        return
    yield name
