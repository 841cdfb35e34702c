"""The live tables of several stacks, each in its own account and region."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from tablewright.aws.session import Session
from tablewright.errors import AwsError, WrongTargetError

from .accounts import account_of
from .concurrency import Watch, unwatched
from .discovery import Discovery, UnreadPart, by_account, discover


@dataclass(frozen=True, slots=True)
class StackTables:
    """Where the tables of a stack are.

    Args:
        account: the only one that the stack may be in; None is any.
        region: of the stack.
        names: of its tables.
    """

    account: str | None
    region: str
    names: frozenset[str]


def discover_stacks(
    sessions: Sequence[Session],
    stacks: Sequence[StackTables],
    tags: Mapping[str, str] | None = None,
    progress: Watch = unwatched,
) -> Discovery:
    """The tables of the stacks; those of a stack that names no account in all accounts.

    Args:
        sessions: one per account.
        stacks: whose tables are wanted.
        tags: only tables that carry all of these.
        progress: told after each table.

    Raises:
        AwsError: the only account could not be asked at all; one of several is unread.
    """
    places: dict[tuple[str | None, str], set[str]] = {}
    for stack in stacks:
        places.setdefault((stack.account, stack.region), set()).update(stack.names)
    reached = by_account(sessions) if any(account for account, _ in places) else {}
    discovery = Discovery((), (), (), 0)
    for (account, region), names in places.items():
        if account is None:
            discovery = _both(discovery, discover(sessions, [region], names, tags, progress))
        elif account in reached:
            discovery = _both(
                discovery, _of_one(reached[account], account, region, names, tags, progress)
            )
        else:
            part = UnreadPart(account, region, "", _why_not(account, sessions))
            discovery = _both(discovery, Discovery((), (part,), (), 0))
    return discovery


def _of_one(
    session: Session,
    account: str,
    region: str,
    names: Collection[str],
    tags: Mapping[str, str] | None,
    progress: Watch,
) -> Discovery:
    try:
        return discover([session], [region], names, tags, progress)
    except WrongTargetError:
        raise
    except AwsError as error:
        return Discovery((), (UnreadPart(account, region, "", error.message),), (), 1)


def _why_not(account: str, sessions: Sequence[Session]) -> str:
    if any(account_of(session.target.role_arn) == account for session in sessions):
        return "it lets nobody in by the role that is given"
    return "the credentials are of another account, and no role of it is given (--accounts)"


def _both(first: Discovery, second: Discovery) -> Discovery:
    return Discovery(
        tables=(*first.tables, *second.tables),
        unread=(*first.unread, *second.unread),
        missing=(*first.missing, *second.missing),
        regions=first.regions + second.regions,
        listed={**first.listed, **second.listed},
        absences=(*first.absences, *second.absences),
    )
