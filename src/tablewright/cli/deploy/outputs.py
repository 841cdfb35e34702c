"""`tablewright outputs`: names and ARNs, for people and for what comes next in a pipeline."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tablewright.cli import console
from tablewright.cli.inputs import deploying, each_stack
from tablewright.cli.inputs.manifests import StackInput, sources
from tablewright.deploy.deployment import Deployment
from tablewright.deploy.outputs import flat, write_flat
from tablewright.deploy.parameters import (
    Parameter,
    ParameterChange,
    ParameterStore,
    parameters,
    refuse_taken,
)
from tablewright.deploy.preconditions.accounts import refuse_other_account
from tablewright.errors import UsageError
from tablewright.report.formats.number import number_of
from tablewright.report.runs import output_values
from tablewright.report.runs.outputs import lines


def run(
    paths: Sequence[str],
    output_format: str,
    flat_file: Path | None,
    raw: str | None,
    to_ssm: str | None,
    environment: str | None,
    stacks: Sequence[str],
    *,
    yes: bool,
    **chosen: Any,
) -> int:
    """Print the outputs of the stack at PATH, as its last run left them."""
    given = sources(paths, environment, stacks)
    for_one = flat_file or raw is not None or to_ssm is not None or output_format == "env"
    if len(given) > 1 and for_one:
        names = " or ".join(f"--stack {stack.option}" for stack in given)
        raise UsageError(
            "--raw, --flat, --to-ssm and --output env are about one stack", f"add {names}"
        )

    def work(stack: StackInput) -> int:
        with deploying.deployment_of(stack, chosen) as opened:
            outputs = opened.outputs()
            if to_ssm is not None:
                _write_parameters(opened, parameters(to_ssm, outputs), yes=yes)
        if flat_file is not None:
            write_flat(flat_file, outputs)
            console.say(f"written to {flat_file}")
        if raw is not None:
            console.data(output_values.raw(outputs, raw))
        elif output_format == "json":
            console.data_json(flat(outputs))
        else:
            shown = output_values.variables if output_format == "env" else lines
            for line in [*shown(outputs)]:
                console.data(line)
        return 0

    return each_stack.run(given, output_format, work)


def _write_parameters(opened: Deployment, wanted: Sequence[Parameter], *, yes: bool) -> None:
    """Show what would be written, ask, and write it."""
    refuse_other_account(opened.stack.resources(), opened.place.session)
    store = ParameterStore(opened.place.session, opened.declared.region)
    changes = store.plan(wanted, opened.owner)
    for change in changes:
        if change.action != "keep":
            console.say(f"  {_line(change)}")
    refuse_taken(changes)
    written = [change for change in changes if change.action in ("create", "update")]
    if not written:
        console.say("no parameter changes")
        return
    number = number_of(len(written), "parameter")
    console.confirm(f"Write {number} for {opened.title}?", yes=yes)
    store.write(written, opened.owner)
    console.say(f"{number} written")


def _line(change: ParameterChange) -> str:
    parameter = change.parameter
    if change.why:
        word = "left out" if change.action == "skip" else "refused"
        return f"{word}  {parameter.name}: {change.why}"
    return f"{change.action}  {parameter.name} = {parameter.value}"
