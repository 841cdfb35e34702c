"""DynamoDB of the embedded AWS.

`service.DynamoDb` holds the tables; `install` puts its operations on the gateway. A request passes
the check against the API's model, then the rules (`rules/`), then its operation:

* `control_plane`: the operations on tables themselves
* `items`: reading and writing items, what that costs, and the one place where an item changes
* `streams`: DynamoDB Streams, and copies to Kinesis
* `expressions`: conditions, filters, key conditions, projections, updates, PartiQL's grammar
* `transfers`: exports to S3 and imports from it
"""

from __future__ import annotations

from functools import partial

from tablewright_emulator.constraints import checked
from tablewright_emulator.dynamodb import keeping  # noqa: F401 - how its state is written
from tablewright_emulator.dynamodb.control_plane import (
    contributors,
    lifecycle,
    policies,
    recovery,
    replicas,
    tagging,
    ttl,
    update,
)
from tablewright_emulator.dynamodb.durations import Durations, Preset
from tablewright_emulator.dynamodb.items import (
    partiql,
    queries,
    reads,
    transactions,
    writes,
)
from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.streams import destinations
from tablewright_emulator.dynamodb.streams import operations as streaming
from tablewright_emulator.dynamodb.transfers import operations as transfers
from tablewright_emulator.gateway import Gateway

__all__ = ["Durations", "DynamoDb", "Preset", "install"]

_CONTROL = (
    contributors, destinations, lifecycle, policies, recovery, tagging, transfers, ttl, update,
)  # fmt: skip
_ITEMS = (writes, reads, queries, transactions, partiql)


def install(
    gateway: Gateway,
    *,
    durations: Preset | Durations = "short",
    throttling: bool = True,
    limits: bool = True,
) -> DynamoDb:
    """Put DynamoDB and its streams on a gateway."""
    world = DynamoDb(gateway, durations=durations, throttling=throttling, limits=limits)
    world.watch_ttl = partial(ttl.watch, world)
    world.resume_transfers = partial(transfers.resume, world)
    world.before_delete = [partial(replicas.refuse_delete, world), partial(replicas.leave, world)]
    for module in (*_CONTROL, *_ITEMS):
        world.register(module.OPERATIONS)
    gateway.own("dynamodb", {})
    report = partial(contributors.report, world)
    operation = "GetInsightRuleReport"
    gateway.register("cloudwatch", {operation: checked("cloudwatch", operation, report)})
    gateway.register("resourcegroupstaggingapi", tagging.tagging_service(world))
    gateway.own("dynamodbstreams", streaming.operations(world))
    return world
