"""`tablewright outputs`: names and ARNs, for people and for what comes next in a pipeline."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.deploy.outputs import flat, write_flat
from tablewright.errors import UsageError
from tablewright.report.runs import output_values
from tablewright.report.runs.outputs import lines


def run(
    paths: Sequence[str],
    output_format: str,
    flat_file: Path | None,
    raw: str | None,
    environment: str | None,
    stacks: Sequence[str],
    **chosen: Any,
) -> int:
    """Print the outputs of the stack at PATH, as its last run left them."""
    given = sources(paths, environment, stacks)
    if len(given) > 1 and (flat_file or raw is not None or output_format == "env"):
        names = " or ".join(f"--stack {stack.option}" for stack in given)
        raise UsageError("--raw, --flat and --output env are about one stack", f"add {names}")
    work = partial(
        _outputs, place=chosen, output_format=output_format, flat_file=flat_file, raw=raw
    )
    return each_stack.run(given, output_format, work)


def _outputs(
    stack: StackInput,
    *,
    place: Mapping[str, Any],
    output_format: str,
    flat_file: Path | None,
    raw: str | None,
) -> int:
    with deploying.deployment_of(stack, place) as opened:
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
