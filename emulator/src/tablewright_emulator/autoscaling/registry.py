"""Everything registered, by account and region."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from tablewright_emulator.autoscaling.target import (
    Activity,
    Dimension,
    Policy,
    ScheduledAction,
    Target,
)
from tablewright_emulator.codec import kept

MAX_ACTIVITIES = 2_000

Place = tuple[str, str]


@kept("scaling")
@dataclass(slots=True)
class Region:
    """What one account has registered in one region."""

    targets: dict[Dimension, Target] = field(default_factory=dict)
    policies: dict[tuple[Dimension, str], Policy] = field(default_factory=dict)
    schedules: dict[tuple[Dimension, str], ScheduledAction] = field(default_factory=dict)
    activities: list[Activity] = field(default_factory=list)

    def policies_of(self, dimension: Dimension) -> list[Policy]:
        """Policies of one dimension."""
        return [policy for policy in self.policies.values() if policy.dimension == dimension]

    def note(self, activity: Activity) -> None:
        """Remember an activity; the same failure in a row is remembered once."""
        last = next(
            (a for a in reversed(self.activities) if a.dimension == activity.dimension), None
        )
        if last is not None and activity.status == "Failed" and _same(last, activity):
            return
        self.activities.append(activity)
        del self.activities[: max(0, len(self.activities) - MAX_ACTIVITIES)]


@dataclass(slots=True)
class Registry:
    """All regions of all accounts."""

    regions: dict[Place, Region] = field(default_factory=dict)

    def at(self, place: Place) -> Region:
        """The region of an account."""
        return self.regions.setdefault(place, Region())

    def schedules(self) -> Iterator[tuple[Place, ScheduledAction]]:
        """All scheduled actions."""
        for place, region in self.regions.items():
            for action in region.schedules.values():
                yield place, action

    def clear(self) -> None:
        """Forget everything."""
        self.regions.clear()


def _same(activity: Activity, other: Activity) -> bool:
    return (activity.description, activity.status, activity.message) == (
        other.description,
        other.status,
        other.message,
    )
