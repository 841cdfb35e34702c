"""Which sandbox a command is about."""

from __future__ import annotations

from tablewright.errors import SandboxError
from tablewright.sandbox import instance
from tablewright.sandbox.instance import Instance


def running(name: str) -> Instance:
    """The sandbox of that name.

    Raises:
        SandboxError: it does not run.
    """
    record = instance.running(name)
    if record is None:
        raise SandboxError(
            f"the sandbox {name} does not run",
            "start it: tablewright sandbox start --background"
            + ("" if name == "default" else f" --name {name}"),
        )
    return record
