"""The embedded AWS: an HTTP server on loopback in front of the gateway.

emulator = Emulator()            # port 0: any free one
emulator.start()
boto3.client("dynamodb", endpoint_url=emulator.endpoint, …)
emulator.stop()
"""

from __future__ import annotations

import ipaddress
import json
import secrets
import threading
import uuid
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Self

from tablewright_emulator import access, admin, integrations, pricing
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
from tablewright_emulator.listener import Listener
from tablewright_emulator.moto_backend.engine import MotoEngine
from tablewright_emulator.request import HttpRequest, Kept, Reply, Service
from tablewright_emulator.seal import KEY_BYTES, Seal, key_at
from tablewright_emulator.storage import Storage, World
from tablewright_emulator.supplements import Supplements
from tablewright_emulator.table_reporter import TableReporter

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared with, not bound to


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
        expose_to_network: listen beyond loopback, too, where anybody can read and write everything
            in the embedded AWS. The embedded AWS itself is asked with the secret alone.
        key: under which what is kept is sealed; nothing that another key sealed is opened. Without
            one it is in the file `key` of `data`, and nowhere for one that keeps nothing.
        secret: who has it may ask for what is under `/_tablewright/`; a new one when None.

    Raises:
        EmulatorError: `host` is not a loopback address and `expose_to_network` is not set.
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
        key: bytes | None = None,
        secret: str | None = None,
    ) -> None:
        if not expose_to_network and not _is_loopback(host):
            raise EmulatorError(
                f"{host} is not a loopback address: everybody who reaches it could read and write "
                "the embedded AWS without a password.",
                "Listen on 127.0.0.1, or ask for the exposure explicitly.",
            )
        self._host, self._port = host, port
        self.secret = secret or secrets.token_urlsafe(32)
        self.clock = clock or Clock()
        self.data = data
        self._key = key
        self.calls = Calls()
        self.started_at: datetime | None = None
        self._moto = MotoEngine(self.clock, containers=self.exposed is None)
        self.gateway = Gateway(self.clock, self._moto, self._moto.account_of)
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
        kept: list[Kept] = [each for each in self.services if isinstance(each, Kept)]
        self._world = World(self.gateway, self._moto, kept)
        self.clock.rewound = self._rewound
        self._storage: Storage | None = None
        self._listeners: list[Listener] = []
        self._threads: list[threading.Thread] = []

    def start(self) -> Self:
        """Listen and serve from a thread of its own.

        Raises:
            EmulatorError: another emulator runs in this process, or the port is taken.
        """
        with Emulator._one_at_a_time:
            if Emulator._running is not None:
                raise EmulatorError(
                    "An embedded AWS runs in this process already.", "Stop it first, or use it."
                )
            self._listeners = self._listen()
            Emulator._running = self
        self._open_storage()
        self.started_at = datetime.now(UTC)
        for listener in self._listeners:
            thread = threading.Thread(
                target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            )
            thread.start()
            self._threads.append(thread)
        return self

    def _listen(self) -> list[Listener]:
        """On loopback always, and where it is exposed."""
        found: list[Listener] = []
        host, port = "", self._port
        try:
            for host in _hosts(self._host):
                found.append(Listener((host, port), self._answer, self._most_bytes))
                port = found[0].server_address[1]
        except OSError as error:
            for listener in found:
                listener.server_close()
            raise EmulatorError(
                f"Port {port} on {host} cannot be had: {error.strerror or error}.",
                "Choose another port, or 0 for any free one.",
            ) from error
        return found

    @property
    def endpoint(self) -> str:
        """`http://127.0.0.1:PORT`.

        Raises:
            EmulatorError: it is not running.
        """
        if not self._listeners:
            raise EmulatorError("The embedded AWS is not running.", "Start it first.")
        host, port = self._listeners[0].server_address[:2]
        name = "127.0.0.1" if host == _EVERYWHERE else str(host)
        return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"

    @property
    def exposed(self) -> str | None:
        """The address beyond loopback on which it listens."""
        return None if _is_loopback(self._host) else self._host

    def stop(self) -> None:
        """Stop listening and forget everything; harmless when not running."""
        listeners, self._listeners = self._listeners, []
        if not listeners:
            return
        for listener in listeners:
            listener.shutdown()
            listener.server_close()
        for thread in self._threads:
            thread.join()
        self._threads.clear()
        if self._storage is not None:
            self._storage.close()
            self._storage = None
        self.clock.close()
        self._forget()
        Emulator._running = None

    @property
    def world(self) -> str:
        """Which state it has: another after every reset, the same one over restarts with `data`."""
        return self._world.id

    @property
    def damaged(self) -> list[str]:
        """Files with what was kept and could not be read."""
        return self._storage.damaged if self._storage is not None else []

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
        state = self._seal.opened(data, "The snapshot")
        with self._kept_or_undone():
            self._take_over(state)

    def clock_changed(self) -> None:
        """Keep the clock's setting, when a state is kept."""
        with self.changing_clock():
            pass

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

    def _take_over(self, state: bytes) -> None:
        self._forget()
        self._world.load(state)
        self._resume()

    def _rewound(self) -> None:
        """Wait anew: what is due by the calendar may be due earlier now, and again."""
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

    def _open_storage(self) -> None:
        if self.data is None:
            return
        try:
            self._storage = Storage(self.data, self._world, self._seal)
            self._storage.open()
        except EmulatorError:
            if self._storage is not None:
                self._storage.abandon()
            self._storage, listeners, self._listeners = None, self._listeners, []
            for listener in listeners:
                listener.server_close()
            Emulator._running = None
            raise
        self.calls.clear()
        self.table_reporter.refresh()

    def _forget(self) -> None:
        self.clock.clear()
        self._moto.reset()
        for service in self.services:
            service.reset()
        self.faults.clear()

    def _answer(self, http: HttpRequest) -> Reply:
        reason = access.refusal(http, self.exposed)
        if reason is not None:
            body = json.dumps({"__type": "AccessDeniedException", "message": reason}).encode()
            return Reply(403, {"Content-Type": "application/json"}, body)
        is_admin = http.path.startswith(admin.PREFIX)
        return admin.serve(self, http) if is_admin else self.gateway.serve(http)

    def _most_bytes(self, http: HttpRequest) -> int:
        return admin.most_body_bytes(self, http)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(self, *_: object) -> None:
        self.stop()


def _hosts(host: str) -> tuple[str, ...]:
    """Where to listen so that this machine's own way is always loopback."""
    if _is_loopback(host) or host == _EVERYWHERE:
        return (host,)
    return ("127.0.0.1", host)


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
