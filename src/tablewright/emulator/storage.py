"""State that outlives the process: a snapshot of everything and a journal of what came after.

Every request that changed something is appended to the journal before it is answered, so a killed
process loses nothing it had confirmed. Opening a directory loads the snapshot and runs the journal
again, at the times and with the ids of the first run. A new snapshot is taken when the journal has
grown as large as the last one, and at a clean stop; so opening takes time in proportion to the
state. Reads are not kept: metrics of reads since the last snapshot are lost by a kill.
"""

from __future__ import annotations

import logging
import os
import pickle
import struct
import threading
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, BinaryIO

from tablewright.emulator.door import Door
from tablewright.emulator.moto_engine import MotoEngine
from tablewright.emulator.request import AwsFault, Kept, Request
from tablewright.emulator.state_file import FORMAT, from_bytes, to_bytes
from tablewright.errors import SandboxError

_HEADER = struct.Struct(">II")
_LEAST_JOURNAL_BYTES = 8 * 1024 * 1024
_READING = (
    "Get", "List", "Describe", "Head", "BatchGet", "Query", "Scan", "TransactGet", "Receive",
    "Simulate", "Test", "Search", "Lookup", "Select", "Check", "Estimate", "Validate", "Generate",
    "Decrypt", "Encrypt", "Sign", "Verify", "Filter",
)  # fmt: skip
_log = logging.getLogger(__name__)


class World:
    """Everything that has a state, as one thing to dump and load."""

    def __init__(self, door: Door, moto: MotoEngine, services: list[Kept]) -> None:
        self.door = door
        self.moto = moto
        self.services = services

    def dump(self, journal: int = 0) -> bytes:
        """The whole state, and the number of the journal that goes on from it."""
        with self.door.lock:
            return to_bytes({
                "format": FORMAT,
                "journal": journal,
                "clock": self.door.clock.setting,
                "services": {each.name: to_bytes(each.dump()) for each in self.services},
                "moto": self.moto.dump(),
            })  # fmt: skip

    def load(self, state: dict[str, Any]) -> None:
        """Take over a state that `read_state` gave; timers are put on the clock by `resume`."""
        with self.door.lock:
            self.door.clock.setting = state["clock"]
            self.moto.load(state["moto"])
            for service in self.services:
                if service.name in state["services"]:
                    service.load(from_bytes(state["services"][service.name]))

    def resume(self) -> None:
        """Let what waits for the clock wait again."""
        with self.door.lock:
            for service in self.services:
                service.resume()


def read_state(data: bytes) -> dict[str, Any]:
    """The state in what `World.dump` gave.

    Raises:
        SandboxError: it is damaged or of another version.
    """
    state = from_bytes(data)
    if not isinstance(state, dict) or state.get("format") != FORMAT:
        raise SandboxError(
            "The kept state of the embedded AWS was written by another version.",
            "Start with an empty data directory.",
        )
    return state


class Storage:
    """Keeps a world in a directory.

    Args:
        directory: made when it is not there.
        world: what is kept.

    Raises:
        SandboxError: the directory cannot be used, or another process uses it.
    """

    def __init__(self, directory: Path, world: World) -> None:
        self._world = world
        self._directory = directory
        self._inside = threading.local()
        self._snapshot = directory / "snapshot.bin"
        self._journal_path = directory / "journal.bin"
        try:
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._journal: BinaryIO = self._journal_path.open("ab", buffering=0)
        except OSError as error:
            raise SandboxError(
                f"The data directory {directory} cannot be used: {error.strerror or error}.",
                "Choose another one.",
            ) from error
        self._lock()
        self._limit = _LEAST_JOURNAL_BYTES
        self._number = 0  # of the journal; a snapshot names the one that goes on from it

    def open(self) -> None:
        """Load what is kept and keep from now on."""
        if self._snapshot.exists():
            state = read_state(self._snapshot.read_bytes())
            self._number = state["journal"]
            self._world.load(state)
        good = self._run_again()
        if good < self._journal_path.stat().st_size:  # the end of a record that a kill cut off
            os.truncate(self._journal_path, good)
        if good == 0:
            self._append(self._number)
        self._world.door.recorder = self
        self._world.resume()

    def close(self) -> None:
        """Take a last snapshot and let go of the directory."""
        self._world.door.recorder = None
        self.take_snapshot()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the directory as it is."""
        self._journal.close()

    def take_snapshot(self) -> None:
        """Write the state whole and begin a new journal.

        A kill in between leaves the old journal, which is all in the snapshot: its number tells.
        """
        with self._world.door.lock:
            self._number += 1
            data = self._world.dump(self._number)
            write_atomically(self._snapshot, data)
            os.ftruncate(self._journal.fileno(), 0)
            self._limit = max(_LEAST_JOURNAL_BYTES, len(data))
            self._append(self._number)

    def wants(self, request: Request) -> bool:
        """Whether a request changes something and does not come from within another."""
        return not getattr(self._inside, "busy", False) and changes_something(request)

    @contextmanager
    def recording(self, request: Request) -> Iterator[None]:
        """Around a request: ids follow from its own, and all of it happens at one moment."""
        door = self._world.door
        with self._once(request), door.clock.pinned(door.clock.now()):
            yield

    @contextmanager
    def _once(self, request: Request) -> Iterator[None]:
        self._inside.busy = True
        self._world.door.random.seed(request.id)
        self._world.moto.seed(f"moto {request.id}")
        try:
            yield
        finally:
            self._inside.busy = False

    def record(self, request: Request) -> None:
        """Append a request to the journal."""
        http = replace(request.http, body=b"") if request.params else request.http
        self._append((
            self._world.door.clock.now(), request.service, request.operation, request.params,
            request.account, request.region, request.access_key, request.protocol, http, request.id,
        ))  # fmt: skip

    def record_clock(self) -> None:
        """Append the setting of the clock."""
        with self._world.door.lock:
            self._append(self._world.door.clock.setting)

    def _append(self, entry: Any) -> None:
        data = pickle.dumps(entry, protocol=pickle.HIGHEST_PROTOCOL)
        self._write(_HEADER.pack(len(data), zlib.crc32(data)) + data)
        if self._journal.tell() > self._limit:
            self.take_snapshot()

    def _write(self, record: bytes) -> None:
        """Write a record whole, or nothing of it: what comes after half a record is not read."""
        size, rest = os.fstat(self._journal.fileno()).st_size, memoryview(record)
        try:
            while rest:
                rest = rest[self._journal.write(rest) :]
        except OSError:
            os.ftruncate(self._journal.fileno(), size)
            raise

    def _run_again(self) -> int:
        """Run the journal; give back how many of its bytes were whole."""
        clock, door = self._world.door.clock, self._world.door
        setting, good = clock.setting, 0
        with clock.muted():
            for entry, end in _entries(self._journal_path):
                if isinstance(entry, int):
                    if entry != self._number:
                        return 0
                    continue
                good = end
                if len(entry) == 2:  # noqa: PLR2004 - a setting of the clock
                    setting = entry
                    continue
                request = Request(*entry[1:10])
                try:
                    with self._once(request), clock.pinned(entry[0]):
                        door.run_again(request, entry[0])
                except AwsFault as fault:
                    _log.warning("%s was not repeated: %s", request.operation, fault)
        clock.setting = setting
        return good

    def _lock(self) -> None:
        try:
            import fcntl  # noqa: PLC0415 - not on every system

            fcntl.flock(self._journal.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            return
        except OSError as error:
            self._journal.close()
            raise SandboxError(
                f"Another embedded AWS uses the data directory {self._directory}.",
                "Stop it first, or choose another directory.",
            ) from error


def _entries(path: Path) -> Iterator[tuple[Any, int]]:
    """Whole entries of a journal, each with where it ends."""
    data = path.read_bytes()
    start = 0
    while start + _HEADER.size <= len(data):
        length, checksum = _HEADER.unpack_from(data, start)
        end = start + _HEADER.size + length
        entry = data[start + _HEADER.size : end]
        if len(entry) < length or zlib.crc32(entry) != checksum:
            return
        yield from_bytes(entry), end
        start = end


def changes_something(request: Request) -> bool:
    """Whether a request is one that changes something."""
    if request.protocol == "rest":
        return request.http.method not in {"GET", "HEAD", "OPTIONS"}
    return not request.operation.startswith(_READING)


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file so that a kill leaves the old one or the new one."""
    draft = path.with_suffix(".new")
    draft.write_bytes(data)
    draft.chmod(0o600)
    draft.replace(path)
