"""Changes of billing mode, provisioned units, on-demand maxima and warm throughput.

Sources: Developer Guide, pages bp-switching-capacity-modes (four switches to on demand in 24
hours), ServiceQuotas (decreases a day), warm-throughput; measured on AWS: an unchanged value is
refused, a request of which one part is refused is refused whole.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.dynamodb.control_plane.lifecycle import limits_of
from tablewright_emulator.dynamodb.effects import Effect, effect
from tablewright_emulator.dynamodb.items.bucket import Bucket
from tablewright_emulator.dynamodb.rules import capacity
from tablewright_emulator.dynamodb.service import DynamoDb, not_found
from tablewright_emulator.dynamodb.table import GlobalIndex, Metered, Table, Throughput
from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

Params = dict[str, Any]
_MAX_SWITCHES = 4
_FREE_DECREASES = 4
_MAX_DECREASES = 27
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)
_DEMAND_MEMBERS = ("BillingMode", "ProvisionedThroughput", "OnDemandThroughput")


def asked(params: Params) -> bool:
    """Whether the request changes mode, units or maxima of the table or an index."""
    if any(params.get(member) is not None for member in _DEMAND_MEMBERS):
        return True
    return any(
        update.get("ProvisionedThroughput") or update.get("OnDemandThroughput")
        for update in _index_updates(params)
    )


def warm_asked(params: Params) -> bool:
    """Whether the request raises warm throughput."""
    updates = [*_index_updates(params), params]
    return any(update.get("WarmThroughput") is not None for update in updates)


def check(world: DynamoDb, table: Table, params: Params) -> None:
    """Refuse a change of capacity that cannot be made."""
    _refuse_blocked(params)
    mode = params.get("BillingMode") or table.billing_mode
    switches = mode != table.billing_mode
    if mode == "PAY_PER_REQUEST":
        _check_on_demand(params)
        if switches:
            _check_switches(world, table)
    else:
        _check_provisioned(table, params, switches=switches)
    for index, change in _changed(table, params):
        _refuse_while_allocated(index)
        capacity.check_maxima(change.get("OnDemandThroughput"), _name(index))
        units = change.get("ProvisionedThroughput")
        if units and mode == "PROVISIONED" and not switches:
            _check_decrease(world, index.throughput, units)


def begin(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin a change of capacity."""
    mode = params.get("BillingMode") or table.billing_mode
    duration = world.durations.throughput
    done: Effect = _apply_units
    if mode != table.billing_mode and mode == "PAY_PER_REQUEST":
        table.pay_per_request_switches.append(world.now())
        duration, done = world.durations.to_on_demand, _to_on_demand
    elif mode != table.billing_mode:
        duration, done = world.durations.to_provisioned, _to_provisioned
    elif not _index_updates(params) and not (
        params.get("ProvisionedThroughput") or params.get("OnDemandThroughput")
    ):
        return  # the mode it has already
    for index, _ in _changed(table, params):
        if isinstance(index, GlobalIndex) and index.status == "ACTIVE":
            index.status = "UPDATING"
    if table.billing_mode == mode == "PROVISIONED":
        _note_increases(world, table, params)
    world.begin(table, duration, done, params=params)


def _note_increases(world: DynamoDb, table: Table, params: Params) -> None:
    """An increase has its date from the call on, not only once it is there."""
    for metered, change in _changed(table, params):
        units, had = change.get("ProvisionedThroughput"), metered.throughput
        if units and (
            units["ReadCapacityUnits"] > had.read or units["WriteCapacityUnits"] > had.write
        ):
            had.last_increase = world.now()


def check_warm_change(world: DynamoDb, table: Table, params: Params) -> None:
    """Warm throughput only rises."""
    del world
    for metered, change in _changed(table, params):
        for member, value in (change.get("WarmThroughput") or {}).items():
            if value < metered.warm[member]:
                what = "table" if metered is table else f"index : {_name(metered)}"
                raise invalid(
                    f"Requested {member} for WarmThroughput for {what} is lower than current "
                    "WarmThroughput, decreasing WarmThroughput is not supported"
                )


def begin_warm(world: DynamoDb, table: Table, params: Params) -> None:
    """Begin to warm up."""
    for metered, change in _changed(table, params):
        if change.get("WarmThroughput"):
            metered.warming = True
            if isinstance(metered, GlobalIndex):
                metered.status = "UPDATING"
    world.begin(table, world.durations.warm, _apply_warm, params=params)


def _refuse_blocked(params: Params) -> None:
    """Units of an index beyond all bounds, whether there is such an index or not (dynalite)."""
    for update in _index_updates(params):
        units = update.get("ProvisionedThroughput")
        if units and max(_pair(units)) > capacity.OUT_OF_BOUNDS:
            raise AwsFault(
                "ValidationException",
                "This operation cannot be performed with given input values. Please contact "
                "DynamoDB service team for more info: Action Blocked: IndexUpdate",
            )


def _index_updates(params: Params) -> list[Params]:
    updates = params.get("GlobalSecondaryIndexUpdates") or []
    return [update["Update"] for update in updates if update.get("Update")]


def _changed(table: Table, params: Params) -> Iterator[tuple[Metered, Params]]:
    """What the request changes: the table and indexes, each with its part of the request."""
    if any(params.get(member) is not None for member in (*_DEMAND_MEMBERS, "WarmThroughput")):
        yield table, params
    for update in _index_updates(params):
        index = table.indexes.get(update.get("IndexName", ""))
        if index is None:
            raise not_found("Requested resource not found")
        yield index, update


def _check_on_demand(params: Params) -> None:
    if params.get("ProvisionedThroughput") is not None:
        raise invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        )
    for update in _index_updates(params):
        if update.get("ProvisionedThroughput") is not None:
            raise capacity.no_units_for_index(update["IndexName"])
    capacity.check_maxima(params.get("OnDemandThroughput"))


def _check_switches(world: DynamoDb, table: Table) -> None:
    now = world.now()
    recent = [moment for moment in table.pay_per_request_switches if now - moment < _DAY]
    if world.limits and len(recent) >= _MAX_SWITCHES:
        raise AwsFault(
            "LimitExceededException",
            "Subscriber limit exceeded: Update to PayPerRequest mode are limited to "
            f"{_MAX_SWITCHES} times in 1 day(s). Last update at {in_words(recent[-1])}. "
            f"Next update can be made at {in_words(recent[0] + _DAY)}",
        )


def _check_provisioned(table: Table, params: Params, *, switches: bool) -> None:
    units = params.get("ProvisionedThroughput")
    capacity.refuse_maxima(params, _index_updates(params))
    if units is not None:
        capacity.check_throughput(units)
    if switches:
        given = {
            update["IndexName"]: update.get("ProvisionedThroughput")
            for update in _index_updates(params)
        }
        if missing := [name for name in table.indexes if given.get(name) is None]:
            raise capacity.units_missing(*missing)
        for name in table.indexes:
            capacity.require_index_throughput(given[name])
        return
    for metered, change in _changed(table, params):
        asked_for = change.get("ProvisionedThroughput")
        if asked_for is None:
            continue
        capacity.check_throughput(asked_for)
        had = metered.throughput
        wanted = (asked_for["ReadCapacityUnits"], asked_for["WriteCapacityUnits"])
        if wanted == (had.read, had.write):
            raise AwsFault("ValidationException", _unchanged(*wanted))


def _unchanged(read: int, write: int) -> str:
    """AWS's text of units that are there already; also of an index it speaks of the table."""
    current = "".join(
        f"Current {member} provisioned for the table: {units}. Requested {member}: {units}. "
        for member, units in (("ReadCapacityUnits", read), ("WriteCapacityUnits", write))
    )
    return (
        "The provisioned throughput for the table will not change. The requested value equals the "
        f"current value. {current}Refer to the Amazon DynamoDB Developer Guide for current limits "
        "and how to request higher limits."
    )


def _refuse_while_allocated(metered: Metered) -> None:
    if isinstance(metered, GlobalIndex) and metered.status in {"CREATING", "DELETING"}:
        if metered.backfilling:
            return
        raise AwsFault(
            "ResourceInUseException",
            "Attempt to change a resource which is still in use: "
            f"Index is being {metered.status.replace('ING', 'ed').lower()}: {metered.name}",
        )


def _check_decrease(world: DynamoDb, throughput: Throughput, units: Params) -> None:
    now = world.now()
    if not world.limits or not throughput.falls_to(*_pair(units)):
        return
    today, last = throughput.decreases_today(now), throughput.last_decrease
    if today < _FREE_DECREASES or last is None:
        return
    if today < _MAX_DECREASES and now - last >= _HOUR:
        return
    raise AwsFault(
        "LimitExceededException",
        "Subscriber limit exceeded: Provisioned throughput decreases are limited within a given "
        "UTC day. After the first 4 decreases, each subsequent decrease in the same UTC day can be "
        f"performed at most once every 3600 seconds. Number of decreases today: {today}. Last "
        f"decrease at {in_words(last)}. Next decrease can be made at {in_words(last + _HOUR)}",
    )


def in_words(moment: datetime) -> str:
    """A moment as AWS writes it in its texts."""
    hour = moment.hour % 12 or 12
    return f"{moment:%A, %B} {moment.day}, {moment.year} {hour}:{moment:%M:%S %p} UTC"


def _pair(units: Params) -> tuple[int, int]:
    return units["ReadCapacityUnits"], units["WriteCapacityUnits"]


def _name(metered: Metered) -> str | None:
    return metered.name if isinstance(metered, GlobalIndex) else None


# --- effects ------------------------------------------------------------------------------------


@effect("units.changed")
def _apply_units(table: Table, at: datetime, params: Params) -> None:
    for metered, change in _changed(table, params):
        if change.get("ProvisionedThroughput"):
            _provision(metered, _pair(change["ProvisionedThroughput"]), at)
        if change.get("OnDemandThroughput"):
            maxima = metered.on_demand | change["OnDemandThroughput"]
            metered.on_demand = {} if set(maxima.values()) == {-1} else limits_of(maxima)
        _settled(metered)


def _provision(metered: Metered, units: tuple[int, int], at: datetime) -> None:
    metered.save_from(at)
    metered.throughput.change(*units, at)
    metered.save_from(at)
    floors = zip(("ReadUnitsPerSecond", "WriteUnitsPerSecond"), units, strict=True)
    metered.warm |= {member: max(metered.warm[member], value) for member, value in floors}


@effect("billing.on_demand")
def _to_on_demand(table: Table, at: datetime, params: Params) -> None:
    table.billing_mode, table.pay_per_request_since = "PAY_PER_REQUEST", at
    for metered in (table, *table.indexes.values()):
        metered.throughput = Throughput()
        metered.warm["ReadUnitsPerSecond"] = max(12_000, metered.warm["ReadUnitsPerSecond"])
        metered.warm["WriteUnitsPerSecond"] = max(4_000, metered.warm["WriteUnitsPerSecond"])
    _apply_units(table, at, {**params, "ProvisionedThroughput": None})


@effect("billing.provisioned")
def _to_provisioned(table: Table, at: datetime, params: Params) -> None:
    """Maxima of on demand are dropped; the first units are neither an increase nor a decrease."""
    table.billing_mode = "PROVISIONED"
    for metered, change in _changed(table, params):
        metered.on_demand = {}
        metered.throughput = Throughput(*_pair(change["ProvisionedThroughput"]))
        metered.reads, metered.writes = Bucket(), Bucket()
        _provision(metered, _pair(change["ProvisionedThroughput"]), at)
        _settled(metered)


@effect("warm.changed")
def _apply_warm(table: Table, at: datetime, params: Params) -> None:
    del at
    for metered, change in _changed(table, params):
        metered.warm |= change.get("WarmThroughput") or {}
        metered.warming = False
        _settled(metered)


def _settled(metered: Metered) -> None:
    if isinstance(metered, GlobalIndex) and metered.status == "UPDATING":
        metered.status = "ACTIVE"
