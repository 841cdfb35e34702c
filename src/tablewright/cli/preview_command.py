"""`tablewright preview`: what would change, in the order in which it would happen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from . import advice, console, deploying, options

EXIT_DIFFERS = 3


@click.command(
    epilog="""\b
Examples:
  tablewright preview tables/
  tablewright preview tables/ --target aws --save change.json      then: tablewright up change.json
  tablewright preview tables/ --expect-no-changes                  exit 3 on any change
  tablewright preview tables/ --output markdown >> "$GITHUB_STEP_SUMMARY"
"""
)
@options.deployment
@options.permissions
@options.output("text", "json", "markdown")
@click.option(
    "--yes", "-y", is_flag=True, expose_value=False, help="As for `up`; there is no question here."
)
@options.refresh
@click.option(
    "--save",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Keep the preview; `up FILE` then does exactly this or nothing.",
)
@click.option("--expect-no-changes", is_flag=True, help="Exit 3 if anything would change.")
def command(
    paths: Sequence[str],
    output_format: str,
    save: Path | None,
    *,
    refresh: bool,
    expect_no_changes: bool,
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    **chosen: Any,
) -> int:
    """Show what `up` would do with the manifests at PATH; nothing is touched.

    Every change of a table is shown as the calls that will be made, each with its risk: in place,
    limited (AWS allows it only so often), slow, replaces, impossible.
    """
    with deploying.deployment(paths, chosen) as opened:
        preview = opened.preview(refresh=refresh)
        deploying.show(preview, opened, output_format)
        allowed = deploying.permissions(allow_replace, allow_delete)
        opened.check(preview, allowed)
        if save is not None:
            save.write_text(opened.saved(preview, allowed), "utf-8")
            console.say(f"saved; do exactly this with: {advice.command_line('up', str(save))}")
        if expect_no_changes and not preview.explanation.empty:
            return EXIT_DIFFERS
    return 0
