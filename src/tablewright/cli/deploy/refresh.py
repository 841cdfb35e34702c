"""`tablewright refresh`: read the live resources into the stack's state."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.cli.styled import styled
from tablewright.report.runs import outcome, progress


def run(
    paths: Sequence[str],
    output_format: str,
    *,
    yes: bool,
    environment: str | None,
    stacks: Sequence[str],
    **chosen: Any,
) -> int:
    """Read the live resources into the state of the stack at PATH; AWS is not changed."""
    given = sources(paths, environment, stacks)

    def work(stack: StackInput) -> int:
        with deploying.deployment_of(stack, chosen) as opened:
            console.confirm(f"Read {opened.title} into its state?", yes=yes)
            with progress.shown(styled(stderr=True), only_reads=True) as show:
                result = opened.refresh(progress=show)
            if output_format == "json":
                console.data_json(outcome.as_json(result, opened.identity))
            else:
                outcome.render_drift(result.explanation, opened.title, styled())
        return 0

    return each_stack.run(given, output_format, work, titled=True)
