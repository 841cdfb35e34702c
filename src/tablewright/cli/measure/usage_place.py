"""Whose use a file holds that is imported: what is said, what is declared, what was collected."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence

from tablewright.cli.inputs.manifests import sources
from tablewright.errors import UsageError, nearest_names
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.usage.store import UNKNOWN_ACCOUNT, UsageStore

Place = tuple[str, str]
"""Account and region."""
VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")


def place_of(
    table: str,
    index: str,
    paths: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    region: str | None,
    account: str | None,
    store: UsageStore,
) -> Place:
    """Account and region of a table, as far as anything tells them.

    Args:
        table: its name in AWS.
        index: a global index of it; empty for the table itself.
        paths: manifests that declare it, if any are named.
        environment: of their stacks, whatever they say.
        stacks: the values of `--stack`.
        region: what the command line says.
        account: what the command line says.
        store: in which its use may be already.

    Raises:
        UsageError: the manifests do not declare it or its index, or its place is not known.
        ManifestError: with every mistake in the manifests.
    """
    if stacks and not paths:
        raise UsageError("--stack names a stack of manifests", "name the manifests as well")
    likely = None
    if paths:
        given = (
            stack.source.declared for stack in sources(paths, environment, stacks, recorded=False)
        )
        stack = declaring(table, given, region)
        _require_index(stack, table, index)
        region, likely = stack.region, stack.account
    return chosen(table, region, account, store.places(table), likely)


def _require_index(stack: DeclaredStack, table: str, index: str) -> None:
    """What is misspelt would count beside the index that is meant."""
    indexes = next(
        declared.table.global_indexes or ()
        for declared in stack.tables
        if declared.table.name == table
    )
    known = [declared.name for declared in indexes]
    if index and index not in known:
        raise UsageError(
            f"the manifests declare no index {index} of {table}", nearest_names(index, known)
        )


def declaring(
    table: str, stacks: Iterable[DeclaredStack], region: str | None = None
) -> DeclaredStack:
    """The stack that declares a table.

    Raises:
        UsageError: none does, or several do.
    """
    here = [stack for stack in stacks if region in {None, stack.region}]
    names_of = {stack.id: {declared.table.name for declared in stack.tables} for stack in here}
    of_table = [stack for stack in here if table in names_of[stack.id]]
    if not of_table:
        where = f" in {region}" if region else ""
        known = {name for names in names_of.values() for name in names}
        raise UsageError(
            f"the manifests declare no table {table}{where}", nearest_names(table, known)
        )
    if len(of_table) > 1:
        names = ", ".join(str(stack.id) for stack in of_table)
        raise UsageError(f"several stacks declare {table}: {names}", "add --stack, or --region")
    return of_table[0]


def chosen(
    table: str,
    region: str | None,
    account: str | None,
    known: Iterable[Place],
    likely: str | None = None,
) -> Place:
    """The place of a table whose use is in `known` places already.

    Args:
        table: its name.
        region: where it is, if anybody said so.
        account: whose it is, if the command line says so.
        known: where use of tables of this name is kept.
        likely: whose it is, as its stack says; a sandbox stands for any account.

    Raises:
        UsageError: it is in several, or nothing tells its region.
    """
    from_variable = next(filter(None, map(os.environ.get, VARIABLES)), None)
    there = {
        (of_account, of_region)
        for of_account, of_region in known
        if region in {None, of_region} and account in {None, of_account}
    }
    for number, wanted in ((1, from_variable), (0, likely)):
        if len(there) > 1:
            there = {place for place in there if place[number] == wanted} or there
    if len(there) > 1:
        places = ", ".join(f"account {of}, {where}" for of, where in sorted(there))
        raise UsageError(
            f"use of {table} is kept of several tables of that name: {places}",
            "add --account and --region",
        )
    if there:
        return there.pop()
    region = region or from_variable
    if region is None:
        raise UsageError(
            f"the region of {table} is not known",
            "name the manifests that declare it behind the file, or add --region",
        )
    return account or likely or UNKNOWN_ACCOUNT, region
