"""`tablewright outputs`: names and ARNs, for people and for what comes next in a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.deploy.outputs import flat, write_flat
from tablewright.report.runs import output_values
from tablewright.report.runs.outputs import lines


def run(
    paths: Sequence[str],
    output_format: str,
    flat_file: Path | None,
    raw: str | None,
    **chosen: Any,
) -> int:
    """Print the outputs of the stack at PATH, as its last run left them."""
    with deploying.deployment(paths, chosen) as opened:
        outputs = opened.outputs()
    if flat_file is not None:
        write_flat(flat_file, outputs)
        console.say(f"written to {flat_file}")
    if raw is not None:
        console.data(output_values.raw(outputs, raw))
    elif output_format == "json":
        console.data_json(flat(outputs))
    else:
        shown = output_values.variables if output_format == "env" else lines
        for line in [*shown(outputs)]:
            console.data(line)
    return 0
