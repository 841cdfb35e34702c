"""What a declaration protects is known before a destroy begins, whatever its kind."""

from __future__ import annotations

import pytest

from tablewright.deploy.preconditions.protected import protected_by_declaration
from tablewright.deploy.preconditions.undeletable import Words
from tablewright.engine import StateResource
from tablewright.resource_kinds import KINDS

WORDS = Words("deletionProtection", frozenset({"orders"}), "then `tablewright destroy PATH`")
TABLE = "aws:dynamodb/table:Table"


def record(type_: str, name: str, parent: str = "", *, protect: bool = True) -> StateResource:
    urn = f"urn:pulumi:dev::shop::{type_}::{name}"
    custom = not type_.startswith("tablewright:")
    return StateResource(urn, type_, name, name, parent=parent, custom=custom, protect=protect)


@pytest.mark.parametrize("type_", KINDS)
def test_a_program_that_protects_a_resource_of_any_kind_is_heard(type_):
    other = record(type_, "other", protect=False)
    [obstacle] = protected_by_declaration([other, record(type_, "mine")], WORDS)
    assert f"{KINDS[type_].word} mine is protected" in obstacle.reason
    assert obstacle.remedy.endswith("run `tablewright up PATH`, then `tablewright destroy PATH`")


@pytest.mark.parametrize(("name", "again"), [("orders", False), ("gone", True)])
def test_a_protected_table_of_a_manifest_is_named_once_with_all_that_belongs_to_it(name, again):
    component = record("tablewright:index:Table", "logical")
    alarms = record("tablewright:index:Alarms", "logical", component.urn)
    alarm = record("aws:cloudwatch/metricAlarm:MetricAlarm", "errors", alarms.urn)
    table = record(TABLE, name, component.urn)
    [obstacle] = protected_by_declaration([component, alarms, alarm, table], WORDS)
    assert f"table {name} is protected by its `protect: true`" in obstacle.reason
    assert obstacle.remedy.startswith("declare it again as it was") == again
    assert f"set `protect: false` for table {name}" in obstacle.remedy
