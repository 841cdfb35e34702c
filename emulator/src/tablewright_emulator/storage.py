"""State that outlives the process: a snapshot of everything and a journal of what came after.

Every request that changes something is in the journal before it is carried out, and is taken out
again when it is refused; so a killed process loses nothing it had confirmed, and what cannot be
kept, on a full disk, is neither done nor seen. Opening a directory loads the snapshot and runs the
journal again, at the times and with the ids of the first run. A new snapshot is taken when the
journal has grown as large as the last one, and at a clean stop; so opening takes time in proportion
to the state. Reads are not kept: metrics of reads since the last snapshot are lost by a kill.

A record that was damaged ends what is run again. It and all that follows are put aside in a file of
their own, which `damaged` names for as long as it is there.
"""

from __future__ import annotations

import gc
import logging
import os
import threading
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

from tablewright_emulator.codec import CodecError
from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.journal import Journal
from tablewright_emulator.moto_backend import outside
from tablewright_emulator.moto_backend.engine import MotoEngine
from tablewright_emulator.moto_backend.history import is_outward
from tablewright_emulator.request import AwsFault, Kept, Reply, Request, changes_something
from tablewright_emulator.schema import SCHEMA
from tablewright_emulator.seal import Seal
from tablewright_emulator.state_file import (
    State,
    from_bytes,
    line_of,
    to_bytes,
    value_of,
)

_LEAST_JOURNAL_BYTES = 8 * 1024 * 1024
_NOT_TAKEN = (OSError, CodecError)
NOT_KEPT = (
    "a data folder does not keep which messages of SQS were received (those not deleted are "
    "visible again), what functions of Lambda and jobs of Batch answered, and, after a kill, "
    "metrics of the last reads"
)
"""What is said when a state is kept."""
_Result = TypeVar("_Result")
_log = logging.getLogger(__name__)


class World:
    """Everything that has a state, as one thing to dump and load.

    `id` tells one world from every other, and stays with its state.
    """

    def __init__(self, gateway: Gateway, moto: MotoEngine, services: list[Kept]) -> None:
        self.gateway = gateway
        self.moto = moto
        self.services = services
        self.id = uuid.uuid4().hex
        self.not_repeated = 0

    def dump(self, journal: int = 0) -> bytes:
        """The whole state, and the number of the journal that goes on from it."""
        with self.gateway.lock:
            services = {service.name: service.dump() for service in self.services}
            clock, calls = self.gateway.clock.setting, self.moto.history.calls
            return to_bytes(State(self.id, journal, clock, services, calls))

    def load(self, data: bytes, schema: int = SCHEMA) -> int:
        """Take over a state that `dump` gave; answers the number of the journal.

        Timers are put on the clock by `resume`.

        Raises:
            EmulatorError: it cannot be read; nothing has changed then.
        """
        state = from_bytes(data, schema)
        with self.gateway.lock:
            self.id = state.world
            self.gateway.clock.setting = state.clock
            for failure in self.moto.load(state.moto):
                self.not_repeated += 1
                _log.warning("this was not done again: %s", failure)
            for service in self.services:  # after moto, whose calls may have led to them
                if service.name in state.services:
                    service.load(state.services[service.name])
        return state.journal

    def resume(self) -> None:
        """Let what waits for the clock wait again."""
        with self.gateway.lock:
            for service in self.services:
                service.resume()


class Storage:
    """Keeps a world in a directory.

    Args:
        directory: made when it is not there.
        world: what is kept.
        seal: under whose key.

    Raises:
        EmulatorError: the directory cannot be used, or another process uses it.
    """

    def __init__(self, directory: Path, world: World, seal: Seal) -> None:
        self._world = world
        self._directory = directory
        self._seal = seal
        self._inside = threading.local()
        self._snapshot = directory / "snapshot.bin"
        with _usable(directory):
            directory.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._journal = Journal(directory / "journal.bin", seal)
        self._lock()
        self._limit = _LEAST_JOURNAL_BYTES
        self._number = 0  # of the journal; a snapshot names the one that goes on from it

    @property
    def damaged(self) -> list[str]:
        """Files with what could not be read."""
        return sorted(str(path) for path in self._directory.glob("journal.damaged-*"))

    def open(self) -> None:
        """Load what is kept and keep from now on.

        Raises:
            EmulatorError: it cannot be read, or the directory cannot be written.
        """
        with _usable(self._directory), _no_collection():
            if self._snapshot.exists():
                sealed = self._snapshot.read_bytes()
                schema, data = self._seal.opened(sealed, f"The snapshot {self._snapshot}")
                self._number = self._world.load(data, schema)
            contents = self._journal.read()
            entries = [value_of(record, contents.schema) for record in contents.records]
            is_next = self._is_next(entries)
            if is_next:
                self._run_again(entries)
            if contents.damaged and (is_next or not entries):
                self._put_aside(contents.damaged)
            self._journal.back_to(contents.end)
            if not is_next:
                self._begin()
            elif contents.schema != SCHEMA:
                self.take_snapshot()
        self._world.gateway.recorder = self
        self._world.resume()

    def close(self) -> None:
        """Take a last snapshot and let go of the directory."""
        self._world.gateway.recorder = None
        self._snapshot_if_possible()
        self.abandon()

    def abandon(self) -> None:
        """Let go of the directory as it is."""
        self._journal.close()

    def take_snapshot(self) -> None:
        """Write the state whole and begin a new journal.

        A kill in between leaves the old journal, which is all in the snapshot: its number tells.

        Raises:
            OSError: it cannot be written; the old ones stay.
        """
        with self._world.gateway.lock:
            data = self._seal.closed(self._world.dump(self._number + 1))
            write_atomically(self._snapshot, data)
            self._number += 1
            self._limit = max(_LEAST_JOURNAL_BYTES, len(data))
            self._begin()

    def wants(self, request: Request) -> bool:
        """Whether a request changes something and does not come from within another."""
        if getattr(self._inside, "busy", False) or is_outward(request):
            return False
        return changes_something(request)

    def run(self, request: Request, execute: Callable[[Request], _Result]) -> _Result:
        """Carry out a request of which a record is kept, unless it is refused.

        Its ids follow from its own, and all of it happens at one moment.

        Raises:
            AwsFault: it cannot be kept; nothing was done.
        """
        clock = self._world.gateway.clock
        with clock.pinned(clock.now()):
            try:
                mark = self._append(self._record(request))
            except OSError as error:
                text = f"The sandbox cannot keep this, nothing was done: {error.strerror or error}"
                raise AwsFault("InternalServerError", text, 500) from error
            done = False
            try:
                with self._once(request):
                    result = execute(request)
                done = not (isinstance(result, Reply) and result.error)
            finally:
                if not done:
                    self._journal.back_to(mark)
            self._keep_what_was_drawn()
            return result

    def _keep_what_was_drawn(self) -> None:
        """Keys that running the request again would not give are in a snapshot before an answer."""
        history = self._world.moto.history
        if history.drew:
            history.drew = False
            self._snapshot_if_possible()

    def _snapshot_if_possible(self) -> bool:
        try:
            self.take_snapshot()
        except _NOT_TAKEN as error:
            _log.warning("no snapshot was taken, the journal has it all: %s", error)
            return False
        return True

    @contextmanager
    def changing_clock(self) -> Iterator[None]:
        """Around a change of the clock, whose setting is kept.

        Raises:
            EmulatorError: there is no room for it; nothing has changed then.
        """
        self._record_clock()  # as it is: there is room for it as it will be
        yield
        self._record_clock()

    def _record_clock(self) -> None:
        with self._world.gateway.lock, _usable(self._directory):
            self._append(("clock", self._world.gateway.clock.setting))

    def _record(self, request: Request) -> tuple[Any, ...]:
        """As it came over the wire; its parameters are read from there again."""
        params = request.params if request.protocol == "internal" else {}
        return (
            "request", self._world.gateway.clock.now(), request.service, request.operation,
            params, request.account, request.region, request.access_key, request.protocol,
            request.http, request.id,
        )  # fmt: skip

    @contextmanager
    def _once(self, request: Request) -> Iterator[None]:
        self._inside.busy = True
        self._world.gateway.random.seed(request.id)
        try:
            with self._world.moto.history.seeded(request.id):
                yield
        finally:
            self._inside.busy = False

    def _append(self, entry: tuple[Any, ...]) -> Any:
        if self._journal.mark.size > self._limit and not self._snapshot_if_possible():
            self._limit *= 2
        if self._journal.mark.size == 0:
            self._begin()
        return self._journal.append(line_of(entry))

    def _begin(self) -> None:
        self._journal.begin(line_of(("begin", self._number, self._world.id)))

    def _is_next(self, entries: list[tuple[Any, ...]]) -> bool:
        """Whether the journal is the one that goes on from the snapshot, not one that is in it."""
        number = entries[0][1] if entries else -1
        if number > self._number:
            raise EmulatorError(
                f"The journal in {self._directory} goes on from a snapshot that is not there.",
                f"Put the right {self._snapshot.name} back beside it.",
            )
        return bool(number == self._number)

    def _run_again(self, entries: list[tuple[Any, ...]]) -> None:
        clock = self._world.gateway.clock
        self._world.id = entries[0][2]
        setting = clock.setting
        with clock.muted(), outside.silence():
            for kind, *entry in entries[1:]:
                if kind == "clock":
                    setting = entry[0]
                else:
                    self._repeat(entry[0], Request(*entry[1:]))
        clock.setting = setting

    def _repeat(self, at: Any, request: Request) -> None:
        gateway = self._world.gateway
        try:
            with self._once(request), gateway.clock.pinned(at):
                gateway.run_again(request, at)
        except AwsFault as fault:
            self._world.not_repeated += 1
            _log.warning("%s was not repeated: %s", request.operation, fault)

    def _put_aside(self, damaged: bytes) -> None:
        number = len(self.damaged) + 1
        while (path := self._directory / f"journal.damaged-{number}").exists():
            number += 1
        write_atomically(path, damaged)

    def _lock(self) -> None:
        try:
            import fcntl  # noqa: PLC0415 - not on every system

            fcntl.flock(self._journal.file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
        except ImportError:
            return
        except OSError as error:
            self._journal.close()
            raise EmulatorError(
                f"Another embedded AWS uses the data directory {self._directory}.",
                "Stop it first, or choose another directory.",
            ) from error


@contextmanager
def _no_collection() -> Iterator[None]:
    """Meanwhile nothing looks for garbage: there is none among what is read, and a lot to look at.

    Of a table of 100,000 items nine tenths of the time went there.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _usable(directory: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise EmulatorError(
            f"The data directory {directory} cannot be used: {error.strerror or error}.",
            "Make room in it and let it be yours to write, or choose another one.",
        ) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Replace a file so that a kill, or a power cut, leaves the old one or the new one.

    Raises:
        OSError: it cannot be written; the old one stays.
    """
    draft = path.with_name(f"{path.name}.new")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
    except OSError:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise
