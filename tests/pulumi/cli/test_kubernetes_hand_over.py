"""Tables of a controller of Kubernetes are taken over by the steps that `convert` prints."""

from __future__ import annotations

import json
import shlex

import pytest

pytestmark = pytest.mark.engine

ACK = """\
apiVersion: dynamodb.services.k8s.aws/v1alpha1
kind: Table
metadata:
  name: orders
  annotations: {services.k8s.aws/region: eu-west-1}
spec:
  tableName: orders
  billingMode: PAY_PER_REQUEST
  attributeDefinitions: [{attributeName: id, attributeType: S}]
  keySchema: [{attributeName: id, keyType: HASH}]
"""


def test_the_steps_end_in_an_empty_preview(aws, terminal):
    aws.make_table("orders")
    arn = aws.client("dynamodb").describe_table(TableName="orders")["Table"]["TableArn"]
    made_by = {"Key": "services.k8s.aws/namespace", "Value": "shop"}
    aws.client("dynamodb").tag_resource(ResourceArn=arn, Tags=[made_by])
    terminal.write("ack.yaml", ACK)
    refused = terminal.run("preview", "ack.yaml").ended(2)
    assert "tablewright convert" in refused.err
    done = terminal.run("convert", "ack.yaml").ended(0)
    assert "adopt: true" in done.out
    printed = [line.split()[1:] for line in done.err.splitlines() if "    tablewright " in line]
    assert [words[0] for words in printed] == ["adopt", "preview", "up"]
    for words in printed:
        at = words.index("--target")  # the steps are for AWS itself, this is the sandbox
        command = shlex.split(" ".join([*words[:at], *words[at + 2 :]]))
        if command[0] == "preview":
            preview = terminal.run(*command, "--output", "json").ended(0)
            changes = json.loads(preview.out)["changes"]
            assert {tuple(change["actions"]) for change in changes} == {("import",)}
        else:
            terminal.run(*command, *(["--yes"] if command[0] == "up" else [])).ended(0)
    assert aws.tables() == ["orders"]
    assert aws.tags("orders").items() >= {("services.k8s.aws/namespace", "shop")}
