"""What holds for a stack as a whole: unique names, mandatory tags, outputs that exist."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from tablewright.manifest.models import Stack
from tablewright.manifest.naming import stack_alarms
from tablewright.manifest.rules.acceptance import acceptances_hold
from tablewright.manifest.rules.alarms import actions_are_possible, alarm_is_accepted, settings_of
from tablewright.manifest.rules.finding import Finding, at
from tablewright.manifest.rules.moves import moves_are_possible
from tablewright.manifest.rules.names import (
    ALARM,
    Claim,
    name_is_accepted,
    stack_claims,
    stack_templates,
)
from tablewright.manifest.rules.outline import Outline
from tablewright.manifest.rules.outputs import outputs_exist
from tablewright.manifest.rules.placeholders import stack_placeholders
from tablewright.manifest.rules.tags import missing_tags, stack_tags


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding, and the position of the table whose document it is in; None: the stack's.

    Args:
        holder: likewise: in whose document the finding's `other` is.
    """

    finding: Finding
    table: int | None = None
    holder: int | None = None


def stack_findings(
    stack: Stack, tables: Sequence[Outline], elsewhere: Collection[str] = ()
) -> Iterator[Placed]:
    """Everything the rules say of the stack as a whole.

    Args:
        stack: the stack.
        tables: of its environment.
        elsewhere: `metadata.name` of those that belong to other environments only.
    """
    for finding in _of_the_stack_alone(stack):
        yield Placed(finding)
    yield from names_are_unique(stack, tables)
    yield from mandatory_tags(stack, tables)
    for finding in (
        *moves_are_possible(stack, tables, elsewhere),
        *outputs_exist(stack, tables, elsewhere),
    ):
        yield Placed(finding)


def _of_the_stack_alone(stack: Stack) -> Iterator[Finding]:
    yield from stack_templates(stack)
    yield from stack_placeholders(stack)
    yield from stack_tags(stack)
    yield from acceptances_hold(stack.metadata.audit_exceptions)
    yield from actions_are_possible(stack.spec.alarms, at("alarms"), stack.spec.region)
    for path, kind, settings in settings_of(stack.spec.alarms, at("alarms")):
        yield from alarm_is_accepted(path, kind, settings)
    for alarm in stack_alarms(stack):
        alias = type(stack.spec.alarms).model_fields[alarm.kind].alias or alarm.kind
        yield from name_is_accepted(at("alarms", alias), alarm.name, ALARM, ())


def names_are_unique(stack: Stack, tables: Sequence[Outline]) -> Iterator[Placed]:
    """No two tables, alarms or roles of one physical name; no two tables of one logical name."""
    documents: dict[str, int] = {}
    first: dict[tuple[str, str], tuple[Claim, int | None]] = {}
    for claim in stack_claims(stack):
        yield from _unless_first(first, claim, None, tables)
    for number, table in enumerate(tables):
        if (other := documents.setdefault(table.key, number)) != number:
            message = f"two tables of the stack are called `{table.key}`"
            name = ("metadata", "name")
            finding = Finding(name, message, "rename or remove one of them", other=name)
            yield Placed(finding, number, other)
            continue
        for claim in table.claims:
            yield from _unless_first(first, claim, number, tables)


def _unless_first(
    first: dict[tuple[str, str], tuple[Claim, int | None]],
    claim: Claim,
    number: int | None,
    tables: Sequence[Outline],
) -> Iterator[Placed]:
    """Nothing for the first that takes a name; one word twice in a table is said there."""
    other, holder = first.setdefault(claim.thing, (claim, number))
    if (other.word, holder) != (claim.word, number):
        owner = "the stack" if holder is None else f"table `{tables[holder].key}`"
        yield Placed(_taken(claim, other, owner), number, holder)


def _taken(claim: Claim, other: Claim, owner: str) -> Finding:
    same = claim.name == other.name
    called = (
        f"`{claim.name}`" if same else f"`{claim.name}` and `{other.name}`, which AWS takes for one"
    )
    return Finding(
        claim.place,
        f"two {claim.what} would be called {called}; the other is of {owner}",
        "give one of them a different name",
        reads=(
            ("metadata", "name"),
            at("tableName"),
            *((*claim.path, part) for part in ("name", "key", "roleName")),
        ),
        other=other.place,
    )


def mandatory_tags(stack: Stack, tables: Sequence[Outline]) -> Iterator[Placed]:
    """Said once at the stack where all tables lack a tag, else at each table that lacks it."""
    everywhere = [
        name for name in missing_tags(stack) if all(name in table.lacking for table in tables)
    ]
    for name in everywhere:
        number = stack.spec.mandatory_tags.index(name)
        yield Placed(
            Finding(
                at("tags", name) if name in stack.spec.tags else at("tags"),
                f"the mandatory tag `{name}` is missing",
                f"add `{name}: ...` to `spec.tags`",
                reads=(at("mandatoryTags", number), at("enforcedTags")),
            )
        )
    for position, table in enumerate(tables):
        for name, finding in table.lacking.items():
            if name not in everywhere:
                yield Placed(finding, position)
