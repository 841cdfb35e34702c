"""Which sandbox a command is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from tablewright.errors import SandboxError

if TYPE_CHECKING:
    from tablewright.aws.session import Session
    from tablewright.sandbox.instance import Instance

NAME = click.option(
    "--name",
    envvar="TABLEWRIGHT_SANDBOX",
    default="default",
    show_default=True,
    help="Which of your sandboxes.",
)


def running(name: str) -> Instance:
    """The sandbox of that name.

    Raises:
        SandboxError: it does not run.
    """
    from tablewright.sandbox import instance  # noqa: PLC0415 - imported when called

    found = instance.running(name)
    if found is None:
        raise SandboxError(
            f"the sandbox {name} does not run",
            "start it: tablewright sandbox start --background"
            + ("" if name == "default" else f" --name {name}"),
        )
    return found


def session(found: Instance, region: str) -> Session:
    """Clients for a sandbox."""
    from tablewright.aws.session import Session  # noqa: PLC0415 - imported when called
    from tablewright.aws.target import Target  # noqa: PLC0415 - imported when called

    return Session(Target.sandbox(found.endpoint), region=region)
