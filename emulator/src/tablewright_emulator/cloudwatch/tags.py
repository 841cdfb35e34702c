"""The tags of alarms and dashboards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from tablewright_emulator.cloudwatch.alarms.alarm import Alarm
from tablewright_emulator.cloudwatch.alarms.request import MAX_TAGS, tag_problem
from tablewright_emulator.cloudwatch.alarms.store import AlarmStore
from tablewright_emulator.cloudwatch.dashboards.operations import Dashboard, Dashboards
from tablewright_emulator.request import AwsFault, Handler, Request

Holder: TypeAlias = Alarm | Dashboard


class Tags:
    """TagResource, UntagResource and ListTagsForResource of alarms and dashboards.

    Args:
        elsewhere: answers for every other resource of CloudWatch.
    """

    def __init__(self, alarms: AlarmStore, dashboards: Dashboards, elsewhere: Handler) -> None:
        self._alarms = alarms
        self._dashboards = dashboards
        self._elsewhere = elsewhere

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        operations: Mapping[str, Callable[[Holder, Mapping[str, Any]], dict[str, Any] | None]] = {
            "TagResource": _tag,
            "UntagResource": _untag,
            "ListTagsForResource": _list_tags,
        }
        return {name: self._on_holder(call) for name, call in operations.items()}

    def _on_holder(self, call: Callable[[Holder, Mapping[str, Any]], Any]) -> Handler:
        def handler(request: Request) -> Any:
            arn = request.params["ResourceARN"]
            if ":alarm:" not in arn and ":dashboard/" not in arn:
                return self._elsewhere(request)
            holder = self._holder(request, arn)
            if holder is None:
                raise AwsFault("ResourceNotFoundException", f"{arn} does not exist.", 404)
            return call(holder, request.params)

        return handler

    def _holder(self, request: Request, arn: str) -> Holder | None:
        if ":dashboard/" in arn:
            return self._dashboards.by_arn(request.account, arn)
        alarm = self._alarms.get(request.account, request.region, arn.split(":alarm:", 1)[1])
        return alarm if alarm is not None and alarm.arn == arn else None


def _tag(holder: Holder, params: Mapping[str, Any]) -> None:
    problem = tag_problem(params["Tags"])
    tags = holder.tags | {tag["Key"]: tag["Value"] for tag in params["Tags"]}
    if len(tags) > MAX_TAGS:
        problem = problem or f"The number of tags must not exceed {MAX_TAGS}."
    if problem is not None:
        raise AwsFault("InvalidParameterValue", problem)
    holder.tags = tags


def _untag(holder: Holder, params: Mapping[str, Any]) -> None:
    holder.tags = {k: v for k, v in holder.tags.items() if k not in params["TagKeys"]}


def _list_tags(holder: Holder, _params: Mapping[str, Any]) -> dict[str, Any]:
    return {"Tags": [{"Key": key, "Value": value} for key, value in holder.tags.items()]}
