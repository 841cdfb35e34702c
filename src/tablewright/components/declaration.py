"""From a program's arguments to the declared values that all components are made of.

A program and a manifest go the same way: arguments become the documents a manifest would hold, the
documents pass the same rules, and `tablewright.plan.declaration.declare` makes of them what is
deployed.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
from tablewright.components.arguments import (
    AlarmsArgs,
    Key,
    Role,
    StackArgs,
    TableArgs,
    Trust,
)
from tablewright.components.failure import ProgramError
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.components.stack_context import StackContext
from tablewright.components.tagging import TagInputs
from tablewright.components.validation import check_rules, model_of
from tablewright.manifest.models import ActionSet, Stack, Table
from tablewright.manifest.stacks import StackManifest
from tablewright.plan.declaration.access import declared_roles
from tablewright.plan.declaration.alarms import declared_table_alarms
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Alarm, DeclaredStack, DeclaredTable
from tablewright.plan.declaration.declared import Role as DeclaredRole
from tablewright.plan.partitions import partition_of_region

_TAG = "late value {id}"
_ANY_KEY = Key("id")
"""Alarms and roles do not depend on the key of the table they are for."""


@dataclass(frozen=True)
class Declaration:
    """The stack of a program: the manifest it amounts to, and what that manifest cannot hold."""

    manifest: StackManifest
    around: StackContext

    def declared(self) -> DeclaredStack:
        """What is deployed."""
        return declare(self.manifest)


def program(name: str, args: StackArgs) -> Declaration:
    """The stack that a program's arguments describe.

    Raises:
        ProgramError: something is wrong with them; all of it is said.
    """
    region = args.region or _providers_region()
    late = OutputPlaceholders(region)
    tags, more_tags = _tags(args, late)
    known = {"region": region, "tags": tags, "mandatory_tags": _known_mandatory(args)}
    stack = model_of(Stack, f"stack {name}", name, {**args.document(late), **known})
    tables = tuple(
        model_of(Table, f"table {key}", key, table.document(late))
        for key, table in args.tables.items()
    )
    check_rules(stack, tables)
    around = StackContext(
        region=args.region,
        partition=partition_of_region(region),
        tags=more_tags,
        mandatory_tags=args.mandatory_tags,
        late=late,
    )
    return Declaration(StackManifest(stack, tables), around)


def declared_stack(name: str, args: StackArgs) -> tuple[DeclaredStack, StackContext]:
    """A whole stack."""
    declaration = program(name, args)
    return declaration.declared(), declaration.around


def declared_table(
    name: str, args: TableArgs, stack: StackArgs
) -> tuple[DeclaredTable, StackContext]:
    """One table of a stack whose other tables, if any, are not looked at."""
    declaration = program(name, _only(stack, name, args))
    [table] = declaration.declared().tables
    return table, declaration.around


def declared_alarms(
    name: str, args: AlarmsArgs, stack: StackArgs, table: str | None = None
) -> tuple[tuple[Alarm, ...], StackContext]:
    """Alarms on a table that is made elsewhere and called `table`, or else `name`."""
    manifest, around = _elsewhere(name, TableArgs(_ANY_KEY, table_name=table, alarms=args), stack)
    return tuple(declared_table_alarms(manifest.stack, manifest.tables[0])), around


def declared_access(
    name: str,
    access: Sequence[ActionSet | Role],
    stack: StackArgs,
    table: str | None = None,
    trust: Trust | None = None,
) -> tuple[tuple[DeclaredRole, ...], StackContext]:
    """Roles that may use a table that is made elsewhere and called `table`, or else `name`."""
    args = TableArgs(_ANY_KEY, table_name=table, access=access, trust=trust)
    manifest, around = _elsewhere(name, args, stack)
    return tuple(declared_roles(manifest.stack, manifest.tables[0])), around


def _elsewhere(name: str, args: TableArgs, stack: StackArgs) -> tuple[StackManifest, StackContext]:
    declaration = program(name, _only(stack, name, args))
    return declaration.manifest, declaration.around


def _only(stack: StackArgs, name: str, args: TableArgs) -> StackArgs:
    return replace(stack, tables={name: args})


def _tags(args: StackArgs, late: OutputPlaceholders) -> tuple[dict[str, str], TagInputs | None]:
    """Tags whose names are known, and those whose names are not: they lie under all others."""
    if args.tags is None:
        return {}, None
    if not isinstance(args.tags, Mapping):
        return {}, args.tags
    return {key: late.hold(value, _TAG) for key, value in args.tags.items()}, None


def _known_mandatory(args: StackArgs) -> list[str]:
    """Tags that come as one output are not known to a manifest; the components check those."""
    if not isinstance(args.tags, Mapping | None):
        return [name for name in args.mandatory_tags if name == "Environment"]
    return list(args.mandatory_tags)


def _providers_region() -> str:
    """The region the provider will take, for names and rules that need one."""
    configured = pulumi.Config("aws").get("region")
    for value in (configured, *map(os.environ.get, ("AWS_REGION", "AWS_DEFAULT_REGION"))):
        if value:
            return value
    raise ProgramError(
        "the region is not known", "give the stack a region, or set `aws:region` or AWS_REGION"
    )
