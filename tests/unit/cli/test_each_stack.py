"""A command over several stacks: what one failure means for the others, and what is printed."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from tablewright import manifest
from tablewright.cli import console
from tablewright.cli.inputs import each_stack
from tablewright.cli.inputs.manifests import StackInput
from tablewright.deploy.source import Source
from tablewright.errors import AccessDeniedError, InterruptedRun, RefusedError, UsageError


def stack(name: str) -> StackInput:
    document = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Stack",
        "metadata": {"name": name},
        "spec": {
            "region": "eu-west-1",
            "environment": "dev",
            "tags": {"Team": "web", "CostCenter": "7"},
        },
    }
    return StackInput(Source.of(manifest.load_text(json.dumps(document), {})), None, name, name)


STACKS = [stack(name) for name in ("eu", "us", "ap")]


def working(ends: dict[str, BaseException | int]) -> Callable[[StackInput], int]:
    def work(stack: StackInput) -> int:
        end = ends.get(stack.option, 0)
        if isinstance(end, BaseException):
            raise end
        console.data_json({"name": stack.option})
        return end

    return work


def test_one_stack_prints_what_it_always_did_and_its_error_is_the_commands(capsys):
    assert each_stack.run(STACKS[:1], "json", working({"eu": 3})) == 3
    assert json.loads(capsys.readouterr().out) == {"name": "eu"}
    with pytest.raises(RefusedError):
        each_stack.run(STACKS[:1], "json", working({"eu": RefusedError("no")}))


def test_a_failure_is_told_and_the_others_go_on(capsys):
    failures = {
        "eu": AccessDeniedError("not allowed:\n  - this", "allow it with --allow-delete x"),
        "us": 4,
    }
    assert each_stack.run(STACKS, "json", working(failures)) == 1
    printed = capsys.readouterr()
    stacks = json.loads(printed.out)["stacks"]
    assert [*stacks] == ["eu/dev", "us/dev", "ap/dev"]
    assert stacks["eu/dev"]["errors"][0]["fix"].endswith("name its stack with it: --stack eu")
    assert stacks["ap/dev"] == {"name": "ap"}
    assert printed.err.endswith(
        "3 stacks, 1 done:\n"
        f"  eu/dev  {AccessDeniedError.code}: not allowed\n"
        "  us/dev  unknown: something could not be read\n"
        "  ap/dev  done\n"
    )


@pytest.mark.parametrize("end", [KeyboardInterrupt(), InterruptedRun("stopped", "again")])
def test_after_an_interruption_no_further_stack_is_begun(capsys, end):
    assert each_stack.run(STACKS, "text", working({"us": end})) == 130
    printed = capsys.readouterr()
    assert printed.err.endswith("  ap/dev  not begun\n")
    assert printed.out.startswith("eu/dev (eu-west-1)\n")
    assert "ap/dev" not in printed.out


def test_what_loses_something_is_refused_for_stacks_that_were_not_named():
    with pytest.raises(UsageError) as refused:
        each_stack.require_names(STACKS, [], "--yes")
    assert refused.value.next_step.endswith("--stack eu --stack us --stack ap")
    each_stack.require_names(STACKS, ["eu"], "--yes")
    each_stack.require_names(STACKS[:1], [], "--yes")
    each_stack.require_names(STACKS, [], "")
