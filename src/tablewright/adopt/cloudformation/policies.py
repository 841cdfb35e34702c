"""What the policies of a stack allow on tables that change hands, in the words of `access`. Pure.

A role that no manifest can say exactly stays with its stack. So that a team can declare roles of
its own in its place, each statement is told as what a manifest would say of it, or why none can.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tablewright.plan.declaration.access import ACTION_SETS

from .handover import StackHandOver
from .resolving import Resolver
from .resources import TABLES, TemplateResource, TemplateResources, unknowns

_DOCUMENTS = {
    "AWS::IAM::Role": "Policies",
    "AWS::IAM::Policy": "",
    "AWS::IAM::ManagedPolicy": "",
    "AWS::IAM::RolePolicy": "",
}
"""Types with policies of principals: the list that holds their documents, or none for one."""
_SERVICE = "dynamodb:"
_REACHING_INDEXES = frozenset(
    word for word, grants in ACTION_SETS.items() if "indexes" in grants[0].targets
)


@dataclass(frozen=True, slots=True)
class StatementAccess:
    """What a statement allows on one table, in the words of a manifest.

    Args:
        path: of the statement, as `ID.Policies[0].Statement[1]`.
        line: of its resource in the template.
        table: its name; empty where it is not one.
        words: sets of actions that it allows whole.
        actions: the others.
        alone: the actions are on the table alone, and not on its indexes.
        wider: a word reaches the table's indexes, which the statement does not.
        why: no manifest can say it; empty where one can.
    """

    path: str
    line: int
    table: str = ""
    words: tuple[str, ...] = ()
    actions: tuple[str, ...] = ()
    alone: bool = False
    wider: bool = False
    why: str = ""

    def __str__(self) -> str:
        where = f"{self.path} (line {self.line})"
        if self.why:
            return f"{where}: no `access` can say it: {self.why}"
        parts = [f"grants: [{', '.join(self.words)}]"] if self.words else []
        parts += [f"actions: [{', '.join(self.actions)}]"] if self.actions else []
        parts += ["actionsOnIndexes: false"] if self.alone else []
        wider = ", which reaches its indexes too" if self.wider else ""
        return f"{where}: as `access` of {self.table}: {{name: NAME, {', '.join(parts)}}}{wider}"


def statements(read: TemplateResources, change: StackHandOver) -> Iterator[StatementAccess]:
    """The statements of the policies that stay and name something taken."""
    resolver = Resolver(read.template, read.around)
    arns = {
        arn: resource.name or ""
        for resource in change.taken
        if resource.kind in TABLES and (arn := change.literals.get((resource.id, "Arn")))
    }
    users = {resource.id for resource, _ in change.users}
    staying = [other for other in read.resources.values() if other.id not in change.ids]
    for resource in staying if arns else ():
        for path, given in _given(resource, resolver):
            named = set(_tables(_texts(given.get("Resource")), arns))
            if named or (resource.id in users and any(unknowns(given))):
                yield _access(path, resource.entry.line, given, named, arns)


def _given(resource: TemplateResource, resolver: Resolver) -> Iterator[tuple[str, dict[str, Any]]]:
    """The statements of a resource, with their paths."""
    if resource.kind not in _DOCUMENTS:
        return
    below = resource.entry.value.entries.get("Properties")
    properties = resolver.resolve(below.value, resource.id) if below else None
    if not isinstance(properties, Mapping):
        return
    listed = _DOCUMENTS[resource.kind]
    policies = properties.get(listed) if listed else [properties]
    for place, policy in enumerate(policies if isinstance(policies, list) else ()):
        document = policy.get("PolicyDocument") if isinstance(policy, Mapping) else None
        given = document.get("Statement") if isinstance(document, Mapping) else None
        prefix = f"{resource.id}.{listed}[{place}]" if listed else resource.id
        for number, statement in enumerate(given if isinstance(given, list) else [given]):
            if isinstance(statement, Mapping):
                yield f"{prefix}.Statement[{number}]", dict(statement)


def _access(
    path: str, line: int, given: Mapping[str, Any], named: Collection[str], arns: Mapping[str, str]
) -> StatementAccess:
    if problem := next((problem for value in given.values() for problem in unknowns(value)), None):
        return StatementAccess(path, line, why=problem.message)
    actions, resources = _texts(given.get("Action")), _texts(given.get("Resource"))
    if why := _unsayable(given, actions, resources, named, arns):
        return StatementAccess(path, line, why=why)
    [table] = named
    targets = {_target(resource) for resource in resources}
    words, rest = _in_words({action.partition(":")[2] for action in actions}, targets)
    if rest and targets == {"stream"}:
        return StatementAccess(path, line, why=f"{_SERVICE}{rest[0]} is on a stream alone")
    alone = "indexes" not in targets
    return StatementAccess(
        path,
        line,
        table,
        words,
        tuple(f"{_SERVICE}{name}" for name in rest),
        alone=alone and bool(rest),
        wider=alone and bool({*words} & _REACHING_INDEXES),
    )


def _unsayable(
    given: Mapping[str, Any],
    actions: Sequence[str],
    resources: Sequence[str],
    named: Collection[str],
    arns: Mapping[str, str],
) -> str:
    if given.get("Effect") != "Allow" or "NotAction" in given or "NotResource" in given:
        return "it denies, or says what it is not about"
    if strange := [action for action in actions if not action.startswith(_SERVICE)]:
        return f"{strange[0]} is of another service"
    if wide := [action for action in actions if "*" in action[:-1] or action == f"{_SERVICE}*"]:
        return f"{wide[0]} is every action of its kind"
    other = [resource for resource in resources if not [*_tables([resource], arns)]]
    if other or len(named) != 1:
        return f"{other[0]} is none of these tables" if other else "it names several tables"
    if "Condition" in given:
        return "its conditions have to be written as `conditions` by hand"
    return "" if actions else "it names no action"


def _in_words(
    actions: set[str], targets: Collection[str]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Sets of actions that are there whole, and the actions that are in none of these."""
    words = tuple(
        word
        for word, grants in ACTION_SETS.items()
        if grants[0].targets[0] in targets and {*grants[0].actions} <= actions
    )
    covered = {action for word in words for grant in ACTION_SETS[word] for action in grant.actions}
    return words, tuple(sorted(actions - covered))


def _target(arn: str) -> str:
    """What of a table an ARN is of."""
    kind = arn.partition(":table/")[2].partition("/")[2].partition("/")[0]
    return {"index": "indexes", "stream": "stream"}.get(kind, "table")


def _tables(resources: Sequence[str], arns: Mapping[str, str]) -> Iterator[str]:
    """Names of the tables that ARNs are of, of their indexes or streams."""
    for resource in resources:
        for arn, name in arns.items():
            if resource == arn or resource.startswith(f"{arn}/"):
                yield name


def _texts(value: Any) -> list[str]:
    """One text or several."""
    values = value if isinstance(value, list) else [value]
    return [text for text in values if isinstance(text, str)]
