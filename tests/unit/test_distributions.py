"""Both wheels, built and tried in environments that hold what they ask for and nothing else."""

import re
import subprocess

import pytest

from tablewright.errors import ExtraMissingError
from tests.support.installed import FOLDERS, ROOT, install

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


@pytest.fixture(scope="module")
def tablewright(tmp_path_factory):
    return install(tmp_path_factory.mktemp("tablewright"), "tablewright")


@pytest.fixture(scope="module")
def emulator(tmp_path_factory):
    return install(tmp_path_factory.mktemp("emulator"), "tablewright-emulator")


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
