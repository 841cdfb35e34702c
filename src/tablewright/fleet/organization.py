"""The accounts of an organization: AWS Organizations names them, a role of one name lets us in."""

from __future__ import annotations

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .accounts import AccountRole, OrganizationRole

_ACTIVE = "ACTIVE"


def organization_roles(session: Session, role: OrganizationRole) -> tuple[AccountRole, ...]:
    """The role of this name in every active account but the caller's own, by account.

    Args:
        session: of the management account, or of a delegated administrator (API reference,
            ListAccounts).
        role: of each account.

    Raises:
        AwsError: the accounts cannot be listed.
    """
    with translated("list the accounts of the organization"):
        pages = session.client("organizations").get_paginator("list_accounts").paginate()
        accounts = [account for page in pages for account in page["Accounts"]]
    active = sorted(
        account["Id"]
        for account in accounts
        if account.get("State", account.get("Status")) == _ACTIVE
    )
    return tuple(
        role.of(account, session.partition) for account in active if account != session.account_id
    )
