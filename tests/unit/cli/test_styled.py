"""What is printed into a file or a pipe: whole lines, and no blanks at their ends."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console
from rich.table import Table

from tablewright.cli.styled import PAGE_WIDTH, page_width, styled

ARN = "arn:aws:dynamodb:ap-southeast-2:123456789012:table/" + "a-long-name" * 20


@pytest.mark.parametrize("stderr", [False, True])
def test_lines_in_a_pipe_are_not_wrapped_and_end_without_blanks(monkeypatch, stderr):
    stream = io.StringIO()
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stderr" if stderr else "stdout", stream)
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(overflow="fold")
    grid.add_column()
    grid.add_row(ARN, "yes")
    grid.add_row("short", "no")
    styled(stderr=stderr).print(grid)
    first, second = stream.getvalue().splitlines()
    assert first == f"{ARN}  yes"
    assert second.rstrip() == second
    assert second.startswith("short ")


def test_a_width_that_is_asked_for_is_kept(monkeypatch):
    stream = io.StringIO()
    monkeypatch.setenv("COLUMNS", "40")
    monkeypatch.setattr(sys, "stdout", stream)
    styled().print("word " * 20)
    assert max(map(len, stream.getvalue().splitlines())) <= 40


def test_what_fills_its_lines_is_as_wide_as_a_page_in_a_pipe(monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    assert page_width(styled()) == PAGE_WIDTH
    assert page_width(Console(force_terminal=True, width=200)) == 200
    monkeypatch.setenv("COLUMNS", "60")
    assert page_width(styled()) == 60
