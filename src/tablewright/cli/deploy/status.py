"""`tablewright status`: what is recorded of a stack, and whether a run holds it."""

from __future__ import annotations

from collections.abc import Sequence
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

    def work(stack: StackInput) -> int:
        with deploying.deployment_of(stack, chosen) as opened:
            status = opened.status()
            outputs = opened.outputs() if status["deployed"] else {}
        match output_format:
            case "json":
                console.data_json(status)
            case "yaml":  # as Project Planton shows a resource: what came of it in status.outputs
                name = {"name": opened.declared.name}
                console.data(render([{"metadata": name, "status": {**status, "outputs": outputs}}]))
            case _:
                for line in lines(status, opened.title):
                    console.data(line)
        return 0

    return each_stack.run(sources(paths, environment, stacks), output_format, work)
