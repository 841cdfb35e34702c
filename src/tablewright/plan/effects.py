"""What a policy document does, taken apart so that its spelling does not matter.

Two documents do the same when they have the same effects: it makes no difference how actions and
resources are grouped into statements, in which order, under which ids, or in which case an action
or a condition's key is written. A wildcard stays one: `dynamodb:*` is an effect of its own that no
list of actions has. Whoever compares policies compares these: the provider's difference, `verify`,
and the settling of principals that become known late (IAM User Guide, JSON policy elements).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product
from typing import Any, Self

from .policy import VERSION

Document = Mapping[str, Any]
Condition = tuple["Caseless", "Caseless", tuple[str, ...]]

_ACCOUNT_ROOT = re.compile(r"arn:aws[a-z-]*:iam::(\d{12}):root")
_GONE = re.compile(r"A[A-Z]{3}[A-Z0-9]{12,}")
"""The unique id that stands in a policy for a role or user that was deleted; IAM takes none that is
written (IAM User Guide, AWS JSON policy elements: Principal)."""
_ELEMENTS = frozenset(
    {
        *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
        *("Principal", "NotPrincipal", "Condition"),
    }
)


class Caseless(str):
    """A name in which case does not matter: compared in lower case, shown as it was written."""

    __slots__ = ("written",)
    written: str

    def __new__(cls, text: str) -> Self:
        """The name, from its text in any case."""
        name = super().__new__(cls, text.lower())
        name.written = text
        return name

    def __format__(self, specification: str) -> str:
        """As IAM and its readers write it."""
        return format(self.written, specification)


@dataclass(frozen=True, slots=True, order=True)
class Effect:
    """One action on one resource by one principal, under conditions.

    `resource` is empty in a trust policy, `principal` in an identity policy. What an inverted
    element names is one text, `not dynamodb:DeleteTable`: a statement spares all of it together.
    """

    effect: str
    action: Caseless
    resource: str
    principal: str
    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        parts = [self.effect, f"{self.action}"]
        if self.resource:
            parts.append(f"on {self.resource}")
        if self.principal:
            parts.append(f"to {self.principal}")
        for operator, key, values in self.conditions:
            parts.append(f"if {key} {operator} {', '.join(values)}")
        return " ".join(parts)


def effects(document: Document) -> frozenset[Effect]:
    """All that a document does."""
    variables = document.get("Version") == VERSION
    return frozenset(
        effect for statement in _statements(document) for effect in _of(statement, variables)
    )


def is_policy(document: Any) -> bool:
    """Whether `effects` understands all of a document; AWS refuses others."""
    return (
        isinstance(document, Mapping)
        and "Statement" in document
        and all(_understood(statement) for statement in _statements(document))
    )


def names_only_the_living(statement: Mapping[str, Any]) -> bool:
    """Whether a statement can be written again: none of its principals was deleted since."""
    named = (statement.get("Principal") or {}, statement.get("NotPrincipal") or {})
    groups = [given.values() if isinstance(given, Mapping) else (given,) for given in named]
    return not any(
        _GONE.fullmatch(name) for group in groups for names in group for name in texts(names)
    )


def principal(kind: str, name: str) -> str:
    """One principal; an account's root and its bare number are the same, and so is everybody."""
    if match := _ACCOUNT_ROOT.fullmatch(name):
        name = match[1]
    return "*" if name == "*" else f"{kind} {name}"


def conditions(blocks: Mapping[str, Mapping[str, Any]]) -> tuple[Condition, ...]:
    """Conditions sorted, operators and keys in any case, values as a sorted list."""
    return tuple(
        sorted(
            (Caseless(operator), Caseless(key), tuple(sorted(texts(values))))
            for operator, keys in blocks.items()
            for key, values in keys.items()
        )
    )


def _statements(document: Document) -> Iterable[Any]:
    statements = document.get("Statement") or ()
    return (statements,) if isinstance(statements, Mapping) else statements


def _understood(statement: Any) -> bool:
    if not isinstance(statement, Mapping) or not statement.keys() <= _ELEMENTS:
        return False
    blocks = statement.get("Condition") or {}
    return isinstance(blocks, Mapping) and all(
        isinstance(keys, Mapping) for keys in blocks.values()
    )


def _of(statement: Mapping[str, Any], variables: bool) -> Iterator[Effect]:  # noqa: FBT001
    held = conditions(statement.get("Condition") or {})
    resources = _either(statement, "Resource", texts)
    if not variables:  # the older version takes `${aws:username}` for these very characters
        resources = tuple(map(_literal, resources))
        held = tuple(
            (operator, key, tuple(map(_literal, values))) for operator, key, values in held
        )
    for action, resource, principal in product(
        map(Caseless, _either(statement, "Action", _actions)),
        resources,
        _either(statement, "Principal", _principals),
    ):
        yield Effect(str(statement.get("Effect", "")), action, resource, principal, held)


def _either(
    statement: Mapping[str, Any], element: str, names: Callable[[Any], Iterable[str]]
) -> tuple[str, ...]:
    """What an element names, each by itself, and what its inverted form spares, as one."""
    named = tuple(names(statement.get(element)))
    spared = sorted({*names(statement.get(f"Not{element}"))})
    together = ", ".join(f"{name}" for name in spared)
    return (*(f"{name}" for name in named), *((f"not {together}",) if spared else ())) or ("",)


def _actions(given: Any) -> Iterator[str]:
    return map(Caseless, texts(given))


def _principals(given: Any) -> Iterator[str]:
    if isinstance(given, Mapping):
        for kind, names in given.items():
            for name in texts(names):
                yield principal(kind, name)
    else:
        for name in texts(given):
            yield principal("AWS", name)


def _literal(text: str) -> str:
    return text.replace("${", "literal ${")


def texts(value: Any) -> list[str]:
    """Texts of a policy, of which IAM lets a list of one be without its brackets.

    Booleans count as their words.
    """
    every = value if isinstance(value, list | tuple) else () if value is None else (value,)
    return [str(item).lower() if isinstance(item, bool) else str(item) for item in every]
