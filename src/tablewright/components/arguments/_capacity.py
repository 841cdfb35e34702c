"""How much a table or an index may be read and written, as arguments."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, ClassVar

from tablewright.components.arguments._document import Arguments, ModelName
from tablewright.manifest import models
from tablewright.manifest.models import Model


@dataclass(frozen=True)
class Capacity(Arguments):
    """Provisioned units a second, of reads and of writes."""

    model: ClassVar[type[Model]] = models.ProvisionedThroughput

    read: Annotated[int, ModelName("read_capacity_units")]
    write: Annotated[int, ModelName("write_capacity_units")]


@dataclass(frozen=True)
class Ceilings(Arguments):
    """Most request units a second an on-demand table or index takes; None: the account's quota."""

    model: ClassVar[type[Model]] = models.OnDemandThroughput

    read: Annotated[int | None, ModelName("max_read_request_units")] = None
    write: Annotated[int | None, ModelName("max_write_request_units")] = None


@dataclass(frozen=True)
class WarmThroughput(Arguments):
    """Units a second that must be served at once; AWS raises it for a fee and never lowers it."""

    model: ClassVar[type[Model]] = models.WarmThroughput

    read: Annotated[int, ModelName("read_units_per_second")]
    write: Annotated[int, ModelName("write_units_per_second")]


@dataclass(frozen=True)
class Schedule(Arguments):
    """New bounds of a scaled capacity at set times.

    Args:
        name: unique within its policy.
        schedule: `cron(0 7 ? * MON-FRI *)`, `rate(1 day)` or `at(2026-12-24T18:00:00)`.
        minimum, maximum: the bounds from then on, units a second; None leaves one as it is.
        timezone: IANA zone in which the schedule is read; UTC if left out.
        start_time, end_time: first and last moment at which it may run, ISO 8601.
    """

    model: ClassVar[type[Model]] = models.ScalingSchedule

    name: str
    schedule: str
    minimum: Annotated[int | None, ModelName("min_capacity")] = None
    maximum: Annotated[int | None, ModelName("max_capacity")] = None
    timezone: str | None = None
    start_time: str | None = None
    end_time: str | None = None


@dataclass(frozen=True)
class Suspended(Arguments):
    """Which activities of scaling are suspended: decreases, increases, scheduled changes."""

    model: ClassVar[type[Model]] = models.SuspendedState

    scale_in: Annotated[bool | None, ModelName("dynamic_scaling_in_suspended")] = None
    scale_out: Annotated[bool | None, ModelName("dynamic_scaling_out_suspended")] = None
    scheduled: Annotated[bool | None, ModelName("scheduled_scaling_suspended")] = None


@dataclass(frozen=True)
class Tracking(Arguments):
    """Scaling of reads or of writes, by target tracking unless `target_tracking` is off.

    Args:
        minimum, maximum: bounds, units a second, until a schedule sets others.
        target_tracking: with False no policy follows the use, and only schedules move the capacity.
        target: percent of the capacity that should be in use, 20 to 90; 70 if left out.
        scale_in_cooldown, scale_out_cooldown: seconds to wait before the next of its kind.
        disable_scale_in: only ever increase.
        policy_name: the console's if left out.
        schedules: bounds that change at set times.
        suspended: what of the scaling is suspended; nothing if left out.
    """

    model: ClassVar[type[Model]] = models.ScalingPolicy

    minimum: Annotated[int, ModelName("min_capacity")]
    maximum: Annotated[int, ModelName("max_capacity")]
    target: Annotated[int | float | Decimal | None, ModelName("target_utilization")] = None
    scale_in_cooldown: int | None = None
    scale_out_cooldown: int | None = None
    disable_scale_in: bool | None = None
    policy_name: str | None = None
    schedules: Sequence[Schedule] = ()
    target_tracking: bool | None = None
    suspended: Annotated[Suspended | None, ModelName("suspended_state")] = None


@dataclass(frozen=True)
class Scaling(Arguments):
    """Automatic scaling of reads, of writes, or of both; a side left out keeps its capacity."""

    model: ClassVar[type[Model]] = models.AutoScaling

    read: Tracking | None = None
    write: Tracking | None = None
