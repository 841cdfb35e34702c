"""The sandbox's process behind the fixtures, with a home of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from tablewright.sandbox import lifecycle
from tablewright.sandbox.instance import Instance
from tablewright.sandbox.instance import running as instance_of
from tablewright.sandbox.settings import Settings

NAME = "pytest"


@dataclass(frozen=True, slots=True)
class SandboxProcess:
    """A sandbox apart from the user's own ones.

    Args:
        home: with its state.
        durations: how long changes of tables and the like take, a preset's name.
    """

    home: Path
    durations: str

    @property
    def instance(self) -> Instance:
        """It, as it is now; started again should a test have ended it."""
        return instance_of(NAME) or self.start()

    def start(self) -> Instance:
        """It, started."""
        return lifecycle.start(NAME, Settings(durations=self.durations), with_parent=True)


@contextmanager
def running(home: Path, durations: str) -> Iterator[SandboxProcess]:
    """A sandbox with its state in `home`, for the life of the block."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TABLEWRIGHT_HOME", str(home))
        process = SandboxProcess(home, durations)
        process.start()
        try:
            yield process
        finally:
            lifecycle.stop(NAME)
