"""The provider executable: asks the resident host for an instance, or becomes its own.

It is copied into the plugin's folder and run without site-packages, so that it starts in some ten
milliseconds: the standard library only, and as little of it as possible.
"""

import json
import os
import select
import signal
import socket
import stat
import sys

PASSED_ON = ("AWS_", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "HOME", "TABLEWRIGHT_")


def ask(host: str, engine: str) -> tuple[socket.socket, int] | None:
    """The connection and port of a new instance at the resident host, or None."""
    token, _, address = host.rpartition("@")
    name, _, port = address.rpartition(":")
    environment = {
        key: value for key, value in os.environ.items() if key.upper().startswith(PASSED_ON)
    }
    request = json.dumps({"engine": engine, "token": token, "environment": environment})
    try:
        connection = socket.create_connection((name, int(port)), timeout=10)
        connection.sendall(request.encode() + b"\n")
        reply = json.loads(connection.makefile("rb").readline())
    except (OSError, ValueError):
        return None
    connection.settimeout(None)
    return (connection, reply["port"]) if "port" in reply else None


def live(connection: socket.socket) -> None:
    """Stay until the host closes, the engine closes our input, or our parent is another."""
    watched: list[socket.socket | int] = [connection]
    if stat.S_ISFIFO(os.fstat(0).st_mode):
        watched.append(0)
    parent = os.getppid()
    while os.getppid() == parent:
        ready, _, _ = select.select(watched, [], [], 1.0)
        if connection in ready and not connection.recv(4096):
            return
        if 0 in ready and not os.read(0, 4096):
            return


def main() -> None:
    """Print the port of an instance and live with it."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    engine = sys.argv[-1] if len(sys.argv) > 1 else ""
    host = os.environ.get("TABLEWRIGHT_PROVIDER_HOST")
    answer = ask(host, engine) if host else None
    if answer is None:
        arguments = [sys.executable, "-m", "tablewright.provider", *sys.argv[1:]]
        os.execv(sys.executable, arguments)  # noqa: S606 - becomes the provider itself
    connection, port = answer
    print(port, flush=True)  # noqa: T201 - what the engine waits for
    live(connection)


if __name__ == "__main__":
    main()
