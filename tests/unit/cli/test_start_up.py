"""What is typed is answered at once: nothing slow is imported before a command's body needs it."""

import inspect
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from tablewright.cli.commands import root
from tablewright.cli.lazy import Body

EXAMPLE = Path(__file__).parents[3] / "examples" / "three-tables"
SLOW = ("pulumi", "pulumi_aws", "grpc", "botocore", "boto3", "moto", "tablewright_emulator")
PROGRAM = f"""
import atexit, sys
from tablewright.cli import process
atexit.register(lambda: print([name for name in {SLOW} if name in sys.modules], file=sys.stderr))
print([process.run(words.split("|")) for words in sys.argv[1:]], file=sys.stderr)
"""


def commands(
    command: click.Command, *words: str
) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield words, command
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            assert below is not None
            yield from commands(below, *words, name)


def body_of(command: click.Command) -> Body | None:
    found = command.callback
    while found and not isinstance(found, Body):
        found = getattr(found, "__wrapped__", None)
    return found


ALL = dict(commands(root))
BODIES = {words: body for words, command in ALL.items() if (body := body_of(command))}


def run(*lines: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run commands in one process, which says at its end which slow packages it has loaded."""
    return subprocess.run(
        [sys.executable, "-c", PROGRAM, *lines],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, **environment},
    )


def test_the_end_of_a_command_does_not_look_at_all_it_has_loaded():
    code = (
        "import atexit, gc; atexit.register(lambda: print(gc.get_freeze_count() > 0))\n"
        "from tablewright.cli import main; main(['validate', sys.argv[1]])"
    )
    command = [sys.executable, "-c", f"import sys; {code}", str(EXAMPLE)]
    ran = subprocess.run(command, capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines()[-1] == "True"


def test_what_is_slow_is_installed():
    ran = run("sandbox|seed|--name|none", "preview|-")
    assert ran.stderr.splitlines()[-1] != "[]"


def test_no_help_loads_anything_slow():
    ran = run(*("|".join((*words, "--help")) for words in ALL))
    assert ran.stderr.splitlines() == [f"{[0] * len(ALL)}", "[]"]


@pytest.mark.parametrize("line", ["--version", f"validate|{EXAMPLE}", "schema", "completion|zsh"])
def test_what_needs_no_aws_loads_nothing_slow(line: str):
    assert run(line).stderr.splitlines()[-2:] == ["[0]", "[]"]


def test_a_preview_imports_what_speaks_with_the_engine_once_it_boots():
    code = (
        "import sys, tablewright.cli.deploy.preview_ahead, tablewright.cli.deploy.preview\n"
        "print([name for name in ('google.protobuf', 'grpc') if name in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"


def test_the_environment_of_a_run_is_that_of_the_engine_which_boots_ahead():
    code = (
        "import os, tablewright.deploy.head_start; ahead = dict(os.environ)\n"
        "import tablewright.cli.deploy.preview, tablewright.engine.run.run\n"
        "import tablewright.engine.run.service, grpc; print(os.environ == ahead)"
    )
    environment = {name: value for name, value in os.environ.items() if name != "GRPC_VERBOSITY"}
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert ran.stdout == "True\n"


def test_completing_options_loads_nothing_slow():
    ran = run(
        "",
        _TABLEWRIGHT_COMPLETE="bash_complete",
        COMP_WORDS="tablewright up --al",
        COMP_CWORD="2",
    )
    assert ran.stderr.splitlines() == ["[]"]
    assert ran.stdout.split() == ["plain,--allow-replace", "plain,--allow-delete"]


@pytest.mark.parametrize("words", BODIES, ids=" ".join)
def test_a_body_takes_what_its_command_is_given(words: tuple[str, ...]):
    given = [each.name for each in ALL[words].params if each.name and each.expose_value]
    bound = inspect.signature(BODIES[words].load()).bind(**dict.fromkeys(given))
    assert {*bound.arguments} - {"chosen", "given", "members"} <= {*given}


def test_every_command_that_is_no_group_has_a_body_but_for_completion():
    commands_proper = {words for words, each in ALL.items() if not isinstance(each, click.Group)}
    assert commands_proper - {*BODIES} == {("completion",)}
