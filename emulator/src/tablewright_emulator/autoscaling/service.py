"""Application Auto Scaling as one thing, hung into the gateway and into CloudWatch's actions."""

from __future__ import annotations

from typing import Any

from tablewright_emulator.autoscaling.operations import Operations
from tablewright_emulator.autoscaling.registry import Registry
from tablewright_emulator.autoscaling.scaler import Scaler
from tablewright_emulator.autoscaling.scheduler import Scheduler
from tablewright_emulator.autoscaling.service_linked_role import ServiceLinkedRole
from tablewright_emulator.cloudwatch import CloudWatch
from tablewright_emulator.constraints import checked
from tablewright_emulator.gateway import Gateway

SERVICE = "application-autoscaling"


class AutoScaling:
    """Scales tables; targets of other services are left to the engine underneath."""

    name = SERVICE

    def __init__(self, gateway: Gateway, cloudwatch: CloudWatch) -> None:
        self.registry = Registry()
        scaler = Scaler(gateway, self.registry, cloudwatch.metrics)
        self.scheduler = Scheduler(gateway, self.registry, scaler)
        cloudwatch.actions.takers["autoscaling"] = scaler.on_alarm
        handlers = Operations(gateway, self.registry, scaler, self.scheduler).handlers()
        gateway.register(
            SERVICE,
            {
                name: checked(SERVICE, name, call, "ValidationException")
                for name, call in handlers.items()
            },
        )

        gateway.register("iam", ServiceLinkedRole(gateway, self.registry).handlers())

    def dump(self) -> Any:
        """Everything registered, to be kept."""
        return self.registry.regions

    def load(self, state: Any) -> None:
        """Take over what `dump` gave."""
        self.registry.regions = state

    def resume(self) -> None:
        """Wait for scheduled actions again."""
        self.scheduler.rearm()

    def reset(self) -> None:
        """Forget every target."""
        self.registry.clear()
