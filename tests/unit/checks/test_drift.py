"""Three values of each field: declared, recorded, live."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tablewright.deploy.drift.authors import author_of
from tablewright.deploy.drift.comparison import Remade, compare
from tablewright.deploy.drift.drifted import DriftKind, DriftReport
from tablewright.fleet.change_log import ChangeEvent
from tablewright.fleet.reading import Unread
from tablewright.plan.table import Recovery
from tablewright.report.findings import drift as shown

EVENTS = "events"


def with_table(stack, **settings):
    """A live stack whose table is another one."""
    table = stack.tables[EVENTS]
    changed = replace(table.table, **settings)
    reading = replace(table.reading, table=changed)
    return replace(stack, tables={EVENTS: replace(table, reading=reading)})


def with_declared(stack, **settings):
    [table] = stack.tables
    changed = replace(table, table=replace(table.table, **settings))
    return replace(stack, tables=(changed,))


def only(report: DriftReport):
    """The one field that differs."""
    [field] = report.fields
    return field.fact, field.kind, field.declared, field.recorded, field.live


def test_nothing_differs(declared, live):
    report = compare("analytics/dev", declared, live, live)
    assert (report.fields, report.unrecorded, report.exit_status) == ((), (), 0)


@pytest.mark.parametrize(
    ("declares", "records", "lives", "kind", "values"),
    [
        (35, 35, 7, DriftKind.CHANGED, ("35 days", "35 days", "7 days")),
        (35, 7, 7, DriftKind.NOT_APPLIED, ("35 days", "7 days", "7 days")),
        (35, 7, 2, DriftKind.CHANGED, ("35 days", "7 days", "2 days")),
        (None, 35, 7, DriftKind.CHANGED, (None, "35 days", "7 days")),
    ],
)
def test_a_field_has_three_values(declared, live, declares, records, lives, kind, values):
    report = compare(
        "analytics/dev",
        with_declared(declared, recovery=declares and Recovery(declares)),
        with_table(live, recovery=Recovery(records)),
        with_table(live, recovery=Recovery(lives)),
    )
    assert only(report) == ("recovery window", kind, *values)
    assert report.exit_status == 3


def test_what_is_live_as_declared_is_no_drift_and_told_to_be_recorded_otherwise(declared, live):
    report = compare("analytics/dev", declared, with_table(live, recovery=Recovery(7)), live)
    assert (report.fields, report.unrecorded) == ((), ("table events: recovery window",))
    assert report.exit_status == 0


def test_what_is_left_out_and_as_recorded_is_no_drift(declared, live):
    left_out = with_declared(declared, recovery=None, table_class=None, tags=None)
    assert compare("analytics/dev", left_out, live, live).fields == ()


@pytest.mark.parametrize(
    ("recorded_too", "kind", "recorded"),
    [(True, DriftKind.DELETED, "ACTIVE"), (False, DriftKind.NOT_APPLIED, None)],
)
def test_a_table_that_is_gone(declared, live, recorded_too, kind, recorded):
    gone = replace(live, tables={EVENTS: None})
    report = compare("analytics/dev", declared, live if recorded_too else gone, gone)
    fields = [field for field in report.fields if field.resource == "table"]
    assert [(each.fact, each.kind, each.recorded, each.live) for each in fields] == [
        ("table", kind, recorded, None)
    ]


def test_an_index_that_is_gone_was_deleted_outside(declared, live):
    report = compare("analytics/dev", declared, live, with_table(live, global_indexes=()))
    assert only(report)[:2] == ("index by-user", DriftKind.DELETED)
    assert only(report)[3:] == ("exists", None)


def test_an_index_that_was_added_was_changed_outside(declared, live):
    without = with_declared(declared, global_indexes=())
    report = compare("analytics/dev", without, with_table(live, global_indexes=()), live)
    assert only(report) == ("global index by-user", DriftKind.CHANGED, None, None, "exists")


def test_what_is_another_one_is_told_once(declared, live):
    other = with_table(live, recovery=Recovery(7))
    report = compare("analytics/dev", declared, live, other, [Remade("table", EVENTS)])
    assert only(report)[:2] == ("creation", DriftKind.REMADE)


def test_what_is_not_declared_any_more_is_not_applied(declared, live):
    [table] = declared.tables
    fewer = replace(declared, tables=(replace(table, roles=()),))
    assert only(compare("analytics/dev", fewer, live, live)) == (
        "role",
        DriftKind.NOT_APPLIED,
        None,
        "exists",
        None,
    )


def test_what_cannot_be_read_is_unread_and_no_drift(declared, live):
    refused = replace(live, tables={EVENTS: Unread("DescribeTable is refused")})
    report = compare("analytics/dev", declared, live, refused)
    assert {field.kind for field in report.fields} == {DriftKind.UNREAD}
    assert report.exit_status == 4
    assert "unread: DescribeTable is refused" in shown.markdown(report)
    assert all(line.startswith(("::warning", "::notice")) for line in shown.as_annotations(report))


def test_what_is_under_way_is_unread(declared, live):
    table = live.tables[EVENTS]
    updating = replace(table, reading=replace(table.reading, status="UPDATING"))
    report = compare("analytics/dev", declared, live, replace(live, tables={EVENTS: updating}))
    assert [(field.kind, field.reason) for field in report.fields] == [
        (DriftKind.UNREAD, "it is UPDATING")
    ]


def test_the_last_call_that_could_have_changed_a_field_tells_who(declared, live):
    report = compare("analytics/dev", declared, live, with_table(live, recovery=Recovery(7)))
    changes = [
        ChangeEvent("UpdateContinuousBackups", "user/early", datetime(2026, 11, 1, tzinfo=UTC)),
        ChangeEvent("UpdateContinuousBackups", "user/jane", datetime(2026, 11, 2, tzinfo=UTC)),
        ChangeEvent("UpdateTable", "user/other", datetime(2026, 11, 3, tzinfo=UTC)),
    ]
    author = author_of(report.fields[0], changes)
    assert author is not None
    assert author.name == "user/jane"
    assert author_of(report.fields[0], changes[2:]) is None
