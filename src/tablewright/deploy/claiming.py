"""Every table a run makes is noted as its stack's, whatever becomes of the run.

A run that fails, or is killed, leaves tables without the note behind. Which tables carry it is
therefore kept beside the stack's state, and a run that ends notes all that are missing there. Where
the state is in no folder, only the tables of this run are known.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tablewright.engine import Operation, Progress, StepFailed, StepFinished
from tablewright.errors import TablewrightError

from .finding import TABLE

Observe = Callable[[Progress], None]
Recorded = Callable[[], Mapping[str, str]]
Claim = Callable[[Sequence[str]], Collection[str]]

MOST_TAGS = 50
"""Of a table, the note whose it is included (DynamoDB Developer Guide, Tagging restrictions)."""
_MAKING = frozenset({Operation.CREATE, Operation.IMPORT, Operation.REPLACE})


@dataclass(frozen=True, slots=True)
class Ledger:
    """Which tables of a stack carry its note.

    Args:
        folder: what is kept beside the stack's state; None if there is no place, and every table
            then counts as noted.
    """

    folder: Path | None

    def lacking(self, names: Collection[str]) -> set[str]:
        """Those of the tables that do not carry the note."""
        return set() if self.folder is None else {*names} - {*self._read()}

    def write(self, names: Collection[str]) -> None:
        """These tables carry the note, and no others."""
        if self.folder is None or sorted(names) == self._read():
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        fresh.write_text(json.dumps(sorted(names)), "utf-8")
        fresh.replace(self._file)

    def _read(self) -> list[str]:
        """Those that are noted; a file that was damaged notes none, and is written again."""
        with suppress(OSError, ValueError, RecursionError):
            names = json.loads(self._file.read_text("utf-8")) if self._file.is_file() else []
            if isinstance(names, list) and all(isinstance(each, str) for each in names):
                return names
        return []

    @property
    def _file(self) -> Path:
        return (self.folder or Path()) / "owned-tables.json"


@contextmanager
def claiming(
    ledger: Ledger, recorded: Recorded, claim: Claim, observe: Observe
) -> Iterator[Observe]:
    """Around a run that makes tables: gives what is to observe it, and claims them afterwards.

    Args:
        ledger: which tables carry the note.
        recorded: answers the URNs of the tables in the stack's state by their names.
        claim: notes on tables of these names that they are the stack's; answers those on which
            there is no room for it.
        observe: told of all that the run tells.
    """
    made = set[str]()

    def watch(event: Progress) -> None:
        if isinstance(event, StepFinished | StepFailed) and _makes_table(event):
            made.add(event.urn)
        observe(event)

    try:
        yield watch
    except TablewrightError:
        if made:  # else it was refused, and nothing may be touched
            with suppress(TablewrightError):  # the failure itself is what must be told
                _claim_all(ledger, recorded(), claim, made)
        raise
    _claim_all(ledger, recorded(), claim, made)


def _claim_all(
    ledger: Ledger, tables: Mapping[str, str], claim: Claim, made: Collection[str]
) -> None:
    lacking = ledger.lacking(tables)
    full = claim([name for name, urn in tables.items() if urn in made or name in lacking])
    ledger.write(tables.keys() - {*full})


def _makes_table(event: StepFinished | StepFailed) -> bool:
    planned = isinstance(event, StepFinished) and event.planning
    return event.type == TABLE and event.operation in _MAKING and not planned
