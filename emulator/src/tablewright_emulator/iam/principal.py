"""Who a request comes from and which policies go with them, read from the engine underneath.

A key that IAM or STS made is its user or role session; every other key is its account's root.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from tablewright_emulator.cloudwatch.alarms.alarm import partition
from tablewright_emulator.iam.document import PolicyDocument, PolicyError, parse_policy
from tablewright_emulator.iam.evaluation import Caller, Policies
from tablewright_emulator.moto_backend.identity import Identities, Identity, Session

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

    def policies(self, resource: Iterable[PolicyDocument] = ()) -> Policies:
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
        context: dict[str, tuple[str, ...]] = {
            "aws:principalarn": (arn,),
            "aws:principalaccount": (self.caller.account,),
            "aws:principaltype": (self.kind,),
            "aws:userid": (self.id,),
            "aws:principalisawsservice": ("false",),
            "aws:viaawsservice": ("false",),
        }
        if self.name is not None:
            context["aws:username"] = (self.name,)
        for key, value in self.tags.items():
            context[f"aws:principaltag/{key.lower()}"] = (value,)
        return context


def identities(account: str, region: str) -> Identities:
    """Who there is in an account."""
    return Identities(account, partition(region))


def principal_of(access_key: str, account: str, region: str, boundaries: Boundaries) -> Principal:
    """The principal behind an access key."""
    known = identities(account, region)
    if user := known.of_key(access_key):
        return identity_principal(known, user, account, boundaries)
    if session := known.session_of(access_key):
        return _session_principal(known, session, account)
    return root_principal(account, region)


def root_principal(account: str, region: str) -> Principal:
    """The account itself."""
    arn = f"arn:{partition(region)}:iam::{account}:root"
    return Principal(Caller(arn, account), "Account", account)


def identity_principal(
    known: Identities, identity: Identity, account: str, boundaries: Boundaries
) -> Principal:
    """A user; or a role as such, as the simulator sees it."""
    is_role = identity.kind == "role"
    boundary = identity.boundary if is_role else boundaries.get((account, identity.name))
    return Principal(
        Caller(identity.arn, account, identity.arn if is_role else None),
        "AssumedRole" if is_role else "User",
        identity.id,
        None if is_role else identity.name,
        identity.tags,
        identity.texts,
        _boundary_text(known, boundary),
    )


def _session_principal(known: Identities, session: Session, account: str) -> Principal:
    role = known.of_arn(session.role_arn)
    caller = Caller(session.arn, account, session.role_arn)
    limits = {"session": session.policy} if session.policy else None
    if role is None:  # deleted meanwhile: nothing is allowed any more
        return Principal(caller, "AssumedRole", session.user_id, session=limits)
    return Principal(
        caller,
        "AssumedRole",
        session.user_id,
        None,
        role.tags,
        role.texts,
        _boundary_text(known, role.boundary),
        limits,
    )


def _boundary_text(known: Identities, arn: str | None) -> dict[str, str] | None:
    """The boundary of that ARN, None without one; one that is gone allows nothing."""
    if not arn:
        return None
    text = known.policy(arn)
    return {arn: text} if text is not None else {}


def _readable(texts: Mapping[str, str]) -> Iterator[PolicyDocument]:
    for name, text in texts.items():
        try:
            yield parse_policy(text, name)
        except PolicyError:
            continue
