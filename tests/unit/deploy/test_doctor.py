"""What a run needs of this machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tablewright.deploy import doctor
from tablewright.deploy.doctor import clock, examine, python
from tablewright.deploy.options import Options
from tablewright.errors import InputError, ManifestError, Problem

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


def test_a_machine_is_examined_before_there_are_manifests(monkeypatch, tmp_path):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path))
    monkeypatch.setenv("TABLEWRIGHT_PULUMI", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    found = {each.name: each for each in examine(None, Options(sandbox="nobody"))}
    assert [*found] == ["python", "versions", "engine", "sandbox"]
    assert "does not run" in found["sandbox"].detail
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in ("AWS_CONFIG_FILE", "AWS_SHARED_CREDENTIALS_FILE"):
        monkeypatch.setenv(name, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    found = {each.name: each for each in examine(None, Options(target="aws"))}
    assert [found[name].outcome for name in ("credentials", "region")] == ["failed", "unknown"]
    assert found["region"].detail.startswith("us-east-1 was not asked")


def test_a_package_that_no_extra_brought_is_told_and_fails_nothing(monkeypatch):
    monkeypatch.setattr(doctor, "_PACKAGES", ("tablewright", "no-such-distribution"))

    def unread():
        raise InputError("no manifest", "give one")

    versions = next(each for each in examine(unread, Options()) if each.name == "versions")
    assert versions.outcome == "passed"
    assert versions.detail.endswith(", no-such-distribution not installed")


def test_a_mistake_in_the_manifests_is_told_with_its_place_and_its_fix():
    """It told to see the message, which was nowhere."""
    short = Problem("the name is too short", "use three characters", "t.yaml", 3, 9, "spec.name")

    def unreadable():
        raise ManifestError("two problems", problems=(short, Problem("and another")))

    found = next(each for each in examine(unreadable, Options()) if each.name == "manifests")
    assert found.detail == "t.yaml:3:9: spec.name: the name is too short, and 1 more"
    assert found.fix == "use three characters"
