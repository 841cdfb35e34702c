"""DynamoDB of the embedded AWS.

`service.DynamoDb` holds the tables; `install` puts its operations on the door. A request passes
the check against the API's model, then the rules (`rules/`), then the operation: `lifecycle`,
`update` (with `capacity_change`, `index_change`, `setting_change`), `recovery`, `ttl`, `tagging`,
`policies`, `contributors`; for items `writes`, `reads`, `queries`, `transactions`, `partiql`, all
of which change items through `commit` and pay through `metering`.
"""

from __future__ import annotations

from functools import partial

from tablewright_emulator.constraints import checked
from tablewright_emulator.door import Door
from tablewright_emulator.dynamodb import (
    contributors,
    destinations,
    lifecycle,
    partiql,
    policies,
    queries,
    reads,
    recovery,
    replicas,
    streaming,
    tagging,
    transactions,
    transfers,
    ttl,
    update,
    writes,
)
from tablewright_emulator.dynamodb.durations import Durations, Preset
from tablewright_emulator.dynamodb.service import DynamoDb

__all__ = ["Durations", "DynamoDb", "Preset", "install"]

_CONTROL = (
    contributors, destinations, lifecycle, policies, recovery, tagging, transfers, ttl, update,
)  # fmt: skip
_ITEMS = (writes, reads, queries, transactions, partiql)


def install(
    door: Door,
    *,
    durations: Preset | Durations = "short",
    throttling: bool = True,
    limits: bool = True,
) -> DynamoDb:
    """Put DynamoDB and its streams on a door."""
    world = DynamoDb(door, durations=durations, throttling=throttling, limits=limits)
    world.watch_ttl = partial(ttl.watch, world)
    world.resume_transfers = partial(transfers.resume, world)
    world.before_delete = [partial(replicas.refuse_delete, world), partial(replicas.leave, world)]
    for module in _CONTROL:
        world.register(module.OPERATIONS)
    for module in _ITEMS:
        world.register(module.OPERATIONS, items=True)
    door.own("dynamodb", {})
    report = partial(contributors.report, world)
    operation = "GetInsightRuleReport"
    door.register("cloudwatch", {operation: checked("cloudwatch", operation, report)})
    door.register("resourcegroupstaggingapi", tagging.tagging_service(world))
    door.own("dynamodbstreams", streaming.operations(world))
    return world
