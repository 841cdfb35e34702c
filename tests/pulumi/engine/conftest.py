"""A stack of boxes for each test, and the proof that no process outlives its run."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import pytest
from tests.pulumi.engine import shelf as shelves
from tests.pulumi.engine.shelf_provider import ShelfHost

from tablewright.engine import Engine, EngineStack, Finder, Progress, find_engine


@pytest.fixture(scope="session")
def engine() -> Engine:
    return find_engine(lambda _: None)


@pytest.fixture(scope="session")
def home(tmp_path_factory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("home")
    with ShelfHost() as host:
        shelves.install(folder, host.port)
        yield folder


@dataclass
class Room:
    """One shelf, one state folder, and stacks that work on both."""

    engine: Engine
    home: Path
    shelf: Path
    states: Path
    seen: list[Progress] = field(default_factory=list)

    @property
    def environment(self) -> dict[str, str]:
        passed_on = {k: v for k, v in os.environ.items() if not k.startswith(("PULUMI_", "AWS_"))}
        return {**passed_on, "SHELF": str(self.shelf)}

    def stack(self, name: str = "dev", **options: Any) -> EngineStack:
        options = {"backend": self.states, "environment": self.environment, **options}
        return EngineStack(self.engine, "shelf-tests", name, home=self.home, **options)

    def boxes(self) -> dict[str, dict]:
        return shelves.boxes(self.shelf)

    def put(self, name: str, **inputs: Any) -> None:
        """Stand a box on the shelf behind the engine's back."""
        shelves.put(self.shelf, name, **inputs)

    @property
    def finder(self) -> Finder:
        return shelves.finder(self.shelf)

    @property
    def state_file(self) -> Path:
        return self.states / ".pulumi/stacks/shelf-tests/dev.json"

    def processes(self) -> list[psutil.Process]:
        """All processes that were started for this shelf and still live."""
        return [each for each in psutil.process_iter() if self._is_ours(each)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            mine = process.pid == os.getpid()
            return not mine and process.environ().get("SHELF") == str(self.shelf)
        except psutil.Error:
            return False


@pytest.fixture
def room(engine, home, tmp_path) -> Iterator[Room]:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    place = Room(engine, home, shelf, tmp_path / "states")
    yield place
    until(lambda: not place.processes(), "no process of the run is left")


def until(holds: Callable[[], object], what: str, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, f"waited {seconds} s in vain until {what}"
        time.sleep(0.02)
