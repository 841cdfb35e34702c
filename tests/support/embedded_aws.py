"""An embedded AWS in the process of the tests, asked as a sandbox's process asks its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tablewright.sandbox.answering import answering_here
from tablewright_emulator.server import Emulator


@contextmanager
def embedded_aws(**options: Any) -> Iterator[Emulator]:
    """One that our clients and providers of this process call without a socket.

    Commands, the engine and plain boto3 come over loopback. That both ways lead to the same answers
    and failures is shown by `tests/sandbox/clients/test_in_process.py`.
    """
    with Emulator(**options) as running, answering_here(running):
        yield running
