"""The embedded AWS as one thing, without a network: services on one gateway, clock and state."""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path

from tablewright_emulator import integrations, pricing
from tablewright_emulator.autoscaling import AutoScaling
from tablewright_emulator.calls import Calls
from tablewright_emulator.clock import Clock
from tablewright_emulator.cloudwatch import CloudWatch
from tablewright_emulator.dynamodb import Durations, Preset
from tablewright_emulator.dynamodb import install as install_dynamodb
from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.faults import Faults
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.iam import Iam
from tablewright_emulator.moto_backend.engine import MotoEngine
from tablewright_emulator.request import Kept, Service
from tablewright_emulator.schema import SCHEMA
from tablewright_emulator.seal import KEY_BYTES, Seal, key_at
from tablewright_emulator.storage import Storage, World
from tablewright_emulator.supplements import Supplements
from tablewright_emulator.table_reporter import TableReporter


class EmbeddedAws:
    """All services, hung into one gateway.

    Args:
        clock: the time it lives in.
        durations: how long changes of tables take: none, short, realistic, or values.
        throttling: whether provisioned capacity and on-demand maxima bind.
        limits: whether limits over time bind, e.g. four switches of the billing mode a day.
        data: directory in which the state is kept over restarts and kills; None keeps nothing.
        key: under which what is kept is sealed; None takes the one in the file `key` of `data`.
        containers: whether code of Lambda and Batch runs on this machine, in Docker's containers.
    """

    def __init__(
        self,
        clock: Clock,
        *,
        durations: Preset | Durations,
        throttling: bool,
        limits: bool,
        data: Path | None,
        key: bytes | None,
        containers: bool,
    ) -> None:
        self.clock = clock
        self.data = data
        self._key = key
        self.calls = Calls()
        self.started_at: datetime | None = None
        self._moto = MotoEngine(self.clock, containers=containers)
        self.gateway = Gateway(self.clock, self._moto, self._moto.account_of, self._moto.lock)
        self.dynamodb = install_dynamodb(
            self.gateway, durations=durations, throttling=throttling, limits=limits
        )
        self.cloudwatch = CloudWatch(self.gateway)
        self.autoscaling = AutoScaling(self.gateway, self.cloudwatch)
        self.iam = Iam(self.gateway, self.dynamodb, self.cloudwatch)
        self.supplements = Supplements(self.gateway)
        self.table_reporter = TableReporter(self.gateway, self.dynamodb, self.cloudwatch.tables)
        self.faults = Faults()
        self.gateway.gates.append(self.faults.strike)
        self.gateway.finishers.append(self.faults.spoil)
        integrations.install(self.gateway, self.dynamodb, self.cloudwatch)
        pricing.install(self.gateway)
        self.services: list[Service] = [
            self.dynamodb,
            self.cloudwatch,
            self.autoscaling,
            self.iam,
            self.supplements,
        ]
        self.gateway.observers.append(self.calls)
        kept: list[Kept] = [service for service in self.services if isinstance(service, Kept)]
        self._world = World(self.gateway, self._moto, kept)
        self.clock.rewound = self._rewound
        self._storage: Storage | None = None

    @property
    def world(self) -> str:
        """Which state it has: another after every reset, the same one over restarts with `data`."""
        return self._world.id

    @property
    def damaged(self) -> list[str]:
        """Files with what was kept and could not be read."""
        return self._storage.damaged if self._storage is not None else []

    @property
    def not_repeated(self) -> int:
        """How many calls could not be done again when a state was opened; the log names them."""
        return self._world.not_repeated

    def reset(self) -> None:
        """Forget everything that was made in it; the clock stays.

        Raises:
            EmulatorError: that cannot be kept; nothing is forgotten then.
        """
        with self._kept_or_undone():
            self._forget()
            self._world.id = uuid.uuid4().hex
        self.calls.clear()

    def snapshot(self) -> bytes:
        """The whole state, for `load`."""
        return self._seal.closed(self._world.dump())

    def load(self, data: bytes) -> None:
        """Take over a state that `snapshot` gave, in place of everything there is.

        Raises:
            EmulatorError: it is damaged, of another version, or of another key.
        """
        schema, state = self._seal.opened(data, "The snapshot")
        with self._kept_or_undone():
            self._take_over(state, schema)

    def changing_clock(self) -> AbstractContextManager[None]:
        """Around a change of the clock, whose setting is kept when a state is.

        Raises:
            EmulatorError: it cannot be kept; nothing has changed then.
        """
        return self._storage.changing_clock() if self._storage is not None else nullcontext()

    @contextmanager
    def _kept_or_undone(self) -> Iterator[None]:
        """Around a change of everything."""
        with self.gateway.lock:
            before = self._world.dump() if self._storage is not None else b""
            yield
            try:
                if self._storage is not None:
                    self._storage.take_snapshot()
            except OSError as error:
                self._take_over(before)
                raise EmulatorError(
                    f"The state cannot be kept in {self.data}: {error.strerror or error}.",
                    "Make room there; nothing has changed.",
                ) from error

    def _take_over(self, state: bytes, schema: int = SCHEMA) -> None:
        self._forget()
        self._world.load(state, schema)
        self._resume()

    def _rewound(self) -> None:
        """Wait again: what is due by the calendar may be due earlier now, and again."""
        with self.gateway.lock:
            self.clock.clear()
            self._resume()

    def _resume(self) -> None:
        """Let everything that waits for the clock wait again."""
        with self.gateway.lock:
            self._world.resume()
            self.table_reporter.refresh()

    @cached_property
    def _seal(self) -> Seal:
        if self._key is not None:
            return Seal(self._key)
        return Seal(key_at(self.data / "key") if self.data else secrets.token_bytes(KEY_BYTES))

    def open(self) -> None:
        """Take over what `data` has of it, and keep every change there from now on.

        Raises:
            EmulatorError: it cannot be read, or somebody else has it; nothing is open then.
        """
        if self.data is not None:
            try:
                self._storage = Storage(self.data, self._world, self._seal)
                self._storage.open()
            except EmulatorError:
                if self._storage is not None:
                    self._storage.abandon()
                self._storage = None
                raise
            self.calls.clear()
            self.table_reporter.refresh()
        self.started_at = datetime.now(UTC)

    def close(self) -> None:
        """Let go of the data folder and forget everything."""
        if self._storage is not None:
            self._storage.close()
            self._storage = None
        self.clock.close()
        self._forget()

    def _forget(self) -> None:
        self.clock.clear()
        self._moto.reset()
        for service in self.services:
            service.reset()
        self.faults.clear()
