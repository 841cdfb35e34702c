"""Decisions on a fleet of any size: on disk, read one by one, as often as one likes."""

from __future__ import annotations

import pickle
import tempfile
import weakref
from collections.abc import Iterator
from typing import IO

from tablewright.cost.decisions.decision import TableDecision


class DecisionSpool:
    """Decisions in the order in which they came.

    They lie in a file without a name, which is gone when this or the process is.
    """

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="tablewright-")  # noqa: SIM115
        self._count = 0
        weakref.finalize(self, self._file.close)

    def append(self, decision: TableDecision) -> None:
        """Add one."""
        self._file.seek(0, 2)
        pickle.dump(decision, self._file, pickle.HIGHEST_PROTOCOL)
        self._count += 1

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[TableDecision]:
        place = 0
        for _ in range(self._count):
            self._file.seek(place)
            decision: TableDecision = pickle.load(self._file)  # noqa: S301 - of this process
            place = self._file.tell()
            yield decision
