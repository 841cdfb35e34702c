"""What is recorded of a stack, as JSON values."""

from __future__ import annotations

from typing import Any

from tablewright.deploy.ownership.resource_identity import TABLE
from tablewright.engine import EngineStack


def status_of(stack: EngineStack) -> dict[str, Any]:
    """Where the state is, the tables in it, what is unfinished, and which runs hold the stack."""
    resources = [each for each in stack.resources() if each.custom and each.id]
    return {
        "deployed": stack.exists(),
        "backend": stack.place.backend.url,
        "resources": len([each for each in resources if not each.type.startswith("pulumi:")]),
        "tables": {each.name: each.id for each in resources if each.type == TABLE},
        "unfinished": {
            each.name: "; ".join(each.unfinished) for each in resources if each.unfinished
        },
        "runs": [
            {
                "user": lock.user,
                "host": lock.host,
                "pid": lock.pid,
                "since": lock.since.isoformat(),
                "alive": lock.alive,
            }
            for lock in stack.lock_state()
        ],
    }
