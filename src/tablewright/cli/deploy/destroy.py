"""`tablewright destroy`: delete all that a stack holds, tables and items included."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.cli.styled import styled
from tablewright.deploy.stack_name import IS_GONE
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
    """Delete every resource of the stack at PATH, its tables with all their items."""
    given = sources(paths, environment, stacks)
    each_stack.require_names(given, stacks, "--yes" if yes else "")

    def work(stack: StackInput) -> int:
        with deploying.deployment_of(stack, chosen, in_full=IS_GONE) as opened:
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

    return each_stack.run(given, output_format, work)
