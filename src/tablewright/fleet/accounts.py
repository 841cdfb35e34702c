"""The accounts of a fleet: a file with a role for each, or all of an organization."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tablewright.errors import InputError, UsageError
from tablewright.transfer import read_given, why_unread

ORGANIZATION = "organization:"
"""Before the name of a role: every account of the organization has it."""
_ROLE = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):role/\S+")


@dataclass(frozen=True, slots=True)
class AccountRole:
    """How to get into an account.

    Args:
        arn: of the role to assume.
        external_id: what that role wants to hear, if anything.
    """

    arn: str
    external_id: str | None = None

    @property
    def account_id(self) -> str:
        """The account that the role is of; empty where the ARN is none."""
        return account_of(self.arn)


def account_of(role_arn: str | None) -> str:
    """The account in a role's ARN; empty where there is none."""
    matched = _ROLE.fullmatch(role_arn or "")
    return matched[1] if matched else ""


@dataclass(frozen=True, slots=True)
class OrganizationRole:
    """The role that every account of an organization has, but the caller's own.

    Args:
        name: with its path if it has one: `OrganizationAccountAccessRole`.
        external_id: what those roles want to hear, if anything.
    """

    name: str
    external_id: str | None = None

    def of(self, account: str, partition: str) -> AccountRole:
        """The role in an account."""
        return AccountRole(f"arn:{partition}:iam::{account}:role/{self.name}", self.external_id)


def read_accounts(text: str) -> tuple[AccountRole, ...] | OrganizationRole:
    """What `--accounts` says: the roles of a file, or `organization:ROLE[:EXTERNAL-ID]`.

    Raises:
        UsageError: no role is named.
        InputError: as `read_roles`.
    """
    if not text.startswith(ORGANIZATION):
        return read_roles(Path(text))
    name, _, external_id = text.removeprefix(ORGANIZATION).partition(":")
    if not name:
        raise UsageError(
            f"--accounts {ORGANIZATION} names no role",
            f"name the role that every account has: --accounts {ORGANIZATION}ROLE",
        )
    return OrganizationRole(name, external_id or None)


def read_roles(file: Path) -> tuple[AccountRole, ...]:
    """The roles of a file, as `roles_in` reads them.

    Raises:
        InputError: it cannot be read, or says what is no role.
    """
    try:
        text = read_given(file).decode("utf-8")
    except (OSError, ValueError) as error:
        message = f"{file} cannot be read: {why_unread(error)}"
        raise InputError(message, "name a file of roles") from error
    return roles_in(text, str(file))


def roles_in(text: str, file: str) -> tuple[AccountRole, ...]:
    """The roles of a file: one a line, behind it the external id where it wants one.

    Empty lines, and what follows a `#`, say nothing.

    Raises:
        InputError: a line is no role, an account comes twice, or there is none.
    """
    lines: dict[str, int] = {}
    roles = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.partition("#")[0].split()
        if not words:
            continue
        role = AccountRole(*words[:2])
        if len(words) > 2 or not role.account_id:  # noqa: PLR2004 - a role and its external id
            raise InputError(
                f"{file}:{number} is no role",
                "write its ARN, such as arn:aws:iam::111122223333:role/reader, and behind it the "
                "external id where the role wants one",
            )
        if role.account_id in lines:
            raise InputError(
                f"{file}:{number}: account {role.account_id} is on line {lines[role.account_id]} "
                "already",
                "keep one role an account",
            )
        lines[role.account_id] = number
        roles.append(role)
    if not roles:
        raise InputError(f"{file} has no roles", "write the ARN of a role, one a line")
    return tuple(roles)
