"""Every action of DynamoDB on everything a role is tried on: what is declared, and what it may."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain

from tablewright.documents.fleet import AccessCellDocument, RoleAccessDocument
from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.role_access import Question, RoleAccess, Simulated
from tablewright.fleet.roles import Document, LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import DeclaredTable, Role
from tablewright.plan.policy import policy_document

from .evaluation import Answer, Decision, Kind, Policies, Statements, evaluate
from .statement import Request, parse
from .subjects import ANOTHER, COLUMNS, AccessSubject, Column, context, shared_context, subjects


@dataclass(frozen=True, slots=True)
class Cell:
    """One action on one thing.

    Args:
        action: without its service, `GetItem`.
        declared: what the role is declared for.
        actual: what it may.
    """

    action: str
    column: Column
    resource: str
    declared: Answer
    actual: Answer

    @property
    def unread(self) -> bool:
        """Whether it cannot be told."""
        return Decision.UNREAD in {self.declared.decision, self.actual.decision}

    @property
    def differs(self) -> bool:
        """Whether the role may something else than declared, or under other conditions."""
        declared, actual = self.declared, self.actual
        same = (declared.decision, declared.conditions) == (actual.decision, actual.conditions)
        return not self.unread and not same

    def to_json(self) -> AccessCellDocument:
        """The cell as plain JSON values."""
        return {
            "action": self.action,
            "on": self.column,
            "resource": self.resource,
            "declared": self.declared.decision.value,
            "actual": self.actual.decision.value,
            "conditions": sorted(self.actual.conditions),
            "reason": self.actual.reason or self.declared.reason,
        }


@dataclass(frozen=True, slots=True)
class Matrix:
    """What a role may do.

    Args:
        simulator: whether IAM's policy simulator was asked too, in words.
    """

    role: str
    table: str
    cells: tuple[Cell, ...]
    simulator: str

    def of(self, column: Column) -> tuple[Cell, ...]:
        """A column, an action each; of other tables the one that tells most."""
        grouped: dict[str, list[Cell]] = defaultdict(list)
        for cell in self.cells:
            if cell.column == column:
                grouped[cell.action].append(cell)
        return tuple(max(cells, key=_weight) for cells in grouped.values())

    def to_json(self) -> RoleAccessDocument:
        """The matrix as plain JSON values."""
        return {
            "role": self.role,
            "table": self.table,
            "simulator": self.simulator,
            "cells": [cell.to_json() for column in COLUMNS for cell in self.of(column)],
        }


def role_matrix(table: DeclaredTable, role: Role, live: LiveRole, stack: LiveStack) -> Matrix:
    """Try a role that is live; `stack.access` has what is needed besides."""
    access = (stack.access or {})[role.name]
    declared = _Side(_declared(table, role, access, stack), table, stack, as_declared=True)
    actual = _Side(_actual(live, access), table, stack, as_declared=False)
    simulated = access.simulated if isinstance(access.simulated, Mapping) else {}
    cells = []
    for subject in subjects(table.table, stack, _allowing(declared, actual)):
        for action in subject.actions:
            name = f"dynamodb:{action}"
            request = Request(
                name,
                subject.resource,
                subject.account or stack.account_id,
                live.arn,
                context(subject, name, live, stack),
            )
            cells.append(
                Cell(
                    action,
                    subject.column,
                    subject.resource,
                    _meant(request, declared.of(subject)),
                    _may(request, actual.of(subject), simulated.get((name, subject.resource))),
                )
            )
    return Matrix(role.name, table.table.name, tuple(cells), _of_simulator(access))


def managed_arns(role: Role, live: LiveRole) -> tuple[str, ...]:
    """The managed policies that bear on a role."""
    boundary = (live.boundary,) if live.boundary else ()
    return (*role.managed_policies, *(live.attached or ()), *boundary)


def questions(
    table: DeclaredTable, role: Role, live: LiveRole, stack: LiveStack
) -> Iterator[Question]:
    """What to ask IAM's simulator: three calls, for the table, other tables, and the account."""
    access = (stack.access or {})[role.name]
    sides = (
        _Side(_declared(table, role, access, stack), table, stack, as_declared=True),
        _Side(_actual(live, access), table, stack, as_declared=False),
    )
    grouped: dict[str, list[AccessSubject]] = defaultdict(list)
    for subject in subjects(table.table, stack, _allowing(*sides)):
        grouped[subject.column if subject.column in {ANOTHER, "account"} else "own"].append(subject)
    for group in grouped.values():
        actions = dict.fromkeys(action for subject in group for action in subject.actions)
        shared = [shared_context(subject, live, stack) for subject in group]
        same = {
            key: values
            for key, values in shared[0].items()
            if all(other.get(key) == values for other in shared)
        }
        yield Question(
            tuple(f"dynamodb:{action}" for action in actions),
            tuple(dict.fromkeys(subject.resource for subject in group)),
            same,
        )


@dataclass(frozen=True, slots=True)
class _Side:
    """Policies as declared, or as they are."""

    identity: Policies
    table: DeclaredTable
    stack: LiveStack
    as_declared: bool

    def of(self, subject: AccessSubject) -> Policies:
        """With those of the resource that is asked for."""
        unread = dict(self.identity.unread)
        statements: Statements = ()
        place = f":{self.stack.region}:{self.stack.account_id}:"
        own = subject.table == self.table.table.name and place in subject.resource
        if own and self.as_declared:
            policy = self.table.stream_policy if _is_stream(subject) else self.table.resource_policy
            statements = _parsed(policy)
        elif subject.table and place in subject.resource:
            statements = self._live(subject, unread)
        elif subject.account != self.stack.account_id and subject.account:
            unread["resource"] = "policies of another account"
        return Policies(self.identity.identity, self.identity.boundary, statements, unread)

    def _live(self, subject: AccessSubject, unread: dict[Kind, str]) -> Statements:
        live = self.stack.tables.get(subject.table)
        if not isinstance(live, LiveTable):
            if isinstance(live, Unread):
                unread["resource"] = live.reason
            return ()
        facet = "stream_policy" if _is_stream(subject) else "policy"
        if facet in live.unread:
            unread["resource"] = live.unread[facet]
        return _parsed(live.stream_policy if _is_stream(subject) else live.policy)


def _is_stream(subject: AccessSubject) -> bool:
    return subject.place == "stream"


def _parsed(document: Document | None) -> Statements:
    return parse(document) if document else ()


def _allowing(*sides: _Side) -> Statements:
    return tuple(statement for side in sides for statement in side.identity.identity)


def _declared(table: DeclaredTable, role: Role, access: RoleAccess, stack: LiveStack) -> Policies:
    arn = f"arn:{stack.partition}:dynamodb:{stack.region}:{stack.account_id}:table/"
    own = parse(policy_document(role.grants, f"{arn}{table.table.name}"))
    managed, unread = _documents(role.managed_policies, access)
    return Policies((*own, *managed), unread={"identity": unread} if unread else {})


def _actual(live: LiveRole, access: RoleAccess) -> Policies:
    inline = tuple(s for document in (live.inline or {}).values() for s in parse(document))
    attached, reason = _documents(live.attached or (), access)
    reason = next(
        (live.unread[part] for part in ("inline", "attached") if part in live.unread), reason
    )
    unread: dict[Kind, str] = {"identity": reason} if reason else {}
    boundary: Statements | None = None
    if live.boundary:
        boundary, reason = _documents([live.boundary], access)
        unread |= {"boundary": reason} if reason else {}
    return Policies((*inline, *attached), boundary, unread=unread)


def _documents(arns: Iterable[str], access: RoleAccess) -> tuple[Statements, str]:
    """The statements of managed policies, and why one could not be read."""
    statements: list[Statements] = []
    reason = ""
    for arn in arns:
        match access.managed.get(arn):
            case Unread(why):
                reason = why
            case None:
                reason = f"there is no policy {arn}"
            case document:
                statements.append(parse(document))
    return tuple(chain.from_iterable(statements)), reason


def _meant(request: Request, policies: Policies) -> Answer:
    """What is declared; a resource policy that takes away what the role is for is no purpose."""
    answer, own = evaluate(request, policies), evaluate(request, policies.own)
    return own if answer.decision is Decision.DENIED else answer


def _may(request: Request, policies: Policies, simulated: Simulated | None) -> Answer:
    """Our answer, but where IAM's simulator knows of more: organizations' policies, for one."""
    answer = evaluate(request, policies)
    if simulated is None or answer.final:
        return answer
    own, allowed = evaluate(request, policies.own), simulated.decision == "allowed"
    if own.decision in {Decision.CONDITIONAL, Decision.UNREAD}:
        spared = any(condition.startswith("unless ") for condition in own.conditions)
        final = simulated.decision == "explicitDeny" and not spared
        if not final and (own.decision is Decision.CONDITIONAL or simulated.missing):
            return answer
    elif (own.decision is Decision.ALLOWED) == allowed:
        return answer
    if allowed:
        return Answer(Decision.ALLOWED)
    return Answer(Decision.DENIED, reason=f"IAM's simulator says {simulated.decision}")


def _of_simulator(access: RoleAccess) -> str:
    match access.simulated:
        case None:
            return "not asked: there is none"
        case Unread(reason):
            return f"not asked: {reason}"
        case _:
            return "asked too"


_WEIGHTS = {
    Decision.DENIED: 0,
    Decision.UNREAD: 1,
    Decision.CONDITIONAL: 2,
    Decision.ALLOWED: 3,
}


def _weight(cell: Cell) -> tuple[bool, bool, int]:
    return cell.differs, cell.unread, _WEIGHTS[cell.actual.decision]
