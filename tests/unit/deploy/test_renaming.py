"""A run tells of resources under the names of its preview."""

from __future__ import annotations

import pytest

from tablewright.deploy.explanation import explain, recorded_names, shown_names
from tablewright.deploy.renaming import Renamed
from tablewright.engine import (
    Notice,
    Operation,
    StateResource,
    StepFailed,
    StepFinished,
    StepStarted,
    StepWaits,
)
from tests.unit.deploy.samples import ALARM, created_alarm

ALARM_CHANGE = created_alarm()
URN, LOGICAL = ALARM_CHANGE.urn, ALARM_CHANGE.name
EVENTS = (
    StepStarted(URN, ALARM, LOGICAL, Operation.CREATE),
    StepWaits(URN, ALARM, LOGICAL, "waiting"),
    StepFinished(URN, ALARM, LOGICAL, Operation.CREATE, 1.0),
    StepFailed(URN, ALARM, LOGICAL, Operation.CREATE, "no"),
)


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_each_step_goes_by_the_name_of_the_preview(event):
    heard = []
    Renamed(heard.append, shown_names([ALARM_CHANGE]))(event)
    (previewed,) = explain([ALARM_CHANGE]).changes
    assert [said.name for said in heard] == [previewed.name]
    assert previewed.name != LOGICAL


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: type(event).__name__)
def test_what_is_recorded_goes_by_the_same_name(event):
    heard = []
    recorded = StateResource(URN, ALARM, LOGICAL, inputs=ALARM_CHANGE.new_inputs or {})
    Renamed(heard.append, recorded_names([recorded]))(event)
    assert [said.name for said in heard] == [*shown_names([ALARM_CHANGE]).values()]


def test_what_no_preview_named_keeps_its_name():
    heard = []
    renamed = Renamed(heard.append)
    renamed(EVENTS[0])
    renamed(Notice("a word"))
    assert heard == [EVENTS[0], Notice("a word")]
