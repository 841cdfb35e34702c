"""Looking before the leap: what exists already, and whether it may be taken over.

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
from tablewright.components.existing import Existing, LiveResource, import_ids
from tablewright.deploy.ownership.ledger import lost
from tablewright.deploy.ownership.stack_identity import StackIdentity
from tablewright.deploy.ownership.takeover import (
    Takeover,
    elsewhere,
    refuse,
    takeovers_of_alarms,
    takeovers_of_roles,
)
from tablewright.errors import InputError, NotFoundError, RefusedError, UnreadError
from tablewright.fleet.alarms import LiveAlarm, read_alarms
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.live import LiveTable, LiveTableReader
from tablewright.fleet.rate_limiter import rate_limiter_for
from tablewright.fleet.reading import Unread, try_read
from tablewright.fleet.roles import LiveRole, read_role
from tablewright.fleet.scaling import read_scaling
from tablewright.plan.declaration.declared import DeclaredStack, DeclaredTable, Role
from tablewright.plan.table import Table
from tablewright.resource_kinds import Account

from .recorded import UnrecordedParts
from .restore_sources import check_sources
from .table_parts import SCALING, attached


def look(
    declared: DeclaredStack, wanted: UnrecordedParts, stack: StackIdentity, session: Session
) -> Existing:
    """Ask AWS about all that is declared and not recorded.

    Args:
        declared: the stack.
        wanted: what its state does not know.
        stack: the stack, as it is called in the tag of ownership, and what it adopts.
        session: of the target.

    Raises:
        InputError: a table to adopt does not exist, or something exists that is not to be adopted.
        RefusedError: something belongs to another stack, or the keys of a table differ, or those of
            what it would be restored from.
        UnreadError: something declared could not be asked for.
    """
    region = declared.region
    tables = _tables(wanted, session, region)
    unknown = [table for table in declared.tables if table.table.name in wanted.tables]
    faults = [
        fault
        for table in unknown
        for fault in _faults(
            table, tables[table.table.name], stack, region, wanted.undeclared_tables
        )
    ]
    live = {name: table for name, table in tables.items() if table is not None}
    roles = _roles(wanted.roles, session)
    alarms = _alarms(wanted.alarms, session, region)
    dashboards = frozenset(_dashboard(wanted.dashboard, session, region))
    wishes = [
        *takeovers_of_alarms(declared, alarms),
        *takeovers_of_roles(
            declared, {n: live_role for n, live_role in roles.items() if n in wanted.new_roles}
        ),
        *(Takeover("dashboard", name, _adopts(declared), {}) for name in dashboards),
    ]
    refuse([*faults, *(fault for wish in wishes if (fault := wish.fault(stack)))])
    check_sources(
        [new_table for new_table in unknown if tables[new_table.table.name] is None], session
    )
    resources = [*_resources(alarms, roles, dashboards), *attached(wanted.parts, live)]
    return Existing(
        import_ids=import_ids(resources, Account(session.account_id, region)),
        tables={name: table.table for name, table in live.items()},
    )


def _resources(
    alarms: Iterable[LiveAlarm], roles: Mapping[str, LiveRole], dashboards: Iterable[str]
) -> Iterator[LiveResource]:
    """What exists by a declared name, whatever table it stands around."""
    for alarm in alarms:
        yield LiveResource("cloudwatch.MetricAlarm", {"name": alarm.alarm.name})
    for dashboard in dashboards:
        yield LiveResource("cloudwatch.Dashboard", {"dashboardName": dashboard})
    for name, role in roles.items():
        yield LiveResource("iam.Role", {"name": name})
        for policy in role.inline or ():
            yield LiveResource("iam.RolePolicy", {"role": name, "name": policy})
        for arn in role.attached or ():
            yield LiveResource("iam.RolePolicyAttachment", {"role": name, "policyArn": arn})


def _tables(wanted: UnrecordedParts, session: Session, region: str) -> dict[str, LiveTable | None]:
    names = sorted({*wanted.tables, *wanted.parts})
    scaled = [
        name
        for name, parts in wanted.parts.items()
        if any(part.kind.startswith(SCALING) for part in parts)
    ]
    pace = rate_limiter_for(session)
    scaling = try_read(lambda: tuple(read_scaling(session, region, pace, scaled))) if scaled else ()
    reader = LiveTableReader(session, region, pace, () if scaling is None else scaling)

    def read(name: str) -> LiveTable | None:
        try:
            return reader.read(name)
        except NotFoundError:
            return None

    return map_concurrently(names, read)


def _faults(
    table: DeclaredTable,
    live: LiveTable | None,
    stack: StackIdentity,
    region: str,
    undeclared: Sequence[str],
) -> Iterator[InputError | RefusedError]:
    name = table.table.name
    if live is None:
        if table.adopt:
            yield _missing(name, region, undeclared)
        return
    owner = live.reading.owner
    if owner not in {None, stack.owner}:
        yield lost(f"table {name}", str(owner))
        return
    if not table.adopt and owner is not None:
        yield elsewhere(f"table {name}", stack)
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


def _missing(name: str, region: str, undeclared: Sequence[str]) -> InputError:
    """The refusal of a table to adopt that does not exist.

    Args:
        name: of the table, in AWS.
        region: where it was looked for.
        undeclared: recorded tables that nothing declares any more: one may have been renamed.
    """
    what = f"table {name} has `adopt: true`, but there is no such table in {region}"
    rest = "correct its name or spec.region, or set `adopt: false` for it to have it created"
    if not undeclared:
        return InputError(what, rest)
    are, renamed = ("are", "one of them") if undeclared[1:] else ("is", "it")
    return InputError(
        f"{what}; on record, and no longer declared, {are} {', '.join(undeclared)}",
        f"if you renamed {renamed} in its manifest, keep its name in AWS: "
        f"`tableName: {undeclared[0]}` in the spec of {name}; else {rest}",
    )


def _key_difference(declared: Table, live: Table) -> str:
    for word, declared_key, live_key in (
        ("partition key", declared.key.partition, live.key.partition),
        ("sort key", declared.key.sort, live.key.sort),
    ):
        description = _typed(declared_key, declared.attributes)
        has = _typed(live_key, live.attributes)
        if description != has:
            return f"its {word} is {has}, the manifest says {description}"
    return ""


def _typed(names: Iterable[str], types: Mapping[str, Any]) -> str:
    return ", ".join(f"{name} ({types.get(name, '?')})" for name in names) or "none"


def _alarms(names: Sequence[str], session: Session, region: str) -> list[LiveAlarm]:
    live: list[LiveAlarm] = []
    for name, alarm in read_alarms(session, names, region, rate_limiter_for(session)).items():
        if alarm is None:
            continue
        unread = [alarm.reason] if isinstance(alarm, Unread) else [*alarm.unread.values()]
        if isinstance(alarm, Unread) or unread:
            raise UnreadError(
                unread[0], "allow the call, so that no alarm of others is overwritten"
            )
        if alarm.rule is not None:
            raise InputError(
                f"the alarm {name} is declared, and a composite alarm has that name",
                "give it another `name`, or delete the composite alarm",
            )
        live.append(alarm)
    return live


def _adopts(declared: DeclaredStack) -> bool:
    return declared.dashboard is not None and declared.dashboard.adopt


def _roles(roles: Iterable[Role], session: Session) -> dict[str, LiveRole]:
    names = [role.name for role in roles]
    answers = map_concurrently(names, lambda name: try_read(partial(read_role, session, name)))
    live: dict[str, LiveRole] = {}
    for name, role in answers.items():
        if role is None:
            continue
        unread = [role.reason] if isinstance(role, Unread) else [*role.unread.values()]
        if isinstance(role, Unread) or unread:
            raise UnreadError(
                unread[0], "allow the call, so that no live setting of the role is overwritten"
            )
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
