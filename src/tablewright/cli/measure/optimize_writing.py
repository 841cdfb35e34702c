"""`tablewright optimize --write`: decisions into the manifests, with the diff shown."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import unified_diff
from pathlib import Path

from tablewright import manifest
from tablewright.cli import console
from tablewright.cost.decisions.decision import TableDecision
from tablewright.cost.decisions.manifest_edit import with_setting
from tablewright.errors import InputError, ManifestError, UsageError
from tablewright.files import write_whole
from tablewright.manifest import StackManifest
from tablewright.manifest.rendering import document_of


def editable(paths: Sequence[str]) -> StackManifest:
    """The manifests, if they can be written to.

    Raises:
        UsageError: they cannot.
    """
    if not paths:
        raise UsageError(
            "--write needs manifests to write to",
            "name them: `tablewright optimize PATH --write`",
        )
    stack = manifest.load(paths, environment=os.environ)
    if stack.from_planton:
        raise UsageError(
            "Planton's manifests are not written to",
            "turn them into ours first: `tablewright convert PATH`",
        )
    if strange := [file for file in stack.files.values() if not Path(file).is_file()]:
        raise UsageError(
            f"{strange[0]} is not a file that can be written to", "name a file or folder"
        )
    return stack


def write(
    paths: Sequence[str],
    stack: StackManifest,
    decisions: Iterable[TableDecision],
    show: Callable[[str], None],
) -> None:
    """Put each decision that saves into the file of its table, and show the difference.

    Args:
        paths: as given to `editable`.
        stack: what it returned.
        decisions: on its tables.
        show: takes the difference of a file.

    Raises:
        InputError: the manifests cannot be edited; they are as they were.
    """
    by_name = {decision.table.table: decision for decision in decisions if saves(decision)}
    before: dict[Path, str] = {}
    after: dict[Path, str] = {}
    for table in stack.tables:
        document = document_of(table)
        decision = by_name.get(document["spec"].get("tableName") or document["metadata"]["name"])
        if decision is None or decision.decision is None:
            continue
        name = document["metadata"]["name"]
        path = Path(stack.files[name])
        if path not in before:
            before[path] = after[path] = path.read_bytes().decode("utf-8")
        after[path] = with_setting(
            after[path], name, document["spec"], decision.decision.setting, os.environ
        )
    _replace(after)
    try:
        manifest.load(paths, environment=os.environ)
    except ManifestError as error:
        _replace(before)
        raise InputError(
            f"what was decided cannot be written beside what the manifests say: {error}",
            "set it by hand; the manifests are as they were",
        ) from error
    for path, text in after.items():
        lines = unified_diff(
            before[path].splitlines(), text.splitlines(), str(path), str(path), lineterm=""
        )
        show("\n".join(lines))
    if not after:
        console.say("nothing to write: no decision saves")


def saves(decision: TableDecision) -> bool:
    """Whether following a decision saves anything."""
    return bool(decision.alternatives) and (decision.saving_usd or 0) > 0


def _replace(texts: Mapping[Path, str]) -> None:
    for path, text in texts.items():
        write_whole(path, text.encode())
