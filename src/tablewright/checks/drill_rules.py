"""The rule on what came of restoring a table."""

from __future__ import annotations

from collections.abc import Iterator

from tablewright.fleet.restore_drill import RestoreDrill

from .rule import rule
from .table_rules import TableCase
from .verdict import FactOutcome, failed, passed, unknown

_TOLERATED = 0.05
"""What AWS's own count of a table may be off by, which is some six hours old."""
_LOOK = "restore it yourself under another name, and look at what differs"


@rule(
    "TW161",
    "table",
    "It can be restored to a point in time, with the same items",
    (
        "dynamodb:RestoreTableToPointInTime",
        "dynamodb:Scan",
        "dynamodb:BatchGetItem",
        "dynamodb:DeleteTable",
        "cloudwatch:GetMetricStatistics",
    ),
)
def restores(case: TableCase) -> Iterator[FactOutcome]:
    """Asked with `verify --restore-drill`: a backup that nobody has restored is a hope.

    It is restored under a name that nothing has, without its indexes; items are counted, a sample
    of them is looked up in the table, and what was made is removed. What was written since the
    moment that was restored may differ.
    """
    drill = (case.stack.drills or {}).get(case.live.name)
    if drill is None:
        return
    if drill.problem:
        yield failed("restore", "it restores", drill.problem, "see that its recovery is on (TW109)")
    elif drill.unread:
        yield unknown("restore", "it restores", drill.unread)
    else:
        moment = f"{drill.moment:%Y-%m-%d %H:%M:%S}" if drill.moment else "a point in time"
        yield passed("restore", "it restores", f"as of {moment}, in {drill.seconds:.0f} s")
        yield _counts(drill)
        yield _sample(drill)
    if drill.left:
        fix = "run the same command again, which removes it"
        yield failed("restore: leftover", "nothing is left", f"table {drill.left}", fix)


def _counts(drill: RestoreDrill) -> FactOutcome:
    fact, expected = "restore: items", f"{drill.items:,}"
    off = abs(drill.items - drill.restored_items)
    actual = f"{drill.restored_items:,}"
    if drill.approximate:
        expected = f"about {expected}"
        off = max(0, off - int(_TOLERATED * drill.items))
    return _weighed(drill, fact, expected, actual, off)


def _sample(drill: RestoreDrill) -> FactOutcome:
    same = drill.sampled - drill.differing
    expected = f"{drill.sampled} of {drill.sampled} are the same"
    actual = f"{same} of {drill.sampled} are the same"
    return _weighed(drill, "restore: sample", expected, actual, drill.differing)


def _weighed(
    drill: RestoreDrill, fact: str, expected: str, actual: str, differing: int
) -> FactOutcome:
    """What differs may have been written since: an item takes a write unit at least."""
    if not differing:
        return passed(fact, expected, actual)
    if drill.written is None:
        return unknown(fact, expected, f"{actual}; what was written since could not be read")
    since = f"{actual}; {drill.written:,.0f} write units since"
    if differing <= drill.written:
        return passed(fact, expected, since)
    return failed(fact, expected, since, _LOOK)


RULES = (restores,)
