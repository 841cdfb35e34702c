"""The operations of Application Auto Scaling on tables; other services' are answered underneath."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from tablewright_emulator.autoscaling import description
from tablewright_emulator.autoscaling.registry import Place, Region, Registry
from tablewright_emulator.autoscaling.scaler import Scaler
from tablewright_emulator.autoscaling.scaling_request import (
    Params,
    bounds,
    check_change,
    dimension_of,
    refuse,
    said_before,
    tracking,
)
from tablewright_emulator.autoscaling.schedule import At, ScheduleError, parse_schedule
from tablewright_emulator.autoscaling.scheduler import Scheduler
from tablewright_emulator.autoscaling.service_linked_role import role_arn
from tablewright_emulator.autoscaling.tagging import new_tags, tagging
from tablewright_emulator.autoscaling.target import (
    NAMESPACE,
    Dimension,
    Policy,
    ScheduledAction,
    Target,
)
from tablewright_emulator.autoscaling.tracking_alarms import ROLES
from tablewright_emulator.cloudwatch import paging
from tablewright_emulator.cloudwatch.alarms.alarm import partition
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault, Handler, Request

PAGE = 50

T = TypeVar("T")


class Operations:
    """All fourteen but the predictive ones."""

    def __init__(
        self, gateway: Gateway, registry: Registry, scaler: Scaler, scheduler: Scheduler
    ) -> None:
        self._gateway = gateway
        self._registry = registry
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
        handlers = {name: self._of_tables(call) for name, call in of_tables.items()}
        return handlers | tagging(self._registry)

    def _of_tables(self, call: Callable[[Request], Any]) -> Handler:
        def handler(request: Request) -> Any:
            if request.params["ServiceNamespace"] != NAMESPACE:
                return self._gateway.underneath(request)
            return call(request)

        return handler

    def register_scalable_target(self, request: Request) -> dict[str, Any]:
        """Register a dimension, or change its bounds; what lies outside them scales at once."""
        params, place = request.params, _place(request)
        dimension = dimension_of(params)
        region = self._region(request)
        target = region.targets.get(dimension)
        self._require_provisioned(place, dimension)
        low, high = bounds(params, target)
        suspended = params.get("SuspendedState")
        if target is None:
            target = region.targets[dimension] = self._new_target(request, dimension, low, high)
        target.minimum, target.maximum = low, high
        if suspended is not None:
            names = (f"{name}Suspended" for name in description.SUSPENSIONS)
            target.suspended = {name: bool(suspended.get(name)) for name in names}
        self._scaler.bound(place, target, _bounds_cause(target))
        return {"ScalableTargetARN": target.arn}

    def _new_target(self, request: Request, dimension: Dimension, low: int, high: int) -> Target:
        tags = new_tags(request.params)
        role = role_arn(partition(request.region), request.account)
        arn = (
            f"arn:{partition(request.region)}:application-autoscaling:{request.region}:{request.account}:"
            f"scalable-target/{self._gateway.new_id().replace('-', '')}"
        )
        return Target(dimension, low, high, arn, role, self._now(), tags=tags)

    def _require_provisioned(self, place: Place, dimension: Dimension) -> None:
        try:
            live = self._scaler.live(place, dimension)
        except AwsFault as fault:
            what = "index" if dimension.index else "table"
            text = f"DynamoDB {what} does not exist: {dimension.resource_id}"
            raise AwsFault("ValidationException", text) from fault
        if live.on_demand:
            refuse(
                f"{dimension.resource_id} is in the PAY_PER_REQUEST billing mode, "
                "which has no capacity to scale."
            )

    def deregister_scalable_target(self, request: Request) -> dict[str, Any]:
        """Forget a target with its policies and schedules."""
        dimension, region = dimension_of(request.params), self._region(request)
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
        shown = [
            description.target(target)
            for target in targets
            if _asked_for(target.dimension, request.params)
            and (not wanted or target.dimension.resource_id in wanted)
        ]
        return _paged(request.params, "ScalableTargets", shown)

    def put_scaling_policy(self, request: Request) -> dict[str, Any]:
        """Create or overwrite a target tracking policy, and make its four alarms."""
        params, place, region = request.params, _place(request), self._region(request)
        dimension = dimension_of(params)
        self._registered(request, dimension)
        configuration = tracking(params, dimension)
        policy = region.policies.get((dimension, params["PolicyName"]))
        if policy is None:
            if region.policies_of(dimension):
                refuse(
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
        return {
            "PolicyARN": policy.arn,
            "Alarms": description.alarms(policy, request.account, request.region),
        }

    def _new_policy(self, request: Request, dimension: Dimension, configuration: Params) -> Policy:
        name = request.params["PolicyName"]
        arn = (
            f"arn:{partition(request.region)}:autoscaling:{request.region}:{request.account}:"
            f"scalingPolicy:{self._gateway.new_id()}:resource/dynamodb/{dimension.resource_id}:"
            f"policyName/{name}"
        )
        alarms = {
            role: f"TargetTracking-{dimension.resource_id}-{role}-{self._gateway.new_id()}"
            for role in ROLES
        }
        return Policy(name, dimension, arn, configuration, self._now(), alarms)

    def delete_scaling_policy(self, request: Request) -> dict[str, Any]:
        """Forget a policy and take its alarms away."""
        dimension, name = dimension_of(request.params), request.params["PolicyName"]
        policy = self._region(request).policies.pop((dimension, name), None)
        if policy is None:
            raise _not_found("scaling policy", dimension, name)
        self._scaler.delete_alarms(_place(request), policy)
        return {}

    def describe_scaling_policies(self, request: Request) -> dict[str, Any]:
        """Policies, by name, resource and dimension if asked."""
        names = request.params.get("PolicyNames")
        shown = [
            description.policy(policy, request.account, request.region)
            for policy in self._region(request).policies.values()
            if _asked_for(policy.dimension, request.params) and (not names or policy.name in names)
        ]
        return _paged(request.params, "ScalingPolicies", shown)

    def put_scheduled_action(self, request: Request) -> dict[str, Any]:
        """Create or change a scheduled change of bounds; what is not said stays."""
        params, region = request.params, self._region(request)
        dimension, name = dimension_of(params), params["ScheduledActionName"]
        self._registered(request, dimension)
        old = region.schedules.get((dimension, name))
        merged = said_before(old) | {
            key: value for key, value in params.items() if value is not None
        }
        check_change(merged)
        self._check_schedule(merged["Schedule"], merged.get("Timezone"))
        action = ScheduledAction(
            name=name,
            dimension=dimension,
            arn=old.arn if old else self._schedule_arn(request, dimension, name),
            schedule=merged["Schedule"],
            timezone=merged.get("Timezone"),
            start=merged.get("StartTime"),
            end=merged.get("EndTime"),
            action=dict(merged["ScalableTargetAction"]),
            created=old.created if old else self._now(),
        )
        region.schedules[dimension, name] = action
        self._scheduler.arm(_place(request), action)
        return {}

    def _schedule_arn(self, request: Request, dimension: Dimension, name: str) -> str:
        return (
            f"arn:{partition(request.region)}:autoscaling:{request.region}:{request.account}:"
            f"scheduledAction:{self._gateway.new_id()}:resource/dynamodb/{dimension.resource_id}:"
            f"scheduledActionName/{name}"
        )

    def _check_schedule(self, text: str, timezone: str | None) -> None:
        try:
            schedule = parse_schedule(text, timezone)
        except ScheduleError as error:
            raise AwsFault("ValidationException", str(error)) from error
        if isinstance(schedule, At) and schedule.moment <= self._gateway.clock.now():
            refuse(f"The time of {text} is in the past.")

    def delete_scheduled_action(self, request: Request) -> dict[str, Any]:
        """Forget a scheduled action."""
        dimension, name = dimension_of(request.params), request.params["ScheduledActionName"]
        if self._region(request).schedules.pop((dimension, name), None) is None:
            raise _not_found("scheduled action", dimension, name)
        return {}

    def describe_scheduled_actions(self, request: Request) -> dict[str, Any]:
        """Scheduled actions, by name, resource and dimension if asked."""
        names = request.params.get("ScheduledActionNames")
        shown = [
            description.scheduled_action(action)
            for action in self._region(request).schedules.values()
            if _asked_for(action.dimension, request.params) and (not names or action.name in names)
        ]
        return _paged(request.params, "ScheduledActions", shown)

    def describe_scaling_activities(self, request: Request) -> dict[str, Any]:
        """What scaling did, newest first."""
        shown = [
            description.activity(activity)
            for activity in reversed(self._region(request).activities)
            if _asked_for(activity.dimension, request.params)
        ]
        return _paged(request.params, "ScalingActivities", shown)

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
        return self._registry.at(_place(request))

    def _now(self) -> float:
        return self._gateway.clock.now().timestamp()


def _place(request: Request) -> Place:
    return request.account, request.region


def _not_found(what: str, dimension: Dimension, name: str) -> AwsFault:
    return AwsFault(
        "ObjectNotFoundException",
        f"No {what} found for service namespace: {NAMESPACE}, resource ID: "
        f"{dimension.resource_id}, scalable dimension: {dimension.name}, name: {name}",
    )


def _bounds_cause(target: Target) -> str:
    return f"minimum capacity was set to {target.minimum}, maximum to {target.maximum}"


def _asked_for(dimension: Dimension, params: Params) -> bool:
    return params.get("ResourceId") in {None, dimension.resource_id} and params.get(
        "ScalableDimension"
    ) in {None, dimension.name}


def _paged(params: Params, member: str, entries: Sequence[T]) -> dict[str, Any]:
    size = min(params.get("MaxResults") or PAGE, PAGE)
    shown, token = paging.page(params, entries, size, "InvalidNextTokenException")
    return {member: list(shown)} | ({"NextToken": token} if token else {})
