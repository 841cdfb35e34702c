"""What moto's IAM and STS hold, as values; nothing as long as nobody has used them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple

Holder = tuple[tuple[str, ...], dict[str, Any]]
"""A path such as ("roles", ID, "policies", NAME), and the live dictionary with its last name."""

_KINDS = ("roles", "users", "groups", "managed_policies", "instance_profiles")
_WITH_POLICIES = ("roles", "users", "groups")
_POLICIES = ("policies", "managed_policies")


@dataclass(frozen=True, slots=True)
class Identity:
    """A user, a group or a role.

    Args:
        texts: its policies, inline and attached, by a name that says what they are; those of a
            user's groups included.
        boundary: ARN of a role's boundary.
    """

    kind: Literal["user", "group", "role"]
    arn: str
    id: str
    name: str
    texts: Mapping[str, str]
    tags: Mapping[str, str]
    boundary: str | None = None


class Session(NamedTuple):
    """A role that was assumed."""

    arn: str
    role_arn: str
    user_id: str
    policy: str | None


class Identities:
    """Who there is in an account.

    Args:
        account: its number.
        partition: `aws`, `aws-cn`, ...
    """

    def __init__(self, account: str, partition: str) -> None:
        self._account, self._partition = account, partition
        self._iam = _iam(account, partition)

    def of_key(self, access_key: str) -> Identity | None:
        """The user that has an access key."""
        for user in self._all("users"):
            if any(key.access_key_id == access_key for key in user.access_keys):
                return self._user(user)
        return None

    def of_arn(self, arn: str) -> Identity | None:
        """The user, group or role of an ARN."""
        makers = {"groups": self._group, "users": self._user, "roles": self._role}
        for kind, make in makers.items():
            for entity in self._all(kind):
                if entity.arn == arn:
                    return make(entity)
        return None

    def session_of(self, access_key: str) -> Session | None:
        """The assumed role that has an access key."""
        if "moto.sts.models" not in sys.modules or self._iam is None:
            return None
        from moto.sts.models import sts_backends

        backend = sts_backends[self._account][self._partition]
        role_session = backend.get_assumed_role_from_access_key(access_key)
        if role_session is None:
            return None
        return Session(
            role_session.arn,
            role_session.role_arn,
            role_session.user_id,
            role_session.policy or None,
        )

    def policy(self, arn: str) -> str | None:
        """The text of a managed policy's default version; None when there is no such policy."""
        policy = self._iam.managed_policies.get(arn) if self._iam is not None else None
        return _document(policy) if policy is not None else None

    def names(self, kind: str) -> Iterator[str]:
        """Names of an account's own users, groups, roles or policies.

        Args:
            kind: `users`, `groups`, `roles` or `policies`.
        """
        if self._iam is None:
            return
        if kind == "policies":
            own = f":iam::{self._account}:policy/"
            yield from (
                policy.name for arn, policy in self._iam.managed_policies.items() if own in arn
            )
        else:
            yield from (entity.name for entity in getattr(self._iam, kind).values())

    def has_user(self, name: str) -> bool:
        """Whether there is a user of that name."""
        return self._iam is not None and name in self._iam.users

    def move_group(self, name: str, path: str) -> bool:
        """Give a group another path, which moto does only with another name; False if none is."""
        group = None if self._iam is None else self._iam.groups.get(name)
        if group is None:
            return False
        group.path = path
        return True

    def entries(self) -> Iterator[Holder]:
        """Everything that is made in IAM, each with the dictionary from which it may be hidden."""
        if self._iam is None:
            return
        for kind in _KINDS:
            holder = getattr(self._iam, kind)
            for key in list(holder):
                if "::aws:policy/" not in key:  # AWS's own are everywhere already
                    yield (kind, key), holder
        for kind in _WITH_POLICIES:
            for name, owner in list(getattr(self._iam, kind).items()):
                for part in _POLICIES:
                    holder = getattr(owner, part)
                    for key in list(holder):
                        yield (kind, name, part, key), holder

    def role_path(self, arn: str) -> tuple[str, ...] | None:
        """Where a role is among `entries`."""
        roles = self._iam.roles.items() if self._iam is not None else ()
        return next((("roles", key) for key, role in roles if role.arn == arn), None)

    def _all(self, kind: str) -> list[Any]:
        return list(getattr(self._iam, kind).values()) if self._iam is not None else []

    def _user(self, user: Any) -> Identity:
        texts = dict(_texts(user))
        for group in self._all("groups"):
            if user in group.users:
                texts |= {f"{group.name}/{name}": text for name, text in _texts(group)}
        tags = _tags(self._iam.tagger.list_tags_for_resource(user.arn)["Tags"])
        return Identity("user", user.arn, user.id, user.name, texts, tags)

    @staticmethod
    def _group(group: Any) -> Identity:
        return Identity("group", group.arn, group.id, group.name, dict(_texts(group)), {})

    @staticmethod
    def _role(role: Any) -> Identity:
        boundary = role.permissions_boundary_arn or None
        texts, tags = dict(_texts(role)), _tags(role.tags or ())
        return Identity("role", role.arn, role.id, role.name, texts, tags, boundary)


def account_of_key(access_key: str) -> str | None:
    """The account of a key that IAM or STS made; None as long as nobody has used IAM."""
    if "moto.iam.models" not in sys.modules:
        return None
    from moto.iam.models import get_account_id_from

    account: str = get_account_id_from(access_key)
    return account


def _iam(account: str, partition: str) -> Any:
    if "moto.iam.models" not in sys.modules:
        return None
    from moto.iam.models import iam_backends

    return iam_backends[account][partition]


def _texts(entity: Any) -> Iterator[tuple[str, str]]:
    """Inline and attached policies of a user, a group or a role."""
    yield from entity.policies.items()
    for arn, policy in entity.managed_policies.items():
        yield arn, _document(policy)


def _document(policy: Any) -> str:
    """The text of a managed policy's default version."""
    versions = (
        version for version in policy.versions if version.version_id == policy.default_version_id
    )
    return str(next(versions).document)


def _tags(tags: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags}
