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


def test_next_steps_that_differ_by_their_name_alone_are_one():
    reasons = [
        (f"table {name} is protected", f"set `protected: false` for table {name}, run `up`")
        for name in ("orders", "users.v2")
    ]
    assert listed(reasons).splitlines() == [
        "  - table orders is protected",
        "  - table users.v2 is protected",
        "    → set `protected: false` for table orders, users.v2, run `up`",
    ]


def test_a_command_of_several_names_takes_its_option_for_each():
    reasons = [(f"{name} is of a/b", f"run `release PATH --table {name}`") for name in ("x", "y")]
    assert listed(reasons).splitlines()[-1] == "    → run `release PATH --table x --table y`"


def test_what_a_command_takes_one_of_is_said_of_each():
    reasons = [(f"{name} is free", f"declare `tableName: {name}`") for name in ("x", "y")]
    assert listed(reasons).splitlines() == [
        "  - x is free",
        "    → declare `tableName: x`",
        "  - y is free",
        "    → declare `tableName: y`",
    ]
