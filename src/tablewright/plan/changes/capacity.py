"""Billing mode and capacity of a table and its indexes (Developer Guide, switching-capacity-modes).

While the mode changes, AWS wants the capacity of the table and of every index in the same call;
outside of that, capacity that grows goes in one call, and each that shrinks in its own, because AWS
counts decreases and refuses a call as a whole when one of them is too many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tablewright.plan.facets.on_demand_maximum import maximum
from tablewright.plan.facets.warm_throughput import warm
from tablewright.plan.table import GlobalIndex, OnDemandMaximum, Table, Throughput

from . import requests
from .indexes import kept_indexes
from .step import Risk, Step, Wait

_TO_ON_DEMAND = (
    "the first time takes two to three minutes, later ones seconds; AWS allows four switches to on "
    "demand in 24 hours; scaling targets stay registered until they are removed"
)
_TO_PROVISIONED = (
    "takes a minute or two; on-demand maxima are lost; requests above the new capacity are "
    "throttled, so choose it from the table's peaks"
)
_DECREASE = (
    "AWS allows four decreases a day for the table and for each index, and one more after each hour"
)
_WARM = "AWS charges once for the raise and never lowers it again; it takes some minutes"


def switch_to_on_demand(live: Table, declared: Table) -> Iterator[Step]:
    """The call that makes a provisioned table an on-demand one."""
    if live.billing_mode != "PROVISIONED" or declared.billing_mode != "PAY_PER_REQUEST":
        return
    yield Step(
        title="Switch to on demand",
        operation="UpdateTable",
        request={"TableName": live.name, "BillingMode": "PAY_PER_REQUEST"},
        risk=Risk.SLOW,
        properties=("billingMode",),
        note=_TO_ON_DEMAND,
    )


def switch_to_provisioned(live: Table, declared: Table) -> Iterator[Step]:
    """The call that makes an on-demand table a provisioned one, once its indexes are right."""
    if live.billing_mode != "PAY_PER_REQUEST" or declared.billing_mode != "PROVISIONED":
        return
    indexes = declared.global_indexes
    if indexes is None:
        indexes = live.global_indexes or ()
    without = [index.name for index in indexes if index.throughput is None]
    if declared.throughput is None or without:
        of = f"index {without[0]}" if without else "the table"
        path = f"globalSecondaryIndexes[{without[0]}]." if without else ""
        yield Step(
            title=f"Switch to provisioned capacity: the capacity of {of} is not declared",
            operation="",
            request={},
            risk=Risk.IMPOSSIBLE,
            properties=("billingMode", f"{path}provisionedThroughput"),
            wait=Wait.NONE,
            note="AWS wants the capacity of the table and of every index in the same call",
        )
        return
    request: dict[str, Any] = {
        "TableName": live.name,
        "BillingMode": "PROVISIONED",
        "ProvisionedThroughput": requests.provisioned(declared.throughput),
    }
    updates = [_provision(index.name, index.throughput) for index in indexes if index.throughput]
    if updates:
        request["GlobalSecondaryIndexUpdates"] = updates
    yield Step(
        title=f"Switch to provisioned capacity, {_spoken(declared.throughput)}",
        operation="UpdateTable",
        request=request,
        risk=Risk.SLOW,
        properties=("billingMode", "provisionedThroughput"),
        note=_TO_PROVISIONED,
    )


def capacity_raises(live: Table, declared: Table) -> Iterator[Step]:
    """One call for all provisioned capacity that grows and shrinks nowhere."""
    if not _stays(live, declared, "PROVISIONED"):
        return
    table, indexes = _capacity_changes(live, declared)
    grown = [
        (old, index) for old, index in indexes if not _shrinks(old.throughput, index.throughput)
    ]
    request: dict[str, Any] = {"TableName": live.name}
    properties = [
        f"globalSecondaryIndexes[{declared_index.name}].provisionedThroughput"
        for _, declared_index in grown
    ]
    if table is not None and not _shrinks(live.throughput, table):
        request["ProvisionedThroughput"] = requests.provisioned(table)
        properties.insert(0, "provisionedThroughput")
    if grown:
        request["GlobalSecondaryIndexUpdates"] = [
            _provision(index.name, index.throughput) for _, index in grown if index.throughput
        ]
    if properties:
        what = []
        if "ProvisionedThroughput" in request:
            what.append(_changed(live.throughput, table))
        what.extend(
            f"index {declared_index.name} {_changed(old.throughput, declared_index.throughput)}"
            for old, declared_index in grown
        )
        yield Step(
            title=f"Raise capacity: {', '.join(what)}",
            operation="UpdateTable",
            request=request,
            risk=Risk.IN_PLACE,
            properties=tuple(properties),
        )


def capacity_decreases(live: Table, declared: Table) -> Iterator[Step]:
    """A call for each of table and indexes whose provisioned capacity shrinks somewhere."""
    if not _stays(live, declared, "PROVISIONED"):
        return
    table, indexes = _capacity_changes(live, declared)
    if table is not None and _shrinks(live.throughput, table):
        yield Step(
            title=f"Lower capacity to {_changed(live.throughput, table)}",
            operation="UpdateTable",
            request={
                "TableName": live.name,
                "ProvisionedThroughput": requests.provisioned(table),
            },
            risk=Risk.LIMITED,
            properties=("provisionedThroughput",),
            note=_DECREASE,
        )
    for old, index in indexes:
        if index.throughput is not None and _shrinks(old.throughput, index.throughput):
            yield Step(
                title=f"Lower capacity of index {index.name} to "
                f"{_changed(old.throughput, index.throughput)}",
                operation="UpdateTable",
                request={
                    "TableName": live.name,
                    "GlobalSecondaryIndexUpdates": [_provision(index.name, index.throughput)],
                },
                risk=Risk.LIMITED,
                properties=(f"globalSecondaryIndexes[{index.name}].provisionedThroughput",),
                subject=index.name,
                note=_DECREASE,
            )


def on_demand_maxima(live: Table, declared: Table) -> Iterator[Step]:
    """Ceilings of the table, then of its indexes; a switch to on demand begins without any."""
    if (declared.billing_mode or live.billing_mode) != "PAY_PER_REQUEST":
        return
    switched = live.billing_mode != "PAY_PER_REQUEST"
    old = OnDemandMaximum() if switched else live.on_demand_maximum
    if declared.on_demand_maximum is not None and old not in (None, declared.on_demand_maximum):
        yield Step(
            title=f"Set on-demand maxima: {_ceilings(declared.on_demand_maximum)}",
            operation="UpdateTable",
            request={
                "TableName": live.name,
                "OnDemandThroughput": maximum(declared.on_demand_maximum),
            },
            risk=Risk.IN_PLACE,
            properties=("onDemandThroughput",),
            note="requests above a maximum are throttled; AWS keeps to it as well as it can",
        )
    for before, index in kept_indexes(live, declared):
        was = OnDemandMaximum() if switched else before.on_demand_maximum
        wanted = index.on_demand_maximum
        if wanted is not None and was not in (None, wanted):
            yield Step(
                title=f"Set on-demand maxima of index {index.name}: {_ceilings(wanted)}",
                operation="UpdateTable",
                request=requests.index_update(
                    live.name, index.name, OnDemandThroughput=maximum(wanted)
                ),
                risk=Risk.IN_PLACE,
                properties=(f"globalSecondaryIndexes[{index.name}].onDemandThroughput",),
                subject=index.name,
            )


def warm_raises(live: Table, declared: Table) -> Iterator[Step]:
    """Warm throughput up to what is declared; what AWS has above it already is left."""
    wanted = _raised(live.warm_throughput, declared.warm_throughput)
    if wanted is not None:
        yield Step(
            title=f"Raise warm throughput to {_spoken(wanted)}",
            operation="UpdateTable",
            request={"TableName": live.name, "WarmThroughput": warm(wanted)},
            risk=Risk.SLOW,
            properties=("warmThroughput",),
            note=_WARM,
        )
    for old, index in kept_indexes(live, declared):
        wanted = _raised(old.warm_throughput, index.warm_throughput)
        if wanted is not None:
            yield Step(
                title=f"Raise warm throughput of index {index.name} to {_spoken(wanted)}",
                operation="UpdateTable",
                request=requests.index_update(live.name, index.name, WarmThroughput=warm(wanted)),
                risk=Risk.SLOW,
                properties=(f"globalSecondaryIndexes[{index.name}].warmThroughput",),
                wait=Wait.INDEX_ACTIVE,
                subject=index.name,
                note=_WARM,
            )


def _stays(live: Table, declared: Table, mode: str) -> bool:
    return live.billing_mode == mode and declared.billing_mode in (None, mode)


def _capacity_changes(
    live: Table, declared: Table
) -> tuple[Throughput | None, list[tuple[GlobalIndex, GlobalIndex]]]:
    table = declared.throughput if declared.throughput != live.throughput else None
    indexes = [
        (old, index)
        for old, index in kept_indexes(live, declared)
        if index.throughput is not None and index.throughput != old.throughput
    ]
    return table, indexes


def _shrinks(old: Throughput | None, new: Throughput | None) -> bool:
    if old is None or new is None:
        return False
    return new.read < old.read or new.write < old.write


def _raised(old: Throughput | None, wanted: Throughput | None) -> Throughput | None:
    """The warm throughput to ask for, None when AWS has it already or does not say."""
    if old is None or wanted is None:
        return None
    raised = Throughput(max(old.read, wanted.read), max(old.write, wanted.write))
    return raised if raised != old else None


def _provision(name: str, value: Throughput | None) -> dict[str, Any]:
    members = requests.provisioned(value) if value is not None else {}
    return {"Update": {"IndexName": name, "ProvisionedThroughput": members}}


def _spoken(value: Throughput | None) -> str:
    return f"{value.read} read and {value.write} write units" if value is not None else ""


def _changed(old: Throughput | None, new: Throughput | None) -> str:
    """The sides that change: the other one may scale, and is sent as it is by then."""
    if old is None or new is None or (old.read != new.read and old.write != new.write):
        return _spoken(new)
    return f"{new.write} write units" if old.read == new.read else f"{new.read} read units"


def _ceilings(value: OnDemandMaximum) -> str:
    read = f"{value.read} read units" if value.read else "no read maximum"
    write = f"{value.write} write units" if value.write else "no write maximum"
    return f"{read}, {write}"
