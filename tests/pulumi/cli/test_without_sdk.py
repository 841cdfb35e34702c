"""Manifests are deployed where Pulumi's SDK for AWS is not installed."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.support.terminal import EXAMPLES, Terminal

pytestmark = pytest.mark.engine

ABSENT = """\
import sys

class Absent:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] == "pulumi_aws":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Absent)
"""


def test_a_stack_lives_and_goes_without_the_sdk(machine: Terminal, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text(ABSENT, "utf-8")
    absent = {"PYTHONPATH": str(tmp_path)}
    path = EXAMPLES / "optimized-table"
    machine.run("up", path, "--yes", **absent).ended(0)
    machine.run("preview", path, "--refresh", "--expect-no-changes").ended(0)
    machine.run("destroy", path, "--yes", **absent).ended(0)
