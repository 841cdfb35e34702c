"""Real clients: the AWS CLI, the JavaScript SDK, the Go SDK (which speaks CBOR to CloudWatch).

The two SDKs are fetched and built once per user into the cache, which takes a minute; without
node, go or a network they are skipped, and with TABLEWRIGHT_REAL_CLIENTS=0 nothing is fetched.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import platformdirs
import pytest

from tablewright_emulator.server import Emulator

HERE = Path(__file__).parent
FETCH_SECONDS = 400
CACHE = Path(platformdirs.user_cache_dir("tablewright")) / "test-clients"


@pytest.fixture
def emulator() -> Iterator[Emulator]:
    with Emulator() as running:
        yield running


def cached(folder: str, tool: str, *commands: list[str]) -> Path:
    """A copy of a program's folder in the cache, in which the commands were run once."""
    if shutil.which(tool) is None:
        pytest.skip(f"{tool} is not installed")
    sources = sorted(path for path in (HERE / folder).iterdir() if path.is_file())
    digest = hashlib.sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]
    place = CACHE / f"{folder}-{digest}"
    if (place / "done").exists():
        return place
    if os.environ.get("TABLEWRIGHT_REAL_CLIENTS") == "0":
        pytest.skip("TABLEWRIGHT_REAL_CLIENTS=0: nothing is fetched")
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(HERE / folder, place)
    for command in commands:
        try:
            done = subprocess.run(
                command,
                cwd=place,
                capture_output=True,
                text=True,
                timeout=FETCH_SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            pytest.skip(f"{' '.join(command)} took more than {FETCH_SECONDS} s")
        if done.returncode:
            pytest.skip(f"{' '.join(command)}: {done.stderr[-300:]}")
    (place / "done").touch()
    return place


def run(command: list[str], place: Path) -> dict:
    done = subprocess.run(
        command, cwd=place, capture_output=True, text=True, timeout=100, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.timeout(2 * FETCH_SECONDS)
def test_the_javascript_sdk(emulator: Emulator):
    install = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
    place = cached("javascript", "npm", install)
    assert run(["node", "program.mjs", emulator.endpoint], place) == {
        "exists": "ResourceInUseException",
        "condition": "ConditionalCheckFailedException",
        "keys": ["2", "3"],
        "bytes": [0, 255],
        "protected": True,
        "created": True,
        "alarm": ["INSUFFICIENT_DATA", 1.5],
        "noAlarm": "ResourceNotFound",
        "values": [7.5],
    }


@pytest.mark.timeout(2 * FETCH_SECONDS)
def test_the_go_sdk_over_cbor(emulator: Emulator):
    place = cached("go", "go", ["go", "build", "-o", "program", "."])
    assert run([str(place / "program"), emulator.endpoint], place) == {
        "exists": "ResourceInUseException",
        "condition": "ConditionalCheckFailedException",
        "count": 1,
        "alarm": ["INSUFFICIENT_DATA", 1.5, "orders"],
        "updated": True,
        "noAlarm": "ResourceNotFound",
        "values": [7.5],
        "dashboard": "accepted",
    }


# --- the AWS CLI --------------------------------------------------------------------------------


def cli(emulator: Emulator, *arguments: str) -> subprocess.CompletedProcess[str]:
    pytest.importorskip("awscli")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": "/nonexistent",
        "AWS_ACCESS_KEY_ID": "123456789012",
        "AWS_SECRET_ACCESS_KEY": "none",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ENDPOINT_URL": emulator.endpoint,
        "AWS_PAGER": "",
        "AWS_MAX_ATTEMPTS": "1",
    }
    command = [sys.executable, "-W", "ignore", "-m", "awscli", *arguments]
    return subprocess.run(
        command, env=environment, capture_output=True, text=True, timeout=60, check=False
    )


def test_the_aws_cli(emulator: Emulator):
    made = cli(
        emulator, "dynamodb", "create-table", "--table-name", "orders",
        "--attribute-definitions", "AttributeName=pk,AttributeType=S",
        "--key-schema", "AttributeName=pk,KeyType=HASH", "--billing-mode", "PAY_PER_REQUEST",
    )  # fmt: skip
    assert json.loads(made.stdout)["TableDescription"]["TableStatus"] == "CREATING", made.stderr
    assert (
        cli(emulator, "dynamodb", "wait", "table-exists", "--table-name", "orders").returncode == 0
    )
    item = '{"pk": {"S": "a"}, "n": {"N": "1"}}'
    assert cli(
        emulator, "dynamodb", "put-item", "--table-name", "orders", "--item", item
    ).returncode == 0  # fmt: skip
    found = cli(emulator, "dynamodb", "scan", "--table-name", "orders", "--query", "Items[0].n.N")
    assert json.loads(found.stdout) == "1"


def test_the_aws_cli_shows_awss_errors(emulator: Emulator):
    failed = cli(emulator, "dynamodb", "describe-table", "--table-name", "nowhere")
    assert failed.returncode != 0
    assert "ResourceNotFoundException" in failed.stderr
    assert "Requested resource not found: Table: nowhere not found" in failed.stderr
