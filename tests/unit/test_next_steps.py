"""What messages tell a user to do exists; and every command they name is run by a test."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import botocore.session
import click
from botocore import xform_name

from tablewright import manifest
from tablewright.cli.commands import root
from tests.support.next_steps import Text, commands, options, texts

TESTS = Path(__file__).parents[1]
NO_MESSAGES = (
    "components/eject/",
    "manifest/schema.py",
    "manifest/skeleton.py",
    "deploy/user_program.py:2",
)
"""Templates of files, a title, and a template's docstring."""
NO_COMMANDS = frozenset({"made", "that"})
"""`error: tablewright made a mistake`, `the version of tablewright that wrote it`."""
INFORMING = (
    "After `tablewright up`, Terraform has to forget",
    "run `tablewright validate FILE` on it",
    # The demo's last words: they show the way, and nothing is wrong.
    "AWS_REGION=ap-southeast-2 tablewright sandbox exec",
    "tablewright verify {} --sandbox {}",
    "tablewright sandbox stop --name {} ends it",
    "why: `tablewright explain users --usage {}`",
    "A rule of `tablewright ",
    "`tablewright prices show --region",  # run in tests/unit/cost/test_terms.py
    "see `tablewright explain spec`",  # run in tests/unit/cli/test_explain.py
)
"""Texts that speak of a command and are no remedy, or one for programs that call ours."""
EXECUTED = {
    "declare a second table beside it, copy the items while both": "cli/test_migrate.py",
    "when nobody needs it, remove it from the manifest: tablewright up": "cli/test_migrate.py",
    # What measuring and deciding lack.
    "collect the days of the bill: `tablewright usage collect": "cli/test_measuring.py",
    "name them: `tablewright optimize PATH --write`": "cli/test_measuring.py",
    "collect it: `tablewright usage collect PATH`": "cli/test_measuring.py",
    "turn them into ours first: `tablewright convert PATH`": "cli/test_measuring.py",
    "measure it: `tablewright usage collect --all": "cli/test_measuring.py",
    "run `tablewright usage collect --all`": "cli/test_measuring.py",
    "import it: `tablewright usage import FILE": "cli/test_measuring.py",
    "run `tablewright optimize --all --usage DIR`": "cli/test_measuring.py",
    "see `tablewright usage show": "cli/test_measuring.py",
    "run `tablewright report --all`": "cli/test_report.py",
    "fetch them: `tablewright prices update": "cli/test_measuring.py",
    "the prices of {} are {} days old; fetch": "cli/test_measuring.py",
    "fetch it again: `tablewright prices update": "cli/test_measuring.py",
    "bring up the whole stack first: `tablewright up PATH`": "cli/test_some_tables.py",
    # What audit writes.
    "name them: `tablewright audit PATH --fix`": "cli/test_auditing.py",
    "deploy them: `tablewright up PATH`": "cli/test_auditing.py",
    "run `tablewright up PATH` first, which records how the account": "cli/test_many_accounts.py",
    "`tablewright audit --output json` names the rule": "cli/test_auditing.py",
    # What a run tells, and what a permission lacks.
    "all of them: `tablewright outputs PATH`": "cli/test_live_three_tables.py",
    "Have the action allowed; `tablewright permissions COMMAND PATH`": "cli/test_permissions.py",
    # What verify and drift find.
    "deploy it with `tablewright up PATH`": "cli/test_remedies.py",
    "run `tablewright up PATH` to apply it": "cli/test_drift.py",
    "declare it again, release it, or see what `tablewright preview": "cli/test_drift.py",
    "run `tablewright up PATH --refresh`": "cli/test_drift_remedies.py",
    "run `tablewright up PATH --refresh --allow-delete": "cli/test_drift_remedies.py",
    "declare {}, then run `tablewright up PATH`": "cli/test_remedies.py",
    "delete it or choose another name, then run": "cli/test_remedies.py",
    "declare the replica's `tableClass`, then run": "cli/test_remedies.py",
    "{}see `tablewright schema --list`": "cli/test_json.py",
    # What a run refuses, or fails at.
    "undo the change; or keep the live table": "cli/test_guard.py",
    "the {} of table {} scale no more": "cli/test_scaling_by_others.py",
    "read the live resources first: `tablewright up PATH --refresh`": "cli/test_remedies.py",
    "{}, or run `tablewright up PATH --refresh`, which creates it EMPTY": "cli/test_remedies.py",
    "{}, or set `adopt: false` for it and run": "cli/test_remedies.py",
    "finish that run first: `tablewright up PATH`": "cli/test_state.py",
    "give it another name here, or release it with the manifests of {}: "
    "`tablewright release": "cli/test_remedies.py",
    "It belongs to the stack {} already": "cli/test_remedies.py",
    "then `tablewright destroy PATH`": "cli/test_undeletable.py",
    "{}set `{}: false` for table {}": "cli/test_undeletable.py",
    "{}set `protect: false` for table": "cli/test_undeletable.py",
    "remove `protect` from the options of": "cli/test_undeletable.py",
    "with everything else declared as it was, set its": "cli/test_undeletable.py",
    "remove it: `aws dynamodb update-table": "cli/test_undeletable.py",
    "set `deletionProtection: false` for the replica": "cli/test_undeletable.py",
    "deploy it first": "cli/test_remedies.py",
    "`tablewright up PATH` goes on from its backup": "cli/test_remedies.py",
    "run `tablewright up PATH`, which goes on from the last copy": "cli/test_remedies.py",
    "check the name, the environment and --backend; `tablewright up PATH`": "cli/test_remedies.py",
    "look at what there is to do now, `tablewright preview MANIFESTS": "cli/test_saved_previews.py",
    "make one with `tablewright preview MANIFESTS --save FILE`": "cli/test_remedies.py",
    "save it again with this version: `tablewright preview": "cli/test_remedies.py",
    "write one: `tablewright init --module {}`": "cli/test_remedies.py",
    "write the template elsewhere and compare": "cli/test_remedies.py",
    "`tablewright init` writes an example": "cli/test_remedies.py",
    "add one, or name its file as well; `tablewright init`": "cli/test_remedies.py",
    # The sandbox.
    "start it: tablewright sandbox start": "cli/test_sandbox_remedies.py",
    "give one of these, or start it: tablewright sandbox": "cli/test_sandbox_remedies.py",
    "start one with `tablewright sandbox start`": "cli/test_sandbox_commands.py",
    "start a sandbox: `tablewright sandbox start`": "cli/test_sandbox_commands.py",
    "tablewright sandbox start --background{}": "cli/test_sandbox_remedies.py",
    "tablewright sandbox stop": "cli/test_sandbox_remedies.py",
    "make one: tablewright sandbox snapshot FILE": "cli/test_sandbox_remedies.py",
    "see its options: tablewright sandbox --help": "cli/test_sandbox_remedies.py",
    "tablewright sandbox load {}{}": "cli/test_sandbox_remedies.py",
    "add `adopt: true` to each, then run `tablewright up PATH` and": "cli/test_ownership.py",
    # Whose something is.
    "if it is what {} has made, set the tag to {}: `tablewright up PATH": "cli/test_ownership.py",
    "`tablewright refresh PATH` forgets the one that is gone": "cli/test_ownership.py",
    "read the live resources with `tablewright refresh PATH` or": "cli/test_ownership.py",
    "look at it with `tablewright preview PATH --refresh` or": "cli/test_ownership.py",
    "look whether it may go; `tablewright refresh PATH` records": "cli/test_ownership.py",
    "undo the change; or give the new one another name": "cli/test_programs_of_ones_own.py",
    "a new name and a replacement take two runs": "cli/test_moves.py",
    "forget it here with `tablewright release PATH --table": "cli/test_ownership.py",
    "{}: made by the CloudFormation stack {}.": "cli/test_cloudformation_hand_over.py",
    "see how it lets go of its tables: `tablewright convert": "cli/test_kubernetes_hand_over.py",
    "tablewright adopt {}{} --target aws --directory": "cli/test_kubernetes_hand_over.py",
    "tablewright preview tables/ --target aws": "cli/test_kubernetes_hand_over.py",
    "tablewright up tables/ --target aws": "cli/test_kubernetes_hand_over.py",
    "; AwsDynamodb has no `{}`: `tablewright convert": "cli/test_planton.py",
    # The way out.
    "write them to a file: `tablewright convert --to": "cli/test_leaving.py",
    "tablewright preview {} --refresh": "cli/test_leaving.py",
    "tablewright release {} --all --yes": "cli/test_leaving.py",
    # Begun and not seen.
    "run `tablewright up PATH`, which finds it again": "engine/test_interruptions.py",
}
"""The beginning of each text that names a command of ours, and where that command is run."""


@cache
def messages() -> Sequence[Text]:
    """All of them; read when a test asks, not when tests are collected."""
    return [text for text in texts() if not f"{text.file}:{text.line}".startswith(NO_MESSAGES)]


@cache
def naming() -> Sequence[Text]:
    """Those that name a command."""
    return [
        text
        for text in messages()
        if {verb for verb, _ in commands(text.text)} - NO_COMMANDS
        and not text.text.strip().startswith("\x08")
        and not text.text.startswith("\b")
    ]


def command_of(verb: str) -> click.Command | None:
    found: click.Command | None = root
    for word in verb.split():
        if not isinstance(found, click.Group):
            return None
        context = click.Context(found)
        found = found.get_command(context, word) if word in found.list_commands(context) else None
    return found


def every_option(command: click.Command) -> set[str]:
    own = {option for parameter in command.params for option in parameter.opts}
    if isinstance(command, click.Group):
        context = click.Context(command)
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            own |= every_option(below) if below else set()
    return own


def test_there_are_texts_to_hold_to_this():
    assert len(messages()) > 2000
    assert len(naming()) > 30


def test_a_command_that_a_text_names_exists_with_its_options():
    named = [(text, *words) for text in naming() for words in commands(text.text)]
    for place, verb, given in named:
        command = command_of(verb)
        assert command is not None, f"there is no tablewright {verb}: {place}"
        own = {option for parameter in command.params for option in parameter.opts}
        assert {*given} <= own | {"--help"}, place


def test_an_option_that_a_text_names_exists():
    known = every_option(root) | {"--help", "--version"}
    strange = [
        (option, text)
        for text in messages()
        if " " in text.text and "aws " not in text.text and "pulumi " not in text.text
        for option in options(text.text)
        if option not in known and option != "--allow-"
    ]
    assert strange == []


def test_a_command_of_the_aws_cli_that_a_text_names_exists_with_its_options():
    session = botocore.session.get_session()
    seen = 0
    for text in messages():
        for service, operation, rest in re.findall(r"`aws ([\w-]+) ([\w-]+)([^`]*)`?", text.text):
            if (service, operation) == ("sso", "login") or service == "configure":
                continue  # of the CLI itself
            model = session.get_service_model(service)
            names = {xform_name(each, "-"): each for each in model.operation_names}
            assert operation in names, text
            shape = model.operation_model(names[operation]).input_shape
            members = {f"--{xform_name(each, '-')}" for each in (shape.members if shape else ())}
            assert {*options(rest)} <= members | {"--region"}, text
            seen += 1
    assert seen > 1


def test_a_field_that_a_text_sets_is_one_of_a_manifest():
    fields = {*re.findall(r'"(\w+)":', json.dumps(manifest.json_schema()))}
    named = {
        (field, text.text)
        for text in messages()
        if not text.file.startswith(("emulator", "manifest/", "provider/"))
        for field in re.findall(r"`([a-z]\w+): (?:\w+|\.\.\.)`", text.text)
    }
    assert {name for name, _ in named} >= {"adopt", "deletionProtection", "form"}
    assert [each for each in named if each[0] not in fields] == []


def test_every_text_that_names_a_command_has_a_test_that_runs_it():
    spoken = [text for text in naming() if not text.text.lstrip().startswith(INFORMING)]
    lacking = [
        text for text in spoken if not any(text.text.lstrip().startswith(each) for each in EXECUTED)
    ]
    assert lacking == [], "run what it names in a test, and enter that test here"
    unused = [
        each for each in EXECUTED if not any(t.text.lstrip().startswith(each) for t in spoken)
    ]
    assert unused == []
    assert [each for each in EXECUTED.values() if not (TESTS / "pulumi" / each).exists()] == []
