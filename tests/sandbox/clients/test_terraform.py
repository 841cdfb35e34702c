"""Terraform with its AWS provider: a module applied, changed in place and destroyed."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.terraform import Terraform

from tablewright_emulator.server import Emulator

MODULE = Path(__file__).parent / "terraform"
LEGACY = """
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

resource "aws_dynamodb_global_table" "old" {
  name = "orders"
  replica {
    region_name = "eu-west-1"
  }
}
"""


class OnEmulator(Terraform):
    """Terraform on an emulator of this process, whose calls can be looked at."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        super().__init__(folder, emulator.endpoint)
        self.emulator = emulator

    def errors(self) -> dict[str, Any]:
        """Errors it was answered, by service, operation and code."""
        errors: dict[str, Any] = self.emulator.calls.summary()["errors"]
        return errors


@pytest.fixture
def terraform(tmp_path: Path) -> Iterator[OnEmulator]:
    with Emulator() as emulator:
        yield OnEmulator(tmp_path, emulator)


def test_terraform_applies_changes_in_place_and_destroys(terraform: OnEmulator, tmp_path: Path):
    shutil.copy(MODULE / "main.tf", tmp_path)
    terraform.run("init")
    assert "25 added, 0 changed, 0 destroyed" in terraform.run("apply", "-auto-approve")
    terraform.run("plan", "-detailed-exitcode")
    for stage in ("stage=2", "stage=1"):
        said = terraform.run("apply", "-auto-approve", "-var", stage)
        assert re.search(r"0 added, 1[5-9] changed, 0 destroyed", said)
        terraform.run("plan", "-detailed-exitcode", "-var", stage)
    assert terraform.errors() == {}
    assert "25 destroyed" in terraform.run("destroy", "-auto-approve")
    assert terraform.errors().keys() <= {"dynamodb"}
    assert terraform.errors().get("dynamodb", {}).keys() <= {"DescribeTable"}
    for service, operation, member in (
        ("dynamodb", "ListTables", "TableNames"),
        ("cloudwatch", "DescribeAlarms", "MetricAlarms"),
        ("iam", "ListRoles", "Roles"),
    ):
        found = terraform.emulator.gateway.call(service, operation, {}, region="eu-west-1")
        assert not found.get(member)


def test_terraform_gives_up_at_once_on_what_is_not_carried(terraform: OnEmulator, tmp_path: Path):
    (tmp_path / "main.tf").write_text(LEGACY)
    terraform.run("init")
    said = terraform.run("apply", "-auto-approve", status=1)
    assert "UnknownOperationException" in said
    assert terraform.errors() == {
        "dynamodb": {"CreateGlobalTable": {"UnknownOperationException": 1}}
    }
