"""Which tables are noted as the stack's after a run."""

from __future__ import annotations

from contextlib import nullcontext

import pytest

from tablewright.deploy.claiming import Ledger, claiming
from tablewright.deploy.deployment import ignore
from tablewright.engine import Operation, StepFailed, StepFinished
from tablewright.errors import AwsError, OperationError, RefusedError, TablewrightError
from tests.unit.deploy.samples import TABLE, urn


def recorded(*names):
    return lambda: {name: urn(TABLE, name) for name in names}


def made(name, operation=Operation.CREATE, **more):
    return StepFinished(urn(TABLE, name), TABLE, name, operation, 0.1, **more)


def run(ledger, names, *events, error=None, claim=None):
    """What a run claims that makes these tables and then ends, or fails."""
    claimed = []

    def take(names):
        claimed.extend(names)
        return ()

    told = pytest.raises(TablewrightError) if error else nullcontext()
    with told as caught, claiming(ledger, recorded(*names), claim or take, ignore) as see:
        for event in events:
            see(event)
        if error:
            raise error
    assert caught is None or caught.value is error
    return claimed


@pytest.fixture(params=["folder", "bucket"])
def ledger(request, tmp_path):
    return Ledger(tmp_path if request.param == "folder" else None)


@pytest.fixture
def kept(tmp_path):
    return Ledger(tmp_path)


@pytest.mark.parametrize("operation", [Operation.CREATE, Operation.IMPORT, Operation.REPLACE])
def test_what_a_run_makes_is_claimed_once(ledger, operation):
    assert run(ledger, ["events"], made("events", operation)) == ["events"]
    assert run(ledger, ["events"], made("events", Operation.UPDATE)) == []


def test_a_table_without_room_for_the_note_is_tried_again_with_the_next_run(kept):
    run(kept, ["events", "full"], made("events"), made("full"), claim=lambda _: ("full",))
    assert run(kept, ["events", "full"]) == ["full"]


def test_a_planned_table_is_not_made_yet(ledger):
    assert run(ledger, [], made("events", planning=True)) == []


def test_a_replaced_table_is_claimed_again(kept):
    run(kept, ["events"], made("events"))
    assert run(kept, ["events"], made("events", Operation.REPLACE)) == ["events"]


def test_what_a_failed_run_made_is_claimed_and_the_failure_is_told(ledger):
    half = StepFailed(urn(TABLE, "users"), TABLE, "users", Operation.CREATE, "half")
    failure = OperationError("no")
    names = ["events", "users"]
    assert run(ledger, names, made("events"), half, error=failure) == names


def test_a_failure_is_not_hidden_by_a_claim_that_fails_as_well(ledger):
    def refuse(_):
        raise AwsError("cannot tag")

    run(ledger, ["events"], made("events"), error=OperationError("first"), claim=refuse)


def test_a_refused_run_touches_nothing(kept):
    assert run(kept, ["events"], error=RefusedError("no")) == []


def test_tables_of_a_killed_run_are_claimed_by_the_next_one(kept):
    kept.write(["events"])
    assert run(kept, ["events", "users"]) == ["users"]
    assert run(kept, ["events", "users"]) == []


def test_a_ledger_that_cannot_be_read_counts_as_empty(kept, tmp_path):
    (tmp_path / "owned-tables.json").write_text("{")
    assert run(kept, ["events"]) == ["events"]
