"""SimulateCustomPolicy, SimulatePrincipalPolicy and the operations that list context keys.

Source: IAM API reference. One result per action; what holds for each resource is inside it, and
the most restrictive verdict is that of the whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.cloudwatch import paging
from tablewright_emulator.iam.document import (
    PolicyDocument,
    PolicyError,
    PolicyStatement,
    parse_policy,
)
from tablewright_emulator.iam.evaluation import (
    Answer,
    Caller,
    Policies,
    Question,
    condition_keys,
    evaluate,
    missing_keys,
)
from tablewright_emulator.iam.principal import Boundaries, identities, identity_principal
from tablewright_emulator.request import AwsFault, Handler, Request

PAGE = 100
_SEVERITY = ("explicitDeny", "implicitDeny", "allowed")
_TYPES = {"identity": "IAM Policy", "boundary": "IAM Policy", "resource": "Resource Policy"}

Params = Mapping[str, Any]


class Simulation:
    """The four operations; users, roles and groups are those of the engine underneath."""

    def __init__(self, boundaries: Boundaries) -> None:
        self._boundaries = boundaries

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        return {
            "SimulateCustomPolicy": self.simulate_custom_policy,
            "SimulatePrincipalPolicy": self.simulate_principal_policy,
            "GetContextKeysForCustomPolicy": self.context_keys_for_custom_policy,
            "GetContextKeysForPrincipalPolicy": self.context_keys_for_principal_policy,
        }

    def simulate_custom_policy(self, request: Request) -> dict[str, Any]:
        """What policies given as text would decide."""
        params = request.params
        identity = _parsed(params["PolicyInputList"], "PolicyInputList")
        arn = params.get("CallerArn") or f"arn:aws:iam::{request.account}:user/simulated"
        return _simulated(request, _caller(arn), identity, _given_boundary(params))

    def simulate_principal_policy(self, request: Request) -> dict[str, Any]:
        """What the policies of a user, group or role would decide, with others added."""
        params = request.params
        name = params["PolicySourceArn"]
        texts, boundary = self._source(request, name)
        added = _parsed(params.get("PolicyInputList") or (), "PolicyInputList")
        identity = (*_parsed_texts(texts), *added)
        given = _given_boundary(params)
        if given is None and boundary is not None:
            given = _parsed_texts(boundary)
        return _simulated(request, _caller(params.get("CallerArn") or name), identity, given)

    def context_keys_for_custom_policy(self, request: Request) -> dict[str, Any]:
        """The condition keys that policies given as text ask for."""
        policies = _parsed(request.params["PolicyInputList"], "PolicyInputList")
        return {"ContextKeyNames": _unique(condition_keys(policies))}

    def context_keys_for_principal_policy(self, request: Request) -> dict[str, Any]:
        """The condition keys that a principal's policies ask for."""
        texts, _ = self._source(request, request.params["PolicySourceArn"])
        added = _parsed(request.params.get("PolicyInputList") or (), "PolicyInputList")
        return {"ContextKeyNames": _unique(condition_keys((*_parsed_texts(texts), *added)))}

    def _source(
        self, request: Request, arn: str
    ) -> tuple[Mapping[str, str], Mapping[str, str] | None]:
        """Identity policies and boundary of a user, group or role."""
        known = identities(request.account, request.region)
        identity = known.of_arn(arn)
        if identity is None:
            raise AwsFault("NoSuchEntity", f"The entity {arn} cannot be found.", 404)
        if identity.kind == "group":
            return identity.texts, None
        principal = identity_principal(known, identity, request.account, self._boundaries)
        return principal.texts, principal.boundary


@dataclass(frozen=True, slots=True)
class _Setting:
    """What one simulation asks of."""

    caller: Caller
    owner: str
    policies: Policies
    context: Mapping[str, tuple[str, ...]]
    resources: tuple[str, ...]

    def answer(self, action: str, resource: str) -> Answer:
        """The verdict for one action on one resource."""
        owner = _account_of(resource) or self.owner
        question = Question(self.caller, action, resource, owner, self.context)
        return evaluate(question, self.policies)


def _simulated(
    request: Request,
    caller: Caller,
    identity: Sequence[PolicyDocument],
    boundary: tuple[PolicyDocument, ...] | None,
) -> dict[str, Any]:
    params = request.params
    text = params.get("ResourcePolicy")
    if text and not params.get("CallerArn"):
        raise AwsFault("InvalidInput", "CallerArn is required with a ResourcePolicy.")
    resource = _parsed([text], "ResourcePolicy") if text else ()
    setting = _Setting(
        caller,
        _account_of(params.get("ResourceOwner") or caller.arn) or caller.account,
        Policies(tuple(identity), boundary, None, resource),
        _context(params.get("ContextEntries") or ()),
        tuple(params.get("ResourceArns") or ["*"]),
    )
    results = [_result(_check_action(action), setting) for action in params["ActionNames"]]
    asked = {k: v for k, v in params.items() if k not in {"Marker", "MaxItems"}}
    asked["NextToken"] = params.get("Marker")
    shown, marker = paging.page(asked, results, params.get("MaxItems") or PAGE, "InvalidInput")
    reply: dict[str, Any] = {"EvaluationResults": list(shown), "IsTruncated": marker is not None}
    return reply | ({"Marker": marker} if marker else {})


def _result(action: str, setting: _Setting) -> dict[str, Any]:
    """One action on every resource."""
    resources = setting.resources
    answers = {resource: setting.answer(action, resource) for resource in resources}
    verdict = min((answer.verdict for answer in answers.values()), key=_SEVERITY.index)
    deciding = [answer for answer in answers.values() if answer.verdict == verdict]
    missing = missing_keys(setting.policies, setting.context)
    statements = [_shown(s, a) for a in deciding for s in a.statements]
    result: dict[str, Any] = {
        "EvalActionName": action,
        "EvalResourceName": resources[0] if len(resources) == 1 else "*",
        "EvalDecision": verdict,
        "MatchedStatements": [s for n, s in enumerate(statements) if s not in statements[:n]],
        "MissingContextValues": missing,
    }
    if setting.policies.boundary is not None:
        allowed = all(answer.boundary_allows for answer in answers.values())
        result["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": allowed}
    if resources != ("*",):
        result["ResourceSpecificResults"] = [
            _of_resource(resource, answer, missing) for resource, answer in answers.items()
        ]
    return result


def _of_resource(resource: str, answer: Answer, missing: Sequence[str]) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "EvalResourceName": resource,
        "EvalResourceDecision": answer.verdict,
        "MatchedStatements": [_shown(statement, answer) for statement in answer.statements],
        "MissingContextValues": list(missing),
    }
    if answer.boundary_allows is not None:
        detail = {"AllowedByPermissionsBoundary": answer.boundary_allows}
        shown["PermissionsBoundaryDecisionDetail"] = detail
    return shown


def _shown(statement: PolicyStatement, answer: Answer) -> dict[str, Any]:
    return {
        "SourcePolicyId": statement.policy,
        "SourcePolicyType": _TYPES.get(answer.kind, "IAM Policy"),
        "StartPosition": {"Line": statement.start[0], "Column": statement.start[1]},
        "EndPosition": {"Line": statement.end[0], "Column": statement.end[1]},
    }


def _parsed(texts: Iterable[str], member: str) -> tuple[PolicyDocument, ...]:
    """Policies given as text, named by their place."""
    policies = []
    for number, text in enumerate(texts, 1):
        try:
            policies.append(parse_policy(text, f"{member}.{number}"))
        except PolicyError as error:
            raise AwsFault("InvalidInput", f"Invalid {member}.{number}: {error}") from error
    return tuple(policies)


def _parsed_texts(texts: Mapping[str, str]) -> tuple[PolicyDocument, ...]:
    policies = []
    for name, text in texts.items():
        try:
            policies.append(parse_policy(text, name))
        except PolicyError as error:
            raise AwsFault("PolicyEvaluation", f"{name}: {error}", 500) from error
    return tuple(policies)


def _given_boundary(params: Params) -> tuple[PolicyDocument, ...] | None:
    texts = params.get("PermissionsBoundaryPolicyInputList")
    if not texts:
        return None
    if len(texts) > 1:
        raise AwsFault("InvalidInput", "Only one permissions boundary can be simulated.")
    return _parsed(texts, "PermissionsBoundaryPolicyInputList")


def _check_action(action: str) -> str:
    service, colon, name = action.partition(":")
    if not (service and colon and name) or "*" in action:
        raise AwsFault("InvalidInput", f"Invalid Action Name: {action}")
    return action


def _context(entries: Iterable[Params]) -> dict[str, tuple[str, ...]]:
    context: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        name = entry.get("ContextKeyName")
        if name:
            context[name.lower()] = tuple(entry.get("ContextKeyValues") or ())
    return context


def _caller(arn: str) -> Caller:
    account = _account_of(arn)
    if account is None:
        raise AwsFault("InvalidInput", f"Invalid ARN: {arn}")
    return Caller(arn, account, arn if ":role/" in arn else None)


def _account_of(arn: str) -> str | None:
    parts = arn.split(":", 5)
    return parts[4] if len(parts) == 6 and parts[4].isdigit() else None  # noqa: PLR2004 - an ARN's


def _unique(keys: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(keys))
