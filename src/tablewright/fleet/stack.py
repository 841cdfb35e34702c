"""What lives of a declared stack, asked of AWS and not of the engine's state."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

from tablewright.aws.session import Session
from tablewright.plan.declared import DeclaredStack

from .alarms import LiveAlarm, read_alarms
from .concurrently import Watch, each, unwatched
from .fact import Unread, ask
from .live import LiveTable, LiveTableReader
from .pace import UNPACED, Pace
from .roles import LiveRole, read_role
from .scaling import read_scaling


@dataclass(frozen=True, slots=True)
class LiveStack:
    """What was found under the names that a stack declares.

    None stands for what does not exist, `Unread` for what AWS refused to tell.
    """

    account_id: str
    partition: str
    region: str
    tables: Mapping[str, LiveTable | Unread | None]
    alarms: Mapping[str, LiveAlarm | Unread | None]
    roles: Mapping[str, LiveRole | Unread | None]


def pace_for(session: Session) -> Pace:
    """AWS's rates for AWS; the sandbox has none."""
    return UNPACED if session.target.kind == "sandbox" else Pace()


def read_stack(session: Session, declared: DeclaredStack, progress: Watch = unwatched) -> LiveStack:
    """Read all that `declared` names, many at once.

    Args:
        session: of the target.
        declared: the stack.
        progress: told after each table and role.

    Raises:
        CredentialsError, EndpointError: AWS could not be asked at all.
    """
    pace, region = pace_for(session), declared.region
    tables = [table.table.name for table in declared.tables]
    roles = [role.name for table in declared.tables for role in table.roles]
    alarms = [alarm.name for table in declared.tables for alarm in table.alarms]
    alarms += [alarm.name for alarm in declared.alarms]
    scaling = ask(lambda: tuple(read_scaling(session, region, pace, tables)))
    reader = LiveTableReader(session, region, pace, () if scaling is None else scaling)

    return LiveStack(
        account_id=session.account_id,
        partition=session.partition,
        region=region,
        tables=each(tables, lambda name: ask(partial(reader.read, name)), progress),
        alarms=read_alarms(session, alarms, region, pace),
        roles=each(roles, lambda name: ask(partial(read_role, session, name)), progress),
    )
