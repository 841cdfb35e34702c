"""The steps of a hand-over are commands that exist, with their options, in a safe order."""

import json
import os
import re
import shlex
import shutil
import subprocess
from dataclasses import replace
from functools import cache
from pathlib import Path

import botocore.session
import pytest
from botocore import xform_name

from tablewright import manifest
from tablewright.cli.declare.convert_steps import cloudformation_steps, terraform_steps
from tablewright.components.templates import cloudformation, terraform
from tablewright.plan.declaration.declare import declare

MANIFEST = Path(__file__).parents[1] / "components" / "everything.yaml"
OF_THE_CLI = {"--query", "--output", "--region"}
COMMAND = re.compile(r"aws ([a-z-]+) (wait )?([a-z-]+)((?: (?!aws )(?:'[^']*'|[^\s)]+))*)")
TOOLS = {
    "cloudformation": (cloudformation_steps, cloudformation),
    "terraform": (terraform_steps, terraform),
}


@cache
def stack():
    whole = declare(manifest.load([MANIFEST], environment={}))
    return replace(whole, tables=tuple(it for it in whole.tables if it.global_table is None))


@cache
def steps(tool):
    steps_of, written = TOOLS[tool]
    return steps_of(stack(), "my out", "a.yaml", written(stack()))


def test_each_command_of_the_aws_cli_exists_with_its_options():
    lines = [step for step in steps("cloudformation") if step.startswith("  ")]
    commands = [match for line in lines for match in COMMAND.findall(line)]
    assert commands
    session = botocore.session.get_session()
    for command in commands:
        is_of_the_cli(session, *command)


def is_of_the_cli(session, service, waits, name, rest):
    model = session.get_service_model(service)
    if waits:
        waiters = session.get_waiter_model(service)
        name = xform_name(
            next(
                waiters.get_waiter(waiter).operation
                for waiter in waiters.waiter_names
                if xform_name(waiter, "-") == name
            ),
            "-",
        )
    operations = {xform_name(operation, "-"): operation for operation in model.operation_names}
    members = model.operation_model(operations[name]).input_shape.members
    options = {*re.findall(r"(?<![\w-])--[a-z-]+", rest)}
    known = {f"--{xform_name(member, '-')}" for member in members} | OF_THE_CLI
    assert options, (service, name)
    assert options <= known, (service, name)


@pytest.mark.parametrize("tool", TOOLS)
def test_nothing_is_forgotten_here_before_the_other_tool_has_it(tool):
    commands = [step.strip() for step in steps(tool) if step.startswith("  ")]
    assert all(shlex.split(command) for command in commands)
    taken = {"cloudformation": "wait stack-import-complete", "terraform": "apply hand-over"}[tool]
    (imported,) = (n for n, command in enumerate(commands) if taken in command)
    (forgotten,) = (n for n, command in enumerate(commands) if " release " in command)
    assert imported < forgotten < len(commands) - 1
    assert commands[0] == "tablewright preview a.yaml --refresh"
    assert not any("delete" in command or "destroy" in command for command in commands)


def test_each_scaling_policy_has_a_line_that_fills_in_its_arn():
    lines = [step for step in steps("cloudformation") if step.startswith("  sed ")]
    identifiers = cloudformation(stack()).files["resources-to-import.json"]
    assert len(lines) == 4
    for line in lines:
        placeholder = line.split("|")[1]
        assert identifiers.count(f'"{placeholder}"') == 1


@pytest.mark.skipif(shutil.which("sed") is None, reason="sed is not installed")
def test_the_line_writes_what_aws_answers_into_the_identifiers(tmp_path):
    identifiers = cloudformation(stack()).files["resources-to-import.json"]
    file = tmp_path / "my out" / "resources-to-import.json"
    file.parent.mkdir()
    file.write_text(identifiers, "utf-8")
    answering = tmp_path / "aws"
    answering.write_text('#!/bin/sh\necho "arn:aws:autoscaling:::scalingPolicy:1:$6:$8"\n')
    answering.chmod(0o755)
    lines = [step for step in steps("cloudformation") if step.startswith("  sed ")]
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    script = ["/bin/sh", "-ec", "\n".join(lines)]
    subprocess.run(script, cwd=tmp_path, env=environment, check=True)
    entries = json.loads(file.read_text("utf-8"))
    arns = [entry["ResourceIdentifier"].get("Arn") for entry in entries]
    arns = [arn for arn in arns if arn]
    assert len(set(arns)) == 4
    assert all(arn.startswith("arn:aws:autoscaling") and "table/orders" in arn for arn in arns)
