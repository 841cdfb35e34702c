"""`tablewright up`: make the live tables what the manifest declares."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from . import console, deploying, options


@click.command(
    epilog="""\b
Examples:
  tablewright up tables/                       shows the preview, asks, does it
  tablewright up tables/ --target aws --yes    for CI
  tablewright up change.json --yes             exactly what `preview --save change.json` showed
"""
)
@options.deployment
@options.permissions
@options.yes
@options.output("text", "json")
@options.refresh
def command(
    paths: Sequence[str],
    output_format: str,
    *,
    yes: bool,
    refresh: bool,
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    **chosen: Any,
) -> int:
    """Bring the live tables to the manifests at PATH, in place.

    A replacement or deletion of a table or replica stops it before anything runs, unless that is
    named with --allow-replace or --allow-delete; so does a replacement of anything else that stays
    the same thing in AWS. Interrupted, the same command finishes the job.
    """
    from tablewright.report import outcome, progress  # noqa: PLC0415 - imported when called
    from tablewright.report.outputs import lines  # noqa: PLC0415

    with deploying.deployment(paths, chosen) as opened:
        confirmed = None
        allowed = deploying.permissions(allow_replace, allow_delete)
        if not yes:
            confirmed = opened.preview(refresh=refresh)
            if not deploying.ask(confirmed, opened, allowed):
                console.say("nothing was touched")
                return 0
        with progress.shown(console.rich_console(stderr=True)) as show:
            result = opened.up(
                confirmed=confirmed,
                refresh=refresh,
                permissions=allowed,
                progress=show,
            )
        outputs = dict(result.outputs)
        deploying.tell_notes(result.notes)
        if output_format == "json":
            console.data_json({**opened.identity, **outcome.as_json(result), "outputs": outputs})
            return 0
        for line in lines(outputs):
            console.data(line)
        console.say(outcome.done(result))
    return 0
