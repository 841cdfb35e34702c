"""A run while it goes on, for pipes and for terminals."""

from __future__ import annotations

import io
import re
from dataclasses import replace

import pytest
from rich.console import Console

from tablewright.engine import Operation, StepStarted, StepWaits
from tablewright.report.runs import progress

WAIT = StepWaits("urn", "aws:dynamodb/table:Table", "events", "waiting: encrypt with the key")


@pytest.mark.parametrize("terminal", [True, False])
def test_what_a_step_waits_for_is_said_once(terminal):
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    with progress.shown(console) as show:
        show(WAIT)
    said = console.file.getvalue()
    assert "events: encrypt with the key" in said


def started(name):
    return StepStarted(f"urn:{name}", "aws:dynamodb/table:Table", name, Operation.UPDATE)


def test_a_log_is_told_what_is_under_way_and_for_how_long():
    console = Console(file=io.StringIO(), width=200)
    board = progress.Board(console, progress.DONE)
    for name in ("orders", "users"):
        board.plain(started(name))
    board.plain(replace(WAIT, urn="urn:users", name="users"))
    board.pulse()
    last = console.file.getvalue().splitlines()[-1]
    assert re.fullmatch(
        r"  working    +\d+ s  table orders, table users: encrypt with the key", last
    )


def test_a_preview_prints_nothing_but_what_is_under_way():
    console = Console(file=io.StringIO(), width=200)
    board = progress.Board(console, progress.DONE, planning=True)
    board.plain(started("orders"))
    board.plain(WAIT)
    assert console.file.getvalue() == ""
    board.pulse()
    assert "table orders" in console.file.getvalue()
