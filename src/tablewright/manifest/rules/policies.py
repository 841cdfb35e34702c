"""Resource policies: what makes one, and what DynamoDB takes as one.

Sources: IAM User Guide, JSON policy elements reference; DynamoDB Developer Guide, Using
resource-based policies.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import nearest_word, shown
from tablewright.manifest.rules.finding import Finding, Subject, at
from tablewright.manifest.rules.iam import action_exists, as_list, conditions_are_some

LARGEST_BYTES = 20 * 1024
MOST_SUGGESTIONS = 20
VERSIONS = ("2012-10-17", "2008-10-17")
_OF_A_POLICY = ("Version", "Id", "Statement")
_PAIRS = (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource"))
_OF_A_STATEMENT = ("Sid", "Effect", "Condition", *(name for pair in _PAIRS for name in pair))


def policies_are_policies(subject: Subject) -> Iterator[Finding]:
    """The policies of the table and of its stream."""
    spec = subject.spec
    for name, policy in (
        ("resourcePolicy", spec.resource_policy),
        ("streamResourcePolicy", spec.stream_resource_policy),
    ):
        if policy is not None:
            yield from _policy(at(name), policy)


def _policy(path: Path, policy: Mapping[str, Any]) -> Iterator[Finding]:
    misspelt = _misspelt(policy, _OF_A_POLICY)
    yield from _unknown(path, misspelt)
    if policy.get("Version", VERSIONS[0]) not in VERSIONS:
        message = "is not a version of the policy language"
        yield Finding((*path, "Version"), message, f"write `Version: {VERSIONS[0]}`")
    statements = policy.get("Statement")
    if isinstance(statements, dict):
        yield from _statement((*path, "Statement"), statements)
    elif isinstance(statements, list) and statements:
        for number, statement in enumerate(statements):
            yield from _statement((*path, "Statement", number), statement)
    elif "Statement" not in misspelt.values():
        yield Finding(path, "a policy needs `Statement`, a list", "write `Statement: [...]`")
    size = len(json.dumps(policy, default=str, ensure_ascii=False, separators=(",", ":")).encode())
    if size > LARGEST_BYTES:
        message = f"the policy has {size:,} bytes, more than {LARGEST_BYTES:,}"
        yield Finding(path, message, "shorten it")


def _misspelt(given: Mapping[str, Any], known: Collection[str]) -> dict[str, str | None]:
    """Elements that a policy does not have, and which one was probably meant by each."""
    free = set(known) - set(given)
    unknown = [name for name in given if name not in known]
    return {
        name: nearest_word(name, free) if number < MOST_SUGGESTIONS else None
        for number, name in enumerate(unknown)
    }


def _unknown(path: Path, misspelt: Mapping[str, str | None]) -> Iterator[Finding]:
    for name, meant in misspelt.items():
        fix = f"did you mean `{meant}`?" if meant else "remove it"
        yield Finding((*path, name), f"a policy has no element `{shown(name)}` here", fix)


def _statement(path: Path, statement: Any) -> Iterator[Finding]:
    if not isinstance(statement, dict):
        yield Finding(path, "a statement is a mapping", "write Effect, Principal, Action, Resource")
        return
    misspelt = _misspelt(statement, _OF_A_STATEMENT)
    yield from _unknown(path, misspelt)
    present = statement.keys() | misspelt.values()
    if "Effect" not in present or statement.get("Effect", "Deny") not in ("Allow", "Deny"):
        here = (*path, "Effect") if "Effect" in statement else path
        yield Finding(here, "a statement needs `Effect`", "write `Effect: Allow` or `Deny`")
    for element, other in _PAIRS:
        if element in statement and other in statement:
            message = f"`{element}` and `{other}` exclude each other"
            yield Finding((*path, other), message, "remove one of the two")
        elif present.isdisjoint((element, other)):
            yield Finding(path, f"a statement needs `{element}`", f"add `{element}`")
    yield from _parts(path, statement)


def _parts(path: Path, statement: Mapping[str, Any]) -> Iterator[Finding]:
    for name in ("Principal", "NotPrincipal"):
        if not isinstance(statement.get(name, "*"), dict) and statement.get(name, "*") != "*":
            fix = f"write `{name}: {{AWS: ...}}`, or `{name}: {{Service: ...}}`"
            yield Finding((*path, name), "a principal is a mapping, or `*`", fix)
    for name in ("Action", "NotAction"):
        for number, action in enumerate(as_list(statement.get(name, "*"))):
            if action != "*":
                yield from action_exists((*path, name, number), str(action))
    if (
        _names_everybody(statement.get("Principal"))
        and statement.get("Effect") == "Allow"
        and not statement.get("Condition")
    ):
        yield Finding(
            (*path, "Principal"),
            "allows everybody in the world; DynamoDB refuses such a policy",
            "name the principals, or add a Condition",
        )
    conditions = statement.get("Condition")
    if isinstance(conditions, dict) and all(
        isinstance(condition, dict) for condition in conditions.values()
    ):
        yield from conditions_are_some((*path, "Condition"), conditions)
    elif conditions is not None:
        fix = "write `Condition: {OPERATOR: {KEY: VALUE}}`"
        yield Finding((*path, "Condition"), "a condition is a mapping of mappings", fix)


def _names_everybody(principal: Any) -> bool:
    names = principal.get("AWS") if isinstance(principal, dict) else principal
    return "*" in as_list(names)


RULES = (policies_are_policies,)
