"""Real traces through the embedded AWS and through the kernels: the same in every minute.

Half a day each; `SIMULATED_DAYS=3` runs longer.
"""

import os

import numpy as np
import pytest
from tests.sandbox.autoscaling.test_simulated_day import (
    DIMENSION,
    FIRST,
    QUIET,
    filled,
)
from tests.unit.cost.traces import per_minute

from tablewright.cost.capacity.demand import ResourceDemand
from tablewright.cost.decisions.settings import CapacitySetting
from tablewright.usage.metrics import DAY_MINUTES

MINUTES = round(float(os.environ.get("SIMULATED_DAYS", "0.5")) * DAY_MINUTES)


def units(name, scale, first_day, seed):
    """Units of each minute; none at first, so that every alarm has seen full data."""
    minutes = per_minute(name, scale, 1 + MINUTES // DAY_MINUTES, first_day, seed)[:MINUTES]
    minutes[:QUIET] = 0
    return minutes


def schedule(table, hour, least):
    table.call("application-autoscaling", "PutScheduledAction", {
        "ServiceNamespace": "dynamodb",
        "ResourceId": "table/orders",
        "ScalableDimension": DIMENSION.format("Read"),
        "ScheduledActionName": f"read-{hour}",
        "Schedule": f"cron(0 {hour} * * ? *)",
        "ScalableTargetAction": {"MinCapacity": least},
    })  # fmt: skip


@pytest.mark.parametrize(
    ("name", "scale", "first_day", "steps"),
    [("FB", 20, 3, ((0, 12), (3, 2))), ("CRM", 1200, 14, ())],
)
def test_a_trace_is_served_alike_with_schedules_and_without(name, scale, first_day, steps):
    read, write = units(name, scale, first_day, 1), units(name, scale / 5, first_day, 2)
    settings = {
        "read": CapacitySetting(max([2, *(least for _, least in steps)]), 40, 70, steps),
        "write": CapacitySetting(1, 4, 50),
    }
    capacity, throttled = ResourceDemand("", np.stack((read, write)), FIRST).run(settings)
    with filled() as table:
        for hour, least in steps:
            schedule(table, hour, least)
        for minute in range(read.size):
            assert table.capacities() == tuple(capacity[:, minute]), f"minute {minute}"
            served = table.read(int(read[minute])), table.write(int(write[minute]))
            expected = read[minute] - throttled[0, minute], write[minute] - throttled[1, minute]
            assert served == expected, f"minute {minute}"
            table.clock.advance(60)
    assert throttled.sum() > 0 or steps
    assert np.count_nonzero(np.diff(capacity)) > 5
