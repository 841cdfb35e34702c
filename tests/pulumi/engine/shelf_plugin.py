"""The executable `pulumi-resource-shelf`: asks the `ShelfHost` of the tests for an instance.

It imports next to nothing, where a provider of its own took a third of a second for each engine.
It stays until it is killed, as a provider does that is at work.
"""
# ruff: noqa: T201 - it tells the engine the port by printing it

import os
import socket
import sys


def main() -> None:
    """Print the port of an instance, and live with it; the argument is the host's port."""
    with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as connection:
        connection.sendall(os.environb[b"SHELF"] + b"\n")
        with connection.makefile("r") as reader:
            print(reader.readline().strip(), flush=True)
            reader.read()


if __name__ == "__main__":
    main()
