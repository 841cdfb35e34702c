"""Changes capacity: on an alarm's behalf, when bounds move, when a schedule is due.

It reads and changes tables through the gateway like any client, and keeps the policies' alarms in
step. A decrease the table would refuse now (4 a day, then one an hour) is not tried; it stays
wanted as long as its alarm is on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from tablewright_emulator.autoscaling.registry import Place, Registry
from tablewright_emulator.autoscaling.target import Activity, Dimension, Policy, Target
from tablewright_emulator.autoscaling.tracking import (
    IN_MINUTES,
    tracked_capacity,
    wants_in,
    wants_out,
)
from tablewright_emulator.autoscaling.tracking_alarms import definitions
from tablewright_emulator.cloudwatch.alarms.alarm import Alarm
from tablewright_emulator.cloudwatch.metrics.store import MetricStore
from tablewright_emulator.gateway import Gateway
from tablewright_emulator.request import AwsFault

MINUTE = 60
RETRY_SECONDS = 1.0
MAX_RETRIES = 600
FREE_DECREASES = 4
MAX_DECREASES = 27
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Live:
    """What a dimension is at this moment, read from DescribeTable."""

    capacity: int
    other: int
    on_demand: bool
    busy: bool
    decreases: int
    last_decrease: datetime | None

    def may_decrease(self, now: datetime) -> bool:
        """Whether the limits on decreases allow one now."""
        if self.decreases < FREE_DECREASES or self.last_decrease is None:
            return True
        return self.decreases < MAX_DECREASES and now - self.last_decrease >= HOUR


class Scaler:
    """Scales the dimensions of one registry."""

    def __init__(self, gateway: Gateway, registry: Registry, metrics: MetricStore) -> None:
        self._gateway = gateway
        self._registry = registry
        self._metrics = metrics

    def live(self, place: Place, dimension: Dimension) -> Live:
        """The present state of a dimension.

        Raises:
            AwsFault: ResourceNotFoundException when table or index do not exist.
        """
        asked = {"TableName": dimension.table}
        account, region = place
        table = self._gateway.call(
            "dynamodb", "DescribeTable", asked, account=account, region=region
        )["Table"]
        holder: dict[str, Any] = table
        if dimension.index is not None:
            indexes = {
                index["IndexName"]: index for index in table.get("GlobalSecondaryIndexes") or ()
            }
            if dimension.index not in indexes:
                raise AwsFault("ResourceNotFoundException", f"No index {dimension.index}")
            holder = indexes[dimension.index]
        throughput = holder["ProvisionedThroughput"]
        other = "Write" if dimension.kind == "Read" else "Read"
        mode = (table.get("BillingModeSummary") or {}).get("BillingMode", "PROVISIONED")
        status = (table["TableStatus"], holder.get("IndexStatus", "ACTIVE"))
        return Live(
            throughput[f"{dimension.kind}CapacityUnits"],
            throughput[f"{other}CapacityUnits"],
            mode == "PAY_PER_REQUEST",
            status != ("ACTIVE", "ACTIVE"),
            throughput.get("NumberOfDecreasesToday") or 0,
            throughput.get("LastDecreaseDateTime"),
        )

    def on_alarm(self, alarm: Alarm, policy_arn: str) -> None:
        """What a policy does when one of its alarms asks.

        Raises:
            AwsFault: when there is no such policy.
        """
        place = (alarm.account, alarm.region)
        region = self._registry.at(place)
        policy = next((p for p in region.policies.values() if p.arn == policy_arn), None)
        target = region.targets.get(policy.dimension) if policy else None
        if policy is None or target is None:
            raise AwsFault("ObjectNotFoundException", f"No scaling policy {policy_arn}")
        role = next((r for r, name in policy.alarms.items() if name == alarm.name), "")
        bound = self._bound(place, policy, target, role)
        if bound == policy.at_bound.get(role):
            return
        try:
            live = self.live(place, policy.dimension)
        except AwsFault as fault:
            description = f"Setting {policy.dimension.words}."
            cause = _cause(alarm, policy)
            self._note_failure(place, policy.dimension, description, cause, fault)
            raise
        if live.on_demand or live.busy:
            return
        if role.startswith("Provisioned"):
            self.sync_alarms(place, policy, live.capacity)
        elif bound is not None and live.capacity == bound[0]:
            policy.at_bound[role] = bound
        elif role == "AlarmHigh":
            self._scale_out(place, policy, target, live, alarm)
        elif role == "AlarmLow":
            self._scale_in(place, policy, target, live, alarm)

    def _bound(
        self, place: Place, policy: Policy, target: Target, role: str
    ) -> tuple[int, int] | None:
        """The bound beyond which an alarm cannot scale, and how often the capacity changed."""
        bounds = {"AlarmHigh": target.maximum, "AlarmLow": target.minimum}
        metric = self._metrics.find(*place, policy.dimension.metric("Provisioned"))
        return (bounds[role], metric.changes.count) if metric and role in bounds else None

    def _scale_out(
        self, place: Place, policy: Policy, target: Target, live: Live, alarm: Alarm
    ) -> None:
        units = self._served(place, policy)
        if target.is_suspended("DynamicScalingOut"):
            return
        if not wants_out(units, live.capacity, policy.percent):
            return
        wanted = target.clamped(tracked_capacity(units[-1], policy.percent))
        if wanted > live.capacity:
            self.set_capacity(place, policy.dimension, wanted, _cause(alarm, policy))

    def _scale_in(
        self, place: Place, policy: Policy, target: Target, live: Live, alarm: Alarm
    ) -> None:
        units = self._served(place, policy)
        now = self._gateway.clock.now()
        cooldown = policy.configuration.get("ScaleInCooldown") or 0
        if (
            policy.configuration.get("DisableScaleIn")
            or target.is_suspended("DynamicScalingIn")
            or now.timestamp() < policy.scaled_in_at + cooldown
            or not wants_in(units, live.capacity, policy.percent)
            or not live.may_decrease(now)
        ):
            return
        wanted = target.clamped(tracked_capacity(units[-1], policy.percent))
        if wanted < live.capacity:
            policy.scaled_in_at = now.timestamp()
            self.set_capacity(place, policy.dimension, wanted, _cause(alarm, policy))

    def _served(self, place: Place, policy: Policy) -> list[float]:
        """Units served in each whole minute since the policy scaled last, 15 at the most."""
        now = self._gateway.clock.now().timestamp()
        end = int(now // MINUTE) * MINUTE
        count = min(IN_MINUTES, end // MINUTE - policy.scaled_minute)
        metric = self._metrics.find(*place, policy.dimension.metric("Consumed"))
        if metric is None or count <= 0:
            return []
        columns = metric.window(end - count * MINUTE, count, MINUTE, now).columns
        return [float(value) for value in columns.total[columns.count > 0]]

    def bound(self, place: Place, target: Target, cause: str) -> None:
        """Bring a capacity that lies outside its bounds inside, at once."""
        try:
            live = self.live(place, target.dimension)
        except AwsFault:
            return
        wanted = target.clamped(live.capacity)
        if not live.on_demand and wanted != live.capacity:
            self.set_capacity(place, target.dimension, wanted, cause)

    def set_capacity(
        self, place: Place, dimension: Dimension, wanted: int, cause: str, tries: int = 0
    ) -> None:
        """Set a capacity; while the table is busy it is tried again a second later."""
        account, region = place
        description = f"Setting {dimension.words} to {wanted}."
        try:
            live = self.live(place, dimension)
            if live.busy and tries < MAX_RETRIES:
                self._gateway.later(
                    RETRY_SECONDS,
                    lambda: self.set_capacity(place, dimension, wanted, cause, tries + 1),
                )
                return
            if live.capacity == wanted:
                return
            params = _update(dimension, wanted, live.other)
            self._gateway.call("dynamodb", "UpdateTable", params, account=account, region=region)
        except AwsFault as fault:
            self._note_failure(place, dimension, description, cause, fault)
            return
        self._note_success(place, dimension, wanted, cause)
        minute = int(self._gateway.clock.now().timestamp() // MINUTE)
        for policy in self._registry.at(place).policies_of(dimension):
            policy.scaled_minute = minute
            self.sync_alarms(place, policy, wanted)

    def sync_alarms(self, place: Place, policy: Policy, capacity: int) -> None:
        """Make the policy's alarms again for a capacity."""
        policy.capacity = capacity
        account, region = place
        for definition in definitions(policy):
            self._gateway.call(
                "cloudwatch", "PutMetricAlarm", definition, account=account, region=region
            )

    def delete_alarms(self, place: Place, policy: Policy) -> None:
        """Take the policy's alarms away."""
        account, region = place
        names = {"AlarmNames": list(policy.alarms.values())}
        self._gateway.call("cloudwatch", "DeleteAlarms", names, account=account, region=region)

    def _note_failure(
        self, place: Place, dimension: Dimension, description: str, cause: str, fault: AwsFault
    ) -> None:
        message = f"Failed to set {dimension.words}. Reason: {fault.message}"
        now = self._gateway.clock.now().timestamp()
        activity = Activity(dimension, description, cause, now, "Failed", message, now)
        self._registry.at(place).note(activity)

    def _note_success(self, place: Place, dimension: Dimension, wanted: int, cause: str) -> None:
        description = f"Setting {dimension.words} to {wanted}."
        message = (
            f"Successfully set {dimension.words} to {wanted}. "
            "Change successfully fulfilled by dynamodb."
        )
        now = self._gateway.clock.now().timestamp()
        activity = Activity(dimension, description, cause, now, "Successful", message, now)
        self._registry.at(place).note(activity)


def _cause(alarm: Alarm, policy: Policy) -> str:
    return f"monitor alarm {alarm.name} in state {alarm.state.value} triggered policy {policy.name}"


def _update(dimension: Dimension, wanted: int, other: int) -> dict[str, Any]:
    """UpdateTable for one dimension, the other as it is."""
    read, write = (wanted, other) if dimension.kind == "Read" else (other, wanted)
    throughput = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
    if dimension.index is None:
        return {"TableName": dimension.table, "ProvisionedThroughput": throughput}
    update = {"Update": {"IndexName": dimension.index, "ProvisionedThroughput": throughput}}
    return {"TableName": dimension.table, "GlobalSecondaryIndexUpdates": [update]}
