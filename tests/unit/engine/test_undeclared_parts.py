"""An index or a replica that its stack has never declared goes by name only."""

from __future__ import annotations

import pytest
from tests.unit.engine.test_guard import change

from tablewright.engine import Operation, Permissions, PropertyDiff
from tablewright.engine.changes import DiffKind
from tablewright.engine.guard import judge, offences
from tablewright.engine.permission_names import refuse_unknown
from tablewright.errors import RefusedError, UsageError

INDEXES, REPLICAS = "globalSecondaryIndexes", "replicas"
OWN = {INDEXES: [{"name": "by-day"}], REPLICAS: [{"regionName": "us-east-1"}]}
BOTH = {
    INDEXES: [{"name": "by-day"}, {"name": "by-hand"}],
    REPLICAS: [{"regionName": "us-east-1"}, {"regionName": "us-west-2"}],
}
NAMES = {INDEXES: "events-live/by-hand", REPLICAS: "events-live/us-west-2"}


def removal(property_, *, old=OWN, new=OWN, recorded=BOTH, operation=Operation.UPDATE):
    named = {"name": "events-live"}
    return change(
        operation,
        old_inputs={**named, **old},
        new_inputs={**named, **new},
        old_outputs={**named, **recorded},
        diffs=(PropertyDiff(property_, DiffKind.UPDATE),),
    )


@pytest.mark.parametrize("property_", NAMES)
def test_it_goes_by_name_only(property_):
    changes = [removal(property_)]
    with pytest.raises(RefusedError, match="which was never declared here") as caught:
        judge(changes)
    flag = f"--allow-delete {NAMES[property_]}"
    assert caught.value.next_step == f"declare what is to stay; or allow it with {flag}"
    allowed = Permissions(delete=frozenset({NAMES[property_]}))
    judge(changes, allowed)
    refuse_unknown(changes, allowed)
    with pytest.raises(UsageError, match="nothing of that name"):
        refuse_unknown([removal("tags.Team")], allowed)


@pytest.mark.parametrize("property_", NAMES)
def test_its_name_allows_no_more_than_it_says(property_):
    allowed = Permissions(delete=frozenset({NAMES[property_]}))
    assert offences([change(Operation.DELETE)], allowed)
    (offence,) = offences([removal(property_)], Permissions(delete=frozenset({"events-live"})))
    assert offence.name == NAMES[property_]


@pytest.mark.parametrize("property_", NAMES)
def test_what_was_declared_and_is_no_more_was_named_by_that(property_):
    assert not offences([removal(property_, old=BOTH)])
    assert not offences([removal(property_, new=BOTH)])
    assert not offences([removal(property_, recorded=OWN)])


@pytest.mark.parametrize("property_", NAMES)
def test_a_change_of_something_else_removes_nothing(property_):
    assert not offences([removal("tags.Team")])
    assert not offences([removal(property_, operation=Operation.SAME)])


@pytest.mark.parametrize("property_", NAMES)
def test_what_an_import_has_read_is_nobodys_declaration(property_):
    imported = change(Operation.IMPORT)
    update = removal(property_, old=BOTH)
    assert [offence.name for offence in offences([imported, update])] == [NAMES[property_]]


def test_beside_a_table_that_goes_both_are_named():
    table = change(Operation.DELETE, name="drop")
    with pytest.raises(RefusedError, match="2 resources") as caught:
        judge([removal(INDEXES), table])
    assert "--table drop-live" in caught.value.next_step
    flags = "--allow-delete events-live/by-hand --allow-delete drop-live"
    assert caught.value.next_step.endswith(flags)
