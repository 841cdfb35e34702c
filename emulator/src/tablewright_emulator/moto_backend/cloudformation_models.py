"""Our resources as moto's CloudFormation wants them: made through the gateway, deleted through it.

Properties have the names of the operations' members, as CloudFormation's documentation has it;
where they differ it is said. A type of our services that is not here is refused by name: moto would
pass it over and call the stack complete.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from moto.cloudformation import parsing
from moto.cloudformation.exceptions import UnformattedGetAttTemplateException
from moto.core.common_models import CloudFormationModel

from tablewright_emulator.moto_backend import cloudformation_role
from tablewright_emulator.request import AwsFault

Properties = Mapping[str, Any]
Place = tuple[str, str]
"""Account and region."""

_OURS = ("AWS::DynamoDB::", "AWS::CloudWatch::", "AWS::ApplicationAutoScaling::")


@dataclass
class Stack:
    """A stack that is being made.

    Args:
        call: calls an operation of a service in an account and region.
        undo: what takes back what was made, oldest first.
    """

    call: Callable[[Place, str, str, Mapping[str, Any]], dict[str, Any]]
    undo: list[Callable[[], None]] = field(default_factory=list)


class Current:
    """The stack that is being made; one at a time, under the gateway's lock."""

    stack: Stack | None = None


def _call(place: Place, service: str, operation: str, **params: Any) -> dict[str, Any]:
    assert Current.stack is not None  # noqa: S101 - CloudFormation.answer has set it
    return Current.stack.call(place, service, operation, params)


def _remove(place: Place, service: str, operation: str, **params: Any) -> None:
    """Call an operation that deletes; what went with something else is gone already."""
    try:
        _call(place, service, operation, **params)
    except AwsFault as fault:
        if "NotFound" not in fault.code:
            raise


class _Made:
    """A resource of a stack."""

    TYPE: str
    NAME = ""

    def __init__(self, physical_id: str, place: Place, attributes: Properties) -> None:
        self.physical_resource_id = physical_id
        self.place = place
        self.attributes = dict(attributes)
        self.cf_resource_type = self.logical_resource_id = ""
        self._template: Properties = {}

    @classmethod
    def cloudformation_type(cls) -> str:
        """Its type."""
        return cls.TYPE

    @classmethod
    def cloudformation_name_type(cls) -> str:
        """The property that has its name."""
        return cls.NAME

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether outputs may name an attribute."""
        return attr in {"Arn", "StreamArn", "TableId"}

    def get_cfn_attribute(self, name: str) -> Any:
        """Value of an attribute."""
        if name not in self.attributes:
            raise UnformattedGetAttTemplateException
        return self.attributes[name]

    def is_created(self) -> bool:
        """It is, at once."""
        return True

    @classmethod
    def create_from_cloudformation_json(
        cls,
        resource_name: str,
        cloudformation_json: Properties,
        account_id: str,
        region_name: str,
        **_: Any,
    ) -> Any:
        """Make it from a template, and note how to take it back."""
        place = account_id, region_name
        made = cls.make(resource_name, deepcopy(dict(cloudformation_json["Properties"])), place)
        made.keep(cloudformation_json)
        if Current.stack is not None:
            Current.stack.undo.append(made.remove)
        return made

    @classmethod
    def update_from_cloudformation_json(
        cls, original_resource: Any, cloudformation_json: Properties, **_: Any
    ) -> Any:
        """Take other policies of the stack; refuse other properties."""
        if original_resource.has(cloudformation_json["Properties"]):
            original_resource.keep(cloudformation_json)
            return original_resource
        raise AwsFault(
            "ValidationError",
            f"this emulator does not update {cls.TYPE} by CloudFormation; change it by its own API",
        )

    @classmethod
    def make(cls, name: str, properties: dict[str, Any], place: Place) -> Any:
        """Make it."""
        del name, properties, place
        raise AwsFault("ValidationError", f"this emulator does not make {cls.TYPE}")

    def keep(self, template: Properties) -> None:
        """Keep what the stack's template says of it."""
        self._template = deepcopy(dict(template))

    def has(self, properties: Properties) -> bool:
        """Whether it was made with these properties."""
        return bool(self._template.get("Properties") == properties)

    def delete(self, *_: str) -> None:
        """Delete it, unless its stack retains it."""
        if self._template.get("DeletionPolicy") != "Retain":
            self.remove()

    def remove(self) -> None:
        """Delete it, whatever its stack says."""


class Table(_Made, CloudFormationModel):  # type: ignore[misc]
    """`AWS::DynamoDB::Table`."""

    TYPE, NAME = "AWS::DynamoDB::Table", "TableName"

    @classmethod
    def make(cls, name: str, properties: dict[str, Any], place: Place) -> Any:
        """Make it."""
        properties.pop("TableName", None)
        later = list(_settings(name, properties))
        request = {"TableName": name, **_creation(properties)}
        _call(place, "dynamodb", "CreateTable", **request)
        described = _call(place, "dynamodb", "DescribeTable", TableName=name)["Table"]
        attributes = {"Arn": described["TableArn"], "TableId": described["TableId"]}
        if stream := described.get("LatestStreamArn"):
            attributes["StreamArn"] = stream
        made = cls(name, place, attributes)
        try:
            for operation, params in later:
                arn = {"ResourceArn": attributes["Arn"]} if "Policy" in params else {}
                _call(place, "dynamodb", operation, **params, **arn)
        except AwsFault:
            made.remove()
            raise
        return made

    def remove(self) -> None:
        """Delete it."""
        _remove(self.place, "dynamodb", "DeleteTable", TableName=self.physical_resource_id)


def _creation(properties: dict[str, Any]) -> dict[str, Any]:
    """The members of CreateTable; `properties` keeps what it has no member for.

    Raises:
        AwsFault: something is left that is not carried.
    """
    if stream := properties.get("StreamSpecification"):
        properties["StreamSpecification"] = {"StreamEnabled": True, **stream}
    if encryption := properties.get("SSESpecification"):
        key = encryption.get("KMSMasterKeyId")
        properties["SSESpecification"] = {
            "Enabled": encryption.get("SSEEnabled", True),
            **({"SSEType": encryption.get("SSEType", "KMS")} if key else {}),
            **({"KMSMasterKeyId": key} if key else {}),
        }
    members = {
        "AttributeDefinitions",
        "BillingMode",
        "DeletionProtectionEnabled",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "LocalSecondaryIndexes",
        "OnDemandThroughput",
        "ProvisionedThroughput",
        "SSESpecification",
        "StreamSpecification",
        "TableClass",
        "Tags",
        "WarmThroughput",
    }
    if others := sorted(properties.keys() - members):
        raise AwsFault(
            "ValidationError", f"this emulator does not carry {', '.join(others)} of {Table.TYPE}"
        )
    return properties


def _settings(name: str, properties: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Calls for what CreateTable has no member for; taken out of `properties`."""
    table = {"TableName": name}
    if ttl := properties.pop("TimeToLiveSpecification", None):
        yield "UpdateTimeToLive", {**table, "TimeToLiveSpecification": ttl}
    if recovery := properties.pop("PointInTimeRecoverySpecification", None):
        yield (
            "UpdateContinuousBackups",
            {**table, "PointInTimeRecoverySpecification": recovery},
        )
    yield from _insights(table, properties)
    for index in properties.get("GlobalSecondaryIndexes") or ():
        yield from _insights({**table, "IndexName": index.get("IndexName")}, index)
    if destination := properties.pop("KinesisStreamSpecification", None):
        configuration = {key: value for key, value in destination.items() if key != "StreamArn"}
        request = {**table, "StreamArn": destination.get("StreamArn")}
        if configuration:
            request["EnableKinesisStreamingConfiguration"] = configuration
        yield "EnableKinesisStreamingDestination", request
    if policy := properties.pop("ResourcePolicy", None):
        yield "PutResourcePolicy", {"Policy": _json(policy.get("PolicyDocument"))}


def _insights(
    subject: Mapping[str, Any], properties: dict[str, Any]
) -> Iterator[tuple[str, dict[str, Any]]]:
    insights = properties.pop("ContributorInsightsSpecification", None)
    if insights and str(insights.get("Enabled")).lower() == "true":
        mode = {"ContributorInsightsMode": insights["Mode"]} if insights.get("Mode") else {}
        action = {"ContributorInsightsAction": "ENABLE", **mode}
        yield "UpdateContributorInsights", {**subject, **action}


class _AnyAlarm(_Made):
    """An alarm; the operation that makes it has the members of its properties."""

    NAME = "AlarmName"
    OPERATION: str
    MEMBER: str

    @classmethod
    def make(cls, name: str, properties: dict[str, Any], place: Place) -> Any:
        """Make it."""
        _call(place, "cloudwatch", cls.OPERATION, **{**properties, "AlarmName": name})
        request = {"AlarmNames": [name], "AlarmTypes": ["MetricAlarm", "CompositeAlarm"]}
        [alarm] = _call(place, "cloudwatch", "DescribeAlarms", **request)[cls.MEMBER]
        return cls(name, place, {"Arn": alarm["AlarmArn"]})

    def remove(self) -> None:
        """Delete it."""
        _remove(self.place, "cloudwatch", "DeleteAlarms", AlarmNames=[self.physical_resource_id])


class Alarm(_AnyAlarm, CloudFormationModel):  # type: ignore[misc]
    """`AWS::CloudWatch::Alarm`."""

    TYPE = "AWS::CloudWatch::Alarm"
    OPERATION, MEMBER = "PutMetricAlarm", "MetricAlarms"


class CompositeAlarm(_AnyAlarm, CloudFormationModel):  # type: ignore[misc]
    """`AWS::CloudWatch::CompositeAlarm`."""

    TYPE = "AWS::CloudWatch::CompositeAlarm"
    OPERATION, MEMBER = "PutCompositeAlarm", "CompositeAlarms"


class Dashboard(_Made, CloudFormationModel):  # type: ignore[misc]
    """`AWS::CloudWatch::Dashboard`."""

    TYPE, NAME = "AWS::CloudWatch::Dashboard", "DashboardName"

    @classmethod
    def make(cls, name: str, properties: dict[str, Any], place: Place) -> Any:
        """Make it."""
        _call(place, "cloudwatch", "PutDashboard", **{**properties, "DashboardName": name})
        return cls(name, place, {})

    def remove(self) -> None:
        """Delete it."""
        names = [self.physical_resource_id]
        _remove(self.place, "cloudwatch", "DeleteDashboards", DashboardNames=names)


class ScalableTarget(_Made, CloudFormationModel):  # type: ignore[misc]
    """`AWS::ApplicationAutoScaling::ScalableTarget`, with its scheduled actions."""

    TYPE = "AWS::ApplicationAutoScaling::ScalableTarget"

    @classmethod
    def make(cls, name: str, properties: dict[str, Any], place: Place) -> Any:
        """Make it; it has no name."""
        del name
        actions = properties.pop("ScheduledActions", None) or []
        service = "application-autoscaling"
        _call(place, service, "RegisterScalableTarget", **properties)
        scaled = {part: properties.get(part) for part in _SCALED}
        made = cls("|".join(str(scaled[part]) for part in _REF), place, scaled)
        try:
            for action in actions:
                _call(place, service, "PutScheduledAction", **scaled, **action)
        except AwsFault:
            made.remove()
            raise
        return made

    def remove(self) -> None:
        """Delete it."""
        _remove(
            self.place, "application-autoscaling", "DeregisterScalableTarget", **self.attributes
        )


_SCALED = ("ServiceNamespace", "ResourceId", "ScalableDimension")
_REF = ("ResourceId", "ScalableDimension", "ServiceNamespace")


class ScalingPolicy(_Made, CloudFormationModel):  # type: ignore[misc]
    """`AWS::ApplicationAutoScaling::ScalingPolicy`."""

    TYPE, NAME = "AWS::ApplicationAutoScaling::ScalingPolicy", "PolicyName"

    @classmethod
    def make(cls, name: str, properties: dict[str, Any], place: Place) -> Any:
        """Make it."""
        target = str(properties.pop("ScalingTargetId", "") or "").split("|")
        if len(target) == len(_REF):
            properties |= dict(zip(_REF, target, strict=True))
        properties["PolicyName"] = name
        service = "application-autoscaling"
        arn = _call(place, service, "PutScalingPolicy", **properties)["PolicyARN"]
        scaled = {part: properties.get(part) for part in ("PolicyName", *_SCALED)}
        return cls(arn, place, {"Arn": arn, **scaled})

    def remove(self) -> None:
        """Delete it."""
        scaled = {part: self.attributes[part] for part in ("PolicyName", *_SCALED)}
        _remove(self.place, "application-autoscaling", "DeleteScalingPolicy", **scaled)


MODELS: Mapping[str, type[_Made]] = {
    model.TYPE: model
    for model in (Alarm, CompositeAlarm, Dashboard, ScalableTarget, ScalingPolicy, Table)
}
"""What stacks make of our services; all other types of them are refused."""


class _Models(dict[str, Any]):
    """moto's models, with ours in front; a type of ours that is not carried is one that refuses."""

    def __contains__(self, kind: object) -> bool:
        return super().__contains__(kind) or str(kind).startswith(_OURS)

    def __missing__(self, kind: str) -> type[_Made]:
        return type("Refused", (_Made,), {"TYPE": kind})


@cache
def install() -> None:
    """Put our models in front of moto's, once per process."""
    model_map_of_moto: Callable[[], Mapping[str, Any]] = parsing.get_model_map
    models = _Models({**model_map_of_moto(), **MODELS, "AWS::IAM::Role": cloudformation_role.Role})
    names = {kind: model.NAME for kind, model in MODELS.items()}
    name_of = parsing.resource_name_property_from_type
    parsing.get_model_map = lambda: models
    parsing.resource_name_property_from_type = lambda kind: (
        names[kind] if kind in names else name_of(kind)
    )
    cloudformation_role.keep_what_is_retained()


def _json(document: Any) -> Any:
    return document if isinstance(document, str) else json.dumps(document)
