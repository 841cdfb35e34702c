"""The calls from a live table to a declared one."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, get_args

import pytest
from botocore.session import Session
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support import table_model as model

from tablewright.plan.changes.order import steps, steps_to_create, unread_facets
from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.plan.scaling import Direction, Side, with_scaled_capacity
from tablewright.plan.table import (
    Encryption,
    GlobalIndex,
    Key,
    LocalIndex,
    OnDemandMaximum,
    Projection,
    Recovery,
    Stream,
    Table,
    Throughput,
    TimeToLive,
)

BASE = Table(
    name="events",
    key=Key(("id",)),
    attributes={"id": "S"},
    billing_mode="PAY_PER_REQUEST",
    global_indexes=(),
    local_indexes=(),
    stream=Stream(None),
    encryption=Encryption("AWS_OWNED"),
    recovery=Recovery(0),
    time_to_live=TimeToLive(None),
    table_class="STANDARD",
    deletion_protection=False,
    on_demand_maximum=OnDemandMaximum(),
    warm_throughput=Throughput(12000, 4000),
    tags={},
)
PROVISIONED = replace(BASE, billing_mode="PROVISIONED", throughput=Throughput(5, 5))


def index(name: str, *attributes: str, **rest: object) -> GlobalIndex:
    key = Key(attributes[:1], attributes[1:])
    facets = {"projection": Projection("ALL"), "on_demand_maximum": OnDemandMaximum(), **rest}
    return GlobalIndex(name, key, **facets)  # type: ignore[arg-type]


def with_indexes(table: Table, *indexes: GlobalIndex, **types: str) -> Table:
    return replace(
        table,
        global_indexes=indexes,
        attributes={**table.attributes, **types},  # type: ignore[dict-item]
    )


def titles(found: tuple[Step, ...]) -> list[str]:
    return [step.title for step in found]


FEWER = settings(max_examples=100, deadline=None)


def settled(table: Table) -> Table:
    """Without what AWS is free to keep higher, and in one order."""
    indexes = sorted(table.global_indexes or (), key=lambda one: one.name)
    return replace(
        table,
        warm_throughput=None,
        global_indexes=tuple(replace(one, warm_throughput=None) for one in indexes),
        attributes=dict(sorted(table.attributes.items())),
    )


@given(model.tables(), model.tables())
@FEWER
def test_the_steps_lead_from_any_table_to_any_other(live: Table, declared: Table) -> None:
    table = live
    for step in steps(live, declared):
        table = model.apply(table, step)
    assert settled(table) == settled(declared)
    assert steps(table, declared) == ()


API = Session().get_service_model("dynamodb")


@given(model.tables(), model.tables())
@FEWER
def test_every_request_is_one_that_the_api_knows(live: Table, declared: Table) -> None:
    for step in (*steps(live, declared), *steps_to_create(declared)):
        request = dict(step.request)
        if step.operation in ("TagResource", "UntagResource"):
            request["ResourceArn"] = "arn:aws:dynamodb:eu-west-1:123456789012:table/events"
        report = ParamValidator().validate(request, API.operation_model(step.operation).input_shape)
        assert not report.has_errors(), report.generate_report()


@given(model.tables())
@FEWER
def test_a_table_that_is_as_declared_needs_no_step(table: Table) -> None:
    assert steps(table, table) == ()


@given(model.tables())
@FEWER
def test_the_steps_of_a_creation_make_the_declared_table(declared: Table) -> None:
    assert settled(model.created(steps_to_create(declared))) == settled(declared)


@given(model.tables(), model.tables())
@FEWER
def test_warm_throughput_is_at_least_as_declared_in_the_end(live: Table, declared: Table) -> None:
    table = live
    for step in steps(live, declared):
        table = model.apply(table, step)
    assert table.warm_throughput is not None
    assert declared.warm_throughput is not None
    assert table.warm_throughput.read >= declared.warm_throughput.read
    assert table.warm_throughput.write >= declared.warm_throughput.write


FACETS = [
    "stream",
    "encryption",
    "recovery",
    "time_to_live",
    "table_class",
    "deletion_protection",
    "tags",
    "local_indexes",
]


@given(model.tables(), model.tables(), st.sampled_from(FACETS))
@FEWER
def test_a_facet_that_is_not_declared_stays_as_it_is(
    live: Table, declared: Table, facet: str
) -> None:
    table = live
    for step in steps(live, replace(declared, **{facet: None})):
        table = model.apply(table, step)
    assert getattr(settled(table), facet) == getattr(settled(live), facet)


@given(model.tables(), model.tables())
@FEWER
def test_indexes_that_are_not_declared_are_neither_made_nor_dropped(
    live: Table, declared: Table
) -> None:
    found = steps(live, replace(declared, global_indexes=None))
    touched = [
        action
        for step in found
        for update in step.request.get("GlobalSecondaryIndexUpdates", ())
        for action in update
    ]
    assert set(touched) <= {"Update"}


@given(model.tables(), model.tables())
@FEWER
def test_what_guards_data_comes_before_everything_else(live: Table, declared: Table) -> None:
    found = steps(live, declared)
    first = [step.properties[0] for step in found]
    if not live.deletion_protection and declared.deletion_protection:
        assert first[0] == "deletionProtection"
    if live.deletion_protection and not declared.deletion_protection:
        assert first[-1] == "deletionProtection"
    assert live.recovery is not None
    assert declared.recovery is not None
    if "recovery" in first and "timeToLive" in first and declared.time_to_live != live.time_to_live:
        on = [s for s in found if s.operation == "UpdateTimeToLive"][-1]
        if declared.recovery.days > live.recovery.days and "Let items" in on.title:
            assert first.index("recovery") < found.index(on)


def test_a_switch_to_provisioned_gives_every_index_its_capacity_in_the_same_call() -> None:
    live = with_indexes(BASE, index("by-user", "user"), index("by-day", "day"), user="S", day="S")
    declared = with_indexes(
        PROVISIONED,
        index("by-user", "user", throughput=Throughput(3, 4)),
        index("by-day", "day", throughput=Throughput(1, 2)),
        user="S",
        day="S",
    )
    (step,) = steps(live, declared)
    assert step.request["ProvisionedThroughput"] == {
        "ReadCapacityUnits": 5,
        "WriteCapacityUnits": 5,
    }
    given_to = [one["Update"]["IndexName"] for one in step.request["GlobalSecondaryIndexUpdates"]]
    assert given_to == ["by-user", "by-day"]


def test_a_switch_to_provisioned_without_a_capacity_says_what_is_missing() -> None:
    live = with_indexes(BASE, index("by-user", "user"), user="S")
    declared = with_indexes(PROVISIONED, index("by-user", "user"), user="S")
    (step,) = steps(live, declared)
    assert step.risk is Risk.IMPOSSIBLE
    assert "globalSecondaryIndexes[by-user].provisionedThroughput" in step.properties


def test_an_index_of_a_provisioned_table_without_capacity_is_said_to_be_impossible() -> None:
    declared = with_indexes(PROVISIONED, index("by-user", "user"), user="S")
    (step,) = steps(PROVISIONED, declared)
    assert (step.risk, step.operation) == (Risk.IMPOSSIBLE, "")


def test_two_indexes_are_built_one_after_the_other() -> None:
    declared = with_indexes(BASE, index("one", "a"), index("two", "b"), a="S", b="N")
    found = steps(BASE, declared)
    assert [step.subject for step in found] == ["one", "two"]
    assert {step.wait for step in found} == {Wait.INDEX_ACTIVE}
    assert [d["AttributeName"] for d in found[0].request["AttributeDefinitions"]] == ["a", "id"]


def test_a_renamed_index_is_built_before_the_old_one_is_dropped() -> None:
    live = with_indexes(BASE, index("old", "a"), a="S")
    declared = with_indexes(BASE, index("new", "a", "b"), a="S", b="N")
    assert titles(steps(live, declared)) == ["Build index new on a + b", "Drop index old"]


def test_an_index_with_another_key_under_its_name_is_dropped_first_and_says_so() -> None:
    live = with_indexes(BASE, index("by-user", "a"), a="S")
    declared = with_indexes(BASE, index("by-user", "b"), b="S")
    drop, build = steps(live, declared)
    assert drop.title == "Drop index by-user to rebuild it"
    assert "give it a new name" in drop.note
    assert build.wait is Wait.INDEX_ACTIVE


def test_the_order_of_included_attributes_means_nothing() -> None:
    one = index("i", "a", projection=Projection("INCLUDE", frozenset(("x", "y"))))
    other = index("i", "a", projection=Projection("INCLUDE", frozenset(("y", "x"))))
    assert steps(with_indexes(BASE, one, a="S"), with_indexes(BASE, other, a="S")) == ()


def test_an_index_goes_first_when_its_attribute_comes_back_with_another_type() -> None:
    live = with_indexes(BASE, index("old", "a"), a="S")
    declared = with_indexes(BASE, index("new", "a"), a="N")
    assert titles(steps(live, declared)) == ["Drop index old", "Build index new on a"]


def test_at_the_quota_an_old_index_makes_room_for_a_new_one() -> None:
    olds = [index(f"old-{n}", "a") for n in range(20)]
    live = with_indexes(BASE, *olds, a="S")
    declared = with_indexes(BASE, *olds[1:], index("new", "a"), a="S")
    assert titles(steps(live, declared)) == ["Drop index old-0", "Build index new on a"]


def test_a_change_of_the_stream_view_is_off_then_on_and_tells_of_the_new_arn() -> None:
    live = replace(BASE, stream=Stream("NEW_IMAGE"))
    declared = replace(BASE, stream=Stream("KEYS_ONLY"))
    off, on = steps(live, declared)
    assert off.request["StreamSpecification"] == {"StreamEnabled": False}
    assert on.request["StreamSpecification"]["StreamViewType"] == "KEYS_ONLY"
    assert "new ARN" in on.note


def test_time_to_live_moves_to_another_attribute_in_two_steps() -> None:
    live = replace(BASE, time_to_live=TimeToLive("old"))
    declared = replace(BASE, time_to_live=TimeToLive("new"))
    specifications = [step.request["TimeToLiveSpecification"] for step in steps(live, declared)]
    assert specifications == [
        {"Enabled": False, "AttributeName": "old"},
        {"Enabled": True, "AttributeName": "new"},
    ]


def test_time_to_live_is_switched_off_by_the_live_attribute() -> None:
    live = replace(BASE, time_to_live=TimeToLive("expires"))
    (step,) = steps(live, BASE)
    assert step.request["TimeToLiveSpecification"] == {
        "Enabled": False,
        "AttributeName": "expires",
    }


def test_raises_go_together_and_each_decrease_alone() -> None:
    olds = [index(name, "a", throughput=Throughput(5, 5)) for name in ("up", "down")]
    news = [
        index("up", "a", throughput=Throughput(6, 5)),
        index("down", "a", throughput=Throughput(9, 4)),
    ]
    live = with_indexes(PROVISIONED, *olds, a="S")
    declared = replace(with_indexes(PROVISIONED, *news, a="S"), throughput=Throughput(8, 8))
    raised, lowered = steps(live, declared)
    assert raised.risk is Risk.IN_PLACE
    assert raised.properties == (
        "provisionedThroughput",
        "globalSecondaryIndexes[up].provisionedThroughput",
    )
    assert lowered.risk is Risk.LIMITED
    assert lowered.subject == "down"


def test_a_switch_to_on_demand_sets_the_declared_maxima_afterwards() -> None:
    declared = replace(BASE, on_demand_maximum=OnDemandMaximum(100, None))
    switch, maxima = steps(PROVISIONED, declared)
    assert switch.request == {"TableName": "events", "BillingMode": "PAY_PER_REQUEST"}
    assert maxima.request["OnDemandThroughput"] == {
        "MaxReadRequestUnits": 100,
        "MaxWriteRequestUnits": -1,
    }


@pytest.mark.parametrize(
    ("wanted", "asked_for"),
    [
        (Throughput(100, 100), None),
        (Throughput(12_000, 4_000), None),
        (Throughput(100, 5_000), {"ReadUnitsPerSecond": 12_000, "WriteUnitsPerSecond": 5_000}),
    ],
)
def test_a_new_table_asks_for_no_less_warm_throughput_than_it_has_by_itself(
    wanted: Throughput, asked_for: dict[str, int] | None
) -> None:
    warm = index("by-id", "id", warm_throughput=wanted)
    created, *_ = steps_to_create(with_indexes(replace(BASE, warm_throughput=wanted), warm))
    [made] = created.request["GlobalSecondaryIndexes"]
    assert created.request.get("WarmThroughput") == asked_for
    assert made.get("WarmThroughput") == asked_for


def test_warm_throughput_below_the_live_one_is_no_change() -> None:
    assert steps(BASE, replace(BASE, warm_throughput=Throughput(1, 1))) == ()


def test_warm_throughput_raises_one_side_and_leaves_the_other() -> None:
    (step,) = steps(BASE, replace(BASE, warm_throughput=Throughput(20000, 1)))
    assert step.request["WarmThroughput"] == {
        "ReadUnitsPerSecond": 20000,
        "WriteUnitsPerSecond": 4000,
    }


def test_tags_are_set_and_removed_by_key() -> None:
    live = replace(BASE, tags={"A": "1", "B": "2", "C": "3"})
    put, gone = steps(live, replace(BASE, tags={"A": "1", "B": "9", "D": "4"}))
    assert put.request == {"Tags": [{"Key": "B", "Value": "9"}, {"Key": "D", "Value": "4"}]}
    assert gone.request == {"TagKeys": ["C"]}


@pytest.mark.parametrize(
    ("declared", "cause"),
    [
        (replace(BASE, name="other"), "tableName"),
        (replace(BASE, key=Key(("other",)), attributes={"other": "S"}), "partitionKey"),
        (replace(BASE, key=Key(("id",), ("at",)), attributes={"id": "S", "at": "N"}), "sortKey"),
        (replace(BASE, attributes={"id": "N"}), "partitionKey.type"),
        (
            replace(
                BASE,
                local_indexes=(LocalIndex("by-day", Key(("id",), ("day",)), Projection("ALL")),),
                attributes={"id": "S", "day": "S"},
            ),
            "localSecondaryIndexes[by-day]",
        ),
    ],
)
def test_what_only_a_new_table_can_have_is_said_and_nothing_else_is_planned(
    declared: Table, cause: str
) -> None:
    (step,) = steps(BASE, replace(declared, tags={"A": "1"}))
    assert (step.risk, step.properties, step.operation) == (Risk.REPLACES, (cause,), "")
    assert step.note


@pytest.mark.parametrize("other", [Projection("KEYS_ONLY"), None])
def test_a_local_index_cannot_change_or_go(other: Projection | None) -> None:
    key = Key(("id",), ("day",))
    live = replace(
        BASE,
        local_indexes=(LocalIndex("by-day", key, Projection("ALL")),),
        attributes={"id": "S", "day": "S"},
    )
    kept = () if other is None else (LocalIndex("by-day", key, other),)
    (step,) = steps(live, replace(live, local_indexes=kept))
    assert step.risk is Risk.REPLACES
    assert "global index" in step.note


def test_the_type_of_a_local_index_key_cannot_change() -> None:
    local = (LocalIndex("by-day", Key(("id",), ("day",)), Projection("ALL")),)
    live = replace(BASE, local_indexes=local, attributes={"id": "S", "day": "S"})
    (step,) = steps(live, replace(live, attributes={"id": "S", "day": "N"}))
    assert step.properties == ("localSecondaryIndexes[by-day]",)


def test_an_index_whose_key_changes_its_type_is_built_again() -> None:
    live = with_indexes(
        BASE, index("by-user", "user"), index("by-kind", "kind"), user="S", kind="S"
    )
    by_pair = index("by-pair", "user")
    declared = with_indexes(
        BASE, index("by-user", "user"), index("by-kind", "kind"), by_pair, user="N", kind="S"
    )
    drop, *makes = steps(live, declared)
    assert drop.title == "Drop index by-user to rebuild it"
    assert "cannot be written any more" in drop.note
    assert [step.subject for step in makes] == ["by-pair", "by-user"]
    for step in makes:
        assert {"AttributeName": "user", "AttributeType": "N"} in step.request[
            "AttributeDefinitions"
        ]


def test_unread_facets_are_named_and_not_planned() -> None:
    live = replace(BASE, recovery=None, tags=None)
    declared = replace(BASE, recovery=Recovery(35), tags={"A": "1"})
    assert steps(live, declared) == ()
    assert unread_facets(live, declared) == ("recovery", "tags")


def test_capacity_that_scaling_governs_is_kept_side_by_side() -> None:
    live = replace(
        with_indexes(PROVISIONED, index("i", "a", throughput=Throughput(70, 7)), a="S"),
        throughput=Throughput(50, 60),
    )
    declared = with_indexes(PROVISIONED, index("i", "a", throughput=Throughput(1, 1)), a="S")
    sides = [Side(name, way) for name in (None, "i") for way in get_args(Direction)]
    assert steps(live, with_scaled_capacity(declared, sides, live)) == ()
    for fixed in sides:
        kept = with_scaled_capacity(declared, {*sides} - {fixed}, live)
        (step,) = steps(live, kept)
        [capacity] = capacities(step.request)
        one = declared.throughput if fixed.index is None else Throughput(1, 1)
        other = live.throughput if fixed.index is None else Throughput(70, 7)
        sent = (one.read, other.write) if fixed.direction == "read" else (other.read, one.write)
        assert capacity == sent
        assert step.title.endswith(f"{getattr(one, fixed.direction)} {fixed.direction} units")


def capacities(request: dict[str, Any]) -> list[tuple[int, int]]:
    """All that a request sends as reads and writes, the table's first."""
    sent = [request["ProvisionedThroughput"]] if "ProvisionedThroughput" in request else []
    sent += [
        update["Update"]["ProvisionedThroughput"]
        for update in request.get("GlobalSecondaryIndexUpdates", ())
    ]
    return [(one["ReadCapacityUnits"], one["WriteCapacityUnits"]) for one in sent]


def test_a_switch_to_provisioned_uses_the_declared_capacity_even_where_it_is_kept() -> None:
    kept = with_scaled_capacity(PROVISIONED, [Side(None, "read"), Side(None, "write")], BASE)
    assert kept.throughput == Throughput(5, 5)


def test_a_new_table_without_mode_or_capacity_is_on_demand() -> None:
    (step,) = steps_to_create(Table("events", Key(("id",)), {"id": "S"}))
    assert step.request["BillingMode"] == "PAY_PER_REQUEST"


def test_what_createtable_cannot_carry_follows_it() -> None:
    declared = replace(BASE, recovery=Recovery(7), time_to_live=TimeToLive("expires"))
    assert [step.operation for step in steps_to_create(declared)] == [
        "CreateTable",
        "UpdateContinuousBackups",
        "UpdateTimeToLive",
    ]
