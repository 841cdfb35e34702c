"""What holds for a stack as a whole: unique names, mandatory tags, outputs that exist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tablewright.manifest.models import Output, Stack, Table
from tablewright.manifest.naming import stack_alarms, table_alarms, table_name
from tablewright.manifest.node import Path
from tablewright.manifest.rules.alarms import actions_are_possible, alarm_is_accepted, settings_of
from tablewright.manifest.rules.finding import Finding, Subject, at
from tablewright.manifest.rules.names import ALARM, claims, name_is_accepted, stack_templates
from tablewright.manifest.rules.tags import mandatory_tags_are_there, missing_tags, stack_tags
from tablewright.manifest.vocabulary import nearest_word

STANDARD_OUTPUTS = frozenset(
    {"tableNames", "tableArns", "streamArns", "tables", "roleArns", "alarmArns"}
)

OF_A_ROLE = ("roleName", "roleArn")
OF_AN_ALARM = ("alarmArn",)


@dataclass(frozen=True, slots=True)
class Placed:
    """A finding, and the position of the table whose document it is in; None: the stack's."""

    finding: Finding
    table: int | None = None


def stack_findings(stack: Stack, tables: Sequence[Table]) -> Iterator[Placed]:
    """Everything the rules say of the stack as a whole."""
    for finding in _of_the_stack_alone(stack):
        yield Placed(finding)
    yield from names_are_unique(stack, tables)
    yield from mandatory_tags(stack, tables)
    for number, output in enumerate(stack.spec.outputs):
        for finding in output_exists(stack, tables, number, output):
            yield Placed(finding)


def _of_the_stack_alone(stack: Stack) -> Iterator[Finding]:
    yield from stack_templates(stack)
    yield from stack_tags(stack)
    yield from actions_are_possible(stack.spec.alarms, at("alarms"), stack.spec.region)
    for path, kind, settings in settings_of(stack.spec.alarms, at("alarms")):
        yield from alarm_is_accepted(path, kind, settings)
    for one in stack_alarms(stack):
        alias = type(stack.spec.alarms).model_fields[one.kind].alias or one.kind
        yield from name_is_accepted(at("alarms", alias), one.name, ALARM, ())


def names_are_unique(stack: Stack, tables: Sequence[Table]) -> Iterator[Placed]:
    """No two tables, alarms or roles of one physical name; no two tables of one logical name."""
    repeated: set[int] = set()
    documents: set[str] = set()
    for number, table in enumerate(tables):
        if table.metadata.name in documents:
            repeated.add(number)
            message = f"two tables of the stack are called `{table.metadata.name}`"
            finding = Finding(("metadata", "name"), message, "rename or remove one of them")
            yield Placed(finding, number)
        documents.add(table.metadata.name)
    first: dict[tuple[str, str], tuple[str, str]] = {
        ("alarms", one.name): ("the stack", one.word) for one in stack_alarms(stack)
    }
    for claim in claims(stack, tables):
        if claim.table in repeated:
            continue
        key = (claim.what, claim.name)
        mine = (f"table `{tables[claim.table].metadata.name}`", claim.word)
        other = first.setdefault(key, mine)
        if other != mine:  # else it is named twice, said elsewhere
            message = f"two {claim.what} would be called `{claim.name}`; the other is of {other[0]}"
            fix = "give one of them a name of its own"
            reads: tuple[Path, ...] = (
                ("metadata", "name"),
                at("tableName"),
                *((*claim.path, part) for part in ("name", "key", "roleName")),
            )
            yield Placed(Finding(claim.path, message, fix, reads), claim.table)


def mandatory_tags(stack: Stack, tables: Sequence[Table]) -> Iterator[Placed]:
    """Said once at the stack where all tables lack a tag, else at each table that lacks it."""
    lacking = missing_tags(stack)
    for table in tables:
        lacking = [name for name in lacking if name in missing_tags(stack, table.spec.tags)]
    for name in lacking:
        number = stack.spec.mandatory_tags.index(name)
        yield Placed(
            Finding(
                at("tags", name) if name in stack.spec.tags else at("tags"),
                f"the mandatory tag `{name}` is missing",
                f"add `{name}: ...` to `spec.tags`",
                reads=(at("mandatoryTags", number), at("enforcedTags")),
            )
        )
    for number, table in enumerate(tables):
        for finding in mandatory_tags_are_there(Subject(stack, table), lacking):
            yield Placed(finding, number)


def output_exists(
    stack: Stack, tables: Sequence[Table], number: int, output: Output
) -> Iterator[Finding]:
    """An output shows something the stack has, under a name that is free."""
    path = at("outputs", number)
    for field, given, values in (
        ("table", output.table, ()),
        ("role", output.role, OF_A_ROLE),
        ("alarm", output.alarm, OF_AN_ALARM),
    ):
        needless = output.value == "region" if field == "table" else output.value not in values
        if given is not None and needless:
            message = f"`{field}` has no meaning with `value: {output.value}`"
            yield Finding((*path, field), message, "remove it", reads=((*path, "value"),))
    names = [other.name for other in stack.spec.outputs[:number]]
    if output.name in names or output.name in STANDARD_OUTPUTS:
        taken = "given twice" if output.name in names else "a standard output already"
        yield Finding((*path, "name"), f"`{output.name}` is {taken}", "use another name")
    by_name = {table.metadata.name: table for table in tables}
    if output.value == "region":
        return
    table = by_name.get(output.table or "")
    if output.table is None:
        message = f"`value: {output.value}` needs `table`"
        yield Finding(path, message, "add `table: NAME`", reads=((*path, "table"),))
    elif table is None:
        meant = nearest_word(output.table, by_name) if by_name else None
        fix = f"did you mean `{meant}`?" if meant else "name a table of the stack"
        yield Finding((*path, "table"), f"the stack has no table `{output.table}`", fix)
    else:
        yield from _part_exists(stack, table, output, number)


def _part_exists(stack: Stack, table: Table, output: Output, number: int) -> Iterator[Finding]:
    roles = [role.name for role in table.spec.access]
    alarms = [one.word for one in table_alarms(stack, table)]
    for field, given, known, values in (
        ("role", output.role, roles, OF_A_ROLE),
        ("alarm", output.alarm, alarms, OF_AN_ALARM),
    ):
        path = at("outputs", number)
        if output.value not in values:
            continue
        if given is None:
            fix = f"add `{field}: {known[0]}`" if known else f"declare a {field} on the table"
            yield Finding(path, f"`value: {output.value}` needs `{field}`", fix)
        elif given not in known:
            name = table_name(stack, table)
            meant = nearest_word(given, known) if known else None
            fix = f"did you mean `{meant}`?" if meant else f"declare it on table `{name}`"
            yield Finding((*path, field), f"table `{name}` has no {field} `{given}`", fix)
