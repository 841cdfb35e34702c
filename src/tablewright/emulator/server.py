"""The embedded AWS: an HTTP server on loopback in front of the door.

emulator = Emulator()            # port 0: any free one
emulator.start()
boto3.client("dynamodb", endpoint_url=emulator.endpoint, …)
emulator.stop()
"""

from __future__ import annotations

import ipaddress
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Self

from tablewright.emulator import admin, integrations, pricing
from tablewright.emulator.autoscaling import AutoScaling
from tablewright.emulator.calls import Calls
from tablewright.emulator.clock import Clock
from tablewright.emulator.cloudwatch import CloudWatch
from tablewright.emulator.door import Door
from tablewright.emulator.dynamodb import Durations, Preset
from tablewright.emulator.dynamodb import install as install_dynamodb
from tablewright.emulator.faults import Faults
from tablewright.emulator.iam import Iam
from tablewright.emulator.listener import Listener
from tablewright.emulator.moto_engine import MotoEngine
from tablewright.emulator.request import HttpRequest, Kept, Reply, Service
from tablewright.emulator.storage import Storage, World, read_state
from tablewright.emulator.supplements import Supplements
from tablewright.emulator.table_watch import TableWatch
from tablewright.errors import SandboxError


class Emulator:
    """AWS on this machine, in this process.

    moto's backends belong to the process, so one emulator runs per process at a time.

    Args:
        port: port to listen on; 0 takes any free one.
        host: address to listen on; anything but loopback needs `expose_to_network`.
        clock: the time it lives in; a real clock when None.
        durations: how long changes of tables take: none, short, realistic, or values.
        throttling: whether provisioned capacity and on-demand maxima bind.
        limits: whether limits over time bind, e.g. four switches of the billing mode a day.
        data: directory in which the state is kept over restarts and kills; None keeps nothing.
        expose_to_network: listen beyond loopback, where anybody can read and write everything.

    Raises:
        SandboxError: `host` is not a loopback address and `expose_to_network` is not set.
    """

    _running: Emulator | None = None
    _one_at_a_time = threading.Lock()

    def __init__(
        self,
        port: int = 0,
        *,
        host: str = "127.0.0.1",
        clock: Clock | None = None,
        durations: Preset | Durations = "short",
        throttling: bool = True,
        limits: bool = True,
        data: Path | None = None,
        expose_to_network: bool = False,
    ) -> None:
        if not expose_to_network and not _is_loopback(host):
            raise SandboxError(
                f"{host} is not a loopback address: everybody who reaches it could read and write "
                "the embedded AWS without a password.",
                "Listen on 127.0.0.1, or ask for the exposure explicitly.",
            )
        self._address = (host, port)
        self.clock = clock or Clock()
        self.data = data
        self.calls = Calls()
        self.started_at: datetime | None = None
        self._moto = MotoEngine(self.clock)
        self.door = Door(self.clock, self._moto, self._moto.account_of)
        self.dynamodb = install_dynamodb(
            self.door, durations=durations, throttling=throttling, limits=limits
        )
        self.cloudwatch = CloudWatch(self.door)
        self.autoscaling = AutoScaling(self.door, self.cloudwatch)
        self.iam = Iam(self.door, self.dynamodb, self.cloudwatch)
        self.supplements = Supplements(self.door)
        self.table_watch = TableWatch(self.door, self.dynamodb, self.cloudwatch.tables)
        self.faults = Faults()
        self.door.gates.append(self.faults.strike)
        self.door.finishers.append(self.faults.spoil)
        integrations.install(self.door, self.dynamodb, self.cloudwatch)
        pricing.install(self.door)
        self.services: list[Service] = [
            self.dynamodb,
            self.cloudwatch,
            self.autoscaling,
            self.iam,
            self.supplements,
        ]
        self.door.observers.append(self.calls)
        kept: list[Kept] = [each for each in self.services if isinstance(each, Kept)]
        self._world = World(self.door, self._moto, kept)
        self.clock.rewound = self._rewound
        self._storage: Storage | None = None
        self._server: Listener | None = None
        self._thread: threading.Thread | None = None

    def start(self) -> Self:
        """Listen and serve from a thread of its own.

        Raises:
            SandboxError: another emulator runs in this process, or the port is taken.
        """
        with Emulator._one_at_a_time:
            if Emulator._running is not None:
                raise SandboxError(
                    "An embedded AWS runs in this process already.", "Stop it first, or use it."
                )
            try:
                self._server = Listener(self._address, self._answer)
            except OSError as error:
                raise SandboxError(
                    f"Port {self._address[1]} on {self._address[0]} cannot be had: "
                    f"{error.strerror or error}.",
                    "Choose another port, or 0 for any free one.",
                ) from error
            Emulator._running = self
        self._open_storage()
        self.started_at = datetime.now(UTC)
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
        )
        self._thread.start()
        return self

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`.

        Raises:
            SandboxError: it is not running.
        """
        if self._server is None:
            raise SandboxError("The embedded AWS is not running.", "Start it first.")
        host, port = self._server.server_address[:2]
        return f"http://{host!s}:{port}"

    def stop(self) -> None:
        """Stop listening and forget everything; harmless when not running."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()
        server.server_close()
        if self._thread is not None:
            self._thread.join()
        if self._storage is not None:
            self._storage.close()
            self._storage = None
        self.clock.close()
        self._forget()
        Emulator._running = None

    def reset(self) -> None:
        """Forget everything that was made in it; the clock stays."""
        with self.door.lock:
            self._forget()
            self.calls.clear()
            if self._storage is not None:
                self._storage.take_snapshot()

    def snapshot(self) -> bytes:
        """The whole state, for `load`."""
        return self._world.dump()

    def load(self, data: bytes) -> None:
        """Take over a state that `snapshot` gave, in place of everything there is.

        Raises:
            SandboxError: it is damaged or of another version.
        """
        state = read_state(data)
        with self.door.lock:
            self._forget()
            self._world.load(state)
            self._resume()
            if self._storage is not None:
                self._storage.take_snapshot()

    def clock_changed(self) -> None:
        """Keep the clock's setting, when a state is kept."""
        if self._storage is not None:
            self._storage.record_clock()

    def _rewound(self) -> None:
        """Wait anew: what is due by the calendar may be due earlier now, and again."""
        with self.door.lock:
            self.clock.clear()
            self._resume()

    def _resume(self) -> None:
        """Let everything that waits for the clock wait again."""
        with self.door.lock:
            self._world.resume()
            self.table_watch.refresh()

    def _open_storage(self) -> None:
        if self.data is None:
            return
        try:
            self._storage = Storage(self.data, self._world)
            self._storage.open()
        except SandboxError:
            if self._storage is not None:
                self._storage.abandon()
            self._storage, server, self._server = None, self._server, None
            if server is not None:
                server.server_close()
            Emulator._running = None
            raise
        self.calls.clear()
        self.table_watch.refresh()

    def _forget(self) -> None:
        self.clock.clear()
        self._moto.reset()
        for service in self.services:
            service.reset()
        self.faults.clear()

    def _answer(self, http: HttpRequest) -> Reply:
        is_admin = http.path.startswith(admin.PREFIX)
        return admin.serve(self, http) if is_admin else self.door.serve(http)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
