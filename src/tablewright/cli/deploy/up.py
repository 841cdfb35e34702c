"""`tablewright up`: make the live tables what the manifest declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.report.runs import outcome
from tablewright.report.runs.outputs import lines


def run(
    paths: Sequence[str],
    output_format: str,
    *,
    yes: bool,
    refresh: bool,
    verbose: bool,
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    **chosen: Any,
) -> int:
    """Bring the live tables to the manifests at PATH, in place."""
    with deploying.deployment(paths, chosen) as opened:
        allowed = deploying.permissions(allow_replace, allow_delete)
        result = deploying.brought_up(opened, allowed, yes=yes, refresh=refresh, verbose=verbose)
        outputs = dict(result.outputs)
        if output_format == "json":
            console.data_json({**outcome.as_json(result, opened.identity), "outputs": outputs})
            return 0
        for line in lines(outputs):
            console.data(line)
        console.say(outcome.done(result))
    return 0
