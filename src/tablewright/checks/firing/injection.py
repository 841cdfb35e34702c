"""Makes requests fail, and metrics have data, in a copy of a sandbox."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from tablewright.aws.session import Session
from tablewright.checks.alarm_reachability import has_data
from tablewright.plan.declaration.declared import Alarm, MetricStat
from tablewright.sandbox.admin import ask
from tablewright.sandbox.instance import Instance

from .trials import ERRORS, MOST_SAMPLES, Level, Trial, errors_for, samples_of, value_of

MOST_CALLS = 25
"""That are made to fail in one period; further errors are entered as datapoints."""
_KEY = {"tablewright-fire": {"S": "no such item"}}
_KEY_VALUES = {"S": {"S": "no such item"}, "N": {"N": "-9.1e100"}, "B": {"B": b"no such item"}}
"""Of keys that no item has, by their type."""

CALLS: Mapping[str, Callable[[str], dict[str, Any]]] = {
    "BatchGetItem": lambda table: {"RequestItems": {table: {"Keys": [_KEY]}}},
    "BatchWriteItem": lambda table: {"RequestItems": {table: [{"DeleteRequest": {"Key": _KEY}}]}},
    "DeleteItem": lambda table: {"TableName": table, "Key": _KEY},
    "GetItem": lambda table: {"TableName": table, "Key": _KEY},
    "PutItem": lambda table: {"TableName": table, "Item": _KEY},
    "Query": lambda table: {"TableName": table},
    "Scan": lambda table: {"TableName": table},
    "TransactGetItems": lambda table: {
        "TransactItems": [{"Get": {"TableName": table, "Key": _KEY}}]
    },
    "TransactWriteItems": lambda table: {
        "TransactItems": [{"Delete": {"TableName": table, "Key": _KEY}}]
    },
    "UpdateItem": lambda table: {"TableName": table, "Key": _KEY},
}
"""A request of each operation that names a table; a fault strikes before it is looked at."""
CONDITION = "ConditionalCheckFailedRequests"
_FAULTS = {
    "SystemErrors": {"code": "InternalServerError", "status": 500},
    "ThrottledRequests": {"code": "ProvisionedThroughputExceededException", "status": 400},
}


class Injection:
    """Brings a trial about in a copy of a sandbox.

    Args:
        copy: where.
        session: its clients, which try each call once.
    """

    def __init__(self, copy: Instance, session: Session, region: str) -> None:
        self._copy = copy
        self._client = session.client("dynamodb", region)
        self._region, self._account = region, session.account_id

    def bring_about(self, trial: Trial, alarm: Alarm) -> None:
        """Let the series of the trial have the data that it wants, now."""
        for series, level in trial.levels:
            if series.namespace == "AWS/DynamoDB" and series.metric_name in ERRORS:
                if level == "high":
                    self._fail(series, errors_for(alarm))
            elif level != "none":
                self._enter(series, [value_of(level, alarm)] * samples_of(series))

    def _fail(self, series: MetricStat, errors: int) -> None:
        """So many errors; those that no request can be made for are entered as datapoints."""
        calls = min(errors, MOST_CALLS)
        made = self._made_to_fail(series, calls)
        self._enter(series, [1.0] * min(errors - made, MOST_SAMPLES))

    def _made_to_fail(self, series: MetricStat, calls: int) -> int:
        table = series.dimensions.get("TableName", "")
        if series.metric_name == "UserErrors":
            for _ in range(calls):
                self._call("GetItem", CALLS["GetItem"]("tablewright-fire.no-such-table"))
            return calls
        if series.metric_name == CONDITION and table:
            return self._failed_conditions(table, calls)
        operation = series.dimensions.get("Operation", "")
        if series.metric_name not in _FAULTS or operation not in CALLS:
            return 0
        fault = {"operation": operation, "table": table, **_FAULTS[series.metric_name]}
        ask(self._copy, "POST", "faults", {**fault, "times": calls})
        for _ in range(calls):
            self._call(operation, CALLS[operation](table))
        ask(self._copy, "POST", "faults", {"clear": True})
        return calls

    def _failed_conditions(self, table: str, calls: int) -> int:
        """Deletions of an item that is not there, on the condition that it is."""
        try:
            described = self._client.describe_table(TableName=table)["Table"]
        except (BotoCoreError, ClientError):
            return 0
        types = {a["AttributeName"]: a["AttributeType"] for a in described["AttributeDefinitions"]}
        names = [key["AttributeName"] for key in described["KeySchema"]]
        params = {
            "TableName": table,
            "Key": {name: _KEY_VALUES[types[name]] for name in names},
            "ConditionExpression": "attribute_exists(#key)",
            "ExpressionAttributeNames": {"#key": names[0]},
        }
        for _ in range(calls):
            self._call("DeleteItem", params)
        return calls

    def _call(self, operation: str, params: Mapping[str, Any]) -> None:
        # What it answers is what was ordered.
        with suppress(BotoCoreError, ClientError):
            self._client._make_api_call(operation, params)  # noqa: SLF001 - by the operation's name

    def _enter(self, series: MetricStat, values: list[float]) -> None:
        if not values or not has_data(series):
            return
        now = datetime.fromisoformat(ask(self._copy, "GET", "clock")["now"]).timestamp()
        ask(
            self._copy,
            "POST",
            "metrics",
            {
                "namespace": series.namespace,
                "name": series.metric_name,
                "dimensions": dict(series.dimensions),
                "points": [[now, value] for value in values],
                "region": self._region,
                "account": self._account,
            },
        )


def told(trial: Trial, alarm: Alarm) -> str:
    """What was made to happen, in words."""
    words: dict[str, None] = {}
    for series, level in trial.levels:
        if level == "none":
            continue
        if series.metric_name in ERRORS and series.namespace == "AWS/DynamoDB":
            if level == "high":
                errors, real = errors_for(alarm), _by_requests(series)
                how = "by requests that fail" if real else "as published datapoints"
                if real and errors > MOST_CALLS:
                    how = f"{MOST_CALLS} by requests that fail, the others published"
                words[f"{errors} {series.metric_name} a period, {how}"] = None
        else:
            words[f"{series.metric_name} {_shown(level, alarm)} as published datapoints"] = None
    return ", ".join(words) or "no data"


def _by_requests(series: MetricStat) -> bool:
    """Whether there is a request that makes the error; see `Injection._made_to_fail`."""
    if series.metric_name in {"UserErrors", CONDITION}:
        return series.metric_name == "UserErrors" or "TableName" in series.dimensions
    return series.metric_name in _FAULTS and series.dimensions.get("Operation") in CALLS


def _shown(level: Level, alarm: Alarm) -> str:
    return f"{value_of(level, alarm):g}"
