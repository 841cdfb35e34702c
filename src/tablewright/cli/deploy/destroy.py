"""`tablewright destroy`: delete all that a stack holds, tables and items included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.cli.styled import styled
from tablewright.report.runs import outcome, progress


def run(paths: Sequence[str], output_format: str, *, yes: bool, **chosen: Any) -> int:
    """Delete every resource of the stack at PATH, its tables with all their items."""
    with deploying.deployment(paths, chosen) as opened:
        deploying.confirm_destroy(opened, yes=yes)
        with progress.shown(styled(stderr=True)) as show:
            result = opened.destroy(progress=show)
        if output_format == "json":
            console.data_json(outcome.as_json(result, opened.identity))
        else:
            for note in result.notes:
                console.say(note)
            console.say(outcome.done(result))
    return 0
