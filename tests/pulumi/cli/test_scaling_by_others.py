"""Capacity that something live scales is left alone, whoever made it scale; all else is sent."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.pulumi.cli.conftest import EmbeddedAws
from tests.support.advice import follow

pytestmark = [pytest.mark.engine, pytest.mark.usefixtures("aws")]

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {{name: shop}}
spec: {{region: eu-west-1, environment: dev, tags: {{Team: a, CostCenter: b}}}}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata: {{name: orders}}
spec:
  partitionKey: {{name: id, type: S}}
  billingMode: PROVISIONED
  provisionedThroughput: {{readCapacityUnits: {read}, writeCapacityUnits: {write}}}
"""
SCALED = """\
  autoScaling:
    read:
      minCapacity: 5
      maxCapacity: 50
      targetTracking: false
      schedules: [{name: day, schedule: cron(0 7 * * ? *), minCapacity: 20, maxCapacity: 40}]
"""
READS = {
    "ServiceNamespace": "dynamodb",
    "ResourceId": "table/orders",
    "ScalableDimension": "dynamodb:table:ReadCapacityUnits",
}


class Others:
    """What people and AWS do meanwhile."""

    def __init__(self, aws: EmbeddedAws) -> None:
        self._dynamodb = aws.client("dynamodb")
        self._scaling = aws.client("application-autoscaling")

    def register(self, **more: object) -> None:
        self._scaling.register_scalable_target(**READS, **more)

    def set(self, read: int, write: int) -> None:
        units = {"ReadCapacityUnits": read, "WriteCapacityUnits": write}
        self._dynamodb.update_table(TableName="orders", ProvisionedThroughput=units)
        waiter = self._dynamodb.get_waiter("table_exists")
        waiter.wait(TableName="orders", WaiterConfig={"Delay": 0.1})

    @property
    def units(self) -> tuple[int, int]:
        table = self._dynamodb.describe_table(TableName="orders")["Table"]
        units = table["ProvisionedThroughput"]
        return units["ReadCapacityUnits"], units["WriteCapacityUnits"]

    @property
    def targets(self) -> list[tuple[int, int, list[str]]]:
        listed = self._scaling.describe_scalable_targets(ServiceNamespace="dynamodb")
        return [
            (
                one["MinCapacity"],
                one["MaxCapacity"],
                [name for name, is_on in one["SuspendedState"].items() if is_on],
            )
            for one in listed["ScalableTargets"]
        ]


@pytest.fixture
def others(aws: EmbeddedAws) -> Others:
    return Others(aws)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    return tmp_path / "shop.yaml"


def declare(manifest: Path, read: int, write: int, more: str = "") -> None:
    manifest.write_text(STACK.format(read=read, write=write) + more, "utf-8")


def test_what_others_scale_is_left_alone_until_it_is_declared(terminal, manifest, others):
    declare(manifest, 5, 5)
    terminal.run("up", manifest, "--yes").ended(0)
    others.register(MinCapacity=5, MaxCapacity=50)
    others.set(35, 6)

    shown = terminal.run("preview", manifest, "--refresh", "--output", "json").ended(0).json
    [change] = shown["changes"]
    assert [step["title"] for step in change["steps"]] == ["Lower capacity to 5 write units"]
    assert "reads of table orders" in shown["notes"][0]

    declare(manifest, 8, 7)
    done = terminal.run("up", manifest, "--yes", "--output", "json").ended(0).json
    assert others.units == (35, 7)
    assert "autoScaling.read" in done["notes"][0]
    terminal.run("preview", manifest, "--refresh", "--expect-no-changes").ended(0)
    report = terminal.run("verify", manifest, "--output", "json").ended(3).json
    failed = [one["fact"] for one in report["findings"] if one["verdict"] == "failed"]
    assert failed == ["scaling of reads"]

    declare(manifest, 8, 7, SCALED)
    terminal.run("up", manifest, "--yes").ended(0)
    assert others.units == (35, 7)
    terminal.run("verify", manifest).ended(0)

    declare(manifest, 8, 7)
    terminal.run("up", manifest, "--yes").ended(0)
    assert (others.units, others.targets) == ((8, 7), [])
    terminal.run("verify", manifest).ended(0)


def test_what_a_schedule_or_somebody_has_set_of_a_target_is_not_set_back_by_the_way(
    terminal, manifest, others
):
    declare(manifest, 5, 5, SCALED)
    terminal.run("up", manifest, "--yes").ended(0)
    others.register(MinCapacity=20, MaxCapacity=40)  # what the schedule does
    terminal.run("preview", manifest, "--refresh", "--expect-no-changes").ended(0)
    terminal.run("verify", manifest).ended(0)

    others.register(SuspendedState={"ScheduledScalingSuspended": True})
    declare(manifest, 5, 5, SCALED + "  tags: {Owner: me}\n")
    terminal.run("up", manifest, "--yes").ended(0)
    assert others.targets == [(20, 40, ["ScheduledScalingSuspended"])]
    terminal.run("verify", manifest).ended(3)
    terminal.run("preview", manifest, "--refresh", "--expect-no-changes").ended(3)

    suspended = "      suspendedState: {scheduledScalingSuspended: true}\n"
    declare(manifest, 5, 5, SCALED + suspended + "  tags: {Owner: me}\n")
    terminal.run("up", manifest, "--yes").ended(0)
    terminal.run("verify", manifest).ended(0)
    declare(manifest, 5, 5, SCALED + "  tags: {Owner: me}\n")
    terminal.run("up", manifest, "--yes").ended(0)
    assert others.targets == [(20, 40, [])]
    terminal.run("verify", manifest).ended(0)


def test_what_scaling_has_left_behind_is_told_where_it_goes_with_what_sets_it(
    aws, terminal, manifest, others
):
    for more in ("", SCALED):  # so that 5 units are recorded, whatever ran before
        declare(manifest, 5, 5, more)
        terminal.run("up", manifest, "--yes").ended(0)
    others.set(35, 5)  # what the schedule does
    declare(manifest, 5, 5)
    shown = terminal.run("preview", manifest, "--output", "json").ended(0).json
    assert "the reads of table orders scale no more" in shown["notes"][0]
    done = terminal.run("up", manifest, "--yes", "--output", "json").ended(0).json
    assert done["notes"] == shown["notes"]
    assert (others.units, others.targets) == ((35, 5), [])
    follow(terminal, aws, done["notes"][0])
    assert others.units == (5, 5)
    terminal.run("verify", manifest).ended(0)
