"""`tablewright migrate`: the items of a table into one of another key or name."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from tablewright.aws.session import Session
from tablewright.cli import console
from tablewright.cli.inputs.accounts import sessions
from tablewright.cli.styled import styled
from tablewright.documents.migration import MigrationDocument
from tablewright.engine.install.folders import state_folder
from tablewright.errors import InterruptedRun, UsageError
from tablewright.migration.checkpoint import Checkpoint
from tablewright.migration.comparison import ItemComparison
from tablewright.migration.migration import Migration, Tables
from tablewright.migration.reading import (
    VIEW,
    checkpoint_path,
    read_tables,
    refuse_foreign_items,
    switch_stream_on,
)
from tablewright.migration.target import WritePace
from tablewright.report.formats.number import number_of
from tablewright.report.runs.paced import PacedCounts

EXIT_DIFFERS = 3
_SWITCH = "Then stop the writers of the old table, and run the same command with --finish"
_DELETION = "when nobody needs it, remove it from the manifest: tablewright up PATH --allow-delete "
_FOLLOW_SECONDS = 1.0
SHOWN = 20
"""So many keys are printed; `--output json` has all."""


def run(
    old: str,
    new: str,
    target: str,
    profile: str | None,
    sandbox: str,
    region: str | None,
    rate: float | None,
    sample: float,
    output_format: str,
    *,
    finish: bool,
    follow: bool,
    not_empty: bool,
    yes: bool,
) -> int:
    """Copy the items of table OLD to table NEW, most often one with another key."""
    if follow and finish:
        raise UsageError(
            "--follow goes on while OLD is written to, and --finish is for when it is not",
            "give one of them",
        )
    (session,) = sessions(target, profile, sandbox, ())
    where = region or session.region
    tables = _with_stream(session, where, old, new, yes=yes)
    path = checkpoint_path(state_folder(os.environ) / "migrations", tables)
    checkpoint = Checkpoint.at(path, tables.ids, tables.stream_arn)
    if checkpoint.is_finished:
        raise UsageError(
            f"{old} was migrated to {new}; copying again would overwrite what was written since",
            f"remove {path} if nothing was written to {new}",
        )
    if not (checkpoint.is_positioned or not_empty):
        refuse_foreign_items(session, where, new)
    progress = _Progress()
    migration = Migration(session, where, tables, checkpoint, WritePace(rate or 0), progress)
    try:
        with progress.shown(f"copying {old} to {new}"):
            migration.catch_up()
            comparison = migration.compare(1.0 if finish else sample)
    except KeyboardInterrupt:
        raise InterruptedRun(
            "stopped; how far the copy came is recorded", "run the same command again"
        ) from None
    left_out = checkpoint.left_out
    missing = [name for name in comparison.missing if name not in left_out]
    is_same = not (missing or comparison.extra or left_out)
    if finish and is_same:
        migration.finish()
    document = _document(tables, comparison, missing, checkpoint)
    if output_format == "json":
        console.data_json(document)
    else:
        _print(document)
        for line in _next(tables, is_same=is_same, is_finished=checkpoint.is_finished):
            console.say(line)
    if follow:
        _follow(migration, tables, progress)
        is_same = is_same and not checkpoint.left_out
    return 0 if is_same else EXIT_DIFFERS


class _Progress:
    """Counts of what was copied and compared: a moving line in a terminal, few lines elsewhere."""

    def __init__(self) -> None:
        self._tell: Callable[[str], None] = console.say

    def __call__(self, text: str) -> None:
        self._tell(text)

    @contextmanager
    def shown(self, what: str) -> Iterator[None]:
        """Show counts within the block, which is about this."""
        out = styled(stderr=True)
        if out.is_terminal:
            with out.status(what) as status:
                self._tell = lambda text: status.update(f"{what}: {text}")
                yield
            return
        counts = PacedCounts(console.say)
        self._tell = counts
        try:
            yield
        finally:
            counts.finish()


def _follow(migration: Migration, tables: Tables, progress: _Progress) -> None:
    """Apply each change within seconds, until Ctrl-C."""
    old, new = tables.old.table, tables.new.table
    console.say(f"following {old}: {new} has each change within seconds; Ctrl-C ends it")
    try:
        with progress.shown(f"following {old}"):
            while True:
                migration.apply_changes()
                time.sleep(_FOLLOW_SECONDS)
    except KeyboardInterrupt:
        console.say(f"stopped following {old}; how far the copy came is recorded")


def _with_stream(session: Session, region: str, old: str, new: str, *, yes: bool) -> Tables:
    tables = read_tables(session, region, old, new)
    if tables.stream_arn:
        return tables
    console.confirm(f"Switch the stream of {old} on ({VIEW})?", yes=yes)
    switch_stream_on(session, region, old)
    console.say(
        f"the stream of {old} is on; declare `stream: {{viewType: {VIEW}}}` on it, "
        "or the next `up` switches it off"
    )
    return read_tables(session, region, old, new)


def _document(
    tables: Tables, comparison: ItemComparison, missing: list[str], checkpoint: Checkpoint
) -> MigrationDocument:
    return {
        "old": tables.old.table,
        "new": tables.new.table,
        "oldItemsCompared": comparison.old_items,
        "newItemsCompared": comparison.new_items,
        "leftOut": [
            {"key": name, "reason": reason} for name, reason in sorted(checkpoint.left_out.items())
        ],
        "differing": missing,
        "onlyInNew": sorted(comparison.extra),
        "finished": checkpoint.is_finished,
    }


def _print(document: MigrationDocument) -> None:
    old, new = document["old"], document["new"]
    console.data(f"{old}: {number_of(document['oldItemsCompared'], 'item')} compared")
    console.data(f"{new}: {number_of(document['newItemsCompared'], 'item')} compared")
    left_out = [f"{entry['key']}: {entry['reason']}" for entry in document["leftOut"]]
    for title, lines in (
        (f"not in {new}", left_out),
        ("differs", document["differing"]),
        (f"only in {new}", document["onlyInNew"]),
    ):
        if lines:
            console.data(f"{title}: {number_of(len(lines), 'item')}")
        for line in lines[:SHOWN]:
            console.data(f"  {line}")
        if len(lines) > SHOWN:
            console.data(f"  and {len(lines) - SHOWN} more; --output json has all")


def _next(tables: Tables, *, is_same: bool, is_finished: bool) -> list[str]:
    old, new = tables.old.table, tables.new.table
    if not is_same:
        return [f"correct the listed items in {old}, then run the same command again"]
    if is_finished:
        return [f"finished: start the writers on {new}", f"{old} is kept; {_DELETION}{old}"]
    return [f"caught up: both tables have the same items. Switch the readers to {new}.", _SWITCH]
