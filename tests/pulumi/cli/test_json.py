"""JSON for machines: one document on standard output, whatever happens, as its schema says."""

from __future__ import annotations

import re

import click
import pytest
from jsonschema import Draft202012Validator
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support import printed_json
from tests.support.terminal import Terminal, stack

from scripts.docs import walk
from tablewright.cli.commands import root
from tablewright.documents import DOCUMENTS, ERRORS, NAMES

ALWAYS = {"sandbox clock", "sandbox faults add", "sandbox faults list", "sandbox env"}
"""Commands that print JSON without being asked, or under an option of their own."""


def commands_with_json() -> set[str]:
    return {
        context.command_path.removeprefix("tablewright ")
        for context in walk(root, "tablewright")
        for parameter in context.command.params
        if isinstance(parameter.type, click.Choice) and "json" in parameter.type.choices
    }


COMMANDS = sorted(commands_with_json())


def test_every_command_that_prints_json_has_a_schema():
    assert {*COMMANDS} | ALWAYS == {*DOCUMENTS}


NAMES_OF_IAM = {"Version", "Statement", "Sid", "Effect", "Action", "Resource", "Condition"}
"""Of a policy, which is IAM's own document."""


@pytest.mark.parametrize("name", NAMES)
def test_a_published_schema_spells_its_names_in_one_way(name):
    schema = printed_json.validator(name).schema
    names = {field for shape in schema["$defs"].values() for field in shape["properties"]}
    others = NAMES_OF_IAM if name == "permissions" else set()
    assert {each for each in names if not re.fullmatch(r"[a-z][A-Za-z]*", each)} == others
    assert schema["$id"] == f"https://tablewright.dev/schemas/v1/{name}.json"


def test_schemas_are_listed_and_printed(machine):
    listed = machine.run("schema", "--list").ended(0).out.split("\n")
    assert [line.split()[0] for line in listed if line] == [*NAMES]
    for asked, name in (("sandbox status", "sandbox-status"), ("errors", "errors")):
        schema = machine.run("schema", "--of", asked).ended(0).json
        Draft202012Validator.check_schema(schema)
        assert schema["$id"].endswith(f"/{name}.json")
    message = machine.run("schema", "--of", "perview").refused(2)
    assert "did you mean 'preview'? see `tablewright schema --list`" in message


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_line_that_is_wrong_is_a_document_too(machine, command):
    said = machine.run(*command.split(), "--nonsense", "--output", "json").ended(2)
    (error,) = said.json["errors"]
    assert error["code"] == "TW-E120"
    assert "--nonsense" in error["message"]
    assert error["fix"] == f"see `tablewright {command} --help`"
    assert said.json["exitStatus"] == 2
    assert "error TW-E120: No such option '--nonsense'" in said.err


@pytest.mark.parametrize("form", [("--output=json",), ("-ojson",), ("-o", "json")])
def test_mistakes_of_a_manifest_are_each_an_error_with_its_place(terminal, form):
    manifest = terminal.write("t.yaml", stack("shop", {"name": "a", "billingMode": "FREE"}, "b c"))
    said = terminal.run("preview", manifest, *form).ended(2)
    errors = {each["path"]: each for each in said.json["errors"]}
    assert {*errors} >= {"spec.billingMode", "metadata.name"}
    for error in errors.values():
        assert error["code"] == "TW-E110"
        assert error["file"] == str(manifest)
        assert error["line"] > 1
        assert error["fix"]


def test_mistakes_of_a_manifest_are_annotations_of_a_workflow(terminal):
    manifest = terminal.write("t.yaml", stack("shop", {"name": "a", "billingMode": "FREE"}))
    for verb in ("validate", "preview"):
        lines = terminal.run(verb, "t.yaml", "--output", "github").ended(2).out.splitlines()
        assert all(line.startswith("::error file=t.yaml,line=") for line in lines)
        assert any("title=TW-E110::spec.billingMode: " in line for line in lines)
    manifest.write_text(stack("shop", "fine"))
    assert terminal.run("validate", manifest, "--output", "github").ended(0).out == ""


def test_what_follows_two_dashes_asks_for_nothing(machine):
    said = machine.run("sandbox", "nonsense", "--", "--output", "json").ended(2)
    assert said.out == ""


@pytest.mark.engine
def test_refusals_and_losses_are_in_the_document(terminal: Terminal, aws: EmbeddedAws):
    manifest = terminal.write("t.yaml", stack("shop", "kept", "lost"))
    terminal.run("up", manifest, "--yes", "-o", "json").ended(0)
    manifest.write_text(stack("shop", "kept"))
    said = terminal.run("preview", manifest, "-o", "json").ended(3)
    loss = {"kind": "table", "name": "lost", "action": "delete", "causes": []}
    assert said.json["losses"] == [loss]
    assert [each["code"] for each in said.json["refusals"]] == ["TW-E300"]
    assert "--allow-delete" in said.json["refusals"][0]["fix"]
    said = terminal.run("up", manifest, "--yes", "-o", "json").ended(3)
    assert (
        said.json["errors"]
        == terminal.run("preview", manifest, "-o", "json").ended(3).json["refusals"]
    )
    noted = terminal.run("preview", manifest, "-o", "github").ended(3).out.splitlines()
    assert noted[0].startswith("::notice title=shop/dev on sandbox (eu-west-1)::Plan: 1 to delete")
    assert noted[-1].startswith("::error title=TW-E300::")
    comment = terminal.run("preview", manifest, "-o", "markdown").ended(3).out
    assert comment.startswith("### shop/dev on sandbox (eu-west-1): *refused*")
    allowed = terminal.run("preview", manifest, "-o", "json", "--allow-delete", "lost").ended(0)
    assert (allowed.json["losses"], allowed.json["refusals"]) == ([loss], [])
    assert ERRORS in NAMES
