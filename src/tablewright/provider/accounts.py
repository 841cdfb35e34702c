"""Whether a run is in the account in which its resources are recorded.

A name says nothing of the account. With the credentials of another one a refresh would find all
that is recorded gone, and forget it; a change or a deletion would meet what has the same name
there; and what is new would be made beside nothing. Our own commands look before a run begins
(`deploy.preconditions`); this is for every other engine as well.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import TYPE_CHECKING, Any, Final

from tablewright.errors import AwsError, RefusedError, TablewrightError
from tablewright.resource_kinds.accounts import account_of
from tablewright.resource_kinds.types import SUBSCRIPTION

if TYPE_CHECKING:
    from .operation_context import OperationContext


_NAMED_AFTER_ANOTHER: Final = frozenset({SUBSCRIPTION})
"""Its ARN is that of its topic with an id, and the topic may be another account's (SNS developer
guide, "Sending Amazon SNS messages to an Amazon SQS queue in a different account")."""


def require_allowed(run: OperationContext) -> None:
    """Refuse credentials of an account that the provider's configuration rules out.

    Raises:
        AwsError: they are.
    """
    allowed = run.configuration.get("allowedAccountIds")
    forbidden = run.configuration.get("forbiddenAccountIds")
    if not allowed and not forbidden:
        return
    account = run.identity().account
    if (allowed and account not in allowed) or account in (forbidden or ()):
        name = "forbiddenAccountIds" if account in (forbidden or ()) else "allowedAccountIds"
        message = f"the credentials belong to account {account}, which aws:{name} rules out"
        raise AwsError(message, "use the credentials of the account that is meant")


class RecordedAccounts:
    """The accounts of what the engine has on record with one instance; safe for threads."""

    def __init__(self) -> None:
        self._seen: set[str] = set()
        self._lock = Lock()

    def see(self, type_: str, outputs: Mapping[str, Any]) -> None:
        """A resource is recorded; nobody is asked."""
        if account := _account(type_, outputs):
            with self._lock:
                self._seen.add(account)

    def require(self, run: OperationContext, type_: str, outputs: Mapping[str, Any]) -> None:
        """Refuse to look for, to change or to delete what is recorded in another account.

        Args:
            run: of the request.
            type_: of the resource.
            outputs: on record.

        Raises:
            RefusedError: the credentials are of another account than the resource.
        """
        if account := _account(type_, outputs):
            _require(run, {account})

    def require_any(self, run: OperationContext) -> None:
        """Refuse to make something where all that is recorded is in other accounts.

        Raises:
            RefusedError: that is so.
        """
        with self._lock:
            seen = set(self._seen)
        if seen:
            _require(run, seen)


def _account(type_: str, outputs: Mapping[str, Any]) -> str | None:
    return None if type_ in _NAMED_AFTER_ANOTHER else account_of(outputs)


def _require(run: OperationContext, accounts: set[str]) -> None:
    if run.configuration.get("skipRequestingAccountId"):
        return
    try:
        own = run.identity().account
    except TablewrightError:
        return  # what AWS does not tell may be the same
    if own in accounts:
        return
    listed = ", ".join(sorted(accounts))
    raise RefusedError(
        f"{run.subject}: this stack is recorded in account {listed}, and the credentials are of "
        f"account {own}; nothing was touched",
        f"use credentials of account {listed}; what is to be in account {own} is another stack",
    )
