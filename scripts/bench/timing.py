"""Running commands and stating how long they took."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
NO_BYTE_CODE = "PYTHONDONTWRITEBYTECODE"
TABLEWRIGHT = Path(sys.executable).parent / "tablewright"


@dataclass(frozen=True, slots=True)
class Sample:
    """Wall times of one thing, in seconds."""

    name: str
    seconds: tuple[float, ...]

    @property
    def median(self) -> float:
        """The middle one."""
        return statistics.median(self.seconds)

    def row(self) -> str:
        """A row of a Markdown table: median, least, most, runs."""
        return (
            f"| {self.name} | {self.median:.2f} | {min(self.seconds):.2f} "
            f"| {max(self.seconds):.2f} | {len(self.seconds)} |"
        )


HEADER = "| what | median s | least | most | runs |\n|---|---|---|---|---|"


class Home:
    """A state directory of its own with a sandbox in it, so that nothing of the user is touched."""

    def __init__(self, directory: Path) -> None:
        own = {"TABLEWRIGHT_HOME": str(directory), "NO_COLOR": "1"}
        # Without its byte code Python would compile all of us at each start.
        kept = {key: value for key, value in os.environ.items() if key != NO_BYTE_CODE}
        self.environment = {**kept, **own}

    def run(self, *arguments: str, status: int = 0) -> float:
        """Run `tablewright ARGUMENTS`; answers the seconds it took.

        Raises:
            RuntimeError: it ended with another status.
        """
        return timed([str(TABLEWRIGHT), *arguments], self.environment, status)


def timed(command: Sequence[str], environment: Mapping[str, str], status: int = 0) -> float:
    """Wall time of one process in seconds."""
    started = time.perf_counter()
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - started
    if done.returncode != status:
        raise RuntimeError(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
    return seconds


@contextmanager
def sandbox_home() -> Iterator[Home]:
    """A home whose sandbox runs while the block does."""
    with tempfile.TemporaryDirectory(prefix="tablewright-bench-") as directory:
        home = Home(Path(directory))
        home.run("sandbox", "start", "--background")
        try:
            yield home
        finally:
            home.run("sandbox", "stop")
