"""`tablewright status`: what is recorded of a stack, and whether a run holds it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.manifest import render
from tablewright.report.runs.status import lines


def run(
    paths: Sequence[str],
    output_format: str,
    environment: str | None,
    stacks: Sequence[str],
    **chosen: Any,
) -> int:
    """Show the stack at PATH: where its state is, its resources, what is unfinished, its lock."""
    work = partial(_status, place=chosen, output_format=output_format)
    return each_stack.run(sources(paths, environment, stacks), output_format, work)


def _status(stack: StackInput, *, place: Mapping[str, Any], output_format: str) -> int:
    with deploying.deployment_of(stack, place) as opened:
        status = opened.status()
        outputs = opened.outputs() if status["deployed"] else {}
    match output_format:
        case "json":
            console.data_json(status)
        case "yaml":  # as Project Planton shows a resource: what came of it is in status.outputs
            name = {"name": opened.declared.name}
            console.data(render([{"metadata": name, "status": {**status, "outputs": outputs}}]))
        case _:
            for line in lines(status):
                console.data(line)
    return 0
