"""The company's past: what the demo's tables were used by is what is collected and decided on."""

import numpy as np
import pytest

from tablewright.aws.session import Session
from tablewright.aws.target import Target
from tablewright.cli.sandbox import demo_measuring
from tablewright.sandbox import lifecycle
from tablewright.sandbox.demo import past_use
from tablewright.sandbox.demo.seed import COMPANY, REGION, seed
from tablewright.usage.history import table_history
from tablewright.usage.metrics import CONSUMED_WRITE, DAY_MINUTES
from tablewright.usage.store import UsageStore


@pytest.fixture
def instance(monkeypatch, tmp_path):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path / "home"))
    yield lifecycle.start("past", in_memory=True)
    lifecycle.stop("past")


def test_two_weeks_are_used_collected_and_decided_on(instance, tmp_path):
    session = Session(Target.sandbox(instance.endpoint), region=REGION)
    past_use.go_back(instance)
    seed(session, items=20)
    past_use.pass_two_weeks(instance)
    folder = tmp_path / "usage"
    assert "for 42 metrics, 1" in demo_measuring.collected(instance, session, folder)
    for table in COMPANY:
        (file,) = UsageStore(folder).files([table.name])
        history = table_history(file.read()).table
        writes = history.minutes[CONSUMED_WRITE.column]
        used = past_use.units_a_minute(table, past_use.USES[table.name].write_share, table.write)
        # Seeding wrote some items itself, in the first minute.
        assert np.nansum(writes) == pytest.approx(sum(used), abs=100)
        assert np.nanmax(writes) == max(used) <= 60 * table.write
        assert history.span[1] - history.span[0] >= past_use.DAYS * DAY_MINUTES
    *lines, hint = demo_measuring.savings(folder)
    assert [line.split()[0] for line in lines] == ["events", "sessions", "users"]
    assert all("as it was, on demand $" in line for line in lines)
    assert "$734.67 a month as it was" in lines[0]
    assert "tablewright explain" in hint
    session.close()
