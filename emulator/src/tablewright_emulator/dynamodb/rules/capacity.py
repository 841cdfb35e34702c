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


def check_billing(params: dict[str, Any]) -> str:
    """Check mode and capacities of a request that creates a table; give back the mode."""
    mode = params.get("BillingMode") or "PROVISIONED"
    throughput = params.get("ProvisionedThroughput")
    indexes = params.get("GlobalSecondaryIndexes") or []
    if mode == "PAY_PER_REQUEST":
        _refuse_throughput(throughput, indexes)
    else:
        _require_throughput(throughput, indexes)
        refuse_maxima(params, indexes)
    check_maxima(params.get("OnDemandThroughput"), removable=False)
    for index in indexes:
        check_maxima(index.get("OnDemandThroughput"), index["IndexName"], removable=False)
        check_warm(index.get("WarmThroughput"), *_floor(mode, index))
    check_warm(params.get("WarmThroughput"), *_floor(mode, params))
    return mode


def check_throughput(throughput: Any, index: bool = False) -> None:  # noqa: FBT001, FBT002
    """Check provisioned units of a table or of a global index."""
    read, write = throughput.get("ReadCapacityUnits"), throughput.get("WriteCapacityUnits")
    if not read or not write or read < 1 or write < 1:
        what = "Global Secondary Index's read" if index else "Table read"
        raise AwsFault(
            "ValidationException",
            f"{what} and write throughput must be at least 1, and cannot be null",
        )
    if max(read, write) > MAX_UNITS:
        raise AwsFault(
            "ValidationException",
            "Cannot increase provisioned throughput to more than 40,000 units per table",
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


def _refuse_throughput(throughput: Any, indexes: list[dict[str, Any]]) -> None:
    if throughput is not None:
        raise invalid(
            "Neither ReadCapacityUnits nor WriteCapacityUnits can be specified when BillingMode is "
            "PAY_PER_REQUEST"
        )
    for index in indexes:
        if index.get("ProvisionedThroughput") is not None:
            raise invalid(
                "ProvisionedThroughput should not be specified for index: "
                f"{index['IndexName']} when BillingMode is PAY_PER_REQUEST"
            )


def _require_throughput(throughput: Any, indexes: list[dict[str, Any]]) -> None:
    if throughput is None:
        raise AwsFault("ValidationException", "No provisioned throughput specified for the table")
    check_throughput(throughput)
    for index in indexes:
        require_index_throughput(index.get("ProvisionedThroughput"))


def require_index_throughput(throughput: Any) -> None:
    """A global index of a provisioned table needs units of its own."""
    if throughput is None:
        raise AwsFault(
            "ValidationException",
            "No provisioned throughput specified for the global secondary index",
        )
    check_throughput(throughput, index=True)


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
