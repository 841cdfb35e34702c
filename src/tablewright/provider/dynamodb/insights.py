"""`aws.dynamodb.ContributorInsights`: of a table, or of one of its indexes."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from tablewright.aws.tables import insights_mode
from tablewright.errors import AccessDeniedError, AwsError, NotFoundError
from tablewright.provider.operation_context import OperationContext
from tablewright.provider.resources.resource import Bag, Live, Recorded, ResourceType, Timeouts
from tablewright.provider.resources.shape import Shape, text, without_empties

DYNAMODB: Final = "dynamodb"
_IDENTIFIER: Final = re.compile(r"name:(?P<table>[^/]+)/index:(?P<index>[^/]*)/(?P<account>\d*)")


class ContributorInsights(ResourceType):
    """Contributor Insights; the identifier is `name:TABLE/index:INDEX/ACCOUNT`."""

    tok: ClassVar[str] = "aws:dynamodb/contributorInsights:ContributorInsights"
    word: ClassVar[str] = "contributor insights"
    computed: ClassVar[tuple[str, ...]] = ("mode",)
    timeouts: ClassVar[Timeouts] = Timeouts(create=300, delete=300)
    shape: ClassVar[Shape] = {
        "indexName": text(replaces=True),
        "mode": text(
            "ACCESSED_AND_THROTTLED_KEYS",
            "THROTTLED_KEYS",
            keeps=True,
        ),
        "region": text(replaces=True),
        "tableName": text(required=True, replaces=True),
    }

    def subject(self, identifier: str, bag: Bag) -> str:
        """Return what it belongs to."""
        index = bag.get("indexName")
        of = f"index {index} of " if index else ""
        return f"{self.word} of {of}table {bag.get('tableName', identifier)}"

    def create(self, run: OperationContext, inputs: Bag) -> str:
        """Switch on and wait."""
        table, index = str(inputs["tableName"]), str(inputs.get("indexName") or "")
        identifier = f"name:{table}/index:{index}/{run.identity().account}"
        place = _Place(table, index, run.region_of(inputs))
        self._switch_on(run, place, inputs.get("mode"), identifier)
        return identifier

    def read(self, run: OperationContext, identifier: str, recorded: Bag) -> Live | None:
        """Read the status; off is the same as not there."""
        place = _place(run, identifier, recorded)
        try:
            reply = _describe(run, place)
        except NotFoundError:
            return None
        if reply.get("ContributorInsightsStatus") in ("DISABLED", "DISABLING", None):
            return None
        outputs = {
            "indexName": place.index,
            "mode": reply.get("ContributorInsightsMode") or "ACCESSED_AND_THROTTLED_KEYS",
            "region": place.region,
            "tableName": place.table,
        }
        return Live(identifier, outputs)

    def apply(
        self, run: OperationContext, recorded: Recorded, live: Live, differing: set[str]
    ) -> None:
        """Change the mode, the one thing that changes in place."""
        del differing
        place = _place(run, recorded.identifier, live.outputs)
        self._switch_on(run, place, recorded.news.get("mode"), recorded.identifier)

    def delete(self, run: OperationContext, identifier: str, recorded: Bag) -> None:
        """Switch off and wait; a table that is gone has taken them along."""
        place = _place(run, identifier, recorded)
        if _status(run, place) == "DISABLED":
            return
        _switch(run, place, "DISABLE", None)
        run.wait(
            lambda: _status(run, place) == "DISABLED" or None,
            "contributor insights are still being switched off",
        )

    def _switch_on(
        self, run: OperationContext, place: _Place, mode: str | None, identifier: str
    ) -> None:
        _switch(run, place, "ENABLE", mode)
        run.record(identifier)
        run.wait(
            lambda: _settled(run, place, mode), "contributor insights are still being switched on"
        )


def index_insights(run: OperationContext, region: str, table: str, index: str) -> str | None:
    """The mode of the insights of an index; None where they are off, or may not be read."""
    with suppress(AccessDeniedError):
        return insights_mode(_describe(run, _Place(table, index, region)))
    return None


def switch_on_index_insights(
    run: OperationContext, region: str, table: str, index: str, mode: str
) -> None:
    """Switch on the insights of an index that was rebuilt and has lost them by it."""
    _switch(run, _Place(table, index, region), "ENABLE", mode)


@dataclass(frozen=True, slots=True)
class _Place:
    table: str
    index: str
    region: str

    @property
    def members(self) -> dict[str, Any]:
        """How the API names it."""
        return without_empties({"TableName": self.table, "IndexName": self.index})


def _place(run: OperationContext, identifier: str, recorded: Bag) -> _Place:
    match = _IDENTIFIER.fullmatch(identifier)
    if match is None:
        message = f"{identifier} does not name contributor insights"
        next_step = "import them as name:TABLE/index:INDEX/ACCOUNT, INDEX empty for the table"
        raise NotFoundError(message, next_step)
    return _Place(match["table"], match["index"], run.region_of(recorded))


def _switch(run: OperationContext, place: _Place, action: str, mode: str | None) -> None:
    run.call(
        DYNAMODB,
        place.region,
        "UpdateContributorInsights",
        retry=("ResourceInUseException", "ValidationException: Status must be ACTIVE"),
        ContributorInsightsAction=action,
        **place.members | without_empties({"ContributorInsightsMode": mode}),
    )


def _settled(run: OperationContext, place: _Place, mode: str | None) -> bool | None:
    reply = _describe(run, place)
    if reply.get("ContributorInsightsStatus") == "FAILED":
        failure = reply.get("FailureException") or {}
        reason = failure.get("ExceptionDescription") or failure.get("ExceptionName")
        message = f"{run.subject} could not be switched on: {reason or 'AWS gave no reason'}"
        next_step = "at the quota of 100 rules a region, switch others off or ask for a higher one"
        raise AwsError(message, next_step)
    right = mode is None or reply.get("ContributorInsightsMode") in (None, mode)
    return True if reply.get("ContributorInsightsStatus") == "ENABLED" and right else None


def _status(run: OperationContext, place: _Place) -> str:
    return str(_describe(run, place).get("ContributorInsightsStatus") or "DISABLED")


def _describe(run: OperationContext, place: _Place) -> dict[str, Any]:
    return run.call(DYNAMODB, place.region, "DescribeContributorInsights", **place.members)
