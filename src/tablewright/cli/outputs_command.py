"""`tablewright outputs`: names and ARNs, for people and for what comes next in a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from . import console, deploying, options


@click.command(
    epilog="""\b
Examples:
  tablewright outputs tables/ --output json | jq -r '.tableArns[]'
  tablewright outputs tables/ --flat cfn-outputs/flat-outputs.json
"""
)
@options.deployment
@options.output("text", "json")
@click.option(
    "--flat",
    "flat_file",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Also write one JSON object whose keys are the output names.",
)
def command(paths: Sequence[str], output_format: str, flat_file: Path | None, **chosen: Any) -> int:
    """Print the outputs of the stack at PATH, as its last run left them."""
    from tablewright.deploy.outputs import flat, write_flat  # noqa: PLC0415 - when called
    from tablewright.report.outputs import lines  # noqa: PLC0415

    with deploying.deployment(paths, chosen) as opened:
        outputs = opened.outputs()
    if flat_file is not None:
        write_flat(flat_file, outputs)
        console.say(f"written to {flat_file}")
    if output_format == "json":
        console.data_json(flat(outputs))
    else:
        for line in lines(outputs):
            console.data(line)
    return 0
