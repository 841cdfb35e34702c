"""Counts for a log."""

from tablewright.report.runs.paced import PacedCounts


def test_a_log_has_a_count_every_thirty_seconds_and_the_last_of_each_kind():
    now, said = [0.0], list[str]()
    counts = PacedCounts(said.append, lambda: now[0])
    for second in range(70):
        now[0] = float(second)
        counts(f"{second * 100:,} items copied")
    counts("5 items compared")
    counts("9 items compared")
    counts.finish()
    counts.finish()
    assert said == [
        "3,000 items copied",
        "6,000 items copied",
        "6,900 items copied",
        "9 items compared",
    ]
