"""Who a request comes from and which policies go with them, read from the engine underneath.

A key that IAM or STS made is its user or role session; every other key is its account's root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright_emulator.cloudwatch.alarm import partition
from tablewright_emulator.iam.document import Policy, PolicyError, parse_policy
from tablewright_emulator.iam.evaluation import Caller, Policies
from tablewright_emulator.moto_backend.identity import assumed_role, iam_backend

Boundaries = Mapping[tuple[str, str], str]
"""Account and user name to the ARN of the user's boundary, which the engine underneath forgets."""


@dataclass(frozen=True, slots=True)
class Principal:
    """A caller with all that goes with it.

    Args:
        kind: `aws:PrincipalType`: User, AssumedRole or Account.
        id: `aws:userid`.
        name: of the user; None for others.
        tags: of the user or role.
        texts: identity policies by a name that says what they are.
    """

    caller: Caller
    kind: str
    id: str
    name: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    boundary: Mapping[str, str] | None = None
    session: Mapping[str, str] | None = None

    def policies(self, resource: Iterable[Policy] = ()) -> Policies:
        """All policies read; one that cannot be read allows nothing, as on AWS."""
        return Policies(
            tuple(_readable(self.texts)),
            None if self.boundary is None else tuple(_readable(self.boundary)),
            None if self.session is None else tuple(_readable(self.session)),
            tuple(resource),
        )

    def context(self) -> dict[str, tuple[str, ...]]:
        """The condition keys that tell about the caller, in lower case."""
        arn = self.caller.role_arn or self.caller.arn
        found: dict[str, tuple[str, ...]] = {
            "aws:principalarn": (arn,),
            "aws:principalaccount": (self.caller.account,),
            "aws:principaltype": (self.kind,),
            "aws:userid": (self.id,),
            "aws:principalisawsservice": ("false",),
            "aws:viaawsservice": ("false",),
        }
        if self.name is not None:
            found["aws:username"] = (self.name,)
        for key, value in self.tags.items():
            found[f"aws:principaltag/{key.lower()}"] = (value,)
        return found


def principal_of(access_key: str, account: str, region: str, boundaries: Boundaries) -> Principal:
    """The principal behind an access key."""
    backend = backend_of(account, region)
    if backend is not None:
        for user in list(backend.users.values()):
            if any(key.access_key_id == access_key for key in user.access_keys):
                boundary = boundary_text(backend, boundaries.get((account, user.name)))
                return user_principal(backend, user, account, boundary)
        session = assumed_role(access_key, account, partition(region))
        if session is not None:
            return _session_principal(backend, session, account)
    return root_principal(account, region)


def root_principal(account: str, region: str) -> Principal:
    """The account itself."""
    arn = f"arn:{partition(region)}:iam::{account}:root"
    return Principal(Caller(arn, account), "Account", account)


def user_principal(
    backend: Any, user: Any, account: str, boundary: Mapping[str, str] | None = None
) -> Principal:
    """A user with its own policies and those of its groups."""
    texts = dict(_texts(user))
    for group in backend.groups.values():
        if user in group.users:
            texts |= {f"{group.name}/{name}": text for name, text in _texts(group)}
    tags = _tags(backend, user)
    return Principal(Caller(user.arn, account), "User", user.id, user.name, tags, texts, boundary)


def role_principal(backend: Any, role: Any, account: str) -> Principal:
    """A role as such, as the simulator sees it."""
    boundary = boundary_text(backend, role.permissions_boundary_arn)
    caller = Caller(role.arn, account, role.arn)
    return Principal(
        caller, "AssumedRole", role.id, None, _role_tags(role), dict(_texts(role)), boundary
    )


def group_texts(group: Any) -> dict[str, str]:
    """The policies of a group."""
    return dict(_texts(group))


def _session_principal(backend: Any, session: Any, account: str) -> Principal:
    role = next((each for each in backend.roles.values() if each.arn == session.role_arn), None)
    caller = Caller(session.arn, account, session.role_arn)
    limits = {"session": session.policy} if session.policy else None
    if role is None:  # deleted meanwhile: nothing is allowed any more
        return Principal(caller, "AssumedRole", session.user_id, session=limits)
    return Principal(
        caller,
        "AssumedRole",
        session.user_id,
        None,
        _role_tags(role),
        dict(_texts(role)),
        boundary_text(backend, role.permissions_boundary_arn),
        limits,
    )


def backend_of(account: str, region: str) -> Any:
    """The engine's IAM of an account; None as long as nobody has used IAM."""
    return iam_backend(account, partition(region))


def _texts(entity: Any) -> Iterator[tuple[str, str]]:
    """Inline and attached policies of a user, a group or a role."""
    yield from entity.policies.items()
    for arn, policy in entity.managed_policies.items():
        yield arn, document_of(policy)


def boundary_text(backend: Any, arn: str | None) -> dict[str, str] | None:
    """The boundary of that ARN, None without one; one that is gone allows nothing."""
    if not arn:
        return None
    policy = backend.managed_policies.get(arn)
    return {arn: document_of(policy)} if policy is not None else {}


def document_of(policy: Any) -> str:
    """The text of a managed policy's default version."""
    versions = (each for each in policy.versions if each.version_id == policy.default_version_id)
    return str(next(versions).document)


def _tags(backend: Any, user: Any) -> dict[str, str]:
    found = backend.tagger.list_tags_for_resource(user.arn)["Tags"]
    return {tag["Key"]: tag["Value"] for tag in found}


def _role_tags(role: Any) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in role.tags or ()}


def _readable(texts: Mapping[str, str]) -> Iterator[Policy]:
    for name, text in texts.items():
        try:
            yield parse_policy(text, name)
        except PolicyError:
            continue
