"""Carrying out the steps of a plan on a live table: each call, and the wait after it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from tablewright.errors import AwsError, NotFoundError, RefusedError, TablewrightError
from tablewright.plan.changes.step import Risk, Step, Wait
from tablewright.provider.operation_context import OperationContext, refused_with

from .insights import index_insights, switch_on_index_insights

DYNAMODB: Final = "dynamodb"
_OF_THE_ARN: Final = ("TagResource", "UntagResource")
_CREATING: Final = (
    "CreateTable",
    "ImportTable",
    "RestoreTableFromBackup",
    "RestoreTableToPointInTime",
)
_LATER: Final = ("ResourceInUseException", "ContinuousBackupsUnavailableException")
"""Answers of a table that is busy with the change before, or just made."""
_SECOND_EXPIRY: Final = "modified multiple times"
_HOUR: Final = timedelta(hours=1)
_HOURLY: Final = "AWS allows one change of time to live an hour, and there was one less ago"


class Execution:
    """The steps of one table.

    Args:
        run: the request they belong to.
        region: where the table is.
        name: its name.
        identifier: of the resource they are made for, if that is not the table itself.
    """

    def __init__(self, run: OperationContext, region: str, name: str, identifier: str = "") -> None:
        self._run = run
        self._region = region
        self._name = name
        self._identifier = identifier or name
        self._is_new = False
        self._reply: Mapping[str, Any] = {}
        self._expiry_moved: datetime | None = None

    def carry_out(self, steps: Sequence[Step]) -> None:
        """Make the calls, in order.

        A change that AWS allows only so often, and not now, holds up nothing but itself: the others
        are made, and the refusal is raised at the end.

        Raises:
            RefusedError: a step that no call can do is among them; nothing was called.
            AwsError: a call was refused.
        """
        for step in steps:
            if step.risk in (Risk.REPLACES, Risk.IMPOSSIBLE):
                raise RefusedError(f"{self._run.subject}: {step.title}", step.note)
        insights = self._insights_of_rebuilt(steps)
        too_soon: dict[str, TablewrightError] = {}
        for step in steps:
            facet = step.properties[0]
            if facet in too_soon:
                continue
            try:
                self._call(step)
            except TablewrightError as error:
                too_soon[facet] = self._too_soon(step, error)
                continue
            self._wait(step)
            if step.wait is Wait.INDEX_ACTIVE and step.subject in insights:
                mode = insights[step.subject]
                switch_on_index_insights(self._run, self._region, self._name, step.subject, mode)
        if too_soon:
            raise next(iter(too_soon.values()))

    def _insights_of_rebuilt(self, steps: Sequence[Step]) -> dict[str, str]:
        """Modes of the insights that go with an index, by those indexes that come back."""
        gone = {step.subject for step in steps if step.wait is Wait.INDEX_GONE}
        back = {step.subject for step in steps if step.wait is Wait.INDEX_ACTIVE}
        modes = {
            name: index_insights(self._run, self._region, self._name, name)
            for name in sorted(gone & back)
        }
        return {name: mode for name, mode in modes.items() if mode is not None}

    def wait_active(self) -> Mapping[str, Any]:
        """Wait until table and indexes are ACTIVE, and return the description."""
        return self._until(lambda _: True, "the table is not ACTIVE yet")

    def describe(self) -> Mapping[str, Any]:
        """The table as DescribeTable gives it."""
        reply = self._run.call(DYNAMODB, self._region, "DescribeTable", TableName=self._name)
        description: Mapping[str, Any] = reply["Table"]
        return description

    def _call(self, step: Step) -> None:
        request = dict(step.request)
        if step.operation in _OF_THE_ARN:
            request["ResourceArn"] = self.describe()["TableArn"]
        if step.operation == "UpdateTimeToLive":
            self._until_expiry(("ENABLED", "DISABLED"), "the last change of time to live settles")
        self._reply = self._run.call(
            DYNAMODB,
            self._region,
            step.operation,
            retry=self._retry(step),
            later=self._later(step),
            **request,
        )
        self._run.record(self._identifier)
        self._is_new = self._is_new or step.operation in _CREATING
        if step.operation == "UpdateTimeToLive":
            self._expiry_moved = datetime.now().astimezone()

    def _too_soon(self, step: Step, error: TablewrightError) -> TablewrightError:
        """What to say in the end of a refusal by a limit over time; any other is raised."""
        if _SECOND_EXPIRY in error.message:
            message = f"{self._run.subject}: {step.title[0].lower()}{step.title[1:]}: {_HOURLY}"
            over = datetime.now().astimezone() + _HOUR  # AWS does not say when the last one was
            next_step = (
                f"run the same command again: the hour is over at {over:%H:%M} at the latest"
            )
            hourly = AwsError(message, next_step)
            hourly.__cause__ = error
            return hourly
        if step.risk is Risk.LIMITED and refused_with(error, "LimitExceededException"):
            return error
        raise error

    def _retry(self, step: Step) -> Collection[str]:
        """Answers to wait out. The hour between two changes of expiry only if both are ours."""
        if step.operation in _CREATING:
            return ("BackupInUseException",)
        if step.operation == "UpdateTimeToLive" and self._expiry_moved:
            return (*_LATER, f"ValidationException: {_SECOND_EXPIRY}")
        return _LATER

    def _later(self, step: Step) -> str:
        """Until when a second change of expiry has to wait."""
        if step.operation != "UpdateTimeToLive" or self._expiry_moved is None:
            return ""
        return f"AWS allows the next TTL change at {self._expiry_moved + _HOUR:%H:%M}"

    def _wait(self, step: Step) -> None:
        what = f"{step.title[0].lower()}{step.title[1:]}"
        match step.wait:
            case Wait.NONE:
                return
            case Wait.RECOVERY_SETTLED:
                self._until_recovery(step, what)
            case Wait.TIME_TO_LIVE_SETTLED:
                # On AWS the change may take an hour to come through everywhere; it is under way.
                on = step.request["TimeToLiveSpecification"]["Enabled"]
                under_way = ("ENABLED", "ENABLING") if on else ("DISABLED", "DISABLING")
                self._until_expiry(under_way, what)
            case Wait.ITEMS_LOADED:
                self._until_imported(what)
            case _:
                self._until(_SETTLED[step.wait](step), what)

    def _until(self, settled: Callable[[Mapping[str, Any]], bool], what: str) -> Mapping[str, Any]:
        """Wait until the table and its indexes are ACTIVE and `settled` is true of it."""

        def look() -> Mapping[str, Any] | None:
            try:
                description = self.describe()
            except NotFoundError:
                if self._is_new:
                    return None  # not seen everywhere yet
                raise
            self._stop_at_loss(description)
            indexes = description.get("GlobalSecondaryIndexes") or ()
            active = description["TableStatus"] == "ACTIVE" and all(
                index.get("IndexStatus", "ACTIVE") == "ACTIVE" for index in indexes
            )
            return description if active and settled(description) else None

        return self._run.wait(look, what)

    def _stop_at_loss(self, description: Mapping[str, Any]) -> None:
        if description["TableStatus"] == "INACCESSIBLE_ENCRYPTION_CREDENTIALS":
            message = f"{self._run.subject}: its encryption key cannot be used"
            raise AwsError(message, "enable the key, or give DynamoDB its grants back")

    def _until_recovery(self, step: Step, what: str) -> None:
        wanted = step.request["PointInTimeRecoverySpecification"]
        days = wanted.get("RecoveryPeriodInDays")

        def look() -> bool | None:
            reply = self._run.call(
                DYNAMODB, self._region, "DescribeContinuousBackups", TableName=self._name
            )
            live = reply["ContinuousBackupsDescription"].get("PointInTimeRecoveryDescription", {})
            on = live.get("PointInTimeRecoveryStatus") == "ENABLED"
            right = on == wanted["PointInTimeRecoveryEnabled"]
            return True if right and live.get("RecoveryPeriodInDays", days) == days else None

        self._run.wait(look, what)

    def _until_imported(self, what: str) -> None:
        arn = self._reply["ImportTableDescription"]["ImportArn"]

        def look() -> bool | None:
            reply = self._run.call(DYNAMODB, self._region, "DescribeImport", ImportArn=arn)
            live = reply["ImportTableDescription"]
            if live["ImportStatus"] in ("FAILED", "CANCELLED", "CANCELLING"):
                reason = live.get("FailureMessage") or live["ImportStatus"].lower()
                message = f"{self._run.subject} could not be imported: {reason}"
                raise AwsError(message, "fix the source, delete the table, and run again")
            return True if live["ImportStatus"] == "COMPLETED" else None

        self._run.wait(look, what)
        self.wait_active()

    def _until_expiry(self, statuses: Collection[str], what: str) -> None:
        """Wait for one of these states of time to live."""

        def look() -> bool | None:
            reply = self._run.call(
                DYNAMODB, self._region, "DescribeTimeToLive", TableName=self._name
            )
            status = reply["TimeToLiveDescription"].get("TimeToLiveStatus", "DISABLED")
            return True if status in statuses else None

        self._run.wait(look, what)


def _anything(_: Step) -> Callable[[Mapping[str, Any]], bool]:
    return lambda _: True


def _index_there(step: Step) -> Callable[[Mapping[str, Any]], bool]:
    return lambda description: any(
        index["IndexName"] == step.subject
        for index in description.get("GlobalSecondaryIndexes") or ()
    )


def _index_gone(step: Step) -> Callable[[Mapping[str, Any]], bool]:
    there = _index_there(step)
    return lambda description: not there(description)


def _stream_right(step: Step) -> Callable[[Mapping[str, Any]], bool]:
    wanted = step.request["StreamSpecification"]

    def settled(description: Mapping[str, Any]) -> bool:
        live = description.get("StreamSpecification") or {}
        on = bool(live.get("StreamEnabled", False))
        return on == wanted["StreamEnabled"] and (
            not on or live.get("StreamViewType") == wanted["StreamViewType"]
        )

    return settled


def _encryption_still(_: Step) -> Callable[[Mapping[str, Any]], bool]:
    return lambda description: (
        (description.get("SSEDescription") or {}).get("Status", "DISABLED")
        in ("ENABLED", "DISABLED")
    )


def _replicas_right(step: Step) -> Callable[[Mapping[str, Any]], bool]:
    updates = step.request["ReplicaUpdates"]
    added = {update["Create"]["RegionName"] for update in updates if "Create" in update}
    removed = {update["Delete"]["RegionName"] for update in updates if "Delete" in update}

    def settled(description: Mapping[str, Any]) -> bool:
        live = {replica["RegionName"]: replica for replica in description.get("Replicas") or ()}
        for region in added & live.keys():
            if live[region].get("ReplicaStatus") == "CREATION_FAILED":
                reason = live[region].get("ReplicaStatusDescription") or "AWS gave no reason"
                raise AwsError(f"the replica in {region} could not be made: {reason}")
        active = {
            region for region, replica in live.items() if replica.get("ReplicaStatus") == "ACTIVE"
        }
        return added <= active and not removed & live.keys()

    return settled


_SETTLED: Final[Mapping[Wait, Callable[[Step], Callable[[Mapping[str, Any]], bool]]]] = {
    Wait.TABLE_ACTIVE: _anything,
    Wait.INDEX_ACTIVE: _index_there,
    Wait.INDEX_GONE: _index_gone,
    Wait.STREAM_SETTLED: _stream_right,
    Wait.ENCRYPTION_SETTLED: _encryption_still,
    Wait.REPLICAS_SETTLED: _replicas_right,
}
