"""The accounts of what a stack has on record, of every kind that an ARN tells of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.resource_kinds import KINDS

if TYPE_CHECKING:
    from tablewright.aws.session import Session

_ACCOUNT: Final = re.compile(r"arn:[\w-]+:[\w-]+:[\w-]*:(\d{12}):")
_OWN_ARNS: Final = ("arn", "dashboardArn")
"""Outputs that name the resource itself; others may name what somebody else has."""


def recorded_accounts(resources: Iterable[StateResource]) -> frozenset[str]:
    """The accounts in which what is recorded was made."""
    return frozenset(
        match[1]
        for resource in resources
        if resource.type in KINDS and resource.holds
        for name in _OWN_ARNS
        if (match := _ACCOUNT.match(str(resource.outputs.get(name) or "")))
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
