"""Billing mode, provisioned throughput, on-demand maxima, warm throughput.

Sources: Developer Guide, pages ServiceQuotas, on-demand-capacity-mode-max-throughput and
warm-throughput; texts of DynamoDB Local.
"""

from __future__ import annotations

from typing import Any

from tablewright_emulator.dynamodb.values import invalid
from tablewright_emulator.request import AwsFault

MAX_UNITS = 40_000
_UNLIMITED = -1
OUT_OF_BOUNDS = 10**12


def check_units(params: dict[str, Any]) -> None:
    """Check the units of a table that is to be created; of all it has, AWS looks at them first."""
    throughput = params.get("ProvisionedThroughput")
    if params.get("BillingMode") == "PAY_PER_REQUEST":
        if throughput is not None:
            raise invalid(_NO_UNITS)
        return
    if throughput is None:
        raise invalid(
            "ReadCapacityUnits and WriteCapacityUnits must both be specified when BillingMode is "
            "PROVISIONED"
        )
    check_bounds(throughput)


def check_billing(params: dict[str, Any]) -> str:
    """Check mode and capacities of a request that creates a table; give back the mode."""
    check_units(params)
    mode = params.get("BillingMode") or "PROVISIONED"
    indexes = params.get("GlobalSecondaryIndexes") or []
    if mode == "PAY_PER_REQUEST":
        _refuse_throughput(indexes)
    else:
        check_throughput(params["ProvisionedThroughput"])
        for index in indexes:
            require_index_throughput(index.get("ProvisionedThroughput"))
        refuse_maxima(params, indexes)
    check_maxima(params.get("OnDemandThroughput"), removable=False)
    for index in indexes:
        check_maxima(index.get("OnDemandThroughput"), index["IndexName"], removable=False)
        check_warm(index.get("WarmThroughput"), *_floor(mode, index))
    check_warm(params.get("WarmThroughput"), *_floor(mode, params))
    return mode


def check_throughput(throughput: dict[str, int]) -> None:
    """Check provisioned units of a table or of a global index against the quota of either."""
    if max(throughput["ReadCapacityUnits"], throughput["WriteCapacityUnits"]) > MAX_UNITS:
        raise AwsFault(
            "ValidationException",
            "Cannot increase provisioned throughput to more than 40,000 units per table",
        )


def check_bounds(throughput: dict[str, int]) -> None:
    """Refuse numbers of units that no table could ever have (dynalite's tests)."""
    for member in ("ReadCapacityUnits", "WriteCapacityUnits"):
        if throughput[member] > OUT_OF_BOUNDS:
            raise AwsFault(
                "ValidationException",
                f"Given value {throughput[member]} for {member} is out of bounds",
            )


def check_maxima(maxima: Any, index: str | None = None, *, removable: bool = True) -> None:
    """Check on-demand maxima: 1 and more, or, where there may be one to be removed, -1."""
    for member in ("MaxReadRequestUnits", "MaxWriteRequestUnits"):
        value = (maxima or {}).get(member)
        if value is None or (removable and value == _UNLIMITED):
            continue
        if not 1 <= value <= MAX_UNITS:
            where = f"index : {index}" if index else "table"
            raise invalid(
                f"Requested {member} for OnDemandThroughput for {where} is outside of valid range"
            )


def check_warm(warm: Any, read_floor: int, write_floor: int, floor_name: str) -> None:
    """Check warm throughput against the least it can be."""
    floors = {"ReadUnitsPerSecond": read_floor, "WriteUnitsPerSecond": write_floor}
    for member, floor in floors.items():
        value = (warm or {}).get(member)
        if value is not None and value < floor:
            units = {"ReadUnitsPerSecond": "Read", "WriteUnitsPerSecond": "Write"}[member]
            name = floor_name.format(units=f"{units}CapacityUnits")
            raise invalid(f"Requested {member} for WarmThroughput for table is lower than {name}")


def _floor(mode: str, source: dict[str, Any]) -> tuple[int, int, str]:
    if mode == "PAY_PER_REQUEST":
        return 12_000, 4_000, "initial throughput for OnDemand"
    units = source["ProvisionedThroughput"]
    name = "{units} of ProvisionedThroughput"
    return units["ReadCapacityUnits"], units["WriteCapacityUnits"], name


_NO_UNITS = (
    "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
    "PAY_PER_REQUEST"
)


def _refuse_throughput(indexes: list[dict[str, Any]]) -> None:
    for index in indexes:
        if index.get("ProvisionedThroughput") is not None:
            raise invalid(
                "ProvisionedThroughput should not be specified for index: "
                f"{index['IndexName']} when BillingMode is PAY_PER_REQUEST"
            )


def require_index_throughput(throughput: Any) -> None:
    """A global index of a provisioned table needs units of its own."""
    if throughput is None:
        raise AwsFault(
            "ValidationException",
            "No provisioned throughput specified for the global secondary index",
        )
    check_throughput(throughput)


def units_missing(*indexes: str) -> AwsFault:
    """What UpdateTable says where a provisioned table's index gets no units."""
    return invalid(f"ProvisionedThroughput must be specified for index: {','.join(indexes)}")


def no_units_for_index(index: str) -> AwsFault:
    """What UpdateTable says of units for an index on demand."""
    return invalid(
        f"Neither ReadCapacityUnits nor WriteCapacityUnits can be specified for index: {index} "
        "when BillingMode is PAY_PER_REQUEST"
    )


def refuse_maxima(params: dict[str, Any], indexes: list[dict[str, Any]]) -> None:
    """Maxima belong to on demand."""
    for source in (params, *indexes):
        for member in source.get("OnDemandThroughput") or {}:
            what = "index" if "IndexName" in source else "table"
            raise invalid(
                f"{member} for OnDemandThroughput cannot be specified when {what} BillingMode is "
                "PROVISIONED."
            )
