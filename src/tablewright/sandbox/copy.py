"""A copy of a sandbox, in which anything may be tried: the sandbox itself stays as it is."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from .admin import ask, fetch_state, send_state
from .emulation import using_emulator
from .instance import Instance, user_key


@contextmanager
def copied(instance: Instance) -> Iterator[Instance]:
    """All that a sandbox holds, its clock stopped, served by this process; gone with the block.

    Whoever asks is not held to policies there, and changes take no time.

    Raises:
        SandboxError: the sandbox does not answer, or this process has an embedded AWS already.
    """
    with using_emulator():
        from tablewright_emulator.server import Emulator  # noqa: PLC0415 - a second of imports

        state = fetch_state(instance)
        with Emulator(durations="none", throttling=False, key=user_key()) as emulator:
            copy = replace(
                instance,
                name=f"a copy of {instance.name}",
                pid=os.getpid(),
                endpoint=emulator.endpoint,
                secret=emulator.secret,
                data=None,
                exposed=None,
            )
            send_state(copy, state)
            ask(copy, "POST", "settings", {"iam": False})
            ask(copy, "POST", "clock", {"freeze": True})
            yield copy
