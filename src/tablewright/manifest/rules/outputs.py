"""Outputs under names of one's own: what they show is there, and their names are free."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import nearest_word
from tablewright.manifest.models import Output, Stack
from tablewright.manifest.rules.finding import Finding, at, repeated
from tablewright.manifest.rules.outline import Outline

STANDARD_OUTPUTS = frozenset(
    {"tableNames", "tableArns", "streamArns", "tables", "roleArns", "alarmArns"}
)
OF_A_ROLE = ("roleName", "roleArn")
OF_AN_ALARM = ("alarmArn",)


def outputs_exist(
    stack: Stack, tables: Sequence[Outline], elsewhere: Collection[str] = ()
) -> Iterator[Finding]:
    """Each output shows something the stack has, under a name of its own."""
    for number, first, name in repeated(output.name for output in stack.spec.outputs):
        path, other = (at("outputs", n, "name") for n in (number, first))
        yield Finding(path, f"`{name}` is given twice", "use another name", other=other)
    by_name = {table.key: table for table in tables}
    for number, output in enumerate(stack.spec.outputs):
        path = at("outputs", number)
        if output.name in STANDARD_OUTPUTS:
            message = f"`{output.name}` is a standard output already"
            yield Finding((*path, "name"), message, "use another name")
        yield from _needless(path, output)
        if output.value != "region" and output.table not in elsewhere:
            yield from _of_a_table(path, output, by_name)


def _needless(path: Path, output: Output) -> Iterator[Finding]:
    for field, given, has_meaning in (
        ("table", output.table, output.value != "region"),
        ("role", output.role, output.value in OF_A_ROLE),
        ("alarm", output.alarm, output.value in OF_AN_ALARM),
    ):
        if given is not None and not has_meaning:
            message = f"`{field}` has no meaning with `value: {output.value}`"
            yield Finding((*path, field), message, "remove it", reads=((*path, "value"),))


def _of_a_table(path: Path, output: Output, by_name: Mapping[str, Outline]) -> Iterator[Finding]:
    if output.table is None:
        message = f"`value: {output.value}` needs `table`"
        yield Finding(path, message, "add `table: NAME`", reads=((*path, "table"),))
        return
    table = by_name.get(output.table)
    if table is None:
        meant = nearest_word(output.table, by_name) if by_name else None
        fix = f"did you mean `{meant}`?" if meant else "name a table of the stack"
        yield Finding((*path, "table"), f"the stack has no table `{output.table}`", fix)
    elif output.value in OF_A_ROLE:
        yield from _of_a_part(path, output, table, "role", output.role)
    elif output.value in OF_AN_ALARM:
        yield from _of_a_part(path, output, table, "alarm", output.alarm)


def _of_a_part(
    path: Path, output: Output, table: Outline, field: str, given: str | None
) -> Iterator[Finding]:
    known = table.words(f"{field}s")
    if given is None:
        fix = f"add `{field}: {known[0]}`" if known else f"declare a {field} on the table"
        yield Finding(path, f"`value: {output.value}` needs `{field}`", fix)
    elif given not in known:
        meant = nearest_word(given, known) if known else None
        fix = f"did you mean `{meant}`?" if meant else f"declare it on table `{table.name}`"
        yield Finding((*path, field), f"table `{table.name}` has no {field} `{given}`", fix)
