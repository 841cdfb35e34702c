"""The operations of Application Auto Scaling on tables; other services' are answered underneath."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

from tablewright.emulator.autoscaling.book import Book, Place, Region
from tablewright.emulator.autoscaling.scaler import Scaler
from tablewright.emulator.autoscaling.schedule import At, ScheduleError, parse_schedule
from tablewright.emulator.autoscaling.scheduler import Scheduler
from tablewright.emulator.autoscaling.target import (
    NAMESPACE,
    Activity,
    Dimension,
    Policy,
    ScheduledAction,
    Target,
)
from tablewright.emulator.autoscaling.tracking_alarms import ROLES
from tablewright.emulator.cloudwatch import paging
from tablewright.emulator.cloudwatch.alarm import partition
from tablewright.emulator.door import Door
from tablewright.emulator.request import AwsFault, Handler, Request

PAGE = 50
MIN_TARGET, MAX_TARGET = 20, 90
MAX_TAGS = 50
_ROLE = (
    "arn:{partition}:iam::{account}:role/aws-service-role/"
    "dynamodb.application-autoscaling.amazonaws.com/"
    "AWSServiceRoleForApplicationAutoScaling_DynamoDBTable"
)
_SUSPENSIONS = ("DynamicScalingIn", "DynamicScalingOut", "ScheduledScaling")

T = TypeVar("T")
Params = Mapping[str, Any]


class Operations:
    """All fourteen but the predictive ones."""

    def __init__(self, door: Door, book: Book, scaler: Scaler, scheduler: Scheduler) -> None:
        self._door = door
        self._book = book
        self._scaler = scaler
        self._scheduler = scheduler

    def handlers(self) -> dict[str, Handler]:
        """Operation name to function."""
        of_tables: Mapping[str, Callable[[Request], Any]] = {
            "RegisterScalableTarget": self.register_scalable_target,
            "DeregisterScalableTarget": self.deregister_scalable_target,
            "DescribeScalableTargets": self.describe_scalable_targets,
            "PutScalingPolicy": self.put_scaling_policy,
            "DeleteScalingPolicy": self.delete_scaling_policy,
            "DescribeScalingPolicies": self.describe_scaling_policies,
            "PutScheduledAction": self.put_scheduled_action,
            "DeleteScheduledAction": self.delete_scheduled_action,
            "DescribeScheduledActions": self.describe_scheduled_actions,
            "DescribeScalingActivities": self.describe_scaling_activities,
        }
        tagging: Mapping[str, Callable[[Target, Params], Any]] = {
            "TagResource": _tag,
            "UntagResource": _untag,
            "ListTagsForResource": _list_tags,
        }
        handlers: dict[str, Handler] = {
            name: self._of_tables(call) for name, call in of_tables.items()
        }
        return handlers | {name: self._of_target(call) for name, call in tagging.items()}

    def _of_tables(self, call: Callable[[Request], Any]) -> Handler:
        def handler(request: Request) -> Any:
            if request.params["ServiceNamespace"] != NAMESPACE:
                return self._door.underneath(request)
            return call(request)

        return handler

    def _of_target(self, call: Callable[[Target, Params], Any]) -> Handler:
        def handler(request: Request) -> Any:
            arn = request.params["ResourceARN"]
            targets = self._region(request).targets.values()
            target = next((each for each in targets if each.arn == arn), None)
            if target is None:
                text = f"No scalable target found for the ARN {arn}."
                raise AwsFault("ResourceNotFoundException", text, fields={"ResourceName": arn})
            return call(target, request.params)

        return handler

    def register_scalable_target(self, request: Request) -> dict[str, Any]:
        """Register a dimension, or change its bounds; what lies outside them scales at once."""
        params, place = request.params, _place(request)
        dimension = _dimension(params)
        region = self._region(request)
        target = region.targets.get(dimension)
        self._require_provisioned(place, dimension)
        low, high = _bounds(params, target)
        suspended = params.get("SuspendedState")
        if target is None:
            target = region.targets[dimension] = self._new_target(request, dimension, low, high)
        target.minimum, target.maximum = low, high
        if suspended is not None:
            names = (f"{name}Suspended" for name in _SUSPENSIONS)
            target.suspended = {name: bool(suspended.get(name)) for name in names}
        self._scaler.bound(place, target, _bounds_cause(target))
        return {"ScalableTargetARN": target.arn}

    def _new_target(self, request: Request, dimension: Dimension, low: int, high: int) -> Target:
        tags = dict(request.params.get("Tags") or {})
        if len(tags) > MAX_TAGS:
            _refuse(f"A scalable target can have at most {MAX_TAGS} tags.")
        names = {"partition": partition(request.region), "account": request.account}
        arn = (
            f"arn:{names['partition']}:application-autoscaling:{request.region}:{request.account}:"
            f"scalable-target/{self._door.new_id().replace('-', '')}"
        )
        return Target(dimension, low, high, arn, _ROLE.format(**names), self._now(), tags=tags)

    def _require_provisioned(self, place: Place, dimension: Dimension) -> None:
        try:
            live = self._scaler.live(place, dimension)
        except AwsFault as fault:
            what = "index" if dimension.index else "table"
            text = f"DynamoDB {what} does not exist: {dimension.resource_id}"
            raise AwsFault("ValidationException", text) from fault
        if live.on_demand:
            _refuse(
                f"{dimension.resource_id} is in the PAY_PER_REQUEST billing mode, "
                "which has no capacity to scale."
            )

    def deregister_scalable_target(self, request: Request) -> dict[str, Any]:
        """Forget a target with its policies and schedules."""
        dimension, region = _dimension(request.params), self._region(request)
        self._registered(request, dimension)
        for policy in region.policies_of(dimension):
            self._scaler.delete_alarms(_place(request), policy)
            del region.policies[dimension, policy.name]
        for key in [key for key in region.schedules if key[0] == dimension]:
            del region.schedules[key]
        del region.targets[dimension]
        return {}

    def describe_scalable_targets(self, request: Request) -> dict[str, Any]:
        """Targets, by resource and dimension if asked."""
        targets = self._region(request).targets.values()
        wanted = request.params.get("ResourceIds")
        found = [
            _target_shown(each)
            for each in targets
            if _asked_for(each.dimension, request.params)
            and (not wanted or each.dimension.resource_id in wanted)
        ]
        return _paged(request.params, "ScalableTargets", found)

    def put_scaling_policy(self, request: Request) -> dict[str, Any]:
        """Create or overwrite a target tracking policy, and make its four alarms."""
        params, place, region = request.params, _place(request), self._region(request)
        dimension = _dimension(params)
        self._registered(request, dimension)
        configuration = _tracking(params, dimension)
        policy = region.policies.get((dimension, params["PolicyName"]))
        if policy is None:
            if region.policies_of(dimension):
                _refuse(
                    "Only one TargetTrackingScaling policy for a given metric specification is "
                    "allowed."
                )
            policy = self._new_policy(request, dimension, configuration)
            region.policies[dimension, policy.name] = policy
        policy.configuration = configuration
        try:
            capacity = self._scaler.live(place, dimension).capacity
        except AwsFault:
            capacity = policy.capacity
        self._scaler.sync_alarms(place, policy, capacity)
        return {"PolicyARN": policy.arn, "Alarms": _alarms_shown(request, policy)}

    def _new_policy(self, request: Request, dimension: Dimension, configuration: Params) -> Policy:
        name = request.params["PolicyName"]
        arn = (
            f"arn:{partition(request.region)}:autoscaling:{request.region}:{request.account}:"
            f"scalingPolicy:{self._door.new_id()}:resource/dynamodb/{dimension.resource_id}:"
            f"policyName/{name}"
        )
        alarms = {
            role: f"TargetTracking-{dimension.resource_id}-{role}-{self._door.new_id()}"
            for role in ROLES
        }
        return Policy(name, dimension, arn, configuration, self._now(), alarms)

    def delete_scaling_policy(self, request: Request) -> dict[str, Any]:
        """Forget a policy and take its alarms away."""
        dimension, name = _dimension(request.params), request.params["PolicyName"]
        policy = self._region(request).policies.pop((dimension, name), None)
        if policy is None:
            raise _not_found("scaling policy", dimension, name)
        self._scaler.delete_alarms(_place(request), policy)
        return {}

    def describe_scaling_policies(self, request: Request) -> dict[str, Any]:
        """Policies, by name, resource and dimension if asked."""
        names = request.params.get("PolicyNames")
        found = [
            {
                "PolicyARN": each.arn,
                "PolicyName": each.name,
                **_where(each.dimension),
                "PolicyType": "TargetTrackingScaling",
                "TargetTrackingScalingPolicyConfiguration": each.configuration,
                "Alarms": _alarms_shown(request, each),
                "CreationTime": _moment(each.created),
            }
            for each in self._region(request).policies.values()
            if _asked_for(each.dimension, request.params) and (not names or each.name in names)
        ]
        return _paged(request.params, "ScalingPolicies", found)

    def put_scheduled_action(self, request: Request) -> dict[str, Any]:
        """Create or change a scheduled change of bounds; what is not said stays."""
        params, region = request.params, self._region(request)
        dimension, name = _dimension(params), params["ScheduledActionName"]
        self._registered(request, dimension)
        old = region.schedules.get((dimension, name))
        said = _said(old) | {key: value for key, value in params.items() if value is not None}
        _check_change(said)
        self._check_schedule(said["Schedule"], said.get("Timezone"))
        action = ScheduledAction(
            name=name,
            dimension=dimension,
            arn=old.arn if old else self._schedule_arn(request, dimension, name),
            schedule=said["Schedule"],
            timezone=said.get("Timezone"),
            start=said.get("StartTime"),
            end=said.get("EndTime"),
            action=dict(said["ScalableTargetAction"]),
            created=old.created if old else self._now(),
        )
        region.schedules[dimension, name] = action
        self._scheduler.arm(_place(request), action)
        return {}

    def _schedule_arn(self, request: Request, dimension: Dimension, name: str) -> str:
        return (
            f"arn:{partition(request.region)}:autoscaling:{request.region}:{request.account}:"
            f"scheduledAction:{self._door.new_id()}:resource/dynamodb/{dimension.resource_id}:"
            f"scheduledActionName/{name}"
        )

    def _check_schedule(self, text: str, timezone: str | None) -> None:
        try:
            schedule = parse_schedule(text, timezone)
        except ScheduleError as error:
            raise AwsFault("ValidationException", str(error)) from error
        if isinstance(schedule, At) and schedule.moment <= self._door.clock.now():
            _refuse(f"The time of {text} is in the past.")

    def delete_scheduled_action(self, request: Request) -> dict[str, Any]:
        """Forget a scheduled action."""
        dimension, name = _dimension(request.params), request.params["ScheduledActionName"]
        if self._region(request).schedules.pop((dimension, name), None) is None:
            raise _not_found("scheduled action", dimension, name)
        return {}

    def describe_scheduled_actions(self, request: Request) -> dict[str, Any]:
        """Scheduled actions, by name, resource and dimension if asked."""
        names = request.params.get("ScheduledActionNames")
        found = [
            _schedule_shown(each)
            for each in self._region(request).schedules.values()
            if _asked_for(each.dimension, request.params) and (not names or each.name in names)
        ]
        return _paged(request.params, "ScheduledActions", found)

    def describe_scaling_activities(self, request: Request) -> dict[str, Any]:
        """What scaling did, newest first."""
        found = [
            _activity_shown(each)
            for each in reversed(self._region(request).activities)
            if _asked_for(each.dimension, request.params)
        ]
        return _paged(request.params, "ScalingActivities", found)

    def _registered(self, request: Request, dimension: Dimension) -> Target:
        target = self._region(request).targets.get(dimension)
        if target is None:
            raise AwsFault(
                "ObjectNotFoundException",
                f"No scalable target registered for service namespace: {NAMESPACE}, resource ID: "
                f"{dimension.resource_id}, scalable dimension: {dimension.name}",
            )
        return target

    def _region(self, request: Request) -> Region:
        return self._book.at(_place(request))

    def _now(self) -> float:
        return self._door.clock.now().timestamp()


def _place(request: Request) -> Place:
    return request.account, request.region


def _refuse(text: str) -> None:
    raise AwsFault("ValidationException", text)


def _not_found(what: str, dimension: Dimension, name: str) -> AwsFault:
    return AwsFault(
        "ObjectNotFoundException",
        f"No {what} found for service namespace: {NAMESPACE}, resource ID: "
        f"{dimension.resource_id}, scalable dimension: {dimension.name}, name: {name}",
    )


def _dimension(params: Params) -> Dimension:
    found = Dimension.of(params["ResourceId"], params["ScalableDimension"])
    if found is None:
        raise AwsFault(
            "ValidationException",
            f"Unsupported service namespace, resource type or scalable dimension: {NAMESPACE}, "
            f"{params['ResourceId']}, {params['ScalableDimension']}",
        )
    return found


def _bounds(params: Params, old: Target | None) -> tuple[int, int]:
    low = params.get("MinCapacity")
    high = params.get("MaxCapacity")
    low = old.minimum if low is None and old else low
    high = old.maximum if high is None and old else high
    if low is None or high is None:
        raise AwsFault("ValidationException", "Both MinCapacity and MaxCapacity are required.")
    if low < 1:
        _refuse("MinCapacity must be greater than or equal to 1.")
    if low > high:
        _refuse("MinCapacity must not be greater than MaxCapacity.")
    return low, high


def _bounds_cause(target: Target) -> str:
    return f"minimum capacity was set to {target.minimum}, maximum to {target.maximum}"


def _tracking(params: Params, dimension: Dimension) -> dict[str, Any]:
    """The configuration of a target tracking policy, checked."""
    if params.get("PolicyType", "TargetTrackingScaling") != "TargetTrackingScaling":
        _refuse(f"{params['PolicyType']} is not supported for the service namespace {NAMESPACE}.")
    configuration = params.get("TargetTrackingScalingPolicyConfiguration")
    if configuration is None:
        raise AwsFault(
            "ValidationException", "TargetTrackingScalingPolicyConfiguration is required."
        )
    metric = (configuration.get("PredefinedMetricSpecification") or {}).get("PredefinedMetricType")
    expected = f"DynamoDB{dimension.kind}CapacityUtilization"
    if configuration.get("CustomizedMetricSpecification"):
        _refuse("CustomizedMetricSpecification is not supported by this embedded AWS.")
    if metric != expected:
        _refuse(f"The metric of {dimension.name} must be {expected}, not {metric}.")
    if not MIN_TARGET <= configuration["TargetValue"] <= MAX_TARGET:
        _refuse(f"The target value must be between {MIN_TARGET} and {MAX_TARGET}.")
    for name in ("ScaleInCooldown", "ScaleOutCooldown"):
        if (configuration.get(name) or 0) < 0:
            _refuse(f"{name} must not be negative.")
    return dict(configuration)


def _said(old: ScheduledAction | None) -> dict[str, Any]:
    """What a scheduled action was told before."""
    if old is None:
        return {}
    return {
        "Schedule": old.schedule,
        "Timezone": old.timezone,
        "StartTime": old.start,
        "EndTime": old.end,
        "ScalableTargetAction": old.action,
    }


def _check_change(said: Params) -> None:
    change = said.get("ScalableTargetAction")
    if said.get("Schedule") is None or change is None:
        raise AwsFault("ValidationException", "Schedule and ScalableTargetAction are required.")
    low, high = change.get("MinCapacity"), change.get("MaxCapacity")
    if low is None and high is None:
        _refuse("At least one of MinCapacity and MaxCapacity must be specified.")
    if low is not None and high is not None and low > high:
        _refuse("MinCapacity must not be greater than MaxCapacity.")


def _asked_for(dimension: Dimension, params: Params) -> bool:
    return params.get("ResourceId") in {None, dimension.resource_id} and params.get(
        "ScalableDimension"
    ) in {None, dimension.name}


def _paged(params: Params, member: str, found: Sequence[T]) -> dict[str, Any]:
    size = min(params.get("MaxResults") or PAGE, PAGE)
    shown, token = paging.page(params, found, size, "InvalidNextTokenException")
    return {member: list(shown)} | ({"NextToken": token} if token else {})


def _where(dimension: Dimension) -> dict[str, str]:
    return {
        "ServiceNamespace": NAMESPACE,
        "ResourceId": dimension.resource_id,
        "ScalableDimension": dimension.name,
    }


def _target_shown(target: Target) -> dict[str, Any]:
    suspended = {f"{n}Suspended": target.is_suspended(n) for n in _SUSPENSIONS}
    return _where(target.dimension) | {
        "MinCapacity": target.minimum,
        "MaxCapacity": target.maximum,
        "RoleARN": target.role_arn,
        "CreationTime": _moment(target.created),
        "SuspendedState": suspended,
        "ScalableTargetARN": target.arn,
    }


def _alarms_shown(request: Request, policy: Policy) -> list[dict[str, str]]:
    prefix = f"arn:{partition(request.region)}:cloudwatch:{request.region}:{request.account}:alarm:"
    return [{"AlarmName": name, "AlarmARN": f"{prefix}{name}"} for name in policy.alarms.values()]


def _schedule_shown(action: ScheduledAction) -> dict[str, Any]:
    return _where(action.dimension) | {
        "ScheduledActionName": action.name,
        "ScheduledActionARN": action.arn,
        "Schedule": action.schedule,
        "Timezone": action.timezone,
        "StartTime": action.start,
        "EndTime": action.end,
        "ScalableTargetAction": action.action,
        "CreationTime": _moment(action.created),
    }


def _activity_shown(activity: Activity) -> dict[str, Any]:
    return _where(activity.dimension) | {
        "ActivityId": activity.id,
        "Description": activity.description,
        "Cause": activity.cause,
        "StartTime": _moment(activity.started),
        "EndTime": None if activity.ended is None else _moment(activity.ended),
        "StatusCode": activity.status,
        "StatusMessage": activity.message,
    }


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _tag(target: Target, params: Params) -> dict[str, Any]:
    tags = target.tags | params["Tags"]
    if len(tags) > MAX_TAGS:
        text = f"A scalable target can have at most {MAX_TAGS} tags."
        raise AwsFault("TooManyTagsException", text, fields={"ResourceName": target.arn})
    target.tags = tags
    return {}


def _untag(target: Target, params: Params) -> dict[str, Any]:
    keys: Iterable[str] = params["TagKeys"]
    target.tags = {key: value for key, value in target.tags.items() if key not in set(keys)}
    return {}


def _list_tags(target: Target, _: Params) -> dict[str, Any]:
    return {"Tags": dict(target.tags)}
