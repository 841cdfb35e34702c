"""A stack as Terraform's configuration: nothing of it is dropped without a word."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
from tests.unit.components.test_every_field import EXAMPLES

from tablewright import components, manifest
from tablewright.components.templates import terraform
from tablewright.components.templates.handover import CREATION, parts_of
from tablewright.components.templates.hcl import Expression, HclBlock, block_text, quoted
from tablewright.components.templates.terraform_types import TYPES, Block, Field, Newer
from tablewright.manifest.models.stack import OutputValue
from tablewright.plan.declaration.declare import declare
from tablewright.plan.declaration.declared import Output

RENDERING = Path(components.__file__).parent / "rendering"
EVERYTHING = declare(manifest.load([Path(__file__).with_name("everything.yaml")], environment={}))
STACKS = [EVERYTHING, *(replace(EVERYTHING, tables=(table,)) for table in EXAMPLES.values())]
"""The examples have a value in every field."""
TERRAFORM = shutil.which("terraform")
PARTS = [part for stack in STACKS for part in parts_of(stack)]


def test_every_kind_that_a_manifest_makes_is_declared():
    sources = "\n".join(path.read_text("utf-8") for path in RENDERING.glob("*.py"))
    kinds = set(re.findall(r'kind="([\w.]+)"', sources))
    assert len(kinds) >= 13
    assert kinds == TYPES.keys()
    assert kinds == {part.kind for part in PARTS}


def unknown(given: Mapping[str, Any], fields: Mapping[str, Field]) -> Iterator[str]:
    for name, value in given.items():
        field = fields.get(name)
        field = field.field if isinstance(field, Newer) else field
        if field is None:
            yield name
        if isinstance(field, Block):
            for element in [value] if isinstance(value, Mapping) else value:
                yield from unknown(element, field.fields)


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.key)
def test_every_property_is_carried(part):
    given = {name: part.arguments[name] for name in part.arguments if name != "region"}
    assert set(unknown(given, TYPES[part.kind].fields)) <= CREATION


def test_what_is_not_carried_is_told_by_resource_and_field():
    lost = terraform(EVERYTHING).lost
    for told in (
        "table archive: restore_source_name, which",
        "table archive: restore_to_latest_time, which",
        "table catalogue: import_table, which",
        "schedule morning of table orders: Terraform cannot import it",
        "resource policy of table orders: Terraform's import leaves out",
        "table orders: changes of an index's capacity",
    ):
        assert any(line.startswith(told) for line in lost), told
    assert len(lost) == 8


def test_everything_is_imported_but_what_cannot_be():
    parts = [*parts_of(EVERYTHING)]
    template = terraform(EVERYTHING)
    assert template.files["main.tf"].count("\nresource ") == len(parts)
    assert template.files["imports.tf"].count("import {") == len(parts) - template.added
    assert template.added == sum(part.kind == "appautoscaling.ScheduledAction" for part in parts)
    assert template.changed == sum(part.kind == "dynamodb.ResourcePolicy" for part in parts)


VALUES = {
    "tableName": "aws_dynamodb_table.orders.name",
    "tableArn": "aws_dynamodb_table.orders.arn",
    "tableId": "aws_dynamodb_table.orders.id",
    "streamArn": "aws_dynamodb_table.orders.stream_arn",
    "streamLabel": "aws_dynamodb_table.orders.stream_label",
    "roleName": "aws_iam_role.{role}.name",
    "roleArn": "aws_iam_role.{role}.arn",
    "alarmArn": "aws_cloudwatch_metric_alarm.{alarm}.arn",
    "region": f'"{EVERYTHING.region}"',
}


def test_every_named_output_is_one_of_terraform():
    assert {*VALUES} == {*get_args(OutputValue)}
    [orders] = [table for table in EVERYTHING.tables if table.key == "orders"]
    of = {"table": "orders", "role": orders.roles[0].key, "alarm": orders.alarms[0].key}
    outputs = tuple(Output(name=f"of{value}", value=value, **of) for value in VALUES)
    text = terraform(replace(EVERYTHING, outputs=outputs)).files["outputs.tf"]
    written = dict(re.findall(r'output "of(\w+)" {\n  value = (.+)\n}', text))
    assert written == {value: where.format(**of) for value, where in VALUES.items()}
    dotted = terraform(replace(EVERYTHING, outputs=(Output("the.region", "region"),)))
    assert 'output "the_region"' in dotted.files["outputs.tf"]
    assert any(line.startswith("output the.region: its name") for line in dotted.lost)
    assert "outputs.tf" not in terraform(replace(EVERYTHING, outputs=())).files


@pytest.mark.parametrize("stack", STACKS, ids=["everything", *EXAMPLES])
def test_every_stack_is_written_with_an_import_of_each(stack):
    template = terraform(stack)
    count = len([*parts_of(stack)])
    assert template.files["main.tf"].count("\nresource ") == count
    assert template.files["imports.tf"].count("import {") == count - template.added


@pytest.mark.skipif(TERRAFORM is None, reason="terraform is not installed")
@pytest.mark.parametrize("stack", STACKS, ids=["everything", *EXAMPLES])
def test_it_is_laid_out_as_terraform_lays_it_out(stack, tmp_path):
    for name, text in terraform(stack).files.items():
        (tmp_path / name).write_text(text, "utf-8")
    environment = {"PATH": os.environ["PATH"], "CHECKPOINT_DISABLE": "1"}
    done = subprocess.run(
        [str(TERRAFORM), f"-chdir={tmp_path}", "fmt", "-check", "-diff"],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (0, ""), done.stderr


def test_data_is_kept_from_a_destroy():
    text = terraform(EVERYTHING).files["main.tf"]
    data = sum(part.kind in ("dynamodb.Table", "dynamodb.TableReplica")
               for part in parts_of(EVERYTHING))  # fmt: skip
    assert text.count("prevent_destroy = true") == data


def test_the_newer_provider_is_asked_for_only_where_it_is_needed():
    assert 'version = ">= 6.40"' in terraform(EVERYTHING).files["main.tf"]  # insights have a mode
    profiles = [table for table in EVERYTHING.tables if table.key == "profiles"]
    older = replace(EVERYTHING, tables=tuple(profiles))
    assert 'version = ">= 5.100"' in terraform(older).files["main.tf"]


def test_a_resource_elsewhere_has_the_provider_of_its_region():
    files = terraform(EVERYTHING).files
    assert 'alias  = "eu_central_1"\n  region = "eu-central-1"' in files["main.tf"]
    assert (
        "  provider = aws.eu_central_1\n  to       = aws_dynamodb_table_replica."
        in (files["imports.tf"])
    )
    assert '"profiles:eu-west-1"' in files["imports.tf"]
    assert "@eu" not in files["imports.tf"]


@pytest.mark.parametrize("text", ["${a}", "%{if}", 'a"b\\c', "line\nline", "ünï", "\b\f\x01"])
def test_a_text_is_never_evaluated(text):
    literal = quoted(text)
    read = json.loads(literal.replace("$${", "${").replace("%%{", "%{"))
    assert read == text
    assert not re.search(r"(?<!\$)\$\{|(?<!%)%\{|\\[bf]", literal)


def test_signs_of_neighbours_stand_in_one_column_and_blocks_come_last():
    inner = HclBlock("ttl", [("enabled", False)])
    block = HclBlock(
        'resource "a" "b"', [("n", 1), ("to", Expression("a.b")), ("tags", {"a:b": "c"})], [inner]
    )
    assert block_text(block) == (
        'resource "a" "b" {\n  n  = 1\n  to = a.b\n  tags = {\n    "a:b" = "c"\n  }\n\n'
        "  ttl {\n    enabled = false\n  }\n}\n"
    )
