"""The guard, on values."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from shlex import quote

import pytest
from tests.unit.test_resource_kinds import SAMPLES

from tablewright.engine import HOLDS_DATA, Operation, Permissions, PropertyDiff, ResourceChange
from tablewright.engine.changes import DiffKind
from tablewright.engine.guard import judge, names_of, offences
from tablewright.engine.permission_names import refuse_unknown
from tablewright.errors import RefusedError, UsageError
from tablewright.resource_kinds import KINDS, UNKNOWN

TABLE = "aws:dynamodb/table:Table"
METRIC = "aws:cloudwatch/metricAlarm:MetricAlarm"
COMPOSITE = "aws:cloudwatch/compositeAlarm:CompositeAlarm"
ANOTHER = {"name": "another", "alarmName": "another"}
NONE = Permissions()


def change(
    operation: Operation, type_: str = TABLE, name: str = "events", **more
) -> ResourceChange:
    defaults = {"old_inputs": {"name": f"{name}-live"}, "id": f"{name}-live"}
    urn = f"urn:pulumi:dev::p::{type_}::{name}"
    return ResourceChange(urn, type_, name, operation, **{**defaults, **more})


def passes(changes: Sequence[ResourceChange], permissions: Permissions = NONE) -> bool:
    try:
        judge(changes, permissions)
    except RefusedError:
        return False
    return True


@pytest.mark.parametrize(
    "operation",
    [each for each in Operation if each not in {Operation.REPLACE, Operation.DELETE}],
)
def test_what_loses_nothing_passes(operation):
    assert passes([change(operation)])


@pytest.mark.parametrize("type_", sorted(HOLDS_DATA))
def test_every_type_that_holds_data_is_kept_from_deletion(type_):
    with pytest.raises(RefusedError):
        judge([change(Operation.DELETE, type_)])


def test_one_replica_is_allowed_to_go_and_not_its_sisters():
    replica = "aws:dynamodb/tableReplica:TableReplica"
    of_the_table = {"old_inputs": {}, "id": "events:eu-west-1"}
    changes = [
        change(Operation.DELETE, replica, f"events-{region}", **of_the_table)
        for region in ("eu-west-2", "eu-central-1")
    ]
    allowed = Permissions(delete=frozenset({"events-eu-west-2", "events:eu-west-1"}))
    (offence,) = offences(changes, allowed)
    assert offence.flag == "--allow-delete events-eu-central-1"


def test_a_declared_replica_goes_by_the_same_name_as_one_that_was_made_by_hand():
    replica = "aws:dynamodb/tableReplica:TableReplica"
    arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/events"
    going = [
        change(
            Operation.DELETE,
            replica,
            f"events-{region}",
            old_inputs={"globalTableArn": arn, "region": region},
        )
        for region in ("eu-west-2", "eu-central-1")
    ]
    (offence,) = offences(going, Permissions(delete=frozenset({"events/eu-west-2"})))
    assert offence.flag == "--allow-delete events-eu-central-1"


PLAIN = [type_ for type_ in KINDS if type_ not in HOLDS_DATA]


def inputs(type_, **more):
    return {"region": "eu-west-1", **SAMPLES[type_][0], **more}


@pytest.mark.parametrize("type_", PLAIN)
def test_what_holds_no_data_goes_with_its_declaration(type_):
    assert passes([change(Operation.DELETE, type_, old_inputs=inputs(type_))])


@pytest.mark.parametrize("operation", [Operation.DELETE, Operation.REPLACE])
@pytest.mark.parametrize("type_", KINDS)
def test_what_is_still_declared_under_another_name_is_never_deleted(type_, operation):
    old = change(operation, type_, "before", old_inputs=inputs(type_), new_inputs={})
    new = change(Operation.CREATE, type_, "after", old_inputs=None, new_inputs=inputs(type_))
    named = {"before", "before-live", KINDS[type_].owner_name(inputs(type_)) or ""}
    with pytest.raises(RefusedError, match="is still declared: as after") as caught:
        judge([old, new], Permissions(frozenset(named), frozenset(named)))
    assert "--allow" not in caught.value.next_step


@pytest.mark.parametrize(("before", "after"), [(METRIC, COMPOSITE), (COMPOSITE, METRIC)])
def test_an_alarm_of_one_form_becomes_none_of_the_other_under_its_name(before, after):
    named = {"name": "errors", "alarmName": "errors", "region": "eu-west-1"}
    old = change(Operation.DELETE, before, "alarm", old_inputs=named)
    new = change(Operation.CREATE, after, "alarm", old_inputs=None, new_inputs=named)
    with pytest.raises(RefusedError, match="is still declared: as alarm") as caught:
        judge([old, new])
    assert "give the new one another name" in caught.value.next_step
    assert passes([old, dataclasses.replace(new, new_inputs={**named, **ANOTHER})])


@pytest.mark.parametrize("type_", PLAIN)
def test_what_would_be_made_anew_and_be_the_same_needs_its_name(type_):
    same = {"old_inputs": inputs(type_), "new_inputs": inputs(type_), "replace_keys": ("path",)}
    (offence,) = offences([change(Operation.REPLACE, type_, **same)])
    assert offence.flag == f"--allow-replace {quote(offence.name)}"
    judge(
        [change(Operation.REPLACE, type_, **same)], Permissions(replace=frozenset({offence.name}))
    )


@pytest.mark.parametrize("type_", PLAIN)
def test_what_gets_another_name_in_the_declaration_was_named_by_that(type_):
    name = KINDS[type_].identifying[-1]
    field = "tableName" if type_.endswith(":TableItem") else name
    new = inputs(type_, **{field: "another"})
    assert passes([change(Operation.REPLACE, type_, old_inputs=inputs(type_), new_inputs=new)])


@pytest.mark.parametrize("type_", [type_ for type_ in PLAIN if KINDS[type_].parent])
def test_what_is_part_of_something_goes_with_it(type_):
    parent, _ = KINDS[type_].parent
    same = {"old_inputs": inputs(type_), "new_inputs": inputs(type_)}
    part = change(Operation.REPLACE, type_, **same)
    holder = inputs(parent)
    if "resourceId" in holder and "resourceId" in inputs(type_):
        holder |= {name: inputs(type_)[name] for name in KINDS[parent].identifying}
    whole = change(Operation.REPLACE, parent, "whole", old_inputs=holder, new_inputs=holder)
    found = offences([part, whole])
    assert [offence.urn for offence in found] == [whole.urn]


def test_a_replacement_is_refused_with_its_cause_and_the_flag_that_allows_it():
    refused = change(Operation.REPLACE, replace_keys=("hashKey", "name"))
    with pytest.raises(RefusedError) as caught:
        judge([refused])
    error = caught.value
    assert "table events-live would be replaced, because of hashKey, name" in error.message
    assert "copy the items while both are in use (`tablewright migrate OLD NEW`)" in error.next_step
    assert error.next_step.endswith("--allow-replace events-live")
    assert error.exit_status == 3


def test_the_cause_is_read_from_the_differences_where_the_engine_names_no_keys():
    diffs = (
        PropertyDiff("tags", DiffKind.UPDATE),
        PropertyDiff("hashKey", DiffKind.UPDATE, replaces=True),
    )
    (offence,) = offences([change(Operation.REPLACE, diffs=diffs)])
    assert offence.causes == ("hashKey",)


def test_a_deletion_is_refused_with_its_own_flag():
    with pytest.raises(RefusedError) as caught:
        judge([change(Operation.DELETE), change(Operation.DELETE, name="users")])
    assert "2 resources that hold data" in caught.value.message
    assert "--allow-delete events-live --allow-delete users-live" in caught.value.next_step


@pytest.mark.parametrize("name", ["events", "events-live"])
def test_a_permission_may_give_the_logical_or_the_physical_name(name):
    assert passes([change(Operation.REPLACE)], Permissions(replace=frozenset({name})))
    assert passes([change(Operation.DELETE)], Permissions(delete=frozenset({name})))


def test_a_permission_is_for_one_operation_and_one_name_only():
    allowed = Permissions(replace=frozenset({"events"}))
    with pytest.raises(RefusedError):
        judge([change(Operation.DELETE)], allowed)
    with pytest.raises(RefusedError):
        judge([change(Operation.REPLACE, name="users")], allowed)


def test_a_resource_that_stays_when_its_record_goes_is_no_loss():
    assert passes([change(Operation.KEEP)])


@pytest.mark.parametrize("type_", KINDS)
def test_nothing_is_kept_in_aws_and_made_again_under_its_name(type_):
    """The new one could not be made, and the old one would be forgotten by then."""
    inputs = SAMPLES[type_][0]
    kept = change(Operation.REPLACE, type_, old_inputs=inputs, new_inputs=inputs, retained=True)
    for allowed in (None, Permissions(replace=names_of(kept))):
        with pytest.raises(RefusedError, match="and be kept, so that nothing else") as refusal:
            judge([kept], allowed)
        assert "remove `retain_on_delete`" in refusal.value.next_step
    elsewhere = dict.fromkeys(inputs, UNKNOWN)
    assert passes([dataclasses.replace(kept, new_inputs={**inputs, **elsewhere})])


def test_the_caller_can_say_what_holds_data():
    with pytest.raises(RefusedError, match="box events-live"):
        judge([change(Operation.DELETE, "shelf:index:Box")], None, lambda each: True)


def test_a_resource_without_a_name_goes_by_its_id():
    (offence,) = offences([change(Operation.DELETE, old_inputs={})])
    assert offence.flag == "--allow-delete events-live"


@pytest.mark.parametrize("flag", ["replace", "delete"])
def test_a_name_that_means_nothing_is_refused_with_the_nearest_table(flag):
    changes = [change(Operation.SAME, name="events"), change(Operation.SAME, METRIC, "errors")]
    refuse_unknown(changes, Permissions(**{flag: frozenset({"events", "events-live"})}))
    with pytest.raises(UsageError, match=f"--allow-{flag} evnts: ") as caught:
        refuse_unknown(changes, Permissions(**{flag: frozenset({"evnts"})}))
    assert caught.value.next_step == f"write --allow-{flag} events, if that is meant"
    with pytest.raises(UsageError) as caught:
        refuse_unknown(changes, Permissions(**{flag: frozenset({"zzz"})}))
    assert caught.value.next_step == f"remove --allow-{flag} zzz"


@pytest.mark.parametrize("operation", Operation)
def test_whatever_a_run_knows_of_can_be_named(operation):
    given = change(operation)
    names = names_of(given)
    refuse_unknown([given], Permissions(names, names))
    assert names == {"events", "events-live"}
