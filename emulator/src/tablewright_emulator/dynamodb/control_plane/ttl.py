"""Time to live: the setting with its states, and the deletion of what expired.

Source: Developer Guide, pages TTL and Constraints (one change per table and hour). Expired items
are deleted by a sweep of the clock, the deletions are free and appear in the stream as DynamoDB's
own.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from tablewright_emulator.dynamodb.control_plane import replicas
from tablewright_emulator.dynamodb.effects import effect
from tablewright_emulator.dynamodb.items.commit import TTL_IDENTITY, Change, commit
from tablewright_emulator.dynamodb.service import DynamoDb, Operation, refuse_unless_created
from tablewright_emulator.dynamodb.table import Pending, Table
from tablewright_emulator.request import AwsFault, Reply, Request, Served

_HOUR = timedelta(hours=1)
_FIVE_YEARS = timedelta(days=5 * 365)


def update_time_to_live(world: DynamoDb, request: Request) -> dict[str, Any]:
    """UpdateTimeToLive."""
    table = world.table(request)
    refuse_unless_created(table)
    specification = request.params["TimeToLiveSpecification"]
    on, attribute = specification["Enabled"], specification["AttributeName"]
    _check(world, table, attribute, on=on)
    table.ttl.changed = world.now()
    table.ttl.attribute = attribute
    table.ttl.status = "ENABLING" if on else "DISABLING"
    due = world.after(world.durations.ttl)
    table.pending.append(Pending.of(due, _settled, blocks=False, on=on))
    if on:
        table.ttl.sweep_due = None
        world.watch_ttl(table)
    replicas.share_ttl(world, table)
    return {"TimeToLiveSpecification": specification}


def _check(world: DynamoDb, table: Table, attribute: str, *, on: bool) -> None:
    ttl = table.ttl
    if ttl.status in {"ENABLING", "DISABLING"} or (
        world.limits and ttl.changed is not None and world.now() - ttl.changed < _HOUR
        and not _repeats(table, attribute, on=on)
    ):  # fmt: skip
        raise AwsFault(
            "ValidationException",
            "Time to live has been modified multiple times within a fixed interval",
        )
    if on and ttl.status == "ENABLED":
        text = "TimeToLive is already enabled"
        if attribute != ttl.attribute:
            text = "TimeToLive is active on a different AttributeName: current AttributeName is "
            text += str(ttl.attribute)
        raise AwsFault("ValidationException", text)
    if not on and ttl.status == "DISABLED":
        raise AwsFault("ValidationException", "TimeToLive is already disabled")
    if not on and attribute != ttl.attribute:
        raise AwsFault(
            "ValidationException",
            "TimeToLive is active on a different AttributeName: current AttributeName is "
            f"{ttl.attribute}",
        )


def _repeats(table: Table, attribute: str, *, on: bool) -> bool:
    """Whether a request is refused for what it asks before it is for being too early."""
    if on:
        return table.ttl.status == "ENABLED"
    return table.ttl.status == "DISABLED" or attribute != table.ttl.attribute


@effect("ttl.settled")
def _settled(table: Table, at: datetime, on: bool) -> None:  # noqa: FBT001 - given by name
    del at
    table.ttl.status = "ENABLED" if on else "DISABLED"
    if not on:
        table.ttl.attribute = None


def describe_time_to_live(world: DynamoDb, request: Request) -> dict[str, Any]:
    """DescribeTimeToLive."""
    table = world.table(request)
    if table.status in {"CREATING", "DELETING"}:
        raise AwsFault(
            "ValidationException",
            f"Cannot describe time to live while table is in {table.status} state: Current table "
            f"state is {table.status}",
        )
    ttl = table.ttl
    return {
        "TimeToLiveDescription": {
            "TimeToLiveStatus": ttl.status,
            "AttributeName": ttl.attribute,
        }
    }


def watch(world: DynamoDb, watched: Table) -> None:
    """Sweep a table now and then for as long as its TTL is on."""
    account, region, name = watched.account, watched.region, watched.name
    pause = timedelta(seconds=max(world.durations.ttl_sweep, 1))

    def wait(table: Table) -> None:
        latest = world.now() + pause
        table.ttl.sweep_due = min(table.ttl.sweep_due or latest, latest)
        seconds = (table.ttl.sweep_due - world.now()).total_seconds()
        world.gateway.later(max(seconds, 0), look)

    def look() -> None:
        table = world.catalog(account, region).get(name, world.now())
        if table is not None and table.ttl.status in {"ENABLED", "ENABLING"}:
            sweep(world, table)
            table.ttl.sweep_due = None
            wait(table)

    wait(watched)


def sweep(world: DynamoDb, table: Table) -> int:
    """Delete what expired; give back how many items that were."""
    if table.ttl.status != "ENABLED" or table.ttl.attribute is None:
        return 0
    expired = [item for item in table.shelf if is_expired(item, table.ttl.attribute, world.now())]
    for item in expired:
        place = table.keys.place(item.attributes)
        commit(world, Change(table, place, item, None), TTL_IDENTITY)
    if expired:
        request = Request("dynamodb", "TimeToLive", {}, table.account, table.region)
        request.traffic.expired_items[table.name] = len(expired)
        world.gateway.tell(Served(request, Reply(200, {}, b""), 0.0, world.now()))
    return len(expired)


def is_expired(item: Any, attribute: str, now: datetime) -> bool:
    """Whether an item's time is over: a number of seconds in the past, but not over five years."""
    value = item.attributes.get(attribute, {}).get("N")
    if value is None:
        return False
    seconds = Decimal(value)
    moment = Decimal(now.timestamp())
    return moment - Decimal(_FIVE_YEARS.total_seconds()) <= seconds < moment


OPERATIONS: dict[str, Operation] = {
    "DescribeTimeToLive": describe_time_to_live,
    "UpdateTimeToLive": update_time_to_live,
}
