"""`aws.dynamodb.KinesisStreamingDestination`: a table's changes copied to a data stream."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from tablewright.errors import AwsError, NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType, Timeouts
from tablewright.provider.resources.shape import Shape, text

from .execution import DYNAMODB

_BUSY: Final = ("ResourceInUseException",)
_GONE: Final = ("DISABLED", "DISABLING", "ENABLE_FAILED")
_PRECISION: Final = "ApproximateCreationDateTimePrecision"
_DEFAULT_PRECISION: Final = "MILLISECOND"


class KinesisStreamingDestination(ResourceType):
    """A destination; its identifier is `table,stream-arn`."""

    tok: ClassVar[str] = "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
    word: ClassVar[str] = "Kinesis destination"
    computed: ClassVar[tuple[str, ...]] = ("approximateCreationDateTimePrecision",)
    timeouts: ClassVar[Timeouts] = Timeouts(create=600, update=600, delete=600)
    shape: ClassVar[Shape] = {
        "approximateCreationDateTimePrecision": text("MILLISECOND", "MICROSECOND", keeps=True),
        "region": text(replaces=True),
        "streamArn": text(required=True, replaces=True),
        "tableName": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return which table it belongs to."""
        return f"{self.word} of table {bag.get('tableName', identifier)}"

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Switch on and wait; a stream that cannot be written to fails only now."""
        table, stream = str(inputs["tableName"]), str(inputs["streamArn"])
        region, identifier = run.region_of(inputs), f"{table},{stream}"
        request: dict[str, Any] = {"TableName": table, "StreamArn": stream}
        precision = inputs.get("approximateCreationDateTimePrecision")
        if precision:
            request["EnableKinesisStreamingConfiguration"] = {_PRECISION: precision}
        run.call(DYNAMODB, region, "EnableKinesisStreamingDestination", retry=_BUSY, **request)
        run.record(identifier)
        self._until_active(run, region, table, stream)
        return identifier

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Find the destination among the table's."""
        table, _, stream = identifier.partition(",")
        region = run.region_of(recorded)
        try:
            live = _destination(run, region, table, stream)
        except NotFoundError:
            return None
        if live is None or live["DestinationStatus"] in _GONE:
            return None
        outputs = {
            "approximateCreationDateTimePrecision": live.get(_PRECISION) or _DEFAULT_PRECISION,
            "region": region,
            "streamArn": stream,
            "tableName": table,
        }
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Change the precision, the one thing that changes in place, once the destination is on."""
        del differing
        table, _, stream = recorded.identifier.partition(",")
        region = live.outputs["region"]
        precision = recorded.news.get("approximateCreationDateTimePrecision")
        active = self._until_active(run, region, table, stream)
        if precision == (active.get(_PRECISION) or _DEFAULT_PRECISION):
            return  # AWS refuses a change to what it is
        run.call(
            DYNAMODB,
            region,
            "UpdateKinesisStreamingDestination",
            retry=_BUSY,
            TableName=table,
            StreamArn=stream,
            UpdateKinesisStreamingConfiguration={_PRECISION: precision},
        )
        self._until_active(run, region, table, stream)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Switch off and wait; a table that is gone has taken it along."""
        table, _, stream = identifier.partition(",")
        region = run.region_of(recorded)
        live = _destination(run, region, table, stream)
        if live is None or live["DestinationStatus"] == "DISABLED":
            return
        run.call(
            DYNAMODB,
            region,
            "DisableKinesisStreamingDestination",
            retry=_BUSY,
            TableName=table,
            StreamArn=stream,
        )
        run.wait(lambda: _is_off(run, region, table, stream), "it is still being switched off")

    def _until_active(
        self, run: OperationContext, region: str, table: str, stream: str
    ) -> dict[str, Any]:
        def look() -> dict[str, Any] | None:
            live = _destination(run, region, table, stream)
            if live is not None and live["DestinationStatus"] == "ENABLE_FAILED":
                reason = live.get("DestinationStatusDescription") or "AWS gave no reason"
                message = f"{run.subject} could not be switched on: {reason}"
                raise AwsError(message, "check the stream's ARN, region and permissions")
            return live if live is not None and live["DestinationStatus"] == "ACTIVE" else None

        return run.wait(look, "it is still being switched on")


def _is_off(run: OperationContext, region: str, table: str, stream: str) -> bool | None:
    live = _destination(run, region, table, stream)
    return True if live is None or live["DestinationStatus"] == "DISABLED" else None


def _destination(
    run: OperationContext, region: str, table: str, stream: str
) -> dict[str, Any] | None:
    reply = run.call(DYNAMODB, region, "DescribeKinesisStreamingDestination", TableName=table)
    for destination in reply.get("KinesisDataStreamDestinations") or ():
        if destination["StreamArn"] == stream:
            live: dict[str, Any] = destination
            return live
    return None
