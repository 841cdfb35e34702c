"""Names of users, groups, roles and policies, which AWS does not distinguish by case.

"IAM user, group, role, and policy names must be unique within the account. Names are not
distinguished by case." (IAM API Reference, CreateRole, CreateUser, CreateGroup, CreatePolicy). Nor
by path: a path is no part of the name.
"""

from __future__ import annotations

from typing import Any, Final

from tablewright_emulator.gateway import Gateway
from tablewright_emulator.iam.principal import identities
from tablewright_emulator.request import AwsFault, Handler, Request

_CREATIONS: Final = {
    "CreateRole": ("roles", "RoleName"),
    "CreateGroup": ("groups", "GroupName"),
    "CreatePolicy": ("policies", "PolicyName"),
}
_TEXTS: Final = {
    "users": "User with name {} already exists.",
    "groups": "Group with name {} already exists.",
    "roles": "Role with name {} already exists.",
    "policies": "A policy called {} already exists. Duplicate names are not allowed.",
}


def creations(gateway: Gateway) -> dict[str, Handler]:
    """Handlers of creations that refuse a name that is taken in another spelling."""

    def creating(kind: str, member: str) -> Handler:
        def create(request: Request) -> dict[str, Any]:
            refuse_taken(request, kind, request.params.get(member))
            return gateway.ask(request)

        return create

    return {name: creating(*of_what) for name, of_what in _CREATIONS.items()}


def refuse_taken(request: Request, kind: str, name: object, former: str = "") -> None:
    """Refuse a name that another has, in whatever case.

    Args:
        request: of the account.
        kind: `users`, `groups`, `roles` or `policies`.
        name: the wanted one.
        former: the name of what is renamed, which may keep it in another case.

    Raises:
        AwsFault: it is taken.
    """
    if not isinstance(name, str):
        return  # refused by what makes it
    wanted = name.casefold()
    for taken in identities(request.account, request.region).names(kind):
        if taken.casefold() == wanted and taken != former:
            raise AwsFault("EntityAlreadyExists", _TEXTS[kind].format(name), 409)
