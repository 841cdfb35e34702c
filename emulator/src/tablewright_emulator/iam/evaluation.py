"""Whether a request is allowed: IAM's policy evaluation logic, pure.

An explicit deny anywhere is final. Within one account a resource policy that names the caller
allows by itself; otherwise identity policies must allow, and every boundary and session policy
too. Across accounts both sides must allow.
Source: IAM user guide, "Policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from tablewright_emulator.iam.document import PolicyDocument, PolicyStatement, Principals
from tablewright_emulator.iam.pattern import (
    UnfilledError,
    Values,
    action_matches,
    arn_matches,
    compiled,
    widened,
)

Verdict = Literal["allowed", "explicitDeny", "implicitDeny"]
Kind = Literal["identity", "boundary", "session", "resource"]


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks.

    Args:
        arn: as error texts name it: a user's, a role session's, the account root's.
        account: twelve digits.
        role_arn: of the role, for a role session.
    """

    arn: str
    account: str
    role_arn: str | None = None

    @property
    def is_root(self) -> bool:
        """Whether it is the account itself, which identity policies do not limit."""
        return self.arn.endswith(":root")


@dataclass(frozen=True, slots=True)
class Question:
    """May the caller do the action to the resource, the context being as it is?

    Args:
        resource: an ARN, or `*` where the action knows no resource.
        owner: account of the resource.
        context: condition keys in lower case to their values.
    """

    caller: Caller
    action: str
    resource: str
    owner: str
    context: Values


@dataclass(frozen=True, slots=True)
class Policies:
    """What applies; `boundary` and `session` None where there is none."""

    identity: tuple[PolicyDocument, ...] = ()
    boundary: tuple[PolicyDocument, ...] | None = None
    session: tuple[PolicyDocument, ...] | None = None
    resource: tuple[PolicyDocument, ...] = ()


@dataclass(frozen=True, slots=True)
class Answer:
    """The verdict, the kind of policy it rests on, and the statements that decided."""

    verdict: Verdict
    kind: Kind
    statements: tuple[PolicyStatement, ...] = ()
    boundary_allows: bool | None = None

    @property
    def allowed(self) -> bool:
        """Whether the request may go on."""
        return self.verdict == "allowed"


def evaluate(question: Question, policies: Policies) -> Answer:
    """Decide one question."""
    splits = {kind: _split(question, kind, given) for kind, given in _kinds(policies)}
    allows = {kind: allowed for kind, (allowed, _) in splits.items()}
    denied = next(((kind, denies) for kind, (_, denies) in splits.items() if denies), None)
    if denied is not None:
        answer = Answer("explicitDeny", denied[0], tuple(denied[1]))
    elif question.caller.account == question.owner:
        answer = _within_account(question, allows)
    else:
        answer = _across_accounts(question, allows)
    if policies.boundary is None:
        return answer
    within = bool(allows["boundary"]) and not splits["boundary"][1]
    return replace(answer, boundary_allows=within)


def missing_keys(policies: Policies, context: Values) -> list[str]:
    """Condition keys that policies ask for and the context does not have, each once."""
    keys: dict[str, None] = {}
    for _, given in _kinds(policies):
        for key in condition_keys(given):
            if key.lower() not in context:
                keys[key] = None
    return list(keys)


def condition_keys(policies: Iterable[PolicyDocument]) -> Iterator[str]:
    """Every condition key that policies name, in order."""
    for policy in policies:
        for statement in policy.statements:
            for condition in statement.conditions:
                yield condition.key


def _kinds(policies: Policies) -> Iterator[tuple[Kind, tuple[PolicyDocument, ...]]]:
    yield "identity", policies.identity
    if policies.boundary is not None:
        yield "boundary", policies.boundary
    if policies.session is not None:
        yield "session", policies.session
    yield "resource", policies.resource


def _split(
    question: Question, kind: Kind, policies: Sequence[PolicyDocument]
) -> tuple[list[PolicyStatement], list[PolicyStatement]]:
    """The statements that apply: those that allow and those that deny."""
    allows: list[PolicyStatement] = []
    denies: list[PolicyStatement] = []
    for policy in policies:
        for statement in policy.statements:
            if applies(statement, question, with_principal=kind == "resource"):
                (allows if statement.allows else denies).append(statement)
    return allows, denies


Allows = dict[Kind, list[PolicyStatement]]


def _within_account(question: Question, allows: Allows) -> Answer:
    by_resource = allows["resource"]
    direct = [
        statement for statement in by_resource if _names_caller_itself(statement, question.caller)
    ]
    if direct:
        return Answer("allowed", "resource", tuple(direct))
    if question.caller.is_root:
        return Answer("allowed", "identity")
    of_role = [statement for statement in by_resource if _names_role(statement, question)]
    return _limited(allows["identity"] or of_role, allows)


def _across_accounts(question: Question, allows: Allows) -> Answer:
    if not allows["resource"]:
        return Answer("implicitDeny", "resource")
    if question.caller.is_root:
        return Answer("allowed", "resource", tuple(allows["resource"]))
    own = _limited(allows["identity"], allows)
    both = (*own.statements, *allows["resource"])
    return Answer("allowed", "resource", both) if own.allowed else own


def _limited(identity: Sequence[PolicyStatement], allows: Allows) -> Answer:
    """What identity policies allow, within boundary and session."""
    if not identity:
        return Answer("implicitDeny", "identity")
    limits: tuple[Kind, ...] = ("boundary", "session")
    for kind in limits:
        if kind in allows and not allows[kind]:
            return Answer("implicitDeny", kind)
    return Answer("allowed", "identity", tuple(identity))


def _names_caller_itself(statement: PolicyStatement, caller: Caller) -> bool:
    """Whether a resource policy names the very caller: then nothing else is needed.

    Naming a role leaves its boundary and session policies in force, naming an account everything.
    """
    names = statement.principals.names.get("AWS", ()) if statement.principals else ()
    return caller.arn in names or "*" in names


def _names_role(statement: PolicyStatement, question: Question) -> bool:
    names = statement.principals.names.get("AWS", ()) if statement.principals else ()
    return question.caller.role_arn is not None and question.caller.role_arn in names


def applies(statement: PolicyStatement, question: Question, *, with_principal: bool) -> bool:
    """Whether a statement speaks of the question: action, resource, conditions and principal."""
    return (
        _action_applies(statement, question.action)
        and _resource_applies(statement, question)
        and (not with_principal or _principal_applies(statement, question.caller))
        and all(
            condition.holds(question.context, variables=statement.variables)
            for condition in statement.conditions
        )
    )


def _action_applies(statement: PolicyStatement, action: str) -> bool:
    if statement.actions is not None:
        return any(action_matches(pattern, action) for pattern in statement.actions)
    return not any(action_matches(pattern, action) for pattern in statement.not_actions or ())


def _resource_applies(statement: PolicyStatement, question: Question) -> bool:
    """An action without resource (`*`) needs `*`; a statement without Resource always fits."""
    if statement.resources is not None:
        return any(_is_resource(pattern, statement, question) for pattern in statement.resources)
    excluded = [
        _is_resource(pattern, statement, question) for pattern in statement.not_resources or ()
    ]
    return not any(fits is None or fits for fits in excluded)


def _is_resource(pattern: str, statement: PolicyStatement, question: Question) -> bool | None:
    """Whether a pattern fits; None when that hangs on a variable without a value."""
    try:
        wanted = compiled(pattern, question.context if statement.variables else None)
    except UnfilledError:
        return None if arn_matches(widened(pattern), question.resource) else False
    return arn_matches(wanted, question.resource)


def _principal_applies(statement: PolicyStatement, caller: Caller) -> bool:
    if statement.principals is not None:
        return _is_among(statement.principals, caller)
    if statement.not_principals is not None:
        return not _is_among(statement.not_principals, caller)
    return False


def _is_among(principals: Principals, caller: Caller) -> bool:
    root = f"iam::{caller.account}:root"
    for name in principals.names.get("AWS", ()):
        if name in {"*", caller.account, caller.arn, caller.role_arn} or name.endswith(root):
            return True
    return False
