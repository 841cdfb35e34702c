"""Tables of another Pulumi program change hands by the steps that `adopt` prints."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import REGION, EmbeddedAws
from tests.support.terminal import Said, Terminal

pytestmark = pytest.mark.engine

PROGRAM = """\
import json
import os
import pulumi
import pulumi_aws as aws

step = os.environ.get("STEP")
class Tables(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("shop:index:Tables", name, None, opts)
        own = pulumi.ResourceOptions(parent=self)
        orders = aws.dynamodb.Table("orders", name="orders", hash_key="id",
            attributes=[{"name": "id", "type": "S"}], billing_mode="PROVISIONED",
            read_capacity=2, write_capacity=2, tags={"Team": "web"}, opts=own)
        aws.appautoscaling.Target("reads", service_namespace="dynamodb", min_capacity=2,
            max_capacity=20, resource_id=orders.name.apply(lambda name: f"table/{name}"),
            scalable_dimension="dynamodb:table:ReadCapacityUnits", opts=own)
        aws.cloudwatch.MetricAlarm("hot", name=os.environ.get("ALARM", "orders-hot"),
            namespace="AWS/DynamoDB", metric_name="ReadThrottleEvents", statistic="Sum",
            dimensions={"TableName": orders.name}, period=60, evaluation_periods=1, threshold=0,
            comparison_operator="GreaterThanThreshold", opts=own)
        trust = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]})
        role = aws.iam.Role("writer", name="writer", assume_role_policy=trust, opts=own)
        aws.iam.RolePolicy("puts", role=role.name, name="puts", opts=own,
            policy=orders.arn.apply(lambda arn: json.dumps({"Version": "2012-10-17", "Statement": [
                {"Effect": "Allow", "Action": "dynamodb:PutItem", "Resource": arn}]})))
if step != "gone":
    retained = True if step == "retained" else None
    Tables("tables", pulumi.ResourceOptions(protect=not retained, retain_on_delete=retained))
"""


class Program:
    """A program in Python with a state of its own, under `tablewright sandbox exec`."""

    def __init__(self, terminal: Terminal) -> None:
        self.folder = terminal.folder / "program"
        self.state = terminal.folder / "state"
        self.state.mkdir()
        self.folder.mkdir()
        (self.folder / "Pulumi.yaml").write_text("name: shop\nruntime: python\n", "utf-8")
        (self.folder / "__main__.py").write_text(PROGRAM, "utf-8")
        self._terminal = replace(terminal, folder=self.folder)

    def run(self, command: str, step: str = "", state: Path | None = None, **more: str) -> Said:
        words = shlex.split(command)
        words += ["--skip-preview", "--yes"] if words[1] == "up" else []
        words += ["--non-interactive"] if words[0] == "pulumi" else []
        own = {
            "PULUMI_BACKEND_URL": (state or self.state).as_uri(),
            "PULUMI_CONFIG_PASSPHRASE": "test",
            "PULUMI_HOME": str(self.folder.parent / "pulumi"),
            "STEP": step,
            "AWS_REGION": REGION,
            **more,
        }
        terminal = replace(self._terminal, variables={**self._terminal.variables, **own})
        return terminal.run("sandbox", "exec", "--", *words)


def printed(text: str, command: str) -> list[str]:
    """The lines of the steps that run a command."""
    lines = [line.strip() for line in text.splitlines() if line.startswith("     ")]
    return [line for line in lines if line.startswith(command)]


def test_a_program_s_tables_are_handed_over_step_by_step(aws: EmbeddedAws, terminal: Terminal):
    program = Program(terminal)
    program.run("pulumi stack init dev").ended(0)
    program.run("pulumi up --stack dev").ended(0)
    export = terminal.write(
        "export.json", program.run("pulumi stack export --stack dev").ended(0).out
    )
    own = terminal.run("adopt", "--pulumi-stack", export, "--name", "shop", "--environment", "dev")
    assert "is the exported stack itself" in own.ended(2).err
    done = terminal.run("adopt", "--pulumi-stack", export, "--directory", "m").ended(0)
    assert "Those of the component tables (shop:index:Tables) inherit them" in done.err

    copied = Path(shutil.copytree(program.state, terminal.folder / "copy"))

    # What waits in the program would be deployed, without protection now.
    look, again = printed(done.err, "plan=$(pulumi preview")
    shown = program.run(f"sh -c {shlex.quote(look)}", "retained", ALARM="other").ended(0).out
    assert "MetricAlarm hot replace" in shown
    assert "kept" not in shown

    # By the program: retained first, then gone.
    first, second = printed(done.err, "pulumi up")
    program.run(first, "retained").ended(0)
    assert look == again
    assert program.run(f"sh -c {shlex.quote(look)}", "gone").ended(0).out == "kept\n"
    # Of what is not retained it prints a line.
    shown = program.run(f"sh -c {shlex.quote(look)}", "gone", copied).ended(0).out
    assert "Target reads delete" in shown
    assert "kept" not in shown
    program.run(second, "gone").ended(0)

    # Or by the state: the commands are taken as they are printed, on a copy of it.
    for line in printed(done.err, "pulumi state"):
        program.run(line, state=copied).ended(0)
    left = program.run("pulumi stack export --stack dev", state=copied).ended(0).out
    kinds = {one["type"] for one in json.loads(left)["deployment"]["resources"]}
    assert not {kind for kind in kinds if kind.startswith("aws:")}

    assert aws.tables() == ["orders"]
    assert aws.client("cloudwatch").describe_alarms()["MetricAlarms"]

    preview, up = printed(done.err, "tablewright")
    done = terminal.run(*up.split()[1:], "--yes", "--output", "json").ended(0)
    assert [change["actions"] for change in done.json["changes"]] == [["import"]] * 5
    terminal.run(*preview.split()[1:], "--expect-no-changes").ended(0)
