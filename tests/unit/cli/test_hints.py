"""What somebody types who comes from another tool."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from tablewright.cli.commands import root


@pytest.mark.parametrize(
    ("typed", "name"),
    [("plan", "preview"), ("apply", "up"), ("diff", "preview"), ("import", "adopt")],
)
def test_a_command_of_another_tool_is_answered_with_ours(typed: str, name: str) -> None:
    result = CliRunner().invoke(root, [typed, "tables/"])
    assert result.exit_code == 2
    assert f"It is called '{name}' here." in result.output


@pytest.mark.parametrize(
    ("typed", "meant", "name"), [("pln", "plan", "preview"), ("aply", "apply", "up")]
)
def test_a_mistyped_command_of_another_tool_is_answered_with_ours(typed, meant, name) -> None:
    result = CliRunner().invoke(root, [typed, "tables/"])
    assert result.exit_code == 2
    assert f"No such command '{typed}'. '{meant}' is called '{name}' here." in result.output


def test_a_mistyped_command_is_answered_with_the_nearest() -> None:
    result = CliRunner().invoke(root, ["previw"])
    assert result.exit_code == 2
    assert "preview" in result.output


def test_validate_says_how_many_stacks_and_tables_it_checked() -> None:
    result = CliRunner().invoke(root, ["validate", "examples/three-tables"])
    assert result.exit_code == 0
    assert result.stderr == "Valid: 1 stack, 3 tables\n"
