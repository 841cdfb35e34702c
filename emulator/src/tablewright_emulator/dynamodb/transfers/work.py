"""What exports to S3 and imports from it share: tokens, the objects, the end after a while."""

from __future__ import annotations

from typing import Any

from tablewright_emulator.dynamodb.service import DynamoDb
from tablewright_emulator.dynamodb.table import Table
from tablewright_emulator.request import AwsFault, Request

Params = dict[str, Any]
FORMAT = "DYNAMODB_JSON"


class TransferFault(AwsFault):
    """Why a transfer fails by itself, with its own code."""


def repeated(world: DynamoDb, request: Request, member: str) -> Params | None:
    """The transfer that was begun with the token of this request."""
    token = request.params.get("ClientToken")
    began = world.of(request).transfers.values()
    return next((t for t in began if token and member in t and t["ClientToken"] == token), None)


def s3(world: DynamoDb, table: Table, operation: str, params: Params) -> Params:
    """Call S3 in the account and region of a table."""
    return world.gateway.call("s3", operation, params, account=table.account, region=table.region)


def finish_later(world: DynamoDb, transfer: Params, member: str, work: Any) -> None:
    """Do the work when its time is over; what S3 refuses fails the transfer, not the call."""

    def finish() -> None:
        if transfer[member] != "IN_PROGRESS":
            return  # the journal began it as well
        try:
            work()
        except AwsFault as fault:
            transfer[member] = "FAILED"
            own = isinstance(fault, TransferFault)
            transfer["FailureCode"] = fault.code if own else f"S3{fault.code}"
            transfer["FailureMessage"] = fault.message
        else:
            transfer[member] = "COMPLETED"
        transfer["EndTime"] = world.now()

    passed = (world.now() - transfer["StartTime"]).total_seconds()
    world.gateway.later(max(world.durations.transfer - passed, 0), finish)
