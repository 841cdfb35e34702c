"""What is recorded of a stack, as JSON values."""

from __future__ import annotations

from typing import Any

from tablewright.deploy.ownership.resource_identity import TABLE
from tablewright.engine import EngineStack


def status_of(stack: EngineStack) -> dict[str, Any]:
    """Where the state is, the tables in it, what is unfinished, and which runs hold the stack."""
    resources = [resource for resource in stack.resources() if resource.custom and resource.id]
    return {
        "deployed": stack.exists(),
        "backend": stack.place.backend.url,
        "resources": len(
            [resource for resource in resources if not resource.type.startswith("pulumi:")]
        ),
        "tables": {resource.name: resource.id for resource in resources if resource.type == TABLE},
        "unfinished": {
            resource.name: "; ".join(resource.unfinished)
            for resource in resources
            if resource.unfinished
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
