"""A run while it goes on, for pipes and for terminals."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from tablewright.engine import StepWaits
from tablewright.report import progress

WAIT = StepWaits("urn", "aws:dynamodb/table:Table", "events", "waiting: encrypt with the key")


@pytest.mark.parametrize("terminal", [True, False])
def test_what_a_step_waits_for_is_said_once(terminal):
    console = Console(file=io.StringIO(), width=100, force_terminal=terminal)
    with progress.shown(console) as show:
        show(WAIT)
    said = console.file.getvalue()
    assert "events: encrypt with the key" in said
