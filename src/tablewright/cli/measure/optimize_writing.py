"""`tablewright optimize --write`: decisions into the manifests, with the diff shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from functools import partial

from tablewright.cli import console
from tablewright.cli.inputs.manifest_edits import ManifestEdits
from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.manifest_edit import with_setting
from tablewright.errors import InputError, ManifestError
from tablewright.manifest import StackManifest
from tablewright.manifest.naming import table_name
from tablewright.manifest.rendering import document_of


def write(
    paths: Sequence[str],
    stack: StackManifest,
    decisions: Iterable[TableDecision],
    show: Callable[[str], None],
) -> None:
    """Put each decision that saves into the file of its table, and show the difference.

    Args:
        paths: which hold the manifests.
        stack: what `editable` returned.
        decisions: on its tables.
        show: takes the difference of a file.

    Raises:
        InputError: the manifests cannot be edited; they are as they were.
    """
    by_name = {decision.table.table: decision for decision in decisions if saves(decision)}
    edits = ManifestEdits(paths, stack)
    for table in stack.tables:
        decision = by_name.get(table_name(stack.stack, table))
        if decision is None or decision.decision is None:
            continue
        document, setting = document_of(table), decision.decision.setting
        name = document["metadata"]["name"]
        change = partial(
            with_setting,
            name=name,
            spec=document["spec"],
            setting=setting,
            environment=os.environ,
        )
        edits.edit(name, change)
    try:
        edits.load()
    except ManifestError as error:
        raise InputError(
            f"what was decided cannot be written beside what the manifests say: {error}",
            "set it by hand; the manifests are as they were",
        ) from error
    differences = list(edits.differences())
    edits.write()
    for difference in differences:
        show(difference)
    if not differences:
        console.say("nothing to write: no decision saves")


def saves(decision: TableDecision) -> bool:
    """Whether following a decision saves anything."""
    return bool(decision.alternatives) and (decision.saving_usd or 0) > 0
