"""What bears on a role besides its inline policies: managed policies, and IAM's own simulator."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session

from .concurrency import map_concurrently
from .reading import Unread, try_read
from .roles import Document, document

Simulations = Mapping[tuple[str, str], "Simulated"]
"""By action, `dynamodb:GetItem`, and resource."""


@dataclass(frozen=True, slots=True)
class Simulated:
    """What IAM's simulator says of one action on one resource.

    Args:
        decision: `allowed`, `explicitDeny` or `implicitDeny`.
        missing: condition keys that policies ask for and the question did not give.
    """

    decision: str
    missing: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Question:
    """What the simulator is asked: every action on every resource, in one context."""

    actions: tuple[str, ...]
    resources: tuple[str, ...]
    context: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class RoleAccess:
    """What else bears on what a role may do.

    Args:
        managed: documents of managed policies by ARN, boundaries among them.
        simulated: the simulator's answers; None where there is no simulator.
    """

    managed: Mapping[str, Document | Unread | None]
    simulated: Simulations | Unread | None = None


def read_managed(session: Session, arns: Iterable[str]) -> dict[str, Document | Unread | None]:
    """Managed policies in the versions that are in force, by ARN; None where there is no such."""
    return map_concurrently(arns, lambda arn: try_read(partial(_managed, session, arn)))


def simulate(session: Session, role_arn: str, questions: Sequence[Question]) -> Simulations:
    """What IAM's simulator answers for a role; organizations' policies count, resources' do not.

    Raises:
        AccessDeniedError: `iam:SimulatePrincipalPolicy` is refused.
        UnsupportedError: there is no simulator.
    """
    answers: dict[tuple[str, str], Simulated] = {}
    for question in questions:
        with translated(f"simulate the policies of {role_arn}"):
            pages = session.client("iam").get_paginator("simulate_principal_policy")
            for page in pages.paginate(
                PolicySourceArn=role_arn,
                ActionNames=list(question.actions),
                ResourceArns=list(question.resources),
                ContextEntries=list(map(_entry, question.context.items())),
            ):
                for result in page["EvaluationResults"]:
                    answers.update(_answers(result))
    return answers


def _managed(session: Session, arn: str) -> Document:
    client = session.client("iam")
    with translated(f"read the policy {arn}"):
        version = client.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"]
        reply = client.get_policy_version(PolicyArn=arn, VersionId=version)
    return document(reply["PolicyVersion"]["Document"])


def _entry(given: tuple[str, tuple[str, ...]]) -> dict[str, Any]:
    key, values = given
    return {
        "ContextKeyName": key,
        "ContextKeyValues": list(values),
        "ContextKeyType": "boolean" if values[0] in {"true", "false"} else "string",
    }


def _answers(result: Mapping[str, Any]) -> dict[tuple[str, str], Simulated]:
    action = result["EvalActionName"]
    every = result.get("ResourceSpecificResults") or ()
    if not every:
        missing = frozenset(result.get("MissingContextValues") or ())
        return {(action, result["EvalResourceName"]): Simulated(result["EvalDecision"], missing)}
    return {
        (action, result_of_one["EvalResourceName"]): Simulated(
            result_of_one["EvalResourceDecision"],
            frozenset(result_of_one.get("MissingContextValues") or ()),
        )
        for result_of_one in every
    }
