"""The account of a stack: entered by a role where one is given, and no other one is touched."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from tablewright.engine import StateResource
from tablewright.errors import RefusedError
from tablewright.fleet.accounts import AccountRole, OrganizationRole, account_of, read_accounts
from tablewright.plan.partitions import partition_of_region
from tablewright.pulumi_values import AWS_PROVIDER_TYPE

from .target_environment import TargetEnvironment

_ASSUMED, _ALLOWED = "assumeRoles", "allowedAccountIds"
"""Configuration of Pulumi's `aws` provider and of ours: the roles that it assumes in turn, and the
accounts in which it does anything."""


def entered(
    place: TargetEnvironment, account: str | None, accounts: str | None
) -> TargetEnvironment:
    """The place in the account of its stack: by the role of that account, if there is one.

    The state is still read and written with the credentials as they are. A sandbox stands for any
    account, unless `accounts` is given.

    Args:
        place: as it is with the credentials as they are.
        account: the only one that the stack may be in; None is any.
        accounts: `Options.accounts`.

    Raises:
        RefusedError: the credentials are of another account.
        InputError: `accounts` cannot be read.
        AwsError: AWS does not tell whose the credentials are, or does not let them in.
    """
    if account is None or (place.kind == "sandbox" and accounts is None):
        return place
    role = None if accounts is None else _role(place, account, accounts)
    config = {f"aws:{_ALLOWED}": json.dumps([account])}
    if role is not None:
        assumed = {"roleArn": role.arn, "externalId": role.external_id}
        roles = [{key: value for key, value in assumed.items() if value is not None}]
        config[f"aws:{_ASSUMED}"] = json.dumps(roles)
        place = replace(place, target=place.target.assuming(role.arn, role.external_id))
    _refuse_other(place, account, accounts)
    return replace(place, config=config)


def refuse_recorded_account(resources: Iterable[StateResource], place: TargetEnvironment) -> None:
    """Refuse to let the engine look or delete in another account than that of the place.

    It refreshes and destroys with its provider as it is recorded, with the role of the last `up`.

    Raises:
        RefusedError: that role, or none, would lead to another account.
    """
    for resource in resources:
        if resource.type != AWS_PROVIDER_TYPE:
            continue
        role = _recorded_role(resource.inputs)
        if role is None and place.target.role_arn is None:
            continue
        bare = replace(place, target=replace(place.target, role_arn=None, external_id=None))
        recorded = account_of(role) if role else bare.session.account_id
        if recorded != place.session.account_id:
            way = f"by the role {role}" if role else "with the credentials as they are"
            raise RefusedError(
                f"the last run entered the account of the stack {way}, which would now lead to "
                f"account {recorded} and not to {place.session.account_id}; nothing was touched",
                "run `tablewright up PATH` first, which records how the account is entered",
            )


def _recorded_role(inputs: Mapping[str, Any]) -> str | None:
    given = inputs.get(_ASSUMED)
    try:
        roles = json.loads(given) if isinstance(given, str) else given
        return str(roles[-1]["roleArn"]) if roles else None
    except (ValueError, LookupError, TypeError):
        return None


def _role(place: TargetEnvironment, account: str, accounts: str) -> AccountRole | None:
    """The role by which an account is entered; None where the credentials are of it already."""
    given = read_accounts(accounts)
    if isinstance(given, OrganizationRole):
        own = place.session.account_id == account
        return None if own else given.of(account, partition_of_region(place.region))
    return next((role for role in given if role.account_id == account), None)


def _refuse_other(place: TargetEnvironment, account: str, accounts: str | None) -> None:
    own = place.session.account_id
    if own == account:
        return
    raise RefusedError(
        f"the stack may only be in account {account}, its `spec.account`, and the credentials are "
        f"of account {own}; nothing was touched",
        f"add a role of account {account} to {accounts}"
        if accounts
        else "use credentials of that account (AWS_PROFILE, or --profile), or name a role of it: "
        "--accounts FILE",
    )
