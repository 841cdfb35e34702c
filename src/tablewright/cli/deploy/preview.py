"""`tablewright preview`: what would change, in the order in which it would happen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tablewright.cli import advice, console
from tablewright.cli.inputs import deploying

EXIT_DIFFERS = 3


def run(
    paths: Sequence[str],
    output_format: str,
    save: Path | None,
    *,
    refresh: bool,
    verbose: bool,
    expect_no_changes: bool,
    allow_replace: Sequence[str],
    allow_delete: Sequence[str],
    **chosen: Any,
) -> int:
    """Show what `up` would do with the manifests at PATH; nothing is touched."""
    with deploying.deployment(paths, chosen) as opened:
        preview = deploying.previewed(opened, refresh=refresh)
        allowed = deploying.permissions(allow_replace, allow_delete)
        refused = deploying.refusal(preview, opened, allowed)
        deploying.show(preview, opened, output_format, refused, verbose=verbose)
        if refused is not None:
            raise refused
        if save is not None:
            save.write_text(opened.saved(preview, allowed), "utf-8")
            console.say(f"saved; do exactly this with: {advice.command_line('up', str(save))}")
        if expect_no_changes and not preview.explanation.empty:
            return EXIT_DIFFERS
    return 0
