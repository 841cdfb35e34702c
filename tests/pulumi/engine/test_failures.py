"""What goes wrong, said in one sentence with a next step; and the same command finishes the job."""

from __future__ import annotations

import json
import resource
import tempfile

import pytest
from tests.pulumi.engine.shelf import program
from tests.support.results import differs

from tablewright.engine import EngineStack, StepFailed
from tablewright.engine.run import run as engine_run
from tablewright.engine.run import watchdog
from tablewright.errors import (
    AccessDeniedError,
    BackendError,
    EngineError,
    PassphraseError,
    RefusedError,
    StackMissingError,
    UsageError,
    UserProgramError,
)

pytestmark = pytest.mark.engine

DENIED = (
    "operation error DynamoDB: CreateTable, https response error StatusCode: 400, RequestID: AB1, "
    "api error AccessDeniedException: User: me is not authorized to perform: dynamodb:CreateTable"
)


def test_a_step_that_aws_refuses_is_an_aws_error_that_names_the_resource(room):
    stack = room.stack()
    with pytest.raises(AccessDeniedError) as caught:
        stack.up(
            program({"name": "good"}, {"name": "bad", "refuse": DENIED}), observe=room.seen.append
        )

    assert caught.value.message == (
        "bad: CreateTable: User: me is not authorized to perform: dynamodb:CreateTable "
        "(AccessDeniedException)"
    )
    assert caught.value.next_step
    assert [each.name for each in room.seen if isinstance(each, StepFailed)] == ["bad"]
    assert set(room.boxes()) == {"good"}


def test_what_succeeded_beside_a_failure_is_recorded_and_the_next_run_makes_the_rest(room):
    stack = room.stack()
    with pytest.raises(EngineError, match="bad: no room"):
        stack.up(program({"name": "good"}, {"name": "bad", "refuse": "no room"}))

    result = stack.up(program({"name": "good"}, {"name": "bad"}))

    assert {c.name: c.operation.value for c in result.changes if c.type.startswith("shelf")} == {
        "good": "same",
        "bad": "create",
    }


def test_several_failures_are_listed_each_with_its_resource(room):
    with pytest.raises(EngineError) as caught:
        room.stack().up(
            program(
                *({"name": n, "refuse": f"{n} does not fit", "seconds": 1} for n in ("a", "b", "c"))
            )
        )
    assert all(f"{name} does not fit" in caught.value.message for name in "abc")
    assert "update failed" not in caught.value.message


def test_an_input_the_provider_refuses_is_said_without_the_engines_wrapping(room):
    def declare() -> None:
        import pulumi

        pulumi.CustomResource("shelf:index:Box", "nameless", {"label": "x"})

    with pytest.raises(EngineError) as caught:
        room.stack().preview(declare)
    assert caught.value.message == "nameless: a box needs a name"


def test_an_import_of_what_does_not_exist_says_so(room):
    with pytest.raises(EngineError, match="there is no gone to import"):
        room.stack().preview(program({"name": "gone", "id": "gone"}))


def test_a_program_that_raises_is_named_with_its_line_and_without_a_traceback(room):
    def declare() -> None:
        raise ValueError("seven is not six")

    with pytest.raises(UserProgramError) as caught:
        room.stack().up(declare)
    line = declare.__code__.co_firstlineno + 1
    assert caught.value.message == (
        f"the program failed at test_failures.py, line {line}: seven is not six"
    )


def test_a_program_that_raises_later_ends_although_other_outputs_wait_for_ever(room):
    def declare() -> None:
        import asyncio

        import pulumi

        pulumi.Output.from_input(asyncio.sleep(3600))
        pulumi.Output.from_input(7).apply(lambda known: known / 0)

    with pytest.raises(UserProgramError, match=r"at test_failures\.py.*division by zero"):
        room.stack().preview(declare)


def test_an_error_of_ours_passes_through_a_program_as_it_is(room):
    def declare() -> None:
        raise RefusedError("no", "yes")

    with pytest.raises(RefusedError, match="no"):
        room.stack().preview(declare)


def test_a_wrong_passphrase_is_told_before_anything_happens(room):
    room.stack(passphrase="right").up(program({"name": "a"}))

    for run in ("refresh", "destroy"):
        with pytest.raises(PassphraseError) as caught:
            getattr(room.stack(passphrase="wrong"), run)()
        assert caught.value.next_step
    with pytest.raises(PassphraseError, match="not known here"):
        room.stack().preview(program({"name": "a"}))  # and nobody is asked for it
    assert set(room.boxes()) == {"a"}
    room.stack(passphrase="right").destroy()


def test_the_users_own_passphrase_variable_is_respected(room):
    theirs = {**room.environment, "PULUMI_CONFIG_PASSPHRASE": "theirs"}
    room.stack(environment=theirs).up(program({"name": "a"}))

    room.stack(passphrase="theirs").refresh()
    assert not list(room.states.rglob("passphrase"))


def test_a_passphrase_of_our_own_can_be_read_by_its_owner_alone(room):
    room.stack().up(program({"name": "a"}))
    (own,) = room.states.rglob("passphrase")
    assert own.stat().st_mode & 0o777 == 0o600
    assert own.read_text() not in room.state_file.read_text()


@pytest.mark.parametrize("run", ["refresh", "destroy", "outputs", "state"])
def test_a_stack_that_does_not_exist_is_said_to_be_missing(room, run):
    with pytest.raises(StackMissingError, match="shelf-tests/dev"):
        getattr(room.stack(), run)()


def test_a_backend_that_cannot_be_reached_is_named_as_the_reason(room):
    bucket = "s3://states?endpoint=http://127.0.0.1:9&s3ForcePathStyle=true&region=us-east-1"
    keys = {"AWS_ACCESS_KEY_ID": "none", "AWS_SECRET_ACCESS_KEY": "none"}
    stack = room.stack(backend=bucket, passphrase="x", environment={**room.environment, **keys})
    with pytest.raises(BackendError, match="connection refused") as caught:
        stack.preview(program({"name": "a"}))
    assert caught.value.next_step


def test_a_folder_that_cannot_be_written_is_named_as_the_reason(room, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    with pytest.raises(BackendError, match=r"file/states: "):
        room.stack(backend=blocked / "states").up(program({"name": "a"}))


def test_a_provider_that_is_not_installed_is_named(room):
    def declare() -> None:
        import pulumi

        pulumi.CustomResource("drawer:index:Box", "a", {})

    with pytest.raises(EngineError, match="the provider for drawer is not installed"):
        room.stack().preview(declare)


def test_a_state_that_was_cut_off_goes_back_to_its_backup(room):
    """As after a full disk: the engine renames what it could write into place."""
    stack = room.stack()
    stack.up(program({"name": "a"}))
    stack.up(program({"name": "a"}, {"name": "b"}))
    room.state_file.write_text('{"version": 3, "checkp')
    with pytest.raises(BackendError, match="is damaged") as caught:
        stack.outputs()
    assert caught.value.next_step.endswith("dev.json.bak")

    told = []
    stack.preview(program({"name": "a"}, {"name": "b"}), observe=told.append)
    assert any("backup" in getattr(each, "message", "") for each in told)
    stack.up(program({"name": "a"}, {"name": "b"}), finder=room.finder)
    assert {each.name for each in stack.resources() if each.custom and each.id} >= {"a", "b"}
    assert room.state_file.with_name("dev.json.damaged").read_text() == '{"version": 3, "checkp'


def test_a_stack_with_resources_is_not_removed(room):
    stack = room.stack()
    stack.up(program({"name": "a"}))
    with pytest.raises(EngineError, match="still has resources"):
        stack.remove()


@pytest.mark.parametrize(("project", "stack"), [("a b", "dev"), ("ok", "dev/x"), ("", "dev")])
def test_names_that_the_engine_would_refuse_are_refused_at_once(room, project, stack):
    with pytest.raises(UsageError, match="cannot be the name of a"):
        EngineStack(room.engine, project, stack, backend=room.states)


def test_variables_of_the_users_other_work_do_not_reach_the_run(room):
    other = {
        "PULUMI_BACKEND_URL": "s3://somebody-elses",
        "PULUMI_STACK": "theirs",
        "PULUMI_DEBUG_PROVIDERS": "shelf:1",
        "PULUMI_PARALLEL": "0",
    }
    stack = room.stack(environment={**room.environment, **other})
    assert differs(stack.up(program({"name": "a"})))
    assert json.loads(room.state_file.read_text())["checkpoint"]["stack"].endswith("/dev")


def test_the_working_folder_of_a_run_is_gone_afterwards(room, tmp_path, monkeypatch):
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(scratch))

    room.stack().preview(program({"name": "a"}))

    assert list(scratch.iterdir()) == []


def test_an_engine_that_can_never_write_its_state_again_is_ended(room, monkeypatch):
    """As on a full disk: it would try for ever, and say nothing."""
    monkeypatch.setattr(engine_run, "_SILENT_SECONDS", 0.5)
    monkeypatch.setattr(watchdog, "GRACE_SECONDS", 1.0)
    stack = room.stack()
    stack.up(program({"name": "a"}))
    good = room.state_file.read_text()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(good) + 1000, before[1]))
    try:
        with pytest.raises(BackendError, match="the disk is full"):
            stack.up(program({"name": "a"}, *({"name": f"b{n}"} for n in range(40))))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert room.state_file.with_name("dev.json.kept").read_text() == good

    stack.up(program({"name": "a"}, {"name": "b1"}), finder=room.finder)
    assert {"a", "b1"} <= {each.name for each in stack.resources() if each.id}
