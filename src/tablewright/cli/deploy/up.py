"""`tablewright up`: make the live tables what the manifest declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tablewright.cli import advice, console, options
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.cli.styled import terminal_width
from tablewright.deploy.stack_name import BEGINS
from tablewright.engine.confirmed import CONFIRM_AGAIN
from tablewright.errors import InterruptedRun
from tablewright.report.runs import outcome
from tablewright.report.runs.outputs import brief, lines


def run(
    paths: Sequence[str],
    output_format: str,
    *,
    yes: bool,
    refresh: bool,
    verbose: bool,
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    environment: str | None,
    stacks: Sequence[str],
    tables: Sequence[str],
    **chosen: Any,
) -> int:
    """Bring the live tables to the manifests at PATH, in place."""
    given = sources(paths, environment, stacks, tables)
    each_stack.require_names(given, stacks, options.allowing(allow_replace, allow_delete))
    allowed = deploying.permissions(allow_replace, allow_delete)

    def work(stack: StackInput) -> int:
        with deploying.deployment_of(stack, chosen, in_full=BEGINS) as opened:
            try:
                result = deploying.brought_up(
                    opened, allowed, yes=yes, refresh=refresh, verbose=verbose
                )
            except InterruptedRun as stopped:  # what is left is not all that was confirmed
                if stopped.next_step and stack.source.confirmed is not None:
                    raise InterruptedRun(stopped.message, CONFIRM_AGAIN) from None
                raise
            outputs = dict(result.outputs)
            if output_format == "json":
                console.data_json({**outcome.as_json(result, opened.identity), "outputs": outputs})
                return 0
            every = [*lines(outputs)]
            short = every if terminal_width() is None else brief(outputs)
            for line in short:
                console.data(line)
            if short != every:
                console.say(advice.literal("all of them: `tablewright outputs PATH`"))
            console.say(outcome.done(result))
        return 0

    return each_stack.run(given, output_format, work)
