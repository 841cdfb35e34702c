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
from tablewright.documents import DOCUMENTS, ERRORS, NAMES, WITHOUT


def commands() -> dict[str, bool]:
    """Each command that is no group, and whether it has `--output json`."""
    return {
        context.command_path.removeprefix("tablewright "): any(
            isinstance(parameter.type, click.Choice) and "json" in parameter.type.choices
            for parameter in context.command.params
            if "--output" in parameter.opts
        )
        for context in walk(root, "tablewright")
        if not isinstance(context.command, click.Group)
    }


COMMANDS = sorted(name for name, has_json in commands().items() if has_json)


def test_every_command_has_json_with_a_schema_or_a_reason():
    assert {*COMMANDS} == {*DOCUMENTS}
    assert {name for name, has_json in commands().items() if not has_json} == {*WITHOUT}


@pytest.mark.parametrize("command", sorted({*WITHOUT} - {"sandbox exec"}))
def test_a_command_without_a_document_has_one_for_its_error(machine, command):
    said = machine.run(*command.split(), "--output", "json").ended(2)
    assert [error["code"] for error in said.json["errors"]] == ["TW-E120"]


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


def test_what_writes_files_names_them(terminal):
    written = terminal.run("init", "new.yaml", "--output", "json").ended(0).json
    assert written == {"files": ["new.yaml"], "next": "tablewright validate new.yaml"}
    refused = terminal.run("init", "new.yaml", "--output", "json").ended(2)
    assert "exists already" in refused.json["errors"][0]["message"]
    words = ("eject", "new.yaml", "--language", "typescript", "--directory", "program")
    files = terminal.run(*words, "-o", "json").ended(0).json["files"]
    assert "program/index.ts" in files
    assert all((terminal.folder / file).is_file() for file in files)
    taken = terminal.run(*words, "-o", "json").ended(2)
    assert "holds" in taken.json["errors"][0]["message"]
    converted = terminal.run("convert", "new.yaml", "-o", "json").ended(0).json
    assert converted["manifests"] == [terminal.run("convert", "new.yaml").ended(0).out]
    assert converted["notCarried"] == []
    planton = terminal.run("convert", "new.yaml", "--to", "planton", "-o", "json").ended(0).json
    assert len(planton["manifests"]) == 1
    assert planton["notCarried"]


def test_use_that_was_imported_is_told_and_shown(terminal):
    terminal.write("use.csv", "timestamp,read_units,write_units\n2026-01-01T00:00:00Z,60,120\n")
    words = ("usage", "import", "use.csv", "--table", "orders", "--region", "eu-west-1")
    imported = terminal.run(*words, "--period", "60", "-o", "json").ended(0).json
    assert (imported["table"], imported["days"], imported["firstDay"]) == (
        "orders",
        1,
        "2026-01-01",
    )
    [resource] = terminal.run("usage", "show", "orders", "-o", "json").ended(0).json["resources"]
    assert resource["start"] == "2026-01-01T00:00:00Z"
    assert resource["end"] == "2026-01-01T00:01:00Z"
    assert resource["reads"] == {"mean": 1.0, "highest": 1.0, "missingMinutes": 0}
    assert resource["writes"]["highest"] == 2.0
    unknown = terminal.run("usage", "show", "nobody", "-o", "json").ended(2)
    assert "nobody" in unknown.json["errors"][0]["message"]


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
