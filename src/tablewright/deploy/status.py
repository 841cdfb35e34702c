"""What is recorded of a stack, as JSON values."""

from __future__ import annotations

from typing import Any

from tablewright.deploy.states.listing import listed
from tablewright.engine import EngineStack
from tablewright.plan.declaration.declared import DeclaredStack
from tablewright.pulumi_values import urn_name
from tablewright.resource_kinds.types import TABLE

_LEFT_OPEN = "a run that was stopped was to create it; the next one finds out how far that came"


def status_of(stack: EngineStack, declared: DeclaredStack) -> dict[str, Any]:
    """Where the state is, the tables in it, what is unfinished, and which runs hold the stack.

    Args:
        stack: whose.
        declared: its manifests, whose order the tables have.
    """
    tables = [table.key for table in declared.tables]
    resources = [resource for resource in stack.resources() if resource.custom and resource.id]
    locks = [*stack.lock_state()]
    # What a run that goes on has begun is in its hands yet, and is no news.
    left_open = () if any(lock.alive is not False for lock in locks) else stack.left_open()
    return {
        "deployed": stack.exists(),
        "backend": stack.place.backend.url,
        "resources": len(
            [resource for resource in resources if not resource.type.startswith("pulumi:")]
        ),
        "tables": {
            record["name"]: record["id"]
            for record in listed(resources, tables)
            if record["type"] == TABLE
        },
        "unfinished": {urn_name(creation.urn): _LEFT_OPEN for creation in left_open}
        | {
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
            for lock in locks
        ],
    }
