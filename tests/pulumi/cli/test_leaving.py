"""A deployed stack is handed over to Terraform by the steps that are printed: nothing changes."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from tests.support.terminal import stack as declared
from tests.support.terraform import Terraform

pytestmark = pytest.mark.engine
MANIFEST = Path(__file__).parents[2] / "unit" / "components" / "everything.yaml"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/11111111-2222-3333-4444-555555555555"
POLICY = {
    "Version": "2012-10-17",
    "Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "*"}],
}


@pytest.fixture(scope="module")
def stack(aws, machine):
    """A deployed stack of every kind, but for tables that begin with items from elsewhere."""
    key = aws.client("kms").create_key()["KeyMetadata"]["Arn"]
    aws.client("kinesis").create_stream(StreamName="orders", ShardCount=1)
    aws.client("iam").create_policy(PolicyName="Boundary", PolicyDocument=json.dumps(POLICY))
    documents = MANIFEST.read_text("utf-8").split("\n---\n")
    text = "\n---\n".join(
        document for document in documents if not ("restore:" in document or "S3:" in document)
    )
    # An older provider of Terraform's knows no mode.
    text = text.replace(KEY, key).replace("{mode: THROTTLED_KEYS}", "{}")
    path = machine.write("everything.yaml", text)
    machine.run("up", path, "--yes").ended(0)
    return path


def test_the_steps_to_terraform_change_nothing(aws, stack, terminal):
    converted = terminal.run(
        "convert", stack, "--to", "terraform", "--directory", "out", "--output", "json"
    ).ended(0)
    document = converted.json
    assert document["files"] == ["out/main.tf", "out/imports.tf"]
    assert all(f"not carried over: {lost}" in converted.err for lost in document["notCarried"])
    try:
        terraform = Terraform(terminal.folder / "out", aws.emulator.endpoint)
    except pytest.skip.Exception:
        terraform = None
    printed = []
    for step in document["steps"]:
        program, *words = shlex.split(step) if step.startswith("  ") else [""]
        if program == "tablewright":
            done = terminal.run(*words).ended(0)
            printed.append(done.out + done.err)
        elif program == "terraform" and terraform is not None:
            assert words[0] == "-chdir=out"
            printed.append(terraform.run(*words[1:]))
    assert "forgotten" in "".join(printed)
    assert "Team" in aws.tags("orders")
    assert not any(name.startswith("tablewright:") for name in aws.tags("orders"))
    if terraform is not None:
        assert "28 to import, 2 to add, 2 to change, 0 to destroy" in "".join(printed)
        assert "No changes." in printed[-1]
    assert {"orders", "profiles"} <= {*aws.tables()}


def test_what_is_for_templates_is_refused_for_manifests_and_a_folder_is_not_overwritten(terminal):
    manifest = terminal.write("a.yaml", declared("shop", "orders"))
    refused = terminal.run("convert", manifest, "--to", "planton", "--directory", "out")
    assert "convert --to planton PATH > FILE" in refused.refused(2)
    terminal.run("convert", "--to", "planton", manifest).ended(0)
    (terminal.folder / "full").mkdir()
    terminal.write("full/main.tf", "")
    words = ("convert", manifest, "--to", "terraform", "--directory")
    assert "full holds main.tf already" in terminal.run(*words, "full").refused(2)
