"""Rules on a role: who may take it on, and that it may do what was declared and nothing more."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from tablewright.fleet.live import LiveTable
from tablewright.fleet.reading import Unread
from tablewright.fleet.roles import LiveRole
from tablewright.fleet.stack import LiveStack
from tablewright.plan.declaration.declared import DeclaredTable, Grant, Role, Trust
from tablewright.plan.effects import Caseless, Effect, conditions, effects, principal

from . import formatting
from .access.evaluation import Decision
from .access.matrix import Cell, role_matrix
from .access.subjects import COLUMNS
from .effects import AGAIN, BEYOND, DECLARED_ALONE, SET_BACK, same_effects, shown
from .rule import Case, rule
from .tags import tags_outcome
from .verdict import FactOutcome, ValueDifference, compared, failed, passed, unknown

DeclaredRole = tuple[DeclaredTable, Role]
RoleCase = Case[DeclaredRole, LiveRole]


@rule("TW131", "role", "The role exists", ("iam:GetRole",), always=True)
def role_exists(case: Case[DeclaredRole, LiveRole | Unread | None]) -> Iterator[FactOutcome]:
    """Roles have no region: one of that name is the only one of the account."""
    match case.live:
        case None:
            fix = f"{AGAIN}, or check the account {case.stack.account_id}"
            yield failed("role", "exists", "no such role", fix)
        case Unread(reason):
            yield unknown("role", "exists", reason)
        case LiveRole():
            yield passed("role", "exists")


@rule("TW132", "role", "Exactly the declared principals may assume it", ("iam:GetRole",))
def role_trust(case: RoleCase) -> Iterator[FactOutcome]:
    """A service must be trusted to act for this account only (aws:SourceAccount).

    Without that it can be made to use the role for somebody else: the confused deputy.
    """
    expected = _trusted(case.declared[1].trust, case.stack.account_id)
    yield same_effects("trust", expected, effects(case.live.trust))


@rule(
    "TW133",
    "role",
    "It has exactly one inline policy, of the declared name",
    ("iam:ListRolePolicies",),
)
def one_inline_policy(case: RoleCase) -> Iterator[FactOutcome]:
    """A second policy would allow what nobody declared."""
    actual = None if case.live.inline is None else formatting.listed(case.live.inline)
    yield compared(
        "inline policies",
        case.declared[1].policy_name,
        actual,
        case.live.unread.get("inline"),
        _beyond(case.live.inline, [case.declared[1].policy_name]),
    )


@rule(
    "TW134",
    "role",
    "Its policies allow the declared actions on the declared table and nothing more",
    ("iam:ListRolePolicies", "iam:GetRolePolicy"),
)
def permissions(case: RoleCase) -> Iterator[FactOutcome]:
    """Policies are compared by what they do, over all inline policies of the role together."""
    table, role = case.declared
    arn = table_arn(case.stack, table.table.name)
    expected = frozenset(effect for grant in role.grants for effect in _granted(grant, arn))
    if case.live.inline is None:
        reason = case.live.unread.get("inline", "not read")
        yield unknown("permissions", shown(expected), reason)
        return
    stream = _stream_arn(case.stack, table.table.name)
    actual = frozenset(
        _any_stream(effect, arn, stream)
        for document in case.live.inline.values()
        for effect in effects(document)
    )
    yield same_effects(
        "permissions", expected, actual, _beyond(case.live.inline, [role.policy_name])
    )


@rule(
    "TW135",
    "role",
    "Exactly the declared managed policies are attached",
    ("iam:ListAttachedRolePolicies",),
)
def managed_policies(case: RoleCase) -> Iterator[FactOutcome]:
    """An attached policy widens a role as well as an inline one does."""
    yield compared(
        "managed policies",
        formatting.listed(case.declared[1].managed_policies),
        None if case.live.attached is None else formatting.listed(case.live.attached),
        case.live.unread.get("attached"),
        _beyond(case.live.attached, case.declared[1].managed_policies),
    )


@rule("TW136", "role", "Its permissions boundary is the declared one", ("iam:GetRole",))
def boundary(case: RoleCase) -> Iterator[FactOutcome]:
    """The boundary is what the role can never exceed, whatever is attached to it."""
    expected = case.declared[1].permissions_boundary or formatting.NONE
    yield compared(
        "permissions boundary", expected, case.live.boundary or formatting.NONE, None, SET_BACK
    )


@rule("TW137", "role", "The role carries the declared tags and no other", ("iam:GetRole",))
def role_tags(case: RoleCase) -> Iterator[FactOutcome]:
    """Access can be granted by the tags of a role."""
    yield from tags_outcome(case.declared[1].tags, case.live.tags, None)


@rule("TW138", "role", "Its description is the declared one", ("iam:GetRole",))
def description(case: RoleCase) -> Iterator[FactOutcome]:
    """It is what people who find the role in the account go by."""
    yield compared(
        "description", case.declared[1].description, case.live.description, None, SET_BACK
    )


@rule(
    "TW139",
    "role",
    "It can do what it is declared for and nothing else",
    ("iam:GetPolicy", "iam:GetPolicyVersion", "iam:SimulatePrincipalPolicy"),
)
def access(case: RoleCase) -> Iterator[FactOutcome]:
    """Asked with `verify --access`: every action of DynamoDB is tried, and no call made.

    On its table, index, stream, exports and backups, and on tables that are not its own, over
    inline and managed policies, the permissions boundary and resource policies. Conditions are
    decided as far as they are before a request. IAM's policy simulator is asked too, where it may.
    """
    table, role = case.declared
    if case.stack.access is None:
        return
    matrix = role_matrix(table, role, case.live, case.stack)
    for column in COLUMNS:
        cells = matrix.of(column)
        if (outcome := _access(f"access: {column}", cells)) is not None:
            yield outcome


def _access(fact: str, cells: tuple[Cell, ...]) -> FactOutcome | None:
    """The verdict on a column; None where nothing is declared and nothing is allowed."""
    unread = [cell for cell in cells if cell.unread]
    differing = [cell for cell in cells if cell.differs]
    expected = _may([cell for cell in cells if cell.declared.decision is not Decision.DENIED])
    actual = _may([cell for cell in cells if cell.actual.decision is not Decision.DENIED])
    if differing:
        further = [cell for cell in differing if cell.actual.decision is not Decision.DENIED]
        lost = [cell for cell in differing if cell.actual.decision is Decision.DENIED]
        parts = [f"also: {_may(further, detailed=True)}"] if further else []
        parts += [f"cannot: {_may(lost, detailed=True)}"] if lost else []
        fix = BEYOND if further else SET_BACK
        text = "; ".join(parts)
        return failed(fact, expected, text, fix, ValueDifference(DECLARED_ALONE, text))
    if unread:
        return unknown(fact, expected, unread[0].actual.reason or unread[0].declared.reason)
    return None if expected == actual == formatting.NONE else passed(fact, expected, actual)


def _may(cells: Iterable[Cell], *, detailed: bool = False) -> str:
    return formatting.listed(_cell(cell) if detailed else cell.action for cell in cells)


def _cell(cell: Cell) -> str:
    held = " or ".join(sorted(cell.actual.conditions))
    why = f" ({cell.actual.reason})" if cell.actual.reason else ""
    return f"{cell.action} on {cell.resource.rpartition(':')[2]}{held and f' {held}'}{why}"


def _beyond(live: Iterable[str] | None, declared: Iterable[str]) -> str:
    """What to do about policies that differ: those that no run attached, no run takes off."""
    return BEYOND if set(live or ()) - set(declared) else SET_BACK


def table_arn(stack: LiveStack, name: str) -> str:
    """ARN of a table of the stack, from the account and the region alone."""
    return f"arn:{stack.partition}:dynamodb:{stack.region}:{stack.account_id}:table/{name}"


def _trusted(trust: Trust, account_id: str) -> frozenset[Effect]:
    """What a trust policy must do, worked out apart from the code that renders one."""
    of_services = {"aws:SourceAccount": account_id} if trust.source_account else {}
    of_principals = {} if trust.external_id is None else {"sts:ExternalId": trust.external_id}
    wanted: list[tuple[str, Mapping[str, str]]] = [
        *((principal("Service", name), of_services) for name in trust.services),
        *((principal("AWS", name), of_principals) for name in trust.principals),
    ]
    return frozenset(
        Effect(
            "Allow",
            Caseless("sts:AssumeRole"),
            "",
            trusted,
            conditions({"StringEquals": held}) if held else (),
        )
        for trusted, held in wanted
    )


def _granted(grant: Grant, arn: str) -> Iterator[Effect]:
    """What a grant must allow; an action without a service is one of DynamoDB's."""
    resources = {
        "table": arn,
        "indexes": f"{arn}/index/*",
        "stream": f"{arn}/stream/*",
        "exports": f"{arn}/export/*",
        "any": "*",
    }
    held = conditions(grant.conditions)
    for action in grant.actions:
        name = action if ":" in action else f"dynamodb:{action}"
        for resource in (*(resources[target] for target in grant.targets), *grant.resources):
            yield Effect("Allow", Caseless(name), resource, "", held)


def _any_stream(effect: Effect, arn: str, stream: str | None) -> Effect:
    """A policy that names the one stream there is does what one on all its streams does."""
    if stream is None or effect.resource != stream:
        return effect
    return Effect(
        effect.effect, effect.action, f"{arn}/stream/*", effect.principal, effect.conditions
    )


def _stream_arn(stack: LiveStack, name: str) -> str | None:
    live = stack.tables.get(name)
    return live.reading.stream_arn if isinstance(live, LiveTable) else None


RULES = (
    role_exists,
    role_trust,
    one_inline_policy,
    permissions,
    managed_policies,
    boundary,
    role_tags,
    description,
    access,
)
