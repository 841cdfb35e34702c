"""Terraform with its AWS provider, for tests; they are skipped where either is missing.

The provider is 600 MB and never fetched: it is looked for in the folder that
TABLEWRIGHT_TERRAFORM_PLUGINS names and in Terraform's own local mirrors.
"""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

PROVIDER = "registry.terraform.io/hashicorp/aws"


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
    """A working directory of Terraform whose provider talks to an embedded AWS."""

    def __init__(self, folder: Path, endpoint: str) -> None:
        program = shutil.which("terraform")
        if program is None:
            pytest.skip("terraform is not installed")
        mirror = next((folder for folder in mirrors() if (folder / PROVIDER).is_dir()), None)
        if mirror is None:
            pytest.skip("TABLEWRIGHT_TERRAFORM_PLUGINS names no folder with the AWS provider")
        self._program = program
        self.folder = folder
        settings = folder / "terraform.rc"
        settings.write_text(
            f'provider_installation {{\n  filesystem_mirror {{\n    path = "{mirror}"\n  }}\n}}\n'
        )
        self._environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "TF_CLI_CONFIG_FILE": str(settings),
            "CHECKPOINT_DISABLE": "1",
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "123456789012",
            "AWS_SECRET_ACCESS_KEY": "none",
            "AWS_REGION": "eu-west-1",
            "AWS_EC2_METADATA_DISABLED": "true",
        }

    def run(self, *words: str, status: int = 0) -> str:
        """What it prints; it has to end with `status`."""
        done = subprocess.run(
            [self._program, words[0], "-no-color", "-input=false", *words[1:]],
            cwd=self.folder, env=self._environment, capture_output=True, text=True, timeout=240,
            check=False,
        )  # fmt: skip
        assert done.returncode == status, done.stdout[-3000:] + done.stderr
        return done.stdout + done.stderr
