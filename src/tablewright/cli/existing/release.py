"""`tablewright release`: forget tables without touching them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tablewright.cli import advice, console
from tablewright.cli.inputs import deploying
from tablewright.cli.inputs.manifests import StackInput, source
from tablewright.report.formats.number import number_of
from tablewright.stack_id import ORGANIZATION


def run(
    paths: Sequence[str],
    tables: Sequence[str],
    output_format: str,
    *,
    everything: bool,
    yes: bool,
    **chosen: Any,
) -> int:
    """Drop tables of the stack at PATH from its state."""
    options = dict(chosen)
    given = source(paths, options.pop("environment"), options.pop("stack"))
    stack = _under_its_name(given)
    with deploying.deployment_of(stack, options) as opened:
        names = opened.releasable(tables, everything=everything)
        question = f"Forget {', '.join(names)} of {opened.title}? The tables are kept in AWS."
        console.confirm(question, yes=yes)
        number = opened.release(names)
        if output_format == "json":
            console.data_json({**opened.identity, "released": list(names), "forgotten": number})
        forgotten = number_of(number, "resource")
        if stack is given:
            console.say(f"{forgotten} forgotten; take {', '.join(names)} out of the manifest")
        else:
            preview = advice.command_line("preview", *paths)
            console.say(f"{forgotten} forgotten; set `adopt: true` for the tables, then: {preview}")
    return 0


def _under_its_name(stack: StackInput) -> StackInput:
    """The stack that `--stack` names in full: its `metadata.name` may be another one by now."""
    organization, _, named = (stack.stack or "").partition("/")
    project, _, name = named.partition("/")
    if organization != ORGANIZATION or not name or project == stack.source.declared.name:
        return stack
    declared = replace(stack.source.declared, name=project)
    return replace(stack, source=replace(stack.source, declared=declared))
