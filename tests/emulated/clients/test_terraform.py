"""Terraform with its AWS provider: a module applied, changed in place and destroyed.

The provider is 600 MB and never fetched: it is looked for in the folder that
TABLEWRIGHT_TERRAFORM_PLUGINS names and in Terraform's own local mirrors; without it the tests are
skipped.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tablewright.emulator.server import Emulator

MODULE = Path(__file__).parent / "terraform"
PROVIDER = "registry.terraform.io/hashicorp/aws"
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


def mirrors() -> Iterator[Path]:
    """Folders in which Terraform's provider may be; the last ones are Terraform's own."""
    if os.environ.get("TABLEWRIGHT_TERRAFORM_PLUGINS"):
        yield Path(os.environ["TABLEWRIGHT_TERRAFORM_PLUGINS"])
    yield Path.home() / ".terraform.d" / "plugins"
    data = os.environ.get("XDG_DATA_HOME", str(Path.home() / ".local" / "share"))
    data += os.pathsep + os.environ.get("XDG_DATA_DIRS", "/usr/local/share:/usr/share")
    for folder in data.split(os.pathsep):
        yield Path(folder) / "terraform" / "plugins"


class Terraform:
    """A working directory of Terraform whose provider talks to an emulator."""

    def __init__(self, folder: Path, emulator: Emulator) -> None:
        program = shutil.which("terraform")
        if program is None:
            pytest.skip("terraform is not installed")
        mirror = next((each for each in mirrors() if (each / PROVIDER).is_dir()), None)
        if mirror is None:
            pytest.skip("TABLEWRIGHT_TERRAFORM_PLUGINS names no folder with the AWS provider")
        self.emulator = emulator
        self._program = program
        self._folder = folder
        settings = folder / "terraform.rc"
        settings.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
        )
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            "AWS_ENDPOINT_URL": emulator.endpoint,
            "AWS_ACCESS_KEY_ID": "123456789012",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def run(self, *words: str, status: int = 0) -> str:
        """What it prints; it has to end with `status`."""
        done = subprocess.run(
            [self._program, words[0], "-no-color", "-input=false", *words[1:]],
            cwd=self._folder, env=self._environment, capture_output=True, text=True, timeout=240,
            check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stdout[-3000:] + done.stderr
        return done.stdout + done.stderr

    def errors(self) -> dict[str, Any]:
        """Errors it was answered, by service, operation and code."""
        errors: dict[str, Any] = self.emulator.calls.summary()["errors"]
        return errors


@pytest.fixture
def terraform(tmp_path: Path) -> Iterator[Terraform]:
    with Emulator() as emulator:
        yield Terraform(tmp_path, emulator)


def test_terraform_applies_changes_in_place_and_destroys(terraform: Terraform, tmp_path: Path):
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
        found = terraform.emulator.door.call(service, operation, {}, region="eu-west-1")
        assert not found.get(member)


def test_terraform_gives_up_at_once_on_what_is_not_carried(terraform: Terraform, tmp_path: Path):
    (tmp_path / "main.tf").write_text(LEGACY)
    terraform.run("init")
    said = terraform.run("apply", "-auto-approve", status=1)
    assert "UnknownOperationException" in said
    assert terraform.errors() == {
        "dynamodb": {"CreateGlobalTable": {"UnknownOperationException": 1}}
    }
