"""The embedded AWS where no engine is installed: who wants only an endpoint waits for none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ASK = "import boto3; print(boto3.client('dynamodb').list_tables()['TableNames'])"


@pytest.fixture
def run(tmp_path):
    """A command in a home of its own, with nothing but the system's tools on PATH."""
    environment = {
        "HOME": str(tmp_path),
        "PATH": os.defpath,
        "TABLEWRIGHT_CACHE": str(tmp_path / "cache"),
        "PIP_NO_INDEX": "1",
    }

    def run(*words):
        command = [sys.executable, "-c", "from tablewright.cli import main; main()", *words]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    yield run
    run("sandbox", "stop")


def test_a_command_is_run_against_it(run, tmp_path):
    ended = run("sandbox", "exec", "--", sys.executable, "-c", ASK)
    assert (ended.returncode, ended.stdout) == (0, "[]\n"), ended.stderr
    assert not (tmp_path / "cache" / "engine").exists()


def test_it_is_started_and_its_environment_printed(run, tmp_path):
    started = run("sandbox", "start", "--background")
    assert started.returncode == 0, started.stderr
    printed = json.loads(run("sandbox", "env", "--json").stdout)
    assert printed["AWS_ENDPOINT_URL"] == started.stdout.strip()
    assert any(Path(each, "pulumi").exists() for each in printed["PATH"].split(os.pathsep))
    assert not (tmp_path / "cache" / "engine").exists()
