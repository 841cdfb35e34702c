"""Policy documents as statements, each asked whether it speaks of a request."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.plan.effects import Document, is_policy
from tablewright.plan.policy import VERSION

from .condition import Condition, parse_conditions
from .context import RequestContext
from .pattern import AbsentVariableError, action_fits, resource_fits

Names = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Request:
    """One action on one resource by the session of a role.

    Args:
        resource: an ARN, or `*` where the action names none.
        account: of the resource.
        role: ARN of the role.
        context: what is known of the request.
    """

    action: str
    resource: str
    account: str
    role: str
    context: RequestContext

    @property
    def role_account(self) -> str:
        """The account of the role."""
        return self.role.split(":")[4]


@dataclass(frozen=True, slots=True)
class Fit:
    """Whether a statement applies; None leaves it to each request, under `conditions`."""

    value: bool | None
    conditions: frozenset[str] = frozenset()


NO, YES = Fit(value=False), Fit(value=True)


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement; an element that it does not have is None.

    Args:
        understood: False for what is not evaluated here, such as an operator nobody knows.
        variables: whether its version has policy variables.
    """

    allows: bool
    actions: Names | None
    not_actions: Names | None
    resources: Names | None
    not_resources: Names | None
    principals: Names | None
    not_principals: Names | None
    conditions: tuple[Condition, ...]
    variables: bool
    understood: bool = True

    def fit(self, request: Request, *, of_resource: bool = False) -> Fit:
        """Whether it speaks of a request; `of_resource`: it stands in a resource policy."""
        if not self._has_action(request.action):
            return NO
        principal = self._has_principal(request) if of_resource else True
        resource = self._has_resource(request)
        if principal is False or resource is False:
            return NO
        open_ones: set[str] = set()
        if principal is None:
            open_ones.add("only one session of the role is named")
        if resource is None:
            named = self.resources or self.not_resources or ()
            open_ones.add(f"it is about {', '.join(named)}")
        for condition in self.conditions:
            holds = condition.holds(request.context, variables=self.variables)
            if holds is False:
                return NO
            if holds is None:
                open_ones.add(str(condition))
        return Fit(None, frozenset({" and ".join(sorted(open_ones))})) if open_ones else YES

    def names(self, *principals: str) -> bool:
        """Whether it names one of these principals itself."""
        return bool(set(self.principals or ()).intersection(principals))

    def _has_action(self, action: str) -> bool:
        if self.actions is not None:
            return any(action_fits(pattern, action) for pattern in self.actions)
        return not any(action_fits(pattern, action) for pattern in self.not_actions or ())

    def _has_resource(self, request: Request) -> bool | None:
        """A statement without any resource is one of a resource policy: it is about that one."""
        if self.resources is None and self.not_resources is None:
            return True
        if self.resources is not None:
            return _either(self._fits(pattern, request, absent=False) for pattern in self.resources)
        spared = _either(
            self._fits(pattern, request, absent=True) for pattern in self.not_resources or ()
        )
        return None if spared is None else not spared

    def _fits(self, pattern: str, request: Request, *, absent: bool) -> bool | None:
        """`absent` is the answer where a variable has no value: the statement does not apply."""
        context = request.context if self.variables else None
        try:
            return resource_fits(pattern, request.resource, context)
        except AbsentVariableError:
            return absent

    def _has_principal(self, request: Request) -> bool | None:
        if self.principals is not None:
            return _is_among(self.principals, request)
        among = self.not_principals is None or _is_among(self.not_principals, request)
        return None if among is None else not among


def parse(document: Document) -> tuple[Statement, ...]:
    """The statements of a policy document."""
    if not is_policy(document):
        return (_not_understood(),)
    listed = document["Statement"]
    statements = (listed,) if isinstance(listed, Mapping) else listed
    variables = document.get("Version") == VERSION
    return tuple(_statement(statement, variables=variables) for statement in statements)


def _statement(given: Mapping[str, Any], *, variables: bool) -> Statement:
    conditions = parse_conditions(given.get("Condition") or {})
    return Statement(
        allows=given.get("Effect") == "Allow",
        actions=_names(given, "Action"),
        not_actions=_names(given, "NotAction"),
        resources=_names(given, "Resource"),
        not_resources=_names(given, "NotResource"),
        principals=_principals(given, "Principal"),
        not_principals=_principals(given, "NotPrincipal"),
        conditions=conditions,
        variables=variables,
        understood=given.get("Effect") in {"Allow", "Deny"}
        and all(condition.understood for condition in conditions),
    )


def _not_understood() -> Statement:
    """It may say anything, of everything."""
    return _statement({"Action": "*", "Resource": "*", "Principal": "*"}, variables=False)


def _names(statement: Mapping[str, Any], element: str) -> Names | None:
    return tuple(_listed(statement[element])) if element in statement else None


def _listed(value: Any) -> Iterator[str]:
    return map(str, value if isinstance(value, list | tuple) else (value,))


def _principals(statement: Mapping[str, Any], element: str) -> Names | None:
    """AWS principals only: a role is neither a service nor a federated user."""
    if element not in statement:
        return None
    given = statement[element]
    return tuple(_listed(given.get("AWS") or () if isinstance(given, Mapping) else given))


def _either(fits: Iterable[bool | None]) -> bool | None:
    every = set(fits)
    return True if True in every else None if None in every else False


def _is_among(principals: Iterable[str], request: Request) -> bool | None:
    """None when a session of the role is named: each session has a name of its own."""
    root = f":iam::{request.role_account}:root"
    everybody = {"*", request.role_account, request.role}
    if any(name in everybody or name.endswith(root) for name in principals):
        return True
    return None if any(is_session(name, request.role) for name in principals) else False


def is_session(name: str, role: str) -> bool:
    """Whether it is the ARN of a session of a role."""
    account, role_name = role.split(":")[4], role.rpartition("/")[2]
    return f":sts::{account}:assumed-role/{role_name}/" in name
