"""How much a table or an index may be read and written."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field, StringConstraints

from tablewright.manifest.models.base import Flag, Many, Model, Number, Units, Whole


class ProvisionedThroughput(Model):
    """Capacity units a second that are paid for by the hour, used or not."""

    read_capacity_units: Units = Field(
        description="Strongly consistent reads of up to 4 KB a second."
    )
    write_capacity_units: Units = Field(description="Writes of up to 1 KB a second.")


class OnDemandThroughput(Model):
    """Ceilings of an on-demand table or index; a side left out has none but the account's quota."""

    max_read_request_units: Units | None = Field(
        default=None, description="Ceiling of read request units a second."
    )
    max_write_request_units: Units | None = Field(
        default=None, description="Ceiling of write request units a second."
    )


class WarmThroughput(Model):
    """What the table or index must be able to serve at once; it can be raised, never lowered."""

    read_units_per_second: Units = Field(description="Reads a second it is prepared for.")
    write_units_per_second: Units = Field(description="Writes a second it is prepared for.")


class ScalingSchedule(Model):
    """New bounds at set times (an Application Auto Scaling scheduled action)."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=256)] = Field(
        description="Name of the scheduled action, unique within its policy."
    )
    schedule: Annotated[
        str, StringConstraints(pattern=r"^(at|rate|cron)\(.+\)$", max_length=1600)
    ] = Field(
        description="When: `cron(0 7 ? * MON-FRI *)`, `rate(1 day)` or `at(2026-12-24T18:00:00)`."
    )
    timezone: str = Field(
        default="UTC", description="IANA time zone in which the schedule is read."
    )
    start_time: str | None = Field(
        default=None, description="First moment at which it may run, ISO 8601."
    )
    end_time: str | None = Field(
        default=None, description="Last moment at which it may run, ISO 8601."
    )
    min_capacity: Units | None = Field(default=None, description="Lower bound from then on.")
    max_capacity: Units | None = Field(default=None, description="Upper bound from then on.")


class SuspendedState(Model):
    """What of the scaling is suspended; the line removed, it goes on."""

    dynamic_scaling_in_suspended: Flag = Field(
        default=False, description="No decreases by target tracking."
    )
    dynamic_scaling_out_suspended: Flag = Field(
        default=False, description="No increases by target tracking."
    )
    scheduled_scaling_suspended: Flag = Field(
        default=False, description="No changes by `schedules`."
    )


class ScalingPolicy(Model):
    """Scaling of reads or of writes (Application Auto Scaling), which owns that capacity."""

    min_capacity: Units = Field(
        description="Never fewer units a second than this, until a schedule sets another bound."
    )
    max_capacity: Units = Field(
        description="Never more units a second than this, until a schedule sets another bound."
    )
    target_tracking: Flag = Field(
        default=True,
        description="Whether the capacity follows its use; with `false` it has no scaling policy, "
        "and only `schedules` move it.",
    )
    target_utilization: Annotated[Number, Field(ge=20, le=90)] = Field(
        default=Decimal(70), description="Percent of the capacity that should be in use, 20 to 90."
    )
    scale_in_cooldown: Annotated[Whole, Field(ge=0, le=3600)] = Field(
        default=0, description="Seconds to wait after a decrease before the next."
    )
    scale_out_cooldown: Annotated[Whole, Field(ge=0, le=3600)] = Field(
        default=0, description="Seconds to wait after an increase before the next."
    )
    disable_scale_in: Flag = Field(default=False, description="Only ever increase the capacity.")
    policy_name: Annotated[str, StringConstraints(min_length=1, max_length=256)] | None = Field(
        default=None,
        description="Name of the scaling policy; if left out the console's, such as "
        "`DynamoDBReadCapacityUtilization:table/orders`.",
    )
    schedules: Many[ScalingSchedule] = Field(
        default=(), description="Bounds that change at set times."
    )
    suspended_state: SuspendedState = Field(
        default_factory=SuspendedState,
        description="What of the scaling is suspended, for a load test, say; nothing if left out.",
    )


class AutoScaling(Model):
    """Automatic scaling of provisioned capacity; a side left out keeps its fixed capacity."""

    read: ScalingPolicy | None = Field(default=None, description="Scaling of the read capacity.")
    write: ScalingPolicy | None = Field(default=None, description="Scaling of the write capacity.")
