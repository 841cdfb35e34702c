"""What drills have begun, on this machine: so that one that was killed is cleaned up by the next.

A restore takes no tags, so nothing on the restored table says whose it is. What says it is this
record: a name with 128 random bits, written before the restore is asked for, and the id that AWS
gave the table.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from uuid import uuid4

from tablewright.files import write_whole

_LONGEST = 255
_MIDDLE = "-drill-"


@dataclass(frozen=True, slots=True)
class BegunDrill:
    """A restore that was, or is about to be, asked for.

    Args:
        place: account and region, and which target: `aws/123456789012/eu-west-1`.
        source: ARN of the table that is restored.
        target: name of the restored one.
        target_id: AWS's id of the restored one; empty before AWS has answered.
    """

    place: str
    source: str
    target: str
    target_id: str = ""


class DrillJournal:
    """The drills that are not over, a file each.

    Args:
        folder: made when it is not there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def begin(self, place: str, source: str) -> BegunDrill:
        """Choose a name that nothing has, and remember it before anything has it."""
        random = uuid4().hex
        name = source.rpartition("/")[2][: _LONGEST - len(_MIDDLE) - len(random)]
        drill = BegunDrill(place, source, f"{name}{_MIDDLE}{random}")
        self._write(drill)
        return drill

    def restoring(self, drill: BegunDrill, target_id: str) -> BegunDrill:
        """Remember the id that AWS gave the restored table."""
        known = replace(drill, target_id=target_id)
        self._write(known)
        return known

    def over(self, drill: BegunDrill) -> None:
        """Forget a drill of which nothing is left."""
        for path in (self._path(drill), self._lock_path(drill)):
            path.unlink(missing_ok=True)

    @contextmanager
    def under_way(self, drill: BegunDrill) -> Iterator[None]:
        """For as long as a drill runs: until its process ends, however it does, it is not over."""
        path = self._lock_path(drill)
        with path.open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            try:
                yield
            finally:
                path.unlink(missing_ok=True)

    def _is_under_way(self, drill: BegunDrill) -> bool:
        try:
            with self._lock_path(drill).open() as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        except OSError:
            pass
        return False

    def left_over(self, place: str) -> Iterator[BegunDrill]:
        """What drills in this account and region have left behind; none that still runs."""
        for path in sorted(self._folder.glob("*.json")):
            try:
                drill = BegunDrill(**json.loads(path.read_text("utf-8")))
            except (OSError, TypeError, ValueError):
                continue
            if drill.place == place and not self._is_under_way(drill):
                yield drill

    def _write(self, drill: BegunDrill) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(asdict(drill), indent=1)
        write_whole(self._path(drill), text.encode(), private=True, durable=True)

    def _lock_path(self, drill: BegunDrill) -> Path:
        return self._folder / f"{drill.target}.lock"

    def _path(self, drill: BegunDrill) -> Path:
        return self._folder / f"{drill.target}.json"
