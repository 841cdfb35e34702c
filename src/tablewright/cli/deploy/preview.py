"""`tablewright preview`: what would change, in the order in which it would happen."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tablewright.cli import advice, console, options
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.deploy.head_start import CommandLine, can_start_ahead
from tablewright.deploy.stack_name import BEGINS
from tablewright.engine import PreviewAhead
from tablewright.errors import UsageError
from tablewright.stack_id import as_file_name

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
    environment: str | None,
    stacks: Sequence[str],
    tables: Sequence[str],
    line: CommandLine | None = None,
    ahead: PreviewAhead | None = None,
    **chosen: Any,
) -> int:
    """Show what `up` would do with the manifests at PATH; nothing is touched.

    `ahead` may be this preview, begun already; by `line` is kept which stack was meant, for the
    next one.
    """
    if tables and save:
        raise UsageError(
            "a saved preview is of whole stacks, and --table names some tables",
            "leave out --save or --table",
        )
    given = sources(paths, environment, stacks, tables)
    each_stack.require_names(given, stacks, options.allowing(allow_replace, allow_delete))
    allowed, alone = deploying.permissions(allow_replace, allow_delete), len(given) == 1

    def work(stack: StackInput) -> int:
        begun = ahead if alone else None
        with deploying.deployment_of(stack, chosen, begun, in_full=BEGINS) as opened:
            if line is not None and alone and can_start_ahead(stack.source):
                declared = opened.declared
                line.means(opened.stack.place, declared.region, declared.resources)
            preview = deploying.previewed(opened, refresh=refresh)
            refused = deploying.refusal(preview, opened, allowed)
            deploying.show(preview, opened, output_format, refused, verbose=verbose)
            if refused is not None:
                raise refused
            if save is not None:
                file = save if alone else _file_of(save, stack)
                file.write_text(opened.saved(preview, allowed), "utf-8")
                up = advice.command_line("up", str(file), stack=stack.stack)
                console.say(f"saved; do exactly this with: {up}")
            if expect_no_changes and not preview.explanation.empty:
                return EXIT_DIFFERS
        return 0

    return each_stack.run(given, output_format, work, titled=True)


def _file_of(save: Path, stack: StackInput) -> Path:
    """`change.json` of several stacks is `change.shop.json` of one."""
    return save.with_suffix(f".{as_file_name(stack.called)}{save.suffix}")
