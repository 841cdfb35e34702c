"""What exists of a declared stack, asked of AWS and not of the engine's state."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.reading import TableReader, TableReading
from tablewright.aws.session import Session
from tablewright.dynamodb_values import TABLE_NAME
from tablewright.plan.declaration.declared import DeclaredStack

from .alarm_trial import AlarmTrial
from .alarms import LiveAlarm, read_alarms
from .concurrency import Watch, map_concurrently, unwatched
from .dashboards import read_dashboard
from .live import LiveTable, LiveTableReader
from .rate_limiter import RateLimiter, rate_limiter_for
from .reading import Unread, try_read
from .restore_drill import RestoreDrill
from .role_access import RoleAccess
from .roles import LiveRole, read_role
from .scaling import read_scaling, with_tags


@dataclass(frozen=True, slots=True)
class LiveStack:
    """What was found under the names that a stack declares.

    None stands for what does not exist, `Unread` for what AWS refused to tell. `replicas` has the
    tables' copies by name and region; their region is another one than the stack's. `watched` says
    of each table that an alarm watches and the stack does not declare whether it exists. `access`
    has, by name of a role, what else bears on what it may do, `actions` whether the actions of
    alarms exist, by ARN, and `trials` what alarms did when they were tried, `drills` what came of
    restoring tables, by name; None when nobody asked. `deployed` is False where it is known that
    nothing of the stack was ever deployed.
    """

    account_id: str
    partition: str
    region: str
    tables: Mapping[str, LiveTable | Unread | None]
    alarms: Mapping[str, LiveAlarm | Unread | None]
    roles: Mapping[str, LiveRole | Unread | None]
    replicas: Mapping[tuple[str, str], TableReading | Unread | None] = field(default_factory=dict)
    dashboard: Mapping[str, Any] | Unread | None = None
    watched: Mapping[str, bool | Unread | None] = field(default_factory=dict)
    access: Mapping[str, RoleAccess] | None = None
    actions: Mapping[str, bool | Unread | None] | None = None
    trials: Mapping[str, AlarmTrial] | None = None
    drills: Mapping[str, RestoreDrill] | None = None
    deployed: bool = True


def read_stack(session: Session, declared: DeclaredStack, progress: Watch = unwatched) -> LiveStack:
    """Read all that `declared` names, many at once.

    Args:
        session: of the target.
        declared: the stack.
        progress: told after each table and role.

    Raises:
        CredentialsError, EndpointError: AWS could not be asked at all.
    """
    pace, region = rate_limiter_for(session), declared.region
    tables = [table.table.name for table in declared.tables]
    roles = [role.name for table in declared.tables for role in table.roles]
    alarms = [alarm.name for table in declared.tables for alarm in table.alarms]
    alarms += [alarm.name for alarm in declared.alarms]
    scaling = try_read(
        lambda: tuple(with_tags(session, region, pace, read_scaling(session, region, pace, tables)))
    )
    reader = LiveTableReader(session, region, pace, () if scaling is None else scaling)

    live_alarms = read_alarms(session, alarms, region, pace)
    return LiveStack(
        account_id=session.account_id,
        partition=session.partition,
        region=region,
        tables=map_concurrently(
            tables, lambda name: try_read(partial(reader.read, name)), progress
        ),
        alarms=live_alarms,
        roles=map_concurrently(
            roles, lambda name: try_read(partial(read_role, session, name)), progress
        ),
        replicas=_replicas(session, declared),
        dashboard=_dashboard(session, declared),
        watched=_watched(session, region, pace, live_alarms.values(), tables),
    )


def _watched(
    session: Session,
    region: str,
    pace: RateLimiter,
    alarms: Iterable[LiveAlarm | Unread | None],
    known: Collection[str],
) -> dict[str, bool | Unread | None]:
    """Whether the further tables exist that alarms watch: True, or None where there is none."""
    names = {
        name
        for live in alarms
        if isinstance(live, LiveAlarm)
        for name in live.alarm.tables
        if name not in known and TABLE_NAME.fullmatch(name)
    }

    def exists(name: str) -> bool:
        pace("DescribeTable")
        with translated(f"look for table {name}"):
            session.client("dynamodb", region).describe_table(TableName=name)
        return True

    return map_concurrently(sorted(names), lambda name: try_read(partial(exists, name)))


def _replicas(
    session: Session, declared: DeclaredStack
) -> dict[tuple[str, str], TableReading | Unread | None]:
    """The copies that are declared, each read where it is."""
    pace = rate_limiter_for(session)
    copies = [
        (table.table.name, replica.region)
        for table in declared.tables
        if table.global_table is not None
        for replica in table.global_table.replicas
    ]
    readers = {region: TableReader(session, region, pace) for _, region in copies}
    return map_concurrently(copies, lambda copy: try_read(partial(readers[copy[1]].read, copy[0])))


def _dashboard(session: Session, declared: DeclaredStack) -> Mapping[str, Any] | Unread | None:
    if declared.dashboard is None:
        return None
    return try_read(partial(read_dashboard, session, declared.dashboard.name, declared.region))
