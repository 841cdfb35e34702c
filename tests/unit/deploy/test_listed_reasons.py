"""Several reasons of one refusal."""

from __future__ import annotations

from tablewright.errors import listed


def test_a_next_step_of_several_reasons_is_given_once_below_them():
    reasons = [
        ("a is protected", "unprotect it"),
        ("b exists", "adopt it"),
        ("c exists", "adopt it"),
    ]
    assert listed(reasons).splitlines() == [
        "  - a is protected",
        "    → unprotect it",
        "  - b exists",
        "  - c exists",
        "    → adopt it",
    ]
