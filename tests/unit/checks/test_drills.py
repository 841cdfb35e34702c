"""What came of restoring a table is judged: `verify --restore-drill`."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tablewright.checks.verdict import Verdict
from tablewright.checks.verify import verify
from tablewright.fleet.restore_drill import RestoreDrill

DRILL = RestoreDrill(
    seconds=12,
    moment=datetime(2026, 11, 29, 10, 0, tzinfo=UTC),
    items=1000,
    restored_items=1000,
    sampled=100,
    written=0,
)


def judged(declared, live, drill):
    report = verify(declared, replace(live, drills={"events": drill}))
    return [
        (finding.verdict, finding.fact, finding.actual)
        for finding in report.findings
        if finding.rule == "TW161"
    ]


def test_a_table_that_restores_the_same_passes(declared, live):
    assert judged(declared, live, DRILL) == [
        (Verdict.PASSED, "restore", "as of 2026-11-29 10:00:00, in 12 s"),
        (Verdict.PASSED, "restore: items", "1,000"),
        (Verdict.PASSED, "restore: sample", "100 of 100 are the same"),
    ]
    assert not [finding for finding in verify(declared, live).findings if finding.rule == "TW161"]


@pytest.mark.parametrize(
    ("changes", "fact", "verdict", "actual"),
    [
        ({"problem": "recovery is off"}, "restore", Verdict.FAILED, "recovery is off"),
        ({"unread": "not allowed"}, "restore", Verdict.UNKNOWN, "not allowed"),
        ({"restored_items": 998}, "restore: items", Verdict.FAILED, "998; 0 write units since"),
        (
            {"restored_items": 998, "written": 2},
            *("restore: items", Verdict.PASSED, "998; 2 write units since"),
        ),
        (
            {"restored_items": 998, "written": None},
            "restore: items",
            Verdict.UNKNOWN,
            "998; what was written since could not be read",
        ),
        ({"restored_items": 960, "approximate": True}, "restore: items", Verdict.PASSED, "960"),
        (
            {"restored_items": 900, "approximate": True},
            *("restore: items", Verdict.FAILED, "900; 0 write units since"),
        ),
        (
            {"differing": 3},
            *("restore: sample", Verdict.FAILED),
            "97 of 100 are the same; 0 write units since",
        ),
        ({"left": "x"}, "restore: leftover", Verdict.FAILED, "table x"),
    ],
)
def test_what_differs_and_was_not_written_since_fails(
    declared, live, changes, fact, verdict, actual
):
    assert (verdict, fact, actual) in judged(declared, live, replace(DRILL, **changes))
