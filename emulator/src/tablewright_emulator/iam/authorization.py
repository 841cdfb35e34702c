"""What a call has to be allowed to do: its actions, their resources, and the condition keys.

Source: Service Authorization Reference, DynamoDB and CloudWatch; DynamoDB developer guide, "Using
IAM policy conditions for fine-grained access control".
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tablewright_emulator.cloudwatch.alarms.alarm import alarm_arn, partition
from tablewright_emulator.dynamodb.expressions.partiql import read_statement
from tablewright_emulator.iam.item_access import TableKeys, access_of, access_of_statement
from tablewright_emulator.request import AwsFault, Request

_TRANSACTED = {
    "Put": "PutItem",
    "Update": "UpdateItem",
    "Delete": "DeleteItem",
    "ConditionCheck": "ConditionCheckItem",
    "Get": "GetItem",
}
_INDEXED = frozenset({"Query", "Scan", "DescribeContributorInsights", "UpdateContributorInsights"})
_ARN_MEMBERS = (
    "ResourceArn", "BackupArn", "ExportArn", "ImportArn", "TableArn", "SourceTableArn",
)  # fmt: skip
_TABLE_MEMBERS = (
    "TableName", "SourceTableName", "TargetTableName", "GlobalTableName",
)  # fmt: skip
_ALARM_LISTS = frozenset({"DeleteAlarms", "EnableAlarmActions", "DisableAlarmActions"})
_ALARM_NAMED = frozenset(
    {"PutMetricAlarm", "PutCompositeAlarm", "SetAlarmState", "DescribeAlarmHistory"}
)

Keys = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Need:
    """One action on one resource, with the condition keys of that part of the call."""

    action: str
    resource: str
    keys: Keys = field(default_factory=dict)


def needs_of(request: Request, keys_of: Callable[[str], TableKeys | None]) -> list[Need]:
    """Everything a call needs; empty for services whose calls are not held to policies.

    `keys_of` tells a table's key attributes, for conditions on items.
    """
    if request.service == "dynamodb":
        return list(_dynamodb(request, keys_of))
    if request.service == "dynamodbstreams":
        return [Need(f"dynamodb:{request.operation}", _stream_arn(request.params))]
    if request.service == "cloudwatch":
        return list(_cloudwatch(request))
    return []


def _stream_arn(params: Mapping[str, Any]) -> str:
    """Of the stream that a call names, or that the iterator is of, which begins with it."""
    arn, iterator = params.get("StreamArn"), params.get("ShardIterator")
    if isinstance(iterator, str) and iterator.startswith("arn:"):
        return iterator.partition("|")[0]
    return arn if isinstance(arn, str) else "*"


def _dynamodb(request: Request, keys_of: Callable[[str], TableKeys | None]) -> Iterator[Need]:
    params, operation = request.params, request.operation
    if operation in {"BatchGetItem", "BatchWriteItem"}:
        yield from _batch(request, keys_of)
    elif operation in {"TransactGetItems", "TransactWriteItems"}:
        yield from _transaction(request, keys_of)
    elif operation in {"ExecuteStatement", "BatchExecuteStatement", "ExecuteTransaction"}:
        yield from _statements(request, keys_of)
    else:
        resources = list(dict.fromkeys(_resources(request))) or ["*"]
        for resource in resources:
            keys = access_of(operation, params, keys_of(_name_of(resource)))
            yield Need(f"dynamodb:{operation}", resource, keys | _tag_keys(params))
        if operation != "TagResource" and params.get("Tags"):
            yield Need("dynamodb:TagResource", resources[0], _tag_keys(params))


def _resources(request: Request) -> Iterator[str]:
    """The ARNs a plain operation names."""
    params = request.params
    for member in _ARN_MEMBERS:
        if isinstance(params.get(member), str):
            yield params[member]
    for holder in (params, params.get("TableCreationParameters")):
        if isinstance(holder, Mapping):
            for member in _TABLE_MEMBERS:
                if isinstance(holder.get(member), str):
                    yield _table_arn(request, holder[member], _index_of(request))


def _index_of(request: Request) -> str | None:
    index = request.params.get("IndexName")
    return index if request.operation in _INDEXED and isinstance(index, str) else None


def _table_arn(request: Request, name: str, index: str | None = None) -> str:
    """The ARN of a table or index; a table may be named by its ARN."""
    arn = name
    if not name.startswith("arn:"):
        place = f"{request.region}:{request.account}"
        arn = f"arn:{partition(request.region)}:dynamodb:{place}:table/{name}"
    return f"{arn}/index/{index}" if index else arn


def _name_of(arn: str) -> str:
    return arn.partition(":table/")[2].split("/", 1)[0]


def _batch(request: Request, keys_of: Callable[[str], TableKeys | None]) -> Iterator[Need]:
    items = request.params.get("RequestItems")
    for name, asked in items.items() if isinstance(items, Mapping) else ():
        arn = _table_arn(request, name)
        keys = access_of(request.operation, {"Batch": asked}, keys_of(_name_of(arn)))
        yield Need(f"dynamodb:{request.operation}", arn, keys)


def _transaction(request: Request, keys_of: Callable[[str], TableKeys | None]) -> Iterator[Need]:
    """Each part is authorised as the single operation, enclosed in the transaction."""
    for item in request.params.get("TransactItems") or ():
        for member, part in item.items() if isinstance(item, Mapping) else ():
            operation = _TRANSACTED.get(member)
            if operation is None or not isinstance(part, Mapping):
                continue
            arn = _table_arn(request, str(part.get("TableName")))
            keys = access_of(operation, part, keys_of(_name_of(arn)))
            enclosing = {"dynamodb:enclosingoperation": (request.operation,)}
            yield Need(f"dynamodb:{operation}", arn, keys | enclosing)


def _statements(request: Request, keys_of: Callable[[str], TableKeys | None]) -> Iterator[Need]:
    """Every statement as DynamoDB reads it; what it cannot read it refuses by itself."""
    params = request.params
    for given_statement in params.get("Statements") or params.get("TransactStatements") or [params]:
        asked = given_statement if isinstance(given_statement, Mapping) else {}
        try:
            statement = read_statement(asked.get("Statement"), asked.get("Parameters") or [])
        except AwsFault:
            continue
        resource = _table_arn(request, statement.table, statement.index)
        keys = access_of_statement(statement, keys_of(_name_of(resource)))
        kind = "SELECT" if statement.kind == "EXISTS" else statement.kind
        yield Need(f"dynamodb:PartiQL{kind.capitalize()}", resource, keys)


def _cloudwatch(request: Request) -> Iterator[Need]:
    params, operation = request.params, request.operation
    action = f"cloudwatch:{operation}"
    names: list[Any] = []
    if operation in _ALARM_LISTS:
        names = list(params.get("AlarmNames") or ())
    elif operation in _ALARM_NAMED and params.get("AlarmName"):
        names = [params["AlarmName"]]
    resources = [alarm_arn(request.account, request.region, str(name)) for name in names]
    dashboards = params.get("DashboardNames") or [params.get("DashboardName")]
    for name in dashboards if isinstance(dashboards, list) else ():
        if isinstance(name, str):
            place = f"arn:{partition(request.region)}:cloudwatch::{request.account}"
            resources.append(f"{place}:dashboard/{name}")
    if isinstance(params.get("RuleName"), str):
        place = f"arn:{partition(request.region)}:cloudwatch:{request.region}:{request.account}"
        resources.append(f"{place}:insight-rule/{params['RuleName']}")
    if operation == "DescribeAlarms":
        resources = [alarm_arn(request.account, request.region, "*")]
    if isinstance(params.get("ResourceARN"), str):
        resources = [params["ResourceARN"]]
    keys = _tag_keys(params)
    if isinstance(params.get("Namespace"), str):
        keys["cloudwatch:namespace"] = (params["Namespace"],)
    actions = params.get("AlarmActions")
    if actions and isinstance(actions, list):
        keys["cloudwatch:alarmactions"] = tuple(map(str, actions))
    for resource in resources or ["*"]:
        yield Need(action, resource, dict(keys))
    if operation != "TagResource" and params.get("Tags"):
        yield Need("cloudwatch:TagResource", resources[0] if resources else "*", dict(keys))


def _tag_keys(params: Mapping[str, Any]) -> Keys:
    """Keys about the tags a call carries."""
    tags = params.get("Tags")
    keys: Keys = {}
    names: list[str] = []
    for tag in tags if isinstance(tags, list) else ():
        if isinstance(tag, Mapping) and "Key" in tag:
            names.append(str(tag["Key"]))
            keys[f"aws:requesttag/{names[-1].lower()}"] = (str(tag.get("Value", "")),)
    if isinstance(params.get("TagKeys"), list):
        names += map(str, params["TagKeys"])
    return keys | ({"aws:tagkeys": tuple(names)} if names else {})
