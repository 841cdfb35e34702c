"""The embedded AWS behind HTTP on loopback.

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
from pathlib import Path
from typing import Self

from tablewright_emulator import access
from tablewright_emulator.admin import PREFIX, Admin
from tablewright_emulator.clock import Clock
from tablewright_emulator.composition import EmbeddedAws
from tablewright_emulator.dynamodb import Durations, Preset
from tablewright_emulator.errors import EmulatorError
from tablewright_emulator.listener import Listener
from tablewright_emulator.request import HttpRequest, Reply

_EVERYWHERE = "0.0.0.0"  # noqa: S104 - compared with, not bound to


class Emulator(EmbeddedAws):
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
        super().__init__(
            clock or Clock(),
            durations=durations,
            throttling=throttling,
            limits=limits,
            data=data,
            key=key,
            containers=_is_loopback(host),
        )
        self._host, self._port = host, port
        self.exposed = None if _is_loopback(host) else host
        """The address beyond loopback on which it listens."""
        self.secret = secret or secrets.token_urlsafe(32)
        self._admin = Admin(self, self.secret, lambda: self.endpoint)
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
        try:
            self.open()
        except EmulatorError:
            listeners, self._listeners = self._listeners, []
            for listener in listeners:
                listener.server_close()
            Emulator._running = None
            raise
        for listener in self._listeners:
            thread = threading.Thread(
                target=listener.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True
            )
            thread.start()
            self._threads.append(thread)
        return self

    def _listen(self) -> list[Listener]:
        """On loopback always, and where it is exposed."""
        listeners: list[Listener] = []
        host, port = "", self._port
        try:
            for host in _hosts(self._host):
                listeners.append(Listener((host, port), self.answer, self._admin.most_body_bytes))
                port = listeners[0].server_address[1]
        except OSError as error:
            for listener in listeners:
                listener.server_close()
            raise EmulatorError(
                f"Port {port} on {host} cannot be had: {error.strerror or error}.",
                "Choose another port, or 0 for any free one.",
            ) from error
        return listeners

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
        self.close()
        Emulator._running = None

    def answer(self, http: HttpRequest) -> Reply:
        """Answer a request from the wire, or from a client in this process. Never raises."""
        reason = access.refusal(http, self.exposed)
        if reason is not None:
            body = json.dumps({"__type": "AccessDeniedException", "message": reason}).encode()
            return Reply(403, {"Content-Type": "application/json"}, body)
        is_admin = http.path.startswith(PREFIX)
        return self._admin.serve(http) if is_admin else self.gateway.serve(http)

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
