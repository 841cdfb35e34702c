"""Restores a table under a name that nothing has, compares it, and removes what it made.

Nothing is ever restored over something, and nothing is deleted but the table of that very id.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from tablewright.aws.failures import translated
from tablewright.aws.session import Session
from tablewright.errors import AccessDeniedError, AwsError, EndpointError, NotFoundError
from tablewright.fleet.reading import Unread, try_read
from tablewright.fleet.restore_drill import RestoreDrill

from .items import count, differing, sample
from .journal import BegunDrill, DrillJournal

Say = Callable[[str], None]
COUNTED_BYTES = 64 * 2**20
"""A table up to this size is counted; of a larger one AWS's count is taken, and nothing read."""
_LONGEST_PAUSE_SECONDS = 15.0


class Drills:
    """Drills in one account and region.

    Args:
        session: of the target.
        region: of the tables.
        journal: of what was begun.
        say: told in words what takes time.
    """

    def __init__(self, session: Session, region: str, journal: DrillJournal, say: Say) -> None:
        self._session, self._region = session, region
        self._journal, self._say = journal, say
        self._client = session.client("dynamodb", region)
        self._place = f"{session.target.kind}/{session.account_id}/{region}"

    def clean_up(self) -> None:
        """Remove what drills before this one have left behind: killed, or interrupted."""
        for drill in self._journal.left_over(self._place):
            self._say(f"removing {drill.target}, which an earlier drill has left")
            self._remove(drill)

    def run(self, table: str) -> RestoreDrill:
        """Restore a table, compare it, remove it."""
        try:
            source = self._described(table)
        except NotFoundError:
            return RestoreDrill(problem="there is no such table")
        drill = self._journal.begin(self._place, source["TableArn"])
        with self._journal.under_way(drill):
            return self._tried(source, drill)

    def _tried(self, source: Mapping[str, Any], drill: BegunDrill) -> RestoreDrill:
        try:
            drill = self._restored(drill)
        except AwsError as error:  # nothing has that name then, unless the answer was lost
            is_lost = isinstance(error, EndpointError)
            left = "" if self._remove(drill, may_come=is_lost) else drill.target
            if isinstance(error, AccessDeniedError):
                return RestoreDrill(unread=error.message, left=left)
            return RestoreDrill(problem=error.message, left=left)
        try:
            outcome = self._compared(source, drill)
        except AwsError as error:
            outcome = RestoreDrill(unread=error.message)
        except KeyboardInterrupt:
            self._say(f"table {drill.target} is left; the same command removes it first")
            raise
        left = "" if self._remove(drill) else drill.target
        return replace(outcome, left=left)

    def _restored(self, drill: BegunDrill) -> BegunDrill:
        """Ask for the restore: without indexes, on demand, which is the quickest and cheapest."""
        with translated(f"restore {drill.source.rpartition('/')[2]}"):
            reply = self._client.restore_table_to_point_in_time(
                SourceTableArn=drill.source,
                TargetTableName=drill.target,
                UseLatestRestorableTime=True,
                BillingModeOverride="PAY_PER_REQUEST",
                GlobalSecondaryIndexOverride=[],
                LocalSecondaryIndexOverride=[],
            )
        return self._journal.restoring(drill, reply["TableDescription"]["TableId"])

    def _compared(self, source: Mapping[str, Any], drill: BegunDrill) -> RestoreDrill:
        began = time.monotonic()
        restored = self._when_active(drill)
        seconds = time.monotonic() - began
        moment = restored["RestoreSummary"]["RestoreDateTime"]
        table, key = source["TableName"], _key(source)
        approximate = source.get("TableSizeBytes", 0) > COUNTED_BYTES
        self._say(f"{drill.target} is ACTIVE; comparing it with {table}")
        items = sample(self._client, drill.target)
        written = try_read(lambda: self._written(table, moment))
        return RestoreDrill(
            seconds=seconds,
            moment=moment,
            restored_items=count(self._client, drill.target),
            items=source["ItemCount"] if approximate else count(self._client, table),
            approximate=approximate,
            sampled=len(items),
            differing=differing(self._client, table, key, items),
            written=None if isinstance(written, Unread) else written,
        )

    def _when_active(self, drill: BegunDrill) -> Mapping[str, Any]:
        """Wait until the restored table is there; minutes to hours on AWS."""
        pause, last = 0.1, time.monotonic()
        while True:
            description = self._described(drill.target)
            if description["TableStatus"] == "ACTIVE":
                return description
            if time.monotonic() - last > 60:  # noqa: PLR2004 - a minute
                last = time.monotonic()
                self._say(f"{drill.target} is being restored")
            time.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_SECONDS)

    def _written(self, table: str, moment: datetime) -> float:
        """Write units that a table has consumed since; what is being written counts as one."""
        start = moment.astimezone(UTC).replace(second=0, microsecond=0)
        with translated(f"read what was written to {table}"):
            reply = self._session.client("cloudwatch", self._region).get_metric_statistics(
                Namespace="AWS/DynamoDB",
                MetricName="ConsumedWriteCapacityUnits",
                Dimensions=[{"Name": "TableName", "Value": table}],
                StartTime=start,
                EndTime=start + timedelta(days=1),
                Period=60,
                Statistics=["Sum"],
            )
        return float(sum(point["Sum"] for point in reply["Datapoints"]))

    def _remove(self, drill: BegunDrill, *, may_come: bool = False) -> bool:
        """Remove what a drill made, if it is that very table; whether nothing is left.

        Args:
            drill: the drill.
            may_come: nobody knows whether AWS makes it: what is not there yet is not forgotten.
        """
        try:
            if self._is_ours(drill):
                self._when_active(drill)
                with translated(f"delete {drill.target}"):
                    self._client.delete_table(TableName=drill.target)
                self._when_gone(drill)
        except NotFoundError:
            if may_come and not drill.target_id:
                self._say(f"{drill.target} may still come; the same command removes it first")
                return False
        except AwsError as error:
            self._say(f"{drill.target} is not removed: {error.message}")
            return False
        self._journal.over(drill)
        return True

    def _is_ours(self, drill: BegunDrill) -> bool:
        """Whether the table of that name is the one that the drill made.

        Without an id, AWS's answer was lost: the random name and the source that AWS tells say it.

        Raises:
            NotFoundError: there is no such table.
        """
        description = self._described(drill.target)
        if drill.target_id:
            return bool(description["TableId"] == drill.target_id)
        summary = description.get("RestoreSummary") or {}
        return bool(summary.get("SourceTableArn") == drill.source)

    def _when_gone(self, drill: BegunDrill) -> None:
        while True:
            self._described(drill.target)
            time.sleep(0.2)

    def _described(self, table: str) -> Mapping[str, Any]:
        with translated(f"read table {table}"):
            description: Mapping[str, Any] = self._client.describe_table(TableName=table)["Table"]
        return description


def _key(description: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(element["AttributeName"] for element in description["KeySchema"])
