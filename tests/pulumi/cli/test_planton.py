"""Project Planton's command line, from its manifest to an empty account again."""

from __future__ import annotations

import signal
import socket

import pytest
import yaml
from tests.support.advice import named
from tests.support.terminal import end

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("aws")]

MANIFEST = """\
apiVersion: aws.project-planton.org/v1
kind: AwsDynamodb
metadata:
  name: orders
  org: acme
  labels:
    pulumi.project-planton.org/stack.fqdn: acme/shop/prod
spec:
  billingMode: BILLING_MODE_PAY_PER_REQUEST
  attribute_definitions: [{name: id, type: N}]
  keySchema: [{attributeName: id, keyType: HASH}]
  ttl: {enabled: true, attributeName: gone}
  streamEnabled: true
  streamViewType: 2
  contributorInsightsEnabled: true
"""
INTERRUPTED = 130
PLANTONS_OUTPUTS = {
    "aws_region",
    "stream_arn",
    "stream_label",
    "table_arn",
    "table_id",
    "table_name",
}


def pulumi(terminal, verb, file, *options):
    return terminal.run("pulumi", verb, "--manifest", file, *options)


def test_a_table_is_made_read_changed_and_destroyed(terminal, aws):
    file = terminal.write("planton.yaml", MANIFEST)
    made = pulumi(terminal, "update", file, "--yes").ended(0)
    assert {line.partition(":")[0] for line in made.out.splitlines()} >= PLANTONS_OUTPUTS
    assert "No changes" in pulumi(terminal, "preview", file).ended(0).out
    assert "as recorded" in pulumi(terminal, "refresh", file, "--yes").ended(0).out
    [shown] = yaml.safe_load_all(terminal.run("status", file, "--output", "yaml").ended(0).out)
    outputs = shown["status"]["outputs"]
    assert outputs["table_name"] == "orders"
    assert outputs["stream_arn"].endswith(f"/stream/{outputs['stream_label']}")
    aws.pass_time(60)
    setting = "--set", "spec.deletionProtectionEnabled=true"
    assert "protection on" in pulumi(terminal, "preview", file, *setting).ended(0).out
    pulumi(terminal, "destroy", file, "--yes").ended(0)


def test_without_a_yes_it_says_that_the_original_never_asks(terminal):
    file = terminal.write("planton.yaml", MANIFEST)
    for verb in ("update", "up"):
        refused = pulumi(terminal, verb, file).ended(2)
        assert "never asks" in refused.err
        assert "--yes" in refused.err


def test_a_program_of_ones_own_runs_instead_of_the_built_in_one(terminal):
    file = terminal.write("planton.yaml", MANIFEST)
    terminal.run("init", "--module", "module").ended(0)
    planned = pulumi(terminal, "preview", file, "--module-dir", "module").ended(0)
    assert "table orders" in planned.out
    terminal.write("module/main.py", "def program(resource, context): raise KeyError(1)")
    failed = pulumi(terminal, "preview", file, "--module-dir", "module").ended(1)
    assert "the program failed at main.py, line 1" in failed.err


def test_waiting_for_a_debugger_ends_with_the_run(terminal):
    file = terminal.write("planton.yaml", MANIFEST)
    terminal.run("init", "--module", "module").ended(0)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ("--module-dir", "module", "--debug", port)
    run = terminal.fork("pulumi", "preview", "--manifest", file, *options)
    assert any("waiting for a debugger" in line for line in run.stderr)
    run.send_signal(signal.SIGINT)
    assert end(run).status == INTERRUPTED


LIVE_BEFORE = """\
apiVersion: aws.project-planton.org/v1
kind: AwsDynamodb
metadata: {name: by-hand, env: dev}
spec:
  billingMode: PAY_PER_REQUEST
  attributeDefinitions: [{name: id, type: S}]
  keySchema: [{attributeName: id, keyType: HASH}]
"""


def test_what_its_dialect_has_no_field_for_is_had_by_converting_it(terminal, aws):
    aws.make_table("by-hand", region="us-east-1")
    file = terminal.write("planton.yaml", LIVE_BEFORE)
    message = pulumi(terminal, "update", file, "--yes", "--refresh").refused(2)
    assert "add `adopt: true` to its spec" in message
    [[_, *words]] = named(message)
    assert words[0] == "convert"
    ours = terminal.run(*words).ended(0).out
    adopting = ours.replace("  partitionKey:", "  adopt: true\n  partitionKey:")
    done = terminal.run("up", terminal.write("ours.yaml", adopting), "--yes").ended(0)
    assert "1 imported" in done.err
    pulumi(terminal, "update", file, "--yes").ended(0)
    terminal.run("pulumi", "destroy", "--manifest", "ours.yaml", "--yes").ended(0)
