"""Carries scheduled actions out: each leaves one timer with the clock, for its next time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tablewright_emulator.autoscaling.registry import Place, Registry
from tablewright_emulator.autoscaling.scaler import Scaler
from tablewright_emulator.autoscaling.schedule import parse_schedule
from tablewright_emulator.autoscaling.target import ScheduledAction, Target
from tablewright_emulator.gateway import Gateway


class Scheduler:
    """Moves bounds when their time has come."""

    def __init__(self, gateway: Gateway, registry: Registry, scaler: Scaler) -> None:
        self._gateway = gateway
        self._registry = registry
        self._scaler = scaler

    def arm(self, place: Place, action: ScheduledAction) -> None:
        """Wait for the action's next time."""
        now = self._gateway.clock.now()
        start = action.start or datetime.fromtimestamp(action.created, UTC)
        after = now if start <= now else start - timedelta(microseconds=1)
        due = parse_schedule(action.schedule, action.timezone).after(after, start)
        action.next_at = due if due and (action.end is None or due <= action.end) else None
        if action.next_at is not None:
            wait = (action.next_at - now).total_seconds()
            self._gateway.later(wait, lambda: self._run(place, action))

    def rearm(self) -> None:
        """Wait for every action again, after a state was loaded."""
        for place, action in list(self._registry.schedules()):
            self.arm(place, action)

    def _run(self, place: Place, action: ScheduledAction) -> None:
        region = self._registry.at(place)
        if region.schedules.get((action.dimension, action.name)) is not action:
            return  # deleted or overwritten meanwhile
        target = region.targets.get(action.dimension)
        if target is not None and not target.is_suspended("ScheduledScaling"):
            _move_bounds(target, action)
            cause = f"scheduled action name {action.name} was triggered"
            self._scaler.bound(place, target, cause)
        self.arm(place, action)


def _move_bounds(target: Target, action: ScheduledAction) -> None:
    """One bound given pushes the other before it, so that they never cross."""
    low = action.action.get("MinCapacity")
    high = action.action.get("MaxCapacity")
    if low is not None:
        target.minimum = low
        target.maximum = max(target.maximum, low)
    if high is not None:
        target.maximum = high
        target.minimum = min(target.minimum, high)
