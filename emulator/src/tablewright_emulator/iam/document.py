"""Policy documents read into statements, each with where in its text it stands."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tablewright_emulator.iam.condition import Condition, parse_condition

VARIABLES_VERSION = "2012-10-17"
_VERSIONS = frozenset({VARIABLES_VERSION, "2008-10-17"})
_ELEMENTS = frozenset(
    {
        "Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource",
        "NotResource", "Condition",
    }
)  # fmt: skip
_SPACE = re.compile(r"\s*")
_ACTION = re.compile(r"\*|[A-Za-z0-9-]+:[A-Za-z0-9*?]+")


class PolicyError(ValueError):
    """The document is no policy."""


@dataclass(frozen=True, slots=True)
class Principals:
    """Who a statement speaks of: kind (AWS, Service, Federated) to names; `*` is everybody."""

    names: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class PolicyStatement:
    """One statement; of each pair (Action, NotAction) and so on one is None.

    Args:
        policy: name of the policy it stands in.
        start: line and column of its first character, 1-based; `end` of what follows its last.
    """

    policy: str
    allows: bool
    actions: tuple[str, ...] | None
    not_actions: tuple[str, ...] | None
    resources: tuple[str, ...] | None
    not_resources: tuple[str, ...] | None
    principals: Principals | None
    not_principals: Principals | None
    conditions: tuple[Condition, ...]
    variables: bool
    start: tuple[int, int]
    end: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy's statements; `name` says where it comes from."""

    name: str
    statements: tuple[PolicyStatement, ...]


def parse_policy(text: str, name: str) -> PolicyDocument:
    """Read a policy.

    Raises:
        PolicyError: for what is not JSON, or not a policy.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise PolicyError("Syntax errors in policy.") from error
    if not isinstance(document, dict) or "Statement" not in document:
        raise PolicyError("The policy has no Statement.")
    version = document.get("Version", "2008-10-17")
    if version not in _VERSIONS:
        raise PolicyError(f"The policy version {version} is not supported.")
    listed = document["Statement"]
    statements = listed if isinstance(listed, list) else [listed]
    places = list(_places(text, single=not isinstance(listed, list)))
    return PolicyDocument(
        name,
        tuple(
            _statement(element, name, place, variables=version == VARIABLES_VERSION)
            for element, place in zip(statements, places, strict=True)
        ),
    )


Place = tuple[tuple[int, int], tuple[int, int]]


def _statement(statement: Any, policy: str, place: Place, *, variables: bool) -> PolicyStatement:
    if not isinstance(statement, dict) or statement.get("Effect") not in {"Allow", "Deny"}:
        raise PolicyError("Each statement must have an Effect of Allow or Deny.")
    unknown = statement.keys() - _ELEMENTS
    if unknown:
        raise PolicyError(f"Unknown element {', '.join(sorted(unknown))}.")
    for element, other in (("Action", "NotAction"), ("Resource", "NotResource")):
        if element in statement and other in statement:
            raise PolicyError(f"{element} and {other} cannot stand together.")
    actions, not_actions = _texts(statement, "Action"), _texts(statement, "NotAction")
    if actions is None and not_actions is None:
        raise PolicyError("Policy statement must contain actions.")
    for action in (*(actions or ()), *(not_actions or ())):
        if not _ACTION.fullmatch(action):
            raise PolicyError(f"Actions must be prefixed by a vendor: {action}")
    return PolicyStatement(
        policy,
        statement["Effect"] == "Allow",
        actions,
        not_actions,
        _texts(statement, "Resource"),
        _texts(statement, "NotResource"),
        _principals(statement.get("Principal")),
        _principals(statement.get("NotPrincipal")),
        tuple(_conditions(statement.get("Condition", {}))),
        variables,
        *place,
    )


def _texts(member: Mapping[str, Any], element: str) -> tuple[str, ...] | None:
    if element not in member:
        return None
    return tuple(_listed(member[element], element))


def _listed(value: Any, element: str) -> Iterator[str]:
    """One value or a list of them, all as texts."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, bool):
            yield str(item).lower()
        elif isinstance(item, str | int | float):
            yield str(item)
        else:
            raise PolicyError(f"{element} must be a string or a list of strings.")


def _principals(value: Any) -> Principals | None:
    if value is None:
        return None
    if value == "*":
        return Principals({"AWS": ("*",)})
    if not isinstance(value, dict):
        raise PolicyError("Principal must be * or an object.")
    return Principals({kind: tuple(_listed(names, kind)) for kind, names in value.items()})


def _conditions(condition_block: Any) -> Iterator[Condition]:
    if not isinstance(condition_block, dict):
        raise PolicyError("Condition must be an object.")
    for operator, keys in condition_block.items():
        if not isinstance(keys, dict):
            raise PolicyError(f"{operator} must hold an object.")
        for key, values in keys.items():
            condition = parse_condition(operator, key, list(_listed(values, key)))
            if condition is None:
                raise PolicyError(f"Invalid condition operator: {operator}")
            yield condition


def _places(text: str, *, single: bool) -> Iterator[Place]:
    """Where the statements stand in the text of a policy."""
    decoder = json.JSONDecoder()
    position = _value_of("Statement", text, decoder)
    if single:
        _, end = decoder.raw_decode(text, position)
        yield _line_and_column(text, position), _line_and_column(text, end)
        return
    position = _skip(text, position + 1)
    while text[position] != "]":
        _, end = decoder.raw_decode(text, position)
        yield _line_and_column(text, position), _line_and_column(text, end)
        position = _skip(text, end)
        if text[position] == ",":
            position = _skip(text, position + 1)


def _value_of(wanted: str, text: str, decoder: json.JSONDecoder) -> int:
    """Where the (last) value of a member of the outermost object begins."""
    position, last = _skip(text, _skip(text, 0) + 1), 0
    while text[position] != "}":
        key, position = decoder.raw_decode(text, position)
        position = _skip(text, _skip(text, position) + 1)
        if key == wanted:
            last = position
        _, position = decoder.raw_decode(text, position)
        position = _skip(text, position)
        if text[position] == ",":
            position = _skip(text, position + 1)
    return last


def _skip(text: str, position: int) -> int:
    match = _SPACE.match(text, position)
    return position if match is None else match.end()


def _line_and_column(text: str, position: int) -> tuple[int, int]:
    before = text[:position]
    return before.count("\n") + 1, position - (before.rfind("\n") + 1) + 1
