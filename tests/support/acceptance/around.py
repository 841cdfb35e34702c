"""What stands around a table: indexes of their own, items, policies, streams, scaling, alarms."""

from __future__ import annotations

import json
from typing import Any

from .model import (
    ARN,
    HOME,
    NAME,
    PER_REQUEST,
    TABLE,
    Scenario,
    Step,
    index,
    key_schemas,
    maxima,
    table,
    units,
    warm,
)

_INDEX = "aws:dynamodb/globalSecondaryIndex:GlobalSecondaryIndex"
_INSIGHTS = "aws:dynamodb/contributorInsights:ContributorInsights"
_DESTINATION = "aws:dynamodb/kinesisStreamingDestination:KinesisStreamingDestination"
_POLICY = "aws:dynamodb/resourcePolicy:ResourcePolicy"
_ITEM = "aws:dynamodb/tableItem:TableItem"
_TAG = "aws:dynamodb/tag:Tag"
_EXPORT = "aws:dynamodb/tableExport:TableExport"
_TARGET = "aws:appautoscaling/target:Target"
_SCALING = "aws:appautoscaling/policy:Policy"
_SCHEDULE = "aws:appautoscaling/scheduledAction:ScheduledAction"
_ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"
_COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"

_BASIC = table(**units(1))
_ON_DEMAND = table(**PER_REQUEST)


def _beside(inputs: dict[str, Any], *others: tuple[str, dict[str, Any]], **rest: Any) -> Step:
    named = {f"other{number}": table for number, table in enumerate(others)}
    return Step({"it": (TABLE, inputs), **named}, **rest)


def _index(name: str, hashes: list[str], ranges: list[str] = [], **rest: Any) -> Any:  # noqa: B006
    schemas = [{**part, "attributeType": "S"} for part in key_schemas(hashes, ranges)]
    own = {"tableName": NAME, "indexName": name, "keySchemas": schemas}
    return (_INDEX, {**own, "projection": {"projectionType": "ALL"}, **rest})


def _own_units(value: int) -> dict[str, Any]:
    return {"provisionedThroughput": {"readCapacityUnits": value, "writeCapacityUnits": value}}


def _item(**attributes: str) -> tuple[str, dict[str, Any]]:
    typed = {name: {"N" if value.isdigit() else "S": value} for name, value in attributes.items()}
    keys = {"hashKey": "id", **({"rangeKey": "at"} if "at" in attributes else {})}
    return (_ITEM, {"tableName": NAME, **keys, "item": json.dumps(typed)})


def _allow(action: str, resource: str = ARN) -> tuple[str, dict[str, Any]]:
    statement = {
        "Effect": "Allow",
        "Action": action,
        "Principal": {"AWS": "arn:aws:iam::123456789012:root"},
        "Resource": resource,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    return (_POLICY, {"resourceArn": ARN, "policy": document})


def _dimension(what: str = "Read", place: str = "") -> dict[str, Any]:
    kind = "index" if place else "table"
    return {
        "serviceNamespace": "dynamodb",
        "resourceId": f"table/{NAME}{place}",
        "scalableDimension": f"dynamodb:{kind}:{what}CapacityUnits",
    }


def _target(low: int, high: int, what: str = "Read", place: str = "", **rest: Any) -> Any:
    own = {"minCapacity": low, "maxCapacity": high, **rest}
    return (_TARGET, {**_dimension(what, place), **own})


def _follows(what: str = "Read", place: str = "", value: float = 70, **rest: Any) -> Any:
    metric = {"predefinedMetricType": f"DynamoDB{what}CapacityUtilization"}
    own = {"targetValue": value, "predefinedMetricSpecification": metric, **rest}
    return (
        _SCALING,
        {
            **_dimension(what, place),
            "name": f"DynamoDB{what}CapacityUtilization:table/{NAME}{place}",
            "policyType": "TargetTrackingScaling",
            "targetTrackingScalingPolicyConfiguration": own,
        },
    )


def _scheduled(schedule: str, low: int, high: int, **rest: Any) -> tuple[str, dict[str, Any]]:
    action = {"minCapacity": low, "maxCapacity": high}
    own = {"name": "plan", "schedule": schedule, "scalableTargetAction": action, **rest}
    return (_SCHEDULE, {**_dimension(), **own})


def _alarm(**rest: Any) -> tuple[str, dict[str, Any]]:
    series = {"metricName": "UserErrors", "namespace": "AWS/DynamoDB", "period": 120}
    own = {"name": "errors", "comparisonOperator": "GreaterThanOrEqualToThreshold"}
    watched = {"evaluationPeriods": 2, "threshold": 80, "statistic": "Average"}
    return (_ALARM, {**own, **watched, **series, **rest})


_STREAM_OF_KINESIS = f"arn:aws:kinesis:{HOME}:123456789012:stream/there"
_TO_KINESIS = {"tableName": NAME, "streamArn": _STREAM_OF_KINESIS}
_PRECISION = "approximateCreationDateTimePrecision"
_SCALED = table(**units(5))
_SCALED_INDEX = table(**units(10), globalSecondaryIndexes=[index("GSI", "title", **units(10))])
_KEPT = {**_ON_DEMAND, "pointInTimeRecovery": {"enabled": True}}
_EXPORTED = {"tableArn": ARN, "s3Bucket": "bucket-there"}
_SORTED = table(**units(10), rangeKey="at")

_INDEXES_OF_THEIR_OWN = [
    Scenario(
        "DynamoDBGlobalSecondaryIndex_basic",
        [_beside(_BASIC, _index("GSI", ["id"], **_own_units(1)))],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_billingPayPerRequest_basic",
        [_beside(_ON_DEMAND, _index("GSI", ["id"], ["sort"]))],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_billingPayPerRequest_onDemandThroughput",
        [
            _beside(
                table(**PER_REQUEST, **maxima(value)),
                _index("GSI", ["id"], ["sort"], **maxima(value)),
            )
            for value in (1, 2)
        ],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_billingPayPerRequest_warmThroughput",
        [
            _beside(_ON_DEMAND, _index("GSI", ["id"], ["sort"], **warm(*pair)))
            for pair in ((12100, 4100), (12200, 4200))
        ],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_provisioned_capacityChange",
        [_beside(_BASIC, _index("GSI", ["id"], **_own_units(value))) for value in (2, 4)],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_provisioned_capacity_gsiSameAsTable",
        [
            _beside(table(**units(value)), _index("GSI", ["id"], **_own_units(value)))
            for value in (2, 4)
        ],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_keySchema_several",
        [_beside(_ON_DEMAND, _index("GSI", ["k0", "k1", "k2", "k3"], ["k4", "k5", "k6", "k7"]))],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_multipleGsi_create",
        [
            _beside(
                _BASIC,
                _index("one", ["one"], **_own_units(1)),
                _index("two", ["two"], **_own_units(1)),
            )
        ],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_multipleGsi_update",
        [
            _beside(
                _BASIC,
                _index("one", ["one"], **_own_units(value)),
                _index("two", ["two"], **_own_units(value)),
            )
            for value in (1, 2)
        ],
    ),
    Scenario(
        "DynamoDBGlobalSecondaryIndex_multipleGsi_delete",
        [
            _beside(
                _BASIC,
                _index("one", ["one"], **_own_units(1)),
                _index("two", ["two"], **_own_units(1)),
            ),
            _beside(_BASIC),
        ],
    ),
]

_ATTACHED = [
    Scenario(
        "DynamoDBTag_basic",
        [
            _beside(_BASIC, (_TAG, {"resourceArn": ARN, "key": "a", "value": value}))
            for value in ("1", "2")
        ],
    ),
    Scenario(
        "DynamoDBContributorInsights_basic", [_beside(_ON_DEMAND, (_INSIGHTS, {"tableName": NAME}))]
    ),
    Scenario(
        "DynamoDBContributorInsights_index",
        [
            _beside(
                table(**PER_REQUEST, globalSecondaryIndexes=[index("GSI", "one")]),
                (_INSIGHTS, {"tableName": NAME, "indexName": "GSI"}),
            )
        ],
    ),
    Scenario(
        "DynamoDBContributorInsights_mode",
        [
            _beside(_ON_DEMAND, (_INSIGHTS, {"tableName": NAME, "mode": mode}))
            for mode in ("THROTTLED_KEYS", "ACCESSED_AND_THROTTLED_KEYS")
        ],
    ),
    Scenario(
        "DynamoDBKinesisStreamingDestination_basic",
        [_beside(_ON_DEMAND, (_DESTINATION, _TO_KINESIS))],
    ),
    Scenario(
        "DynamoDBKinesisStreamingDestination_approximateCreationDateTimePrecision",
        [
            _beside(_ON_DEMAND, (_DESTINATION, {**_TO_KINESIS, _PRECISION: unit}))
            for unit in ("MICROSECOND", "MILLISECOND")
        ],
    ),
    Scenario(
        "DynamoDBResourcePolicy_update",
        [_beside(_ON_DEMAND, _allow(action)) for action in ("dynamodb:*", "dynamodb:GetItem")],
    ),
    Scenario(
        "DynamoDBTableItem_basic",
        [_beside(_BASIC, _item(id="something", one="11111", two="22222"))],
    ),
    Scenario(
        "DynamoDBTableItem_rangeKey",
        [_beside(_SORTED, _item(id="something", at="else", one="11111"))],
    ),
    Scenario(
        "DynamoDBTableItem_withMultipleItems",
        [
            _beside(
                _SORTED,
                _item(id="something", at="first", one="11111"),
                _item(id="something", at="second", one="one", two="two"),
            )
        ],
    ),
    Scenario(
        "DynamoDBTableItem_update",
        [
            _beside(_BASIC, _item(id="before", one="11111", two="22222")),
            _beside(_BASIC, _item(id="before", one="11111", new="shiny")),
        ],
    ),
    Scenario(
        "DynamoDBTableItem_updateWithRangeKey",
        [
            _beside(_SORTED, _item(id="before", at="rangeBefore", value="a")),
            _beside(_SORTED, _item(id="before", at="rangeAfter", value="b"), replaced=("other0",)),
        ],
    ),
    Scenario("DynamoDBTableExport_basic", [_beside(_KEPT, (_EXPORT, _EXPORTED))]),
    Scenario(
        "DynamoDBTableExport_s3Prefix",
        [_beside(_KEPT, (_EXPORT, {**_EXPORTED, "s3Prefix": "own", "s3SseAlgorithm": "AES256"}))],
    ),
]

_SCALING_OF_TABLES = [
    Scenario(
        "AppAutoScalingPolicy_DynamoDB_table",
        [_beside(_SCALED, _target(5, 10, "Write"), _follows("Write"))],
    ),
    Scenario(
        "AppAutoScalingPolicy_DynamoDB_index",
        [
            _beside(
                _SCALED_INDEX,
                _target(10, 100, "Write", "/index/GSI"),
                _follows("Write", "/index/GSI"),
            )
        ],
    ),
    Scenario(
        "AppAutoScalingPolicy_multiplePoliciesSameResource",
        [
            _beside(
                _SCALED,
                _target(1, 10, "Read"),
                _follows("Read", value=45, scaleInCooldown=60, scaleOutCooldown=60),
                _target(1, 10, "Write"),
                _follows("Write", value=45, scaleInCooldown=60, scaleOutCooldown=60),
            )
        ],
    ),
    Scenario(
        "AppAutoScalingTarget_multipleTargets",
        [_beside(_SCALED, _target(5, 15, "Write"), _target(5, high, "Read")) for high in (15, 20)],
    ),
    Scenario(
        "AppAutoScalingTarget_suspendedState",
        [
            _beside(
                _SCALED,
                _target(
                    1,
                    10,
                    suspendedState={
                        "dynamicScalingInSuspended": first,
                        "dynamicScalingOutSuspended": not first,
                        "scheduledScalingSuspended": first,
                    },
                ),
            )
            for first in (False, True)
        ],
    ),
    Scenario(
        "AppAutoScalingScheduledAction_dynamoDB",
        [
            _beside(_SCALED, _target(1, 10), _scheduled(schedule, *range_))
            for schedule, range_ in (
                ("at(2035-01-01T00:00:00)", (1, 10)),
                ("cron(0 20 * * ? *)", (2, 8)),
                ("at(2036-01-01T00:00:00)", (3, 3)),
            )
        ],
    ),
    Scenario(
        "AppAutoScalingScheduledAction_Cron_startEndTimeTimezone",
        [
            _beside(
                _SCALED,
                _target(1, 10),
                _scheduled(
                    "cron(0 17 * * ? *)",
                    1,
                    10,
                    timezone="Pacific/Tahiti",
                    startTime="2034-01-01T00:00:00Z",
                    endTime="2035-01-01T00:00:00Z",
                ),
            )
        ],
    ),
    Scenario(
        "CloudPoseDynamoDB_complete",
        [
            _beside(
                table(
                    "HashKey",
                    **units(5),
                    rangeKey="RangeKey",
                    types={"DailyAverage": "N", "HighWater": "N"},
                    globalSecondaryIndexes=[
                        index(
                            "DailyAverageIndex",
                            "DailyAverage",
                            "HighWater",
                            projection="INCLUDE",
                            nonKeyAttributes=["HashKey", "RangeKey"],
                            **units(5),
                        )
                    ],
                    localSecondaryIndexes=[
                        {
                            "name": f"{name}Index",
                            "rangeKey": name,
                            "projectionType": "INCLUDE",
                            "nonKeyAttributes": ["HashKey", "RangeKey"],
                        }
                        for name in ("Timestamp", "HighWater")
                    ],
                    ttl={"attributeName": "Expires", "enabled": True},
                    pointInTimeRecovery={"enabled": True},
                    serverSideEncryption={"enabled": True},
                    tags={"Name": NAME},
                ),
                _target(5, 20, "Read"),
                _follows("Read", value=50),
                _target(5, 20, "Write"),
                _follows("Write", value=50),
                _target(5, 20, "Read", "/index/DailyAverageIndex"),
                _follows("Read", "/index/DailyAverageIndex", value=50),
                _target(5, 20, "Write", "/index/DailyAverageIndex"),
                _follows("Write", "/index/DailyAverageIndex", value=50),
            )
        ],
    ),
]

_WATCHED = [
    Scenario(
        "CloudWatchMetricAlarm_basic",
        [
            Step({"alarm": _alarm(alarmDescription=description, dimensions={"TableName": NAME})})
            for description in ("before", "after")
        ],
    ),
    Scenario(
        "CloudWatchMetricAlarm_datapointsToAlarm", [Step({"alarm": _alarm(datapointsToAlarm=2)})]
    ),
    Scenario(
        "CloudWatchMetricAlarm_treatMissingData",
        [
            Step({"alarm": _alarm(treatMissingData=value)})
            for value in ("missing", "breaching", "notBreaching")
        ],
    ),
    Scenario(
        "CloudWatchMetricAlarm_evaluateLowSampleCountPercentiles",
        [
            Step(
                {
                    "alarm": (
                        _ALARM,
                        {
                            **{k: v for k, v in _alarm()[1].items() if k != "statistic"},
                            "extendedStatistic": "p88.0",
                            "evaluateLowSampleCountPercentiles": value,
                        },
                    )
                }
            )
            for value in ("evaluate", "ignore")
        ],
    ),
    Scenario(
        "CloudWatchMetricAlarm_tags",
        [Step({"alarm": _alarm(tags=tags)}) for tags in ({"a": "1"}, {"a": "2", "b": "1"}, {})],
    ),
    Scenario(
        "CloudWatchCompositeAlarm_updateAlarmRule",
        [
            Step(
                {
                    "one": _alarm(),
                    "two": _alarm(name="others"),
                    "all": (_COMPOSITE, {"alarmName": "all", "alarmRule": rule}),
                }
            )
            for rule in (
                "ALARM(errors) OR ALARM(others)",
                "ALARM(errors)",
                "FALSE",
                'ALARM("errors") AND NOT OK("others")',
            )
        ],
    ),
]

AROUND = [*_INDEXES_OF_THEIR_OWN, *_ATTACHED, *_SCALING_OF_TABLES, *_WATCHED]
