"""The engine's events, read into progress and a result."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.results import differs

from tablewright.engine import (
    SECRET,
    UNKNOWN,
    Diagnostic,
    DiffKind,
    Operation,
    StepFailed,
    StepFinished,
    StepStarted,
    StepWaits,
)
from tablewright.engine.changes import (
    plain,
)
from tablewright.engine.run.events import Failure, Phase, is_planned, tells_nothing
from tablewright.pulumi_values import urn_name, urn_type

BOX = "urn:pulumi:dev::shop::acme:index:Stack$shelf:index:Box::a"
STACK = "urn:pulumi:dev::shop::pulumi:pulumi:Stack::shop-dev"
SIGNED = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}


def step(op: str, urn: str = BOX, *, old=None, new=None, **more) -> dict:
    return {"op": op, "urn": urn, "type": urn_type(urn), "old": old, "new": new, **more}


def side(**properties) -> dict:
    return {"custom": True, "id": "a", "parent": STACK, "inputs": {}, "outputs": {}, **properties}


def feed(phase: Phase, *events: dict) -> list:
    return [each for n, event in enumerate(events) for each in phase.feed(event, float(n))]


def began(metadata: dict, **more) -> dict:
    return {"resourcePreEvent": {"metadata": metadata, **more}}


def ended(metadata: dict, **more) -> dict:
    return {"resOutputsEvent": {"metadata": metadata, **more}}


def test_a_step_is_told_as_it_begins_and_as_it_ends_with_its_seconds():
    create = step("create", new=side())
    told = feed(Phase(), began(create), ended(create))
    assert told == [
        StepStarted(BOX, "shelf:index:Box", "a", Operation.CREATE),
        StepFinished(BOX, "shelf:index:Box", "a", Operation.CREATE, 1.0),
    ]


def test_planned_steps_say_that_they_are_planned():
    create = step("create", new=side())
    started, finished = feed(Phase(), began(create, planning=True), ended(create, planning=True))
    assert started.planning
    assert finished.planning
    assert is_planned(began(create, planning=True))
    assert not is_planned(began(create))
    assert not is_planned({"preludeEvent": {}})


def test_unchanged_resources_are_counted_and_not_told():
    phase, same = Phase(), step("same", old=side(), new=side())
    assert feed(phase, began(same), ended(same)) == []
    assert [change.operation for change in phase.result(0).changes] == [Operation.SAME]


@pytest.mark.parametrize("op", ["same", "create", "update", "delete", "refresh", "read", "import"])
def test_only_the_beginning_of_what_stays_can_be_left_out(op):
    """Left out or not, the result is the same; no other event may be left out."""
    beginning, end = began(step(op, old=side(), new=side())), ended(step(op, old=side()))
    lines = [
        json.dumps({"sequence": 1, **event}, separators=(",", ":")) for event in (beginning, end)
    ]
    assert [tells_nothing(line) for line in lines] == [op == "same", False]
    if op == "same":
        whole, shorter = Phase(), Phase()
        feed(whole, beginning, end)
        feed(shorter, end)
        assert shorter.result(0.0) == whole.result(0.0)


def test_the_three_steps_of_a_replacement_are_one_change_in_either_order():
    keys = {"keys": ["lock"], "diffs": ["lock"]}
    deleted = step("delete-replaced", old=side())
    replace = step("replace", old=side(), new=side(inputs={"lock": "2"}), **keys)
    create = step("create-replacement", old=side(), new=side(inputs={"lock": "2"}), **keys)
    for order in ([deleted, replace, create], [create, replace, deleted]):
        phase = Phase()
        told = feed(phase, *(event for each in order for event in (began(each), ended(each))))
        assert [type(each) for each in told] == [StepStarted, StepFinished]
        (change,) = phase.result(0).changes
        assert change.operation is Operation.REPLACE
        assert change.replace_keys == ("lock",)
        assert [(diff.path, diff.replaces) for diff in change.diffs] == [("lock", True)]


def test_an_import_and_the_update_after_it_are_two_changes():
    phase = Phase()
    live = side(inputs={"label": "live"})
    imported = step("import", old=live, new=live)
    detailed = {"detailedDiff": {"label": {"diffKind": "update", "inputDiff": True}}}
    updated = step("update", old=live, new=side(inputs={"label": "new"}), **detailed)
    feed(phase, began(imported), ended(imported), began(updated), ended(updated))
    first, second = phase.result(0).changes
    assert (first.operation, second.operation) == (Operation.IMPORT, Operation.UPDATE)
    assert [(d.path, d.kind, d.replaces) for d in second.diffs] == [
        ("label", DiffKind.UPDATE, False)
    ]


def test_a_refresh_run_reports_what_it_found_as_its_changes():
    phase = Phase(only_reads=True)
    read, gone = step("refresh", old=side(), new=side()), step("delete", old=side())
    kept = step("delete", old=side(retainOnDelete=True))  # which is gone all the same
    for found in (gone, kept):
        feed(phase, began(read), ended(found))
        assert [change.operation for change in phase.result(0).changes] == [Operation.DELETE]


def test_a_refresh_before_a_program_is_a_change_of_its_own_only_if_it_found_something():
    read, same = step("refresh", old=side(), new=side()), step("same", old=side(), new=side())
    drift = step("update", old=side(), new=side(inputs={"label": "drifted"}))
    for found, expected in ((same, [Operation.SAME]), (drift, [Operation.REFRESH, Operation.SAME])):
        phase = Phase()
        feed(phase, began(read), ended(found), began(same), ended(same))
        assert [change.operation for change in phase.result(0).changes] == expected


def test_a_failed_step_carries_what_its_provider_said():
    phase, create = Phase(), step("create", new=side())
    said = {"diagnosticEvent": {"urn": BOX, "message": "no room\n", "severity": "error"}}
    told = feed(phase, began(create), said, {"resOpFailedEvent": {"metadata": create}})
    assert told[-1] == StepFailed(BOX, "shelf:index:Box", "a", Operation.CREATE, "no room")
    assert phase.failures == [Failure(BOX, "no room", "a")]
    assert phase.unfinished() == ()


def test_a_step_without_an_end_is_unfinished():
    phase = Phase()
    feed(phase, began(step("create", new=side())), began(step("create", STACK, new=side())))
    assert phase.unfinished() == ("a",)
    assert list(phase.created()) == [BOX, STACK]


def test_a_component_whose_parts_are_under_way_is_not_unfinished_itself():
    phase = Phase()
    feed(phase, began(step("create", new=side(custom=False))))
    assert phase.unfinished() == ()


def test_what_a_step_waits_for_is_told_while_it_holds():
    remark = {"severity": "info", "message": "waiting: create table a", "ephemeral": True}
    phase = Phase()
    (told,) = feed(phase, {"diagnosticEvent": {**remark, "urn": BOX}})
    assert told == StepWaits(BOX, "shelf:index:Box", "a", "waiting: create table a")
    assert phase.result(0).diagnostics == ()


def test_warnings_are_passed_on_and_debug_and_passing_remarks_are_not():
    def said(severity: str, text: str = "words", **more) -> dict:
        return {"diagnosticEvent": {"severity": severity, "message": text, **more}}

    phase = Phase()
    told = feed(
        phase,
        said("warning"),
        said("info#err"),
        said("debug"),
        said("info", "  \n"),
        said("info", ephemeral=True),
    )
    assert told == [Diagnostic("warning", "words"), Diagnostic("info", "words")]
    assert phase.result(0).diagnostics == tuple(told)


def test_the_outputs_are_those_of_the_stack_with_secrets_and_unknowns_marked():
    outputs = {
        "arn": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
        "list": ["x", "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2"],
        "key": {**SIGNED, "ciphertext": "[secret]"},
    }
    phase, same = Phase(), step("same", STACK, old=side(), new=side(outputs=outputs))
    feed(phase, began(same), ended(same))
    assert phase.result(0).outputs == {"arn": UNKNOWN, "list": ["x", UNKNOWN], "key": SECRET}


def test_components_and_providers_alone_are_no_difference():
    phase = Phase()
    provider = "urn:pulumi:dev::shop::pulumi:providers:aws::default"
    for each in (
        step("create", STACK, new=side(custom=False)),
        step("create", provider, new=side()),
        step("refresh", old=side(), new=side()),
    ):
        feed(phase, began(each))
    assert not differs(phase.result(0))
    feed(phase, began(step("create", new=side())))
    assert differs(phase.result(0))


def test_an_operation_of_a_newer_engine_counts_as_a_change():
    phase = Phase()
    feed(phase, began(step("transmogrify", old=side(), new=side())))
    assert differs(phase.result(0))


def test_retained_resources_and_parents_are_known():
    phase = Phase()
    feed(phase, began(step("delete", old=side(retainOnDelete=True))))
    (change,) = phase.result(0).changes
    assert change.operation is Operation.KEEP
    assert (change.parent, change.id, change.new_inputs) == (STACK, "a", None)


words = st.text(st.characters(exclude_characters=":$"), min_size=1)


@given(words, words, st.lists(words, min_size=1), st.text(min_size=1))
def test_the_parts_of_any_urn_are_found_again(stack, project, types, name):
    urn = f"urn:pulumi:{stack}::{project}::{'$'.join(types)}::{name}"
    assert (urn_type(urn), urn_name(urn)) == (types[-1], name)


def test_what_is_no_urn_has_no_type_and_is_its_own_name():
    assert (urn_type("x"), urn_name("x")) == ("", "x")


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@given(json_values)
def test_values_without_marks_stay_as_they_are(value):
    assert plain(value) == value
