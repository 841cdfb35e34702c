"""The record of a running sandbox."""

from __future__ import annotations

import os

import pytest

from tablewright.sandbox import instance
from tablewright.sandbox.instance import Instance, born, forget, running


@pytest.fixture(autouse=True)
def _own_home(tmp_path, monkeypatch):
    monkeypatch.setenv("TABLEWRIGHT_HOME", str(tmp_path))


def recorded(**changes):
    values = {
        "name": "default",
        "id": "one",
        "pid": os.getpid(),
        "born": born(os.getpid()),
        "endpoint": "http://127.0.0.1:1",
        "provider_host": "127.0.0.1:2",
    }
    made = Instance(**{**values, **changes})
    made.write()
    return made


def test_a_record_of_a_living_process_is_read_back_as_it_was_written():
    made = recorded()
    assert running("default") == made


def test_no_record_means_that_none_runs():
    assert running("default") is None


def test_a_process_id_that_was_given_to_somebody_else_is_not_the_sandbox():
    recorded(born=born(os.getpid()) - 1000)
    assert running("default") is None
    assert not (instance.folder("default") / "instance.json").exists()


def test_a_record_of_a_process_that_is_gone_is_removed():
    recorded(pid=2**22 + 1)
    assert running("default") is None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"name": "x"}', '{"surprise": 1}'])
def test_a_broken_record_is_removed(text):
    path = instance.folder("default") / "instance.json"
    path.parent.mkdir(parents=True)
    path.write_text(text)
    assert running("default") is None
    assert not path.exists()


def test_a_forgotten_sandbox_does_not_run():
    recorded()
    forget("default")
    forget("default")
    assert running("default") is None


@pytest.mark.parametrize("value", ["x", [], {}, -1, 2**70, 1e400])
@pytest.mark.parametrize("member", ["pid", "born"])
def test_a_damaged_record_is_none(member, value):
    recorded(**{member: value})
    assert running("default") is None
