"""Live roles that may change hands with tables."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from tablewright.aws.session import Session
from tablewright.cli import console
from tablewright.fleet.concurrency import map_concurrently
from tablewright.fleet.reading import Unread, try_read
from tablewright.fleet.roles import LiveRole, read_role


def read_roles(session: Session, names: Collection[str]) -> dict[str, LiveRole]:
    """Roles by name; one that there is not, or that may not be read, stays whose it is."""
    answers = map_concurrently(
        sorted(names), lambda name: try_read(partial(read_role, session, name))
    )
    roles: dict[str, LiveRole] = {}
    for name, role in answers.items():
        if isinstance(role, Unread):
            console.say(f"unread: role {name}: {role.reason}")
        elif role is not None:
            roles[name] = role
    return roles
