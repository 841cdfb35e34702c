"""`tablewright pulumi`: Project Planton's command line over the same engine."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from tablewright import manifest as manifests
from tablewright.cli import console
from tablewright.cli.inputs import deploying
from tablewright.cli.styled import styled
from tablewright.deploy.deployment import Deployment, open_deployment
from tablewright.deploy.options import Options
from tablewright.deploy.source import Source
from tablewright.deploy.user_program import load_program
from tablewright.errors import UsageError
from tablewright.report.runs import outcome, progress
from tablewright.report.runs.outcome import render_drift
from tablewright.report.runs.outputs import lines
from tablewright.stack_id import ORGANIZATION

NEVER_ASKED = (
    "Project Planton's own command never asks; here a change needs a yes. Scripts add --yes."
)


@contextmanager
def opened(
    manifest: str,
    planton_stack: str | None,
    module_dir: Path | None,
    overrides: Sequence[str],
    debug_port: int | None,
    **chosen: Any,
) -> Iterator[Deployment]:
    """The deployment that Planton's options mean."""
    read = manifests.load(
        [manifest],
        environment=os.environ,
        stdin=sys.stdin.buffer,
        overrides=overrides,
        planton_stack=planton_stack,
    )
    for note in read.notes:
        console.say(note)
    name = read.planton
    if name is not None and name.organization != ORGANIZATION:
        console.say(
            f"the organization {name.organization} is noted as a tag; folders and buckets know "
            f"only {ORGANIZATION!r}, so the stack is {ORGANIZATION}/{name.project}/{name.stack}"
        )
    program = load_program(module_dir) if module_dir else None
    with (
        ExitStack() as at_the_end,
        open_deployment(
            Source.of(read),
            Options(stack=name.stack if name else None, **chosen),
            console.say,
            program=_debugged(program, debug_port, at_the_end) if debug_port else program,
        ) as deployment,
    ):
        yield deployment


def _debugged(program: Any, port: int, at_the_end: ExitStack) -> Any:
    """The program, preceded by waiting for a debugger; the built-in one cannot be stepped into.

    Args:
        program: the program.
        port: where the debugger connects.
        at_the_end: ends the waiting when the run ends without a debugger, so that nothing hangs.
    """
    if program is None:
        raise UsageError("--debug is for a program of your own", "name its folder: --module-dir")
    waited = False

    def waiting(resource: Any, context: Any) -> Any:
        nonlocal waited
        if not waited:
            import debugpy  # noqa: PLC0415, T100 - the point of the option

            debugpy.listen(("127.0.0.1", port))  # noqa: T100
            console.say(f"waiting for a debugger on 127.0.0.1:{port}")
            at_the_end.callback(debugpy.wait_for_client.cancel)
            debugpy.wait_for_client()  # noqa: T100
            waited = True
        return program(resource, context)

    return waiting


def preview(output_format: str, *, refresh: bool, **given: Any) -> None:
    """Show what `update` would do."""
    with opened(**given) as deployment:
        shown = deployment.preview(refresh=refresh)
        refused = deploying.refusal(shown, deployment, deploying.permissions((), ()))
        deploying.show(shown, deployment, output_format, refused)


def update(
    *,
    yes: bool,
    refresh: bool,
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    output_format: str,
    **given: Any,
) -> None:
    """Make the live table what the manifest declares."""
    with opened(**given) as deployment:
        confirmed = None
        allowed = deploying.permissions(allow_replace, allow_delete)
        if not yes:
            _say_that_it_asks()
            confirmed = deployment.preview(refresh=refresh)
            deploying.ask(confirmed, deployment, allowed)
        with progress.shown(styled(stderr=True)) as show:
            result = deployment.up(
                confirmed=confirmed,
                refresh=refresh,
                permissions=allowed,
                progress=show,
            )
        if output_format == "json":
            outputs = dict(result.outputs)
            console.data_json({**outcome.as_json(result, deployment.identity), "outputs": outputs})
            return
        for line in lines(result.outputs):
            console.data(line)
        console.say(outcome.done(result))


def refresh(output_format: str, *, yes: bool, **given: Any) -> None:
    """Read the live resources into the state."""
    with opened(**given) as deployment:
        if not yes:
            _say_that_it_asks()
        console.confirm(f"Read {deployment.title} into its state?", yes=yes)
        result = deployment.refresh()
        if output_format == "json":
            console.data_json(outcome.as_json(result, deployment.identity))
        else:
            render_drift(result.explanation, deployment.title, styled())


def destroy(output_format: str, *, yes: bool, **given: Any) -> None:
    """Delete the table with all its items, and all that belongs to it."""
    with opened(**given) as deployment:
        if not yes:
            _say_that_it_asks()
        deploying.confirm_destroy(deployment, yes=yes)
        with progress.shown(styled(stderr=True)) as show:
            result = deployment.destroy(progress=show)
        if output_format == "json":
            console.data_json(outcome.as_json(result, deployment.identity))
        else:
            console.say(outcome.done(result))


def _say_that_it_asks() -> None:
    if not sys.stdin.isatty():
        console.say(NEVER_ASKED)
