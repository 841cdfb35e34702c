"""Capacity side by side: what is declared and fixed is sent exactly, what scales is never touched.

Over tables with indexes, each side of which is fixed, declared to scale, or made to scale by
others; changed in the manifest or not; with live values that scaling, or somebody, has moved.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic.alias_generators import to_camel

from tablewright.components.existing import NOTHING, Existing
from tablewright.components.rendering import RenderContext, table_parts
from tablewright.plan.declaration.declared import DeclaredTable
from tablewright.plan.scaling import Scaling, Side
from tablewright.plan.table import (
    GlobalIndex,
    Key,
    OnDemandMaximum,
    Projection,
    Stream,
    Table,
    Throughput,
)

TABLE = "aws:dynamodb/table:Table"
REGION = "eu-west-1"
HOLDERS = (None, "a-index", "b-index")
SIDES = [Side(holder, way) for holder in HOLDERS for way in ("read", "write")]
UNITS = st.integers(1, 40)
Capacities = Mapping[Side, int]

capacities = st.fixed_dictionaries(dict.fromkeys(SIDES, UNITS))
kinds = st.fixed_dictionaries(
    {side: st.sampled_from(["fixed", "declared", "others"]) for side in SIDES}
)
numbers = count()


def table(name: str, units: Capacities) -> Table:
    def throughput(holder: str | None) -> Throughput:
        return Throughput(units[Side(holder, "read")], units[Side(holder, "write")])

    indexes = (
        GlobalIndex(holder, Key(("user",)), Projection("ALL"), throughput(holder))
        for holder in HOLDERS
        if holder
    )
    return Table(
        name=name,
        key=Key(("id",)),
        attributes={"id": "S", "user": "S"},
        billing_mode="PROVISIONED",
        throughput=throughput(None),
        global_indexes=tuple(indexes),
        local_indexes=(),
        stream=Stream(None),
        on_demand_maximum=OnDemandMaximum(),
        tags={},
    )


def in_sdk_names(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {to_camel(key): in_sdk_names(item) for key, item in value.items()}
    return [in_sdk_names(item) for item in value] if isinstance(value, list) else value


def rendered(declared: DeclaredTable, existing: Existing) -> tuple[dict[str, Any], list[str]]:
    """Inputs of the table, and the paths the engine is told to ignore."""
    part = next(table_parts(declared, RenderContext(REGION, existing=existing)))
    return in_sdk_names(part.arguments), list(part.ignored)


def ignoring(news: dict[str, Any], olds: Mapping[str, Any], paths: list[str]) -> dict[str, Any]:
    """As the engine does it: the old inputs, at the ignored paths."""
    for path in paths:
        match = re.fullmatch(r"globalSecondaryIndexes\[(\d+)\]\.(\w+)", path)
        if match:
            place, name = int(match[1]), match[2]
            old = olds["globalSecondaryIndexes"][place][name]
            news["globalSecondaryIndexes"][place][name] = old
        elif path in olds:
            news[path] = olds[path]
    return news


class Account:
    """What others do to the live table."""

    def __init__(self, client: Any, name: str) -> None:
        self._dynamodb, self._name = client("dynamodb"), name

    def units(self) -> dict[Side, int]:
        described = self._dynamodb.describe_table(TableName=self._name)["Table"]
        holders = {None: described}
        holders |= {one["IndexName"]: one for one in described["GlobalSecondaryIndexes"]}
        return {
            side: holders[side.index]["ProvisionedThroughput"][
                f"{side.direction.capitalize()}CapacityUnits"
            ]
            for side in SIDES
        }

    def move(self, units: Capacities) -> None:
        now = self.units()
        request: dict[str, Any] = {}
        for holder in HOLDERS:
            wanted = {
                f"{way.capitalize()}CapacityUnits": units[Side(holder, way)]
                for way in ("read", "write")
            }
            if all(units[side] == now[side] for side in SIDES if side.index == holder):
                continue
            if holder is None:
                request["ProvisionedThroughput"] = wanted
            else:
                update = {"IndexName": holder, "ProvisionedThroughput": wanted}
                request.setdefault("GlobalSecondaryIndexUpdates", []).append({"Update": update})
        if request:
            self._dynamodb.update_table(TableName=self._name, **request)
            waiter = self._dynamodb.get_waiter("table_exists")
            waiter.wait(TableName=self._name, WaiterConfig={"Delay": 0.05})


@pytest.mark.parametrize("refresh", [False, True])
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(kinds, capacities, capacities, capacities, st.sets(st.sampled_from(SIDES)))
def test_what_is_fixed_is_sent_exactly_and_what_scales_is_never_touched(
    engine, client, refresh, kind, first, moved, wanted, unchanged
):
    name = f"orders-{next(numbers)}"
    wanted = {side: first[side] if side in unchanged else wanted[side] for side in SIDES}
    scales = {side for side in SIDES if kind[side] != "fixed"}
    declared = DeclaredTable(
        table(name, first),
        scaling=tuple(
            Scaling(side.direction, 1, 100, side.index)
            for side in SIDES
            if kind[side] == "declared"
        ),
    )
    inputs, _ = rendered(declared, NOTHING)
    state = engine.create(TABLE, inputs)
    account = Account(client, name)
    # Without a refresh nothing is known of what somebody did to a fixed side.
    account.move(
        {side: moved[side] if side in scales or refresh else first[side] for side in SIDES}
    )
    if refresh:
        state = engine.read(TABLE, name, state)
    live = account.units()
    existing = Existing(
        tables={name: table(name, live)},
        scalable={(name, side): (1, 100) for side in scales},
    )
    changed = replace(declared, table=table(name, wanted))
    inputs, paths = rendered(changed, existing)
    news = ignoring(inputs, state.inputs, paths)
    engine.apply(state, news, tuple(paths))
    assert account.units() == {side: (live if side in scales else wanted)[side] for side in SIDES}
    assert engine.settled(state, news, tuple(paths))
