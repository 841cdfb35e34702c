"""What the commands over existing tables share: which account, which regions, with progress."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from rich.progress import Progress as Bars

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.cli.styled import styled
from tablewright.errors import UsageError
from tablewright.fleet.accounts import AccountRole, OrganizationRole, read_accounts
from tablewright.fleet.concurrency import Progress
from tablewright.fleet.organization import organization_roles
from tablewright.sandbox.admin import ask

from .sandboxes import running


def sessions(
    target: str,
    profile: str | None,
    sandbox: str,
    roles: Sequence[str],
    accounts: Path | None = None,
    wanted: Collection[str | None] = (),
) -> tuple[Session, ...]:
    """One session per account: the caller's own, or those of the roles and of the accounts.

    Args:
        target: `sandbox` or `aws`.
        profile: of AWS.
        sandbox: name of the sandbox.
        roles: ARNs.
        accounts: a file of roles; `organization:ROLE[:EXTERNAL-ID]` for the caller's own account
            and, by the role of that name, every other one of its organization.
        wanted: accounts of stacks; one without a role can only be the caller's own.

    Raises:
        InputError: the file cannot be read, or says what is no role.
        UsageError: no role is named.
        AwsError: the accounts of the organization cannot be listed.
    """
    given = () if accounts is None else read_accounts(str(accounts))
    place = Target.aws(profile) if target == "aws" else Target.sandbox(running(sandbox).endpoint)
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    every = [AccountRole(role) for role in roles]
    own: list[Target] = []
    if isinstance(given, OrganizationRole):
        own = [place]
        every += organization_roles(Session(place, region=region), given)
    else:
        every += given
    if {*wanted} - {None} - {role.account_id for role in every}:
        own = [place]
    places = [*own, *(place.assuming(role.arn, role.external_id) for role in every)] or [place]
    return tuple(Session(account_place, region=region) for account_place in places)


def time_of_aws(target: str, sandbox: str) -> datetime:
    """The time of AWS; that of a sandbox can be moved."""
    if target == "aws":
        return datetime.now(UTC)
    return datetime.fromisoformat(ask(running(sandbox), "GET", "clock")["now"])


@contextmanager
def counted(noun: str) -> Iterator[Callable[[Progress], None]]:
    """A progress function: a bar at a terminal, nothing in a pipe."""
    out = styled(stderr=True)
    with Bars(console=out, transient=True, disable=not out.is_terminal) as bars:
        task = bars.add_task(noun, total=None)
        yield lambda seen: bars.update(
            task, completed=seen.done, total=seen.total, description=f"{noun} {seen.what}"
        )


def pairs(texts: Sequence[str], option: str) -> dict[str, str]:
    """`key=value` options as a map.

    Raises:
        UsageError: one has no `=`.
    """
    split = [text.partition("=") for text in texts]
    if wrong := [key for key, equals, _ in split if not equals]:
        raise UsageError(f"{option} {wrong[0]} has no value", f"write {option} {wrong[0]}=VALUE")
    return {key: value for key, _, value in split}
