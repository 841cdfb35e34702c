"""Access roles: what they may do, and who may take them on."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.manifest.documents.node import Path
from tablewright.manifest.models import AccessRole, Trust
from tablewright.manifest.rules.arns import parse_arn
from tablewright.manifest.rules.finding import Finding, Subject, at, repeated
from tablewright.manifest.rules.iam import action_exists, conditions_are_some

_PRINCIPALS = ("root", "user", "role", "assumed-role", "federated-user")
"""Kinds of IAM and STS resources that a trust policy can name."""


def roles_make_sense(subject: Subject) -> Iterator[Finding]:
    """Each role has a name of its own and allows something."""
    for number, first, name in repeated(role.name for role in subject.spec.access):
        message, other = f"two roles of the table are called `{name}`", at("access", first, "name")
        fix = "give one of them another name"
        yield Finding(at("access", number, "name"), message, fix, other=other)
    for number, role in enumerate(subject.spec.access):
        path = at("access", number)
        yield from _role(path, role)
        if role.trust:
            yield from _trust((*path, "trust"), role.trust)
    yield from _trust(at("trust"), subject.spec.trust)


def _role(path: Path, role: AccessRole) -> Iterator[Finding]:
    if not role.grants and not role.actions:
        yield Finding(
            path,
            f"role `{role.name}` allows nothing",
            "add `grants: [read]`, or `actions`",
            reads=((*path, "grants"), (*path, "actions")),
        )
    for number, action in enumerate(role.actions):
        yield from action_exists((*path, "actions", number), action)
    yield from conditions_are_some((*path, "conditions"), role.conditions)
    arns = [((*path, "managedPolicies", n), text) for n, text in enumerate(role.managed_policies)]
    if role.permissions_boundary is not None:
        arns.append(((*path, "permissionsBoundary"), role.permissions_boundary))
    for number, first, _ in repeated(role.managed_policies):
        here, other = ((*path, "managedPolicies", n) for n in (number, first))
        yield Finding(here, "the policy is named twice", "remove one of the two", other=other)
    for here, text in arns:
        arn = parse_arn(text)
        if arn is None or arn.service != "iam" or not arn.resource.startswith("policy/"):
            fix = "write arn:aws:iam::aws:policy/NAME, or arn:aws:iam::ACCOUNT:policy/NAME"
            yield Finding(here, "is not the ARN of a managed policy", fix)


def _trust(path: Path, trust: Trust) -> Iterator[Finding]:
    for number, text in enumerate(trust.principals):
        arn = parse_arn(text)
        kind = arn.resource.partition("/")[0] if arn else "root"
        if kind not in _PRINCIPALS:
            yield Finding(
                (*path, "principals", number),
                f"no {kind} can assume a role",
                "name an account, or the ARN of a user or a role",
            )
    if trust.external_id is not None and not trust.principals:
        yield Finding(
            (*path, "externalId"),
            "an external id binds principals, and there are none",
            "add `principals`, or remove it",
            reads=((*path, "principals"),),
        )


RULES = (roles_make_sense,)
