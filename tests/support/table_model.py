"""A small model of a live table under DynamoDB's rules, and random tables to try plans on.

The rules are those of the API reference and the developer guide, written without a look at the
planner: a request that DynamoDB would refuse fails an assertion here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from tablewright.plan.changes.step import Step
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

KINDS = {
    "BillingMode": "capacity",
    "ProvisionedThroughput": "capacity",
    "OnDemandThroughput": "maximum",
    "WarmThroughput": "warm",
    "StreamSpecification": "stream",
    "SSESpecification": "encryption",
    "TableClass": "class",
    "DeletionProtectionEnabled": "protection",
}


def kinds_of(request: Mapping[str, Any]) -> set[str]:
    """The kinds of change in one UpdateTable."""
    kinds = {KINDS[name] for name in request if name in KINDS}
    for update in request.get("GlobalSecondaryIndexUpdates", ()):
        ((action, members),) = update.items()
        if action == "Update":
            kinds |= {KINDS[name] for name in members if name in KINDS}
        else:
            kinds.add(f"{action} {members['IndexName']}")
    return kinds


def apply(live: Table, step: Step) -> Table:
    """The table after a call; refuses what DynamoDB would refuse."""
    request = step.request
    match step.operation:
        case "UpdateTable":
            assert request["TableName"] == live.name
            assert len(kinds_of(request)) == 1, f"not one kind of change: {request}"
            return _update(live, request)
        case "UpdateContinuousBackups":
            member = request["PointInTimeRecoverySpecification"]
            if not member["PointInTimeRecoveryEnabled"]:
                assert "RecoveryPeriodInDays" not in member
                return replace(live, recovery=Recovery(0))
            assert 1 <= member["RecoveryPeriodInDays"] <= 35
            return replace(live, recovery=Recovery(member["RecoveryPeriodInDays"]))
        case "UpdateTimeToLive":
            return _expire(live, request["TimeToLiveSpecification"])
        case "TagResource":
            put = {tag["Key"]: tag["Value"] for tag in request["Tags"]}
            return replace(live, tags={**(live.tags or {}), **put})
        case "UntagResource":
            gone = set(request["TagKeys"])
            assert gone <= set(live.tags or {})
            kept = {key: value for key, value in (live.tags or {}).items() if key not in gone}
            return replace(live, tags=kept)
    raise AssertionError(f"not a call of a change: {step.operation}")


def _expire(live: Table, member: Mapping[str, Any]) -> Table:
    assert live.time_to_live is not None
    if member["Enabled"]:
        assert live.time_to_live.attribute is None, "time to live is on already"
        return replace(live, time_to_live=TimeToLive(member["AttributeName"]))
    assert live.time_to_live.attribute == member["AttributeName"]
    return replace(live, time_to_live=TimeToLive(None))


def _update(live: Table, request: Mapping[str, Any]) -> Table:
    if "BillingMode" in request:
        return _switch(live, request)
    for name, change in _SETTINGS.items():
        if name in request:
            live = change(live, request[name])
    for update in request.get("GlobalSecondaryIndexUpdates", ()):
        ((action, members),) = update.items()
        live = _INDEX_ACTIONS[action](live, members, request)
    return live


def _switch(live: Table, request: Mapping[str, Any]) -> Table:
    indexes = {index.name: index for index in live.global_indexes or ()}
    assert request["BillingMode"] != live.billing_mode
    if request["BillingMode"] == "PAY_PER_REQUEST":
        assert "ProvisionedThroughput" not in request
        bare = tuple(replace(index, throughput=None) for index in indexes.values())
        return replace(live, billing_mode="PAY_PER_REQUEST", throughput=None, global_indexes=bare)
    updates = {
        update["Update"]["IndexName"]: _throughput(update["Update"]["ProvisionedThroughput"])
        for update in request.get("GlobalSecondaryIndexUpdates", ())
    }
    assert set(updates) == set(indexes), "every index needs its capacity in the same call"
    return replace(
        live,
        billing_mode="PROVISIONED",
        throughput=_throughput(request["ProvisionedThroughput"]),
        on_demand_maximum=OnDemandMaximum(),
        global_indexes=tuple(
            replace(index, throughput=updates[name], on_demand_maximum=OnDemandMaximum())
            for name, index in indexes.items()
        ),
    )


def _throughput(member: Mapping[str, int]) -> Throughput:
    value = Throughput(member["ReadCapacityUnits"], member["WriteCapacityUnits"])
    assert value.read >= 1
    assert value.write >= 1
    return value


def _provision(live: Table, member: Mapping[str, int]) -> Table:
    assert live.billing_mode == "PROVISIONED"
    assert _throughput(member) != live.throughput, "the value would not change"
    return replace(live, throughput=_throughput(member))


def _maximum(live: Table, member: Mapping[str, int]) -> Table:
    assert live.billing_mode == "PAY_PER_REQUEST"
    return replace(live, on_demand_maximum=_ceilings(member))


def _ceilings(member: Mapping[str, int]) -> OnDemandMaximum:
    read, write = member["MaxReadRequestUnits"], member["MaxWriteRequestUnits"]
    assert read == -1 or read >= 1
    return OnDemandMaximum(None if read == -1 else read, None if write == -1 else write)


def _warm(live: Table, member: Mapping[str, int]) -> Table:
    return replace(live, warm_throughput=_warmer(live.warm_throughput, member))


def _warmer(old: Throughput | None, member: Mapping[str, int]) -> Throughput:
    new = Throughput(member["ReadUnitsPerSecond"], member["WriteUnitsPerSecond"])
    assert old is not None
    assert new != old
    assert new.read >= old.read, "warm throughput never goes down"
    assert new.write >= old.write, "warm throughput never goes down"
    return new


def _stream(live: Table, member: Mapping[str, Any]) -> Table:
    assert live.stream is not None
    assert member["StreamEnabled"] != (live.stream.view_type is not None), "no change of the stream"
    assert ("StreamViewType" in member) == member["StreamEnabled"]
    return replace(live, stream=Stream(member.get("StreamViewType")))


def _encrypt(live: Table, member: Mapping[str, Any]) -> Table:
    if not member["Enabled"]:
        assert member == {"Enabled": False}
        return replace(live, encryption=Encryption("AWS_OWNED"))
    assert member["SSEType"] == "KMS"
    key = member.get("KMSMasterKeyId")
    return replace(
        live, encryption=Encryption("CUSTOMER", key) if key else Encryption("AWS_MANAGED")
    )


def _protect(live: Table, member: Any) -> Table:
    return replace(live, deletion_protection=member)


def _class(live: Table, member: Any) -> Table:
    return replace(live, table_class=member)


_SETTINGS = {
    "ProvisionedThroughput": _provision,
    "OnDemandThroughput": _maximum,
    "WarmThroughput": _warm,
    "StreamSpecification": _stream,
    "SSESpecification": _encrypt,
    "TableClass": _class,
    "DeletionProtectionEnabled": _protect,
}


def _create_index(live: Table, member: Mapping[str, Any], request: Mapping[str, Any]) -> Table:
    index = index_of(member)
    indexes = live.global_indexes or ()
    assert index.name not in {other.name for other in indexes}, "the index exists"
    assert len(indexes) < 20
    assert (index.throughput is not None) == (live.billing_mode == "PROVISIONED")
    defined = {
        attribute["AttributeName"]: attribute["AttributeType"]
        for attribute in request["AttributeDefinitions"]
    }
    keys = [live.key, index.key, *(other.key for other in (*indexes, *(live.local_indexes or ())))]
    assert set(defined) == {name for key in keys for name in key.names}, "not the used set"
    for name, kind in live.attributes.items():
        still_used = any(name in key.names for key in keys if key is not index.key)
        assert not still_used or defined[name] == kind, "an attribute in use changed its type"
    if index.warm_throughput is None:
        by_itself = index.throughput or Throughput(12_000, 4_000)
        index = replace(index, warm_throughput=by_itself)
    return _with_indexes(live, (*indexes, index), defined)


def _delete_index(live: Table, member: Mapping[str, Any], _: Mapping[str, Any]) -> Table:
    indexes = live.global_indexes or ()
    kept = tuple(index for index in indexes if index.name != member["IndexName"])
    assert len(kept) == len(indexes) - 1, "no such index"
    return _with_indexes(live, kept, live.attributes)


def _with_indexes(live: Table, indexes: tuple[GlobalIndex, ...], types: Mapping[str, Any]) -> Table:
    keys = [live.key, *(index.key for index in (*indexes, *(live.local_indexes or ())))]
    used = {name for key in keys for name in key.names}
    attributes = {name: kind for name, kind in types.items() if name in used}
    return replace(live, global_indexes=indexes, attributes=attributes)


def _update_index(live: Table, member: Mapping[str, Any], _: Mapping[str, Any]) -> Table:
    changed = []
    for index in live.global_indexes or ():
        new = index
        if index.name == member["IndexName"]:
            if "ProvisionedThroughput" in member:
                assert live.billing_mode == "PROVISIONED"
                new = replace(new, throughput=_throughput(member["ProvisionedThroughput"]))
                assert new != index, "the value would not change"
            if "OnDemandThroughput" in member:
                assert live.billing_mode == "PAY_PER_REQUEST"
                new = replace(new, on_demand_maximum=_ceilings(member["OnDemandThroughput"]))
            if "WarmThroughput" in member:
                warm = _warmer(index.warm_throughput, member["WarmThroughput"])
                new = replace(new, warm_throughput=warm)
        changed.append(new)
    return replace(live, global_indexes=tuple(changed))


_INDEX_ACTIONS = {"Create": _create_index, "Delete": _delete_index, "Update": _update_index}


def index_of(member: Mapping[str, Any]) -> GlobalIndex:
    """A global index from the request that makes it."""
    warm = member.get("WarmThroughput")
    maximum = member.get("OnDemandThroughput", {})
    provisioned = member.get("ProvisionedThroughput")
    return GlobalIndex(
        name=member["IndexName"],
        key=key_of(member["KeySchema"]),
        projection=_projection(member["Projection"]),
        throughput=_throughput(provisioned) if provisioned else None,
        on_demand_maximum=OnDemandMaximum(
            maximum.get("MaxReadRequestUnits"), maximum.get("MaxWriteRequestUnits")
        ),
        warm_throughput=Throughput(warm["ReadUnitsPerSecond"], warm["WriteUnitsPerSecond"])
        if warm
        else None,
    )


def key_of(schema: list[dict[str, str]]) -> Key:
    """A key from its schema."""
    return Key(
        tuple(part["AttributeName"] for part in schema if part["KeyType"] == "HASH"),
        tuple(part["AttributeName"] for part in schema if part["KeyType"] == "RANGE"),
    )


def _projection(member: Mapping[str, Any]) -> Projection:
    return Projection(member["ProjectionType"], frozenset(member.get("NonKeyAttributes", ())))


def created(steps: tuple[Step, ...]) -> Table:
    """The table that a creation and the calls after it make."""
    first, *rest = steps
    assert first.operation == "CreateTable"
    request = first.request
    indexes = tuple(index_of(index) for index in request.get("GlobalSecondaryIndexes", ()))
    provisioned = request.get("ProvisionedThroughput")
    warm, maximum = request.get("WarmThroughput"), request.get("OnDemandThroughput", {})
    sse = request.get("SSESpecification", {"Enabled": False})
    table = Table(
        name=request["TableName"],
        key=key_of(request["KeySchema"]),
        attributes={
            attribute["AttributeName"]: attribute["AttributeType"]
            for attribute in request["AttributeDefinitions"]
        },
        billing_mode=request["BillingMode"],
        throughput=_throughput(provisioned) if provisioned else None,
        global_indexes=indexes,
        local_indexes=tuple(
            LocalIndex(
                index["IndexName"], key_of(index["KeySchema"]), _projection(index["Projection"])
            )
            for index in request.get("LocalSecondaryIndexes", ())
        ),
        stream=Stream(request.get("StreamSpecification", {}).get("StreamViewType")),
        encryption=None,
        recovery=Recovery(0),
        time_to_live=TimeToLive(None),
        table_class=request.get("TableClass", "STANDARD"),
        deletion_protection=request.get("DeletionProtectionEnabled", False),
        on_demand_maximum=OnDemandMaximum(
            maximum.get("MaxReadRequestUnits"), maximum.get("MaxWriteRequestUnits")
        ),
        warm_throughput=Throughput(warm["ReadUnitsPerSecond"], warm["WriteUnitsPerSecond"])
        if warm
        else None,
        tags={tag["Key"]: tag["Value"] for tag in request.get("Tags", ())},
    )
    table = _encrypt(table, sse)
    for step in rest:
        table = apply(table, step)
    return table


# Random tables of one key, so that any is reachable from any other in place. -----------------

KEY = Key(("id",), ("at",))
TYPES = {"id": "S", "at": "N", "a": "S", "b": "N", "c": "B", "d": "S"}
throughputs = st.builds(Throughput, st.integers(1, 50), st.integers(1, 50))
maxima = st.builds(OnDemandMaximum, st.none() | st.integers(1, 90), st.none() | st.integers(1, 90))
projections = st.sampled_from(
    [
        Projection("ALL"),
        Projection("KEYS_ONLY"),
        Projection("INCLUDE", frozenset({"x"})),
        Projection("INCLUDE", frozenset({"x", "y"})),
    ]
)
index_keys = st.sampled_from(
    [Key(("a",)), Key(("a",), ("b",)), Key(("b",), ("at",)), Key(("c", "d"), ("a", "b"))]
)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    """A table with every facet said, of the one key and set of local indexes."""
    provisioned = draw(st.booleans())
    names = draw(
        st.lists(st.sampled_from(["by-a", "by-b", "by-c", "by-d"]), unique=True, max_size=3)
    )
    indexes = tuple(
        GlobalIndex(
            name,
            draw(index_keys),
            draw(projections),
            throughput=draw(throughputs) if provisioned else None,
            on_demand_maximum=OnDemandMaximum() if provisioned else draw(maxima),
            warm_throughput=draw(throughputs),
        )
        for name in names
    )
    local = (LocalIndex("by-la", Key(("id",), ("d",)), Projection("ALL")),)
    used = {n for key in (KEY, *(i.key for i in (*indexes, *local))) for n in key.names}
    return Table(
        name="events",
        key=KEY,
        attributes={name: kind for name, kind in TYPES.items() if name in used},
        billing_mode="PROVISIONED" if provisioned else "PAY_PER_REQUEST",
        throughput=draw(throughputs) if provisioned else None,
        global_indexes=indexes,
        local_indexes=local,
        stream=Stream(draw(st.sampled_from([None, "NEW_IMAGE", "KEYS_ONLY"]))),
        encryption=draw(
            st.sampled_from(
                [
                    Encryption("AWS_OWNED"),
                    Encryption("AWS_MANAGED"),
                    Encryption("CUSTOMER", "arn:aws:kms:eu-west-1:123456789012:key/1"),
                ]
            )
        ),
        recovery=Recovery(draw(st.sampled_from([0, 1, 7, 35]))),
        time_to_live=TimeToLive(draw(st.sampled_from([None, "expires", "until"]))),
        table_class=draw(st.sampled_from(["STANDARD", "STANDARD_INFREQUENT_ACCESS"])),
        deletion_protection=draw(st.booleans()),
        on_demand_maximum=OnDemandMaximum() if provisioned else draw(maxima),
        warm_throughput=draw(throughputs),
        tags=draw(st.dictionaries(st.sampled_from(["A", "B", "C"]), st.sampled_from(["1", "2"]))),
    )
