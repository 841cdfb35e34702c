"""The use that the demo plays: what it decides does not depend on when the demo is run."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tablewright.sandbox.demo import past_use
from tablewright.sandbox.demo.seed import COMPANY
from tablewright.usage.day import CapacitySettings
from tablewright.usage.metrics import DAY_MINUTES
from tests.unit.cost.test_decision import days_of, decided


def from_hour(units, hour):
    """Fifteen days, of which two weeks from an hour of the first on are measured."""
    before = np.full(hour * 60, np.nan)
    after = np.full(DAY_MINUTES - len(before), np.nan)
    return np.concatenate([before, units, after])


@pytest.mark.parametrize("hour", range(0, 24, 6))
@pytest.mark.parametrize("table", COMPANY, ids=lambda table: table.name)
def test_the_switch_of_the_demo_is_the_cheapest_at_whatever_hour_it_begins(table, hour):
    use = past_use.USES[table.name]
    read = past_use.units_a_minute(table, use.read_share, table.read)
    write = past_use.units_a_minute(table, use.write_share, table.write)
    minutes = np.ones(len(read))
    *days, today = days_of(
        from_hour(read, hour),
        from_hour(write, hour),
        settings=CapacitySettings("PROVISIONED", "STANDARD", items=2_000, size_bytes=200_000),
        provisioned_read_units=from_hour(minutes * table.read, hour),
        provisioned_write_units=from_hour(minutes * table.write, hour),
    )
    decision = decided([*days, replace(today, complete=False)])
    assert decision.decision is not None
    assert decision.decision.setting.mode == "PAY_PER_REQUEST"
