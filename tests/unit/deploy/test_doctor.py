"""What a run needs of this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tablewright.deploy import doctor
from tablewright.deploy.doctor import clock, examine, python
from tablewright.deploy.options import Options
from tablewright.errors import InputError

NOW = datetime(2026, 11, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("version", "outcome"),
    [((3, 10), "failed"), ((3, 11), "passed"), ((3, 13), "passed"), ((3, 14), "failed")],
)
def test_a_python_that_nobody_tried_is_named(version, outcome):
    assert python(version).outcome == outcome


@pytest.mark.parametrize("seconds", [-301, -240, 0, 240, 301])
def test_a_clock_that_aws_would_refuse_is_named(seconds):
    told = clock(NOW, NOW + timedelta(seconds=seconds))
    assert told.outcome == ("passed" if abs(seconds) <= 240 else "failed")
    assert ("behind" in told.detail) == (seconds <= 0)


def test_a_package_that_no_extra_brought_is_told_and_fails_nothing(monkeypatch):
    monkeypatch.setattr(doctor, "_PACKAGES", ("tablewright", "no-such-distribution"))

    def unread():
        raise InputError("no manifest", "give one")

    versions = next(each for each in examine(unread, Options()) if each.name == "versions")
    assert versions.outcome == "passed"
    assert versions.detail.endswith(", no-such-distribution not installed")
