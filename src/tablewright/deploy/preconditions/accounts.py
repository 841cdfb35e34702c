"""The accounts of what a stack has on record, of every kind that an ARN tells of."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.resource_kinds import KINDS
from tablewright.resource_kinds.accounts import account_of

if TYPE_CHECKING:
    from tablewright.aws.session import Session


def recorded_accounts(resources: Iterable[StateResource]) -> frozenset[str]:
    """The accounts in which what is recorded was made."""
    return frozenset(
        account
        for resource in resources
        if resource.type in KINDS and resource.holds
        if (account := account_of(resource.outputs))
    )


def refuse_other_account(resources: Iterable[StateResource], session: Session) -> None:
    """Refuse to touch, or to look for, what is recorded where it cannot be.

    Read with the credentials of another account every resource would count as deleted, and what
    has the same names there would be changed and deleted.

    Raises:
        RefusedError: the state says that all of it is in other accounts.
    """
    accounts = recorded_accounts(resources)
    if not accounts or session.account_id in accounts:
        return
    raise RefusedError(
        f"this stack is in account {', '.join(sorted(accounts))}, and the credentials are of "
        f"account {session.account_id}; nothing was done",
        "use credentials of the stack's account (AWS_PROFILE, or --profile), or another --stack",
    )
