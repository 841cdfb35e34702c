"""What was confirmed against what would happen."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.engine import (
    DiffKind,
    Operation,
    PropertyDiff,
    ResourceChange,
    RunResult,
    SavedPreview,
)
from tablewright.engine.confirmed import ConfirmedChange, differences, digest
from tablewright.errors import RefusedError, UsageError


def change(name: str = "a", operation: Operation = Operation.UPDATE, **more) -> ResourceChange:
    diffs = (PropertyDiff("label", DiffKind.UPDATE),) if operation is Operation.UPDATE else ()
    defaults = {"old_inputs": {"label": "w"}, "new_inputs": {"label": "x"}, "diffs": diffs}
    urn = f"urn:pulumi:dev::p::shelf:index:Box::{name}"
    return ResourceChange(urn, "shelf:index:Box", name, operation, **{**defaults, **more})


def saved(*changes: ResourceChange, **more) -> SavedPreview:
    preview = SavedPreview.of(RunResult(changes), "p/dev", "m1", {"target": "aws"})
    return replace(preview, **more)


def agrees(shown: SavedPreview, actual: SavedPreview) -> bool:
    try:
        shown.confirm(actual)
    except RefusedError:
        return False
    return True


def test_the_same_preview_is_confirmed_whatever_the_order_of_its_steps():
    assert agrees(saved(change("a"), change("b")), saved(change("b"), change("a")))


def test_unchanged_resources_and_components_do_not_matter():
    actual = saved(change(), change("s", Operation.SAME), change("c", custom=False))
    assert agrees(saved(change()), actual)


def test_a_run_that_changes_nothing_is_confirmed_where_it_was_to_be():
    assert agrees(saved(change()), saved(change(operation=Operation.SAME)))
    assert not agrees(saved(change()), saved(context={"target": "sandbox"}))


def test_the_engines_own_resources_are_nothing_to_agree_to():
    provider = replace(change("default", Operation.CREATE), type="pulumi:providers:aws")
    assert saved(provider).changes == ()


@pytest.mark.parametrize(
    ("actual", "said"),
    [
        (saved(change(), change("b", Operation.DELETE)), "would also delete b"),
        (saved(change("b")), "would not update a (label)"),
        (saved(manifest="m2"), "would not update a (label)"),
        (saved(change(operation=Operation.REPLACE)), "would also replace a"),
        (saved(change(new_inputs={"label": "y"})), "would update a (label) with other values"),
        (
            saved(change(old_inputs={"label": "drifted"})),
            "would update a (label), but that has changed since",
        ),
        (
            saved(change(diffs=(PropertyDiff("lock", DiffKind.ADD),))),
            "would update a (lock), and update a (label) was confirmed",
        ),
        (saved(change(), manifest="m2"), "what is declared has changed since"),
        (saved(change(), stack="p/prod"), "it was confirmed for p/dev, not for p/prod"),
        (saved(change(), context={"target": "sandbox"}), "target was aws and is sandbox"),
        (saved(change(), context={}), "target was aws and is not said"),
    ],
)
def test_any_difference_refuses_and_says_what_it_is(actual, said):
    with pytest.raises(RefusedError) as caught:
        saved(change()).confirm(actual)
    assert said in caught.value.message
    assert caught.value.exit_status == 3


def test_a_saved_preview_gives_no_values_away():
    text = saved(change(new_inputs={"password": "hunter2"})).to_json()
    assert "hunter2" not in text
    assert json.loads(text)["changes"][0]["operation"] == "update"


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "tablewright.dev/preview/v1"}'])
def test_what_is_no_saved_preview_is_told_so(text):
    with pytest.raises(UsageError, match="not a saved preview"):
        SavedPreview.from_json(text)


def test_another_format_is_named():
    with pytest.raises(UsageError, match="in the form v9"):
        SavedPreview.from_json('{"format": "v9"}')


names = st.text(min_size=1)
confirmed = st.builds(
    ConfirmedChange,
    urn=names,
    operation=st.sampled_from([each.value for each in Operation]),
    properties=st.dictionaries(names, st.sampled_from(["add", "update", "delete"])),
    values=names,
)
previews = st.builds(
    SavedPreview,
    stack=names,
    manifest=names,
    context=st.dictionaries(names, names),
    changes=st.lists(confirmed).map(tuple),
)


@given(previews)
def test_what_is_saved_is_read_again(preview):
    again = SavedPreview.from_json(preview.to_json())
    assert again == preview
    assert differences(again, preview) == ()


@given(st.dictionaries(names, st.integers()))
def test_a_digest_does_not_depend_on_the_order_of_keys(values):
    assert digest(values) == digest(dict(reversed(values.items())))
