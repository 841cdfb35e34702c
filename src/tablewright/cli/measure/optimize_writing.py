"""`tablewright optimize --write`: decisions into the manifests, with the diff shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial

from tablewright.cli import console
from tablewright.cli.inputs.manifest_edits import ManifestEdits
from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.declaration import declared_setting
from tablewright.cost.decisions.manifest_edit import with_setting
from tablewright.cost.decisions.settings import TableSetting
from tablewright.errors import InputError, ManifestError
from tablewright.manifest import StackManifest
from tablewright.manifest.naming import table_name
from tablewright.manifest.rendering import document_of
from tablewright.plan.declaration.declare import declare


def write(
    paths: Sequence[str],
    environment: str | None,
    stack: StackManifest,
    decisions: Iterable[TableDecision],
    show: Callable[[str], None],
    *,
    yes: bool,
) -> None:
    """Show each decision that saves as a difference of its table's file, ask, and write it.

    Args:
        paths: which hold the manifests.
        environment: of the stack, whatever its manifest says.
        stack: what `editable` returned.
        decisions: on its tables.
        show: takes the difference of a file.
        yes: `--yes` was given.

    Raises:
        InputError: the manifests cannot be edited; they are as they were.
        ConsentError, DeclinedError: nobody said yes; the manifests are as they were.
    """
    by_name = {decision.table.table: decision for decision in decisions if saves(decision)}
    edits, wanted = ManifestEdits(paths, stack, environment), dict[str, TableSetting]()
    for table in stack.tables:
        decision = by_name.get(table_name(stack.stack, table))
        if decision is None or decision.decision is None:
            continue
        document, setting = document_of(table), decision.decision.setting
        name = document["metadata"]["name"]
        change = partial(
            with_setting,
            spec=document["spec"],
            setting=setting,
            placement=edits.placement,
            environment=os.environ,
        )
        try:
            edits.edit(name, change)
        except InputError as error:
            raise InputError(
                f"table {name} in {stack.files[name]}: {error.message}",
                f"{error.next_step}, or name only the others with --table; nothing was written",
            ) from error
        wanted[decision.table.table] = setting
    try:
        _prove(edits.load(), wanted)
    except ManifestError as error:
        raise InputError(
            f"what was decided cannot be written beside what the manifests say: {error}",
            "set it by hand; the manifests are as they were",
        ) from error
    differences = list(edits.differences())
    if not differences:
        console.say("nothing to write: no decision saves")
        return
    for difference in differences:
        show(difference)
    console.confirm("Write this into the manifests?", yes=yes)
    edits.write()


def _prove(stack: StackManifest, wanted: Mapping[str, TableSetting]) -> None:
    """Hold what the manifests would declare against what was decided.

    Raises:
        InputError: something else decides: a default, or what an environment says.
    """
    for table in declare(stack).tables:
        setting, declared = wanted.get(table.table.name), declared_setting(table)
        if setting is None:
            continue
        if declared is None or replace(declared, table_class=None) != replace(
            setting, table_class=None
        ):
            raise InputError(
                f"what was decided for {table.table.name} cannot be written into its table alone: "
                "something else of the manifests decides as well",
                "set it by hand; the manifests are as they were",
            )


def saves(decision: TableDecision) -> bool:
    """Whether following a decision saves anything."""
    return bool(decision.alternatives) and (decision.saving_usd or 0) > 0
