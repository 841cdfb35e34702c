"""Whether a role may do something: IAM's evaluation logic over what is known before a request.

An explicit deny is final. Within an account a resource policy that names the very caller allows by
itself; else identity policies, or a resource policy that names the role, must allow, and the
boundary too. Across accounts both sides must.
Source: IAM User Guide, "Policy evaluation logic".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal

from .statement import NO, YES, Fit, Request, Statement, is_session

Statements = tuple[Statement, ...]
Kind = Literal["identity", "boundary", "resource"]


class Decision(StrEnum):
    """Four answers: under conditions it hangs on the request, unread on what nobody could read."""

    ALLOWED = "allowed"
    CONDITIONAL = "conditional"
    DENIED = "denied"
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class Answer:
    """The decision, and on what it rests.

    Args:
        conditions: what a request must meet, of a conditional answer.
        reason: why it is denied or unread, in a few words.
        final: denied by a statement that says so, whatever else allows.
    """

    decision: Decision
    conditions: frozenset[str] = frozenset()
    reason: str = ""
    final: bool = False


@dataclass(frozen=True, slots=True)
class Policies:
    """What applies to a role and to the resource it asks for.

    Args:
        boundary: None when the role has none.
        unread: why policies are missing here, by the kind of policy.
    """

    identity: Statements = ()
    boundary: Statements | None = None
    resource: Statements = ()
    unread: Mapping[Kind, str] = field(default_factory=dict)

    @property
    def own(self) -> Policies:
        """Without those of the resource."""
        unread = dict(self.unread)
        unread.pop("resource", None)
        return replace(self, resource=(), unread=unread)


def evaluate(request: Request, policies: Policies) -> Answer:
    """Decide one request."""
    boundary = policies.boundary or ()
    denial = _any(
        [
            *(_fits(request, (*policies.identity, *boundary), allows=False)),
            *(_fits(request, policies.resource, allows=False, of_resource=True)),
        ]
    )
    if denial.value:
        return Answer(Decision.DENIED, reason="an explicit deny", final=True)
    unread = _unread(request, policies)
    allowance, reason = _allowance(request, policies)
    if allowance.value is False and set(unread) <= {"boundary"}:
        return Answer(Decision.DENIED, reason=reason)
    if unread:
        return Answer(Decision.UNREAD, reason=next(iter(unread.values())))
    conditions = {
        *(f"if {condition}" for condition in allowance.conditions),
        *(f"unless {condition}" for condition in denial.conditions),
    }
    if not conditions:
        return Answer(Decision.ALLOWED)
    return Answer(Decision.CONDITIONAL, frozenset(conditions))


def _allowance(request: Request, policies: Policies) -> tuple[Fit, str]:
    """Whether everything that must allow does, and what does not."""
    identity = _any(_fits(request, policies.identity))
    boundary = YES
    if policies.boundary is not None and "boundary" not in policies.unread:
        boundary = _any(_fits(request, policies.boundary))
    if request.account != request.role_account:
        resource = _any(_fits(request, policies.resource, of_resource=True))
        if "resource" in policies.unread:
            resource = Fit(None, frozenset({f"account {request.account} allows it too"}))
        return _all(
            (
                (identity, "no identity policy allows it"),
                (boundary, "the permissions boundary does not allow it"),
                (resource, "no policy of the resource in the other account allows it"),
            )
        )
    direct = _any(
        _fits(request, [s for s in policies.resource if _is_direct(s, request)], of_resource=True)
    )
    named = [s for s in policies.resource if s.names(request.role)]
    granted = _any([identity, *_fits(request, named, of_resource=True)])
    held, reason = _all(
        (
            (granted, "no policy allows it"),
            (boundary, "the permissions boundary does not allow it"),
        )
    )
    return _any([direct, held]), reason


def _is_direct(statement: Statement, request: Request) -> bool:
    """Whether it names the session itself, or everybody: then nothing else is needed."""
    names = statement.principals or ()
    return any(name == "*" or is_session(name, request.role) for name in names)


def _fits(
    request: Request,
    statements: Iterable[Statement],
    *,
    allows: bool = True,
    of_resource: bool = False,
) -> list[Fit]:
    return [
        statement.fit(request, of_resource=of_resource)
        for statement in statements
        if statement.allows == allows and statement.understood
    ]


def _unread(request: Request, policies: Policies) -> dict[Kind, str]:
    """Why it cannot be decided: what is missing, and statements that are not understood."""
    unread = dict(policies.unread)
    if request.account != request.role_account:
        unread.pop("resource", None)  # it is a condition, see `_allowance`
    kinds: tuple[tuple[Kind, Statements], ...] = (
        ("identity", policies.identity),
        ("boundary", policies.boundary or ()),
        ("resource", policies.resource),
    )
    for kind, statements in kinds:
        for statement in statements:
            if not statement.understood and statement.fit(request).value is not False:
                unread.setdefault(kind, f"a statement of its {kind} policies is not understood")
    return unread


def _any(fits: Iterable[Fit]) -> Fit:
    """True if one is; the conditions of all that could be."""
    every = [fit for fit in fits if fit.value is not False]
    if any(fit.value for fit in every):
        return YES
    if not every:
        return NO
    return Fit(None, frozenset(c for fit in every for c in fit.conditions))


def _all(parts: Iterable[tuple[Fit, str]]) -> tuple[Fit, str]:
    """True if all are, else why not; the conditions of all that could be."""
    conditions: set[str] = set()
    for fit, reason in parts:
        if fit.value is False:
            return NO, reason
        conditions |= fit.conditions
    return (Fit(None, frozenset(conditions)) if conditions else YES), ""
