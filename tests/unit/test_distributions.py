"""Both wheels, built and tried in environments that hold what they ask for and nothing else."""

import os
import re
import subprocess
import sys
import venv
import zipfile
from dataclasses import dataclass
from email.parser import Parser
from importlib.metadata import distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tablewright.errors import ExtraMissingError

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = {"tablewright": ROOT, "tablewright-emulator": ROOT / "emulator"}
CLIENT = """
import sys, boto3
dynamodb = boto3.client("dynamodb", endpoint_url=sys.argv[1], region_name="eu-west-1",
                        aws_access_key_id="test", aws_secret_access_key="test")
key = {"AttributeName": "id", "KeyType": "HASH"}
dynamodb.create_table(TableName="orders", KeySchema=[key], BillingMode="PAY_PER_REQUEST",
                      AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}])
dynamodb.get_waiter("table_exists").wait(TableName="orders", WaiterConfig={"Delay": 1})
dynamodb.put_item(TableName="orders", Item={"id": {"S": "1"}})
print(dynamodb.scan(TableName="orders")["Items"])
"""


@dataclass(frozen=True)
class Installed:
    """A wheel in an environment of its own."""

    folder: Path
    metadata: dict[str, list[str]]
    packages: frozenset[str]

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [self.folder / "bin" / words[0], *words[1:]],
            capture_output=True, text=True, check=False, cwd=self.folder, env=self.environment,
        )  # fmt: skip

    @property
    def environment(self) -> dict[str, str]:
        return {"HOME": str(self.folder), "PATH": os.defpath}


def required(requirements: list[str]) -> frozenset[str]:
    """Names of the distributions that requirements without extras lead to, those included."""
    seen: set[str] = set()
    pending = [(Requirement(text), "") for text in requirements]
    while pending:
        requirement, extra = pending.pop()
        if requirement.marker and not requirement.marker.evaluate({"extra": extra}):
            continue
        name = canonicalize_name(requirement.name)
        if name not in seen or requirement.extras:
            seen.add(name)
            asked = distribution(name).requires or ()
            pending += [
                (Requirement(text), one) for text in asked for one in ("", *requirement.extras)
            ]
    return frozenset(seen)


def install(name: str, folder: Path) -> Installed:
    """Build a wheel, and put it beside links to the packages that it asks for."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist"]
    subprocess.run(build, cwd=FOLDERS[name], check=True, capture_output=True)
    (wheel,) = (folder / "dist").glob("*.whl")
    made = folder / "venv"
    venv.create(made, symlinks=True)
    pip = [sys.executable, "-m", "pip", "--python", made / "bin/python", "install", "--no-deps"]
    subprocess.run([*pip, "--no-index", "--quiet", wheel], check=True, capture_output=True)
    with zipfile.ZipFile(wheel) as archive:
        (entry,) = (each for each in archive.namelist() if each.endswith("/METADATA"))
        message = Parser().parsestr(archive.read(entry).decode())
    metadata = {key: message.get_all(key, []) for key in ("Version", "Requires-Dist")}
    packages = required(metadata["Requires-Dist"])
    (site,) = made.glob("lib/python*/site-packages")
    for package in packages:
        found = distribution(package)
        for top in {file.parts[0] for file in found.files or () if file.parts[0] != ".."}:
            if top != "__pycache__" and not (site / top).exists():
                (site / top).symlink_to(found.locate_file(top))
    return Installed(made, metadata, packages)


@pytest.fixture(scope="module")
def tablewright(tmp_path_factory):
    return install("tablewright", tmp_path_factory.mktemp("tablewright"))


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    return install("tablewright-emulator", tmp_path_factory.mktemp("emulator"))


def test_tablewright_alone_brings_nothing_of_the_embedded_aws(tablewright):
    heavy = {"tablewright-emulator", "moto", "flask", "werkzeug", "numpy", "numba"}
    assert not heavy & tablewright.packages
    assert {"boto3", "click", "pulumi", "pydantic"} <= tablewright.packages


def test_tablewright_alone_validates(tablewright):
    assert tablewright.run("python", "-c", "import moto").returncode == 1
    assert tablewright.run("tablewright", "--help").returncode == 0
    assert tablewright.run("tablewright", "init", "orders.yaml").returncode == 0
    validated = tablewright.run("tablewright", "validate", "orders.yaml")
    assert validated.returncode == 0, validated.stderr


def test_tablewright_alone_says_how_to_get_the_sandbox(tablewright):
    started = tablewright.run("tablewright", "sandbox", "start")
    assert started.returncode == ExtraMissingError.exit_status
    assert started.stderr.endswith("→ pip install 'tablewright[sandbox]'\n")


def test_the_extra_is_the_emulator_of_this_version(tablewright, emulator):
    (version,) = emulator.metadata["Version"]
    asked = [each for each in tablewright.metadata["Requires-Dist"] if "sandbox" in each]
    assert [re.sub(r"\s", "", each).replace('"', "'") for each in asked] == [
        f"tablewright-emulator=={version};extra=='sandbox'"
    ]


def test_the_emulator_brings_no_tablewright_and_nothing_that_it_does_not_use(emulator):
    assert not {"tablewright", "pulumi", "flask", "cfn-lint", "sympy"} & emulator.packages
    assert {"boto3", "moto", "numpy"} <= emulator.packages


def test_the_emulator_serves_a_table_without_tablewright(emulator):
    assert emulator.run("python", "-c", "import tablewright").returncode == 1
    command = [emulator.folder / "bin" / "tablewright-emulator"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=emulator.environment
    ) as process:
        try:
            endpoint = process.stdout.readline().strip()
            served = emulator.run("python", "-c", CLIENT, endpoint)
            assert served.stdout == "[{'id': {'S': '1'}}]\n", served.stderr
        finally:
            process.terminate()
        assert "Authorization: Bearer " in process.stderr.read()
    assert process.returncode == 0


def test_both_ship_the_same_prices():
    name = "data/dynamodb-prices.json"
    theirs = FOLDERS["tablewright-emulator"] / "src" / "tablewright_emulator" / name
    assert theirs.read_bytes() == (ROOT / "src" / "tablewright" / name).read_bytes()
