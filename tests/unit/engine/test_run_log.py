"""What is kept of runs: each step with its times, the newest runs, whatever cut them off."""

import json
from pathlib import Path

import pytest

from tablewright.engine import Backend, Operation, StackPlace, StepFailed, StepFinished, StepStarted
from tablewright.engine.state.run_log import KEPT_RUNS, logged, runs_of

TABLE = ("urn:orders", "aws:dynamodb/table:Table", "orders", Operation.CREATE)
ROLE = ("urn:role", "aws:iam/role:Role", "reader", Operation.UPDATE)


@pytest.fixture
def place(tmp_path) -> StackPlace:
    return StackPlace(Backend.of(tmp_path), "shop", "dev")


def journal(place: StackPlace) -> Path:
    path = place.own_folder / "journals" / "1.journal"
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def test_steps_are_kept_with_their_beginning_and_end_and_told_on(place):
    told = []
    with logged(journal(place), "up", told.append) as observe:
        observe(StepStarted(*TABLE, planning=True))
        observe(StepStarted(*TABLE))
        observe(StepStarted(*ROLE))
        observe(StepFinished(*TABLE, 0.2))
        observe(StepFailed(*ROLE, "a word of AWS's"))
    (run,) = runs_of(place)
    assert (run.verb, run.failed) == ("up", False)
    assert run.end >= run.start
    table, role = run.steps
    assert (table.name, table.operation, table.failed) == ("orders", "create", False)
    assert table.began_seconds <= table.ended_seconds
    assert role.failed
    assert len(told) == 5
    kept = "".join(path.read_text() for path in (place.own_folder / "runs").iterdir())
    assert "a word of AWS's" not in kept


def test_a_run_that_fails_or_is_cut_off_is_told_as_that(place):
    def interrupted() -> None:
        with logged(journal(place), "up", print) as observe:
            observe(StepStarted(*TABLE))
            (under_way,) = runs_of(place)
            assert (under_way.end, under_way.steps[0].ended_seconds) == (None, None)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    (run,) = runs_of(place)
    assert run.failed
    (path,) = (place.own_folder / "runs").iterdir()
    text = path.read_text()
    path.write_text(text[: text.index('"end"')])
    (cut,) = runs_of(place)
    assert cut.end is None
    assert cut.steps[0].ended_seconds is None


def test_the_newest_runs_are_kept_and_those_without_a_step_leave_nothing(place):
    with logged(journal(place), "up", print):
        pass
    assert runs_of(place) == ()
    for number in range(KEPT_RUNS + 3):
        with logged(journal(place), f"up {number}", lambda _: None) as observe:
            observe(StepStarted(*TABLE))
    runs = runs_of(place)
    assert len(runs) == KEPT_RUNS
    assert runs[0].verb == f"up {KEPT_RUNS + 2}"


def test_lines_that_are_none_are_passed_over(place):
    folder = place.own_folder / "runs"
    folder.mkdir(parents=True)
    (folder / "a.jsonl").write_text("{\n")
    (folder / "b.jsonl").write_text(
        json.dumps({"verb": "up", "start": "2026-01-01T00:00:00+00:00"}) + "\nnot json\n"
    )
    (run,) = runs_of(place)
    assert run.steps == ()


def test_what_changes_nothing_or_is_kept_elsewhere_is_not_logged():
    with logged(None, "preview", print) as observe:
        assert observe is print
    assert runs_of(StackPlace(Backend.of("s3://states"), "shop", "dev")) == ()
