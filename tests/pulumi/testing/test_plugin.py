"""The pytest plug-in, in pytest runs of its own."""

import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
EXAMPLE = ROOT / "examples" / "pytest-project"
OPTIONS = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--import-mode=prepend")


def run(folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`pytest` in `folder`, with the plug-in as an installed package brings it along.

    It rewrites all of tablewright and Hypothesis, and finds next time what it has written then.
    """
    return subprocess.run(
        [sys.executable, "-m", "pytest", *OPTIONS, *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "", **environment},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def project(folder: Path, test: str, **files: str) -> Path:
    """A project with one test file, and others besides it."""
    (folder / "pytest.ini").write_text(files.pop("ini", "[pytest]\n"))
    (folder / "test_it.py").write_text(test)
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text)
    return folder


@pytest.mark.engine
def test_the_example_project_passes(tmp_path: Path):
    for file in EXAMPLE.iterdir():
        if file.is_file():
            (tmp_path / file.name).write_text(file.read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    result = run(tmp_path)
    assert "3 passed" in result.stdout, result.stdout + result.stderr


CREATE = """
import boto3

def create(name="orders"):
    client = boto3.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    return client.describe_table(TableName=name)["Table"]["TableStatus"]
"""

EMPTY = """
import boto3, pytest

@pytest.mark.parametrize("time", [1, 2])
def test_it(sandbox, time):
    client = boto3.client("dynamodb")
    assert client.meta.endpoint_url == sandbox.endpoint
    assert client.list_tables()["TableNames"] == []
    client.create_table(
        TableName="orders",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    assert sandbox.client("dynamodb").list_tables()["TableNames"] == ["orders"]
"""
AT_ONCE = (
    CREATE
    + """
def test_at_once(sandbox):
    assert create() == "ACTIVE"

def test_asked(sandbox):
    sandbox.let_changes_take({"create": "10s"})
    assert create() == "CREATING"
    sandbox.advance("10s")
    sandbox.reset()
    assert create() == "ACTIVE"
"""
)
FAILING = (
    CREATE
    + """
import pytest
from botocore.exceptions import ClientError

def test_failing(sandbox):
    sandbox.fail(operation="CreateTable", code="LimitExceededException", status=400)
    with pytest.raises(ClientError, match="LimitExceeded"):
        create()

def test_working(sandbox):
    assert create() == "ACTIVE"
"""
)
TIME = """
import boto3, datetime, pytest

def put(name):
    boto3.client("cloudwatch").put_metric_alarm(
        AlarmName=name, Namespace="shop", MetricName="m", Statistic="Sum", Period=60,
        EvaluationPeriods=1, Threshold=1.0, ComparisonOperator="LessThanThreshold",
        TreatMissingData="breaching",
    )
    return boto3.client("cloudwatch").describe_alarms()["MetricAlarms"][0]

@pytest.mark.parametrize("turn", [1, 2])
def test_it(sandbox, turn):
    alarm = put("quiet")
    age = datetime.datetime.now(datetime.UTC) - alarm["AlarmConfigurationUpdatedTimestamp"]
    assert abs(age.total_seconds()) < 3600
    sandbox.advance("2d")
    assert put("quiet")["StateValue"] == "ALARM"
"""
ENVIRONMENT = """
import os

def test_inside(sandbox):
    assert os.environ["AWS_ENDPOINT_URL"] == sandbox.endpoint
    assert "AWS_PROFILE" not in os.environ
    assert os.environ["AWS_REGION"] == "eu-west-3"

def test_outside():
    assert "AWS_ENDPOINT_URL" not in os.environ
    assert os.environ["AWS_PROFILE"] == "work"
"""
PROCESS = """
import pathlib

def test_it(sandbox, sandbox_process):
    pathlib.Path("pid").write_text(str(sandbox_process.instance.pid))
"""
WITHOUT_MANIFESTS = "def test_it(sandbox_stack): pass"
ORDINARY = {
    "empty": EMPTY,
    "at_once": AT_ONCE,
    "failing": FAILING,
    "time": TIME,
    "environment": ENVIRONMENT,
    "process": PROCESS,
    "without_manifests": WITHOUT_MANIFESTS,
}
"""Files of tests that need no setting: one run of pytest, and one sandbox, for all of them."""


@pytest.fixture(scope="module")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A project of those files, and what pytest printed of it."""
    folder = tmp_path_factory.mktemp("ordinary")
    (folder / "pytest.ini").write_text("[pytest]\n")
    for name, test in ORDINARY.items():
        (folder / f"test_{name}.py").write_text(test)
    result = run(folder, "-rA", AWS_PROFILE="work", AWS_REGION="eu-west-3")
    return folder, result.stdout + result.stderr


def outcomes(printed: str, name: str) -> Counter[str]:
    """How many tests of a file passed, failed and the like."""
    return Counter(re.findall(rf"^([A-Z]+) test_{name}\.py::", printed, re.MULTILINE))


@pytest.mark.parametrize(
    ("name", "number"),
    [
        pytest.param("empty", 2, id="a sandbox is empty at the beginning of each test"),
        pytest.param("at_once", 2, id="a table is there at once unless asked"),
        pytest.param("failing", 2, id="calls fail as ordered until the end of the test"),
        pytest.param("time", 2, id="time that passed in one test has not passed in the next"),
        pytest.param("environment", 2, id="the environment of a test is put back after it"),
    ],
)
def test_what_needs_no_setting(ordinary: tuple[Path, str], name: str, number: int):
    _, printed = ordinary
    assert outcomes(printed, name) == {"PASSED": number}, printed


def test_no_process_outlives_the_run(ordinary: tuple[Path, str]):
    folder, printed = ordinary
    assert outcomes(printed, "process") == {"PASSED": 1}, printed
    with pytest.raises(ProcessLookupError):
        os.kill(int((folder / "pid").read_text()), 0)


def test_a_stack_without_manifests_says_how_to_name_them(ordinary: tuple[Path, str]):
    _, printed = ordinary
    assert outcomes(printed, "without_manifests") == {"ERROR": 1}, printed
    assert '@pytest.mark.tablewright("tables.yaml")' in printed


def test_durations_of_the_configuration_are_those_of_every_test(tmp_path: Path):
    test = (
        CREATE
        + """
def test_it(sandbox):
    assert create() == "CREATING"
    sandbox.reset()
    assert create() == "CREATING"
"""
    )
    ini = "[pytest]\ntablewright_durations = realistic\n"
    result = run(project(tmp_path, test, ini=ini))
    assert "1 passed" in result.stdout, result.stdout + result.stderr
    wrong = run(project(tmp_path, test, ini="[pytest]\ntablewright_durations = long\n"))
    assert "it must be one of none, short, realistic" in wrong.stdout + wrong.stderr


def test_a_sandbox_that_is_to_last_keeps_what_was_made(tmp_path: Path):
    test = """
def test_first(sandbox):
    sandbox.client("sqs").create_queue(QueueName="jobs")

def test_second(sandbox):
    assert len(sandbox.client("sqs").list_queues()["QueueUrls"]) == 1
"""
    result = run(project(tmp_path, test, ini="[pytest]\ntablewright_scope = module\n"))
    assert "2 passed" in result.stdout, result.stdout + result.stderr


def test_a_scope_that_is_none_is_refused(tmp_path: Path):
    ini = "[pytest]\ntablewright_scope = forever\n"
    result = run(project(tmp_path, "def test_it(sandbox): pass", ini=ini))
    assert "it must be one of function, class, module" in result.stdout + result.stderr


@pytest.mark.engine
def test_manifests_of_the_configuration_are_deployed_with_the_tests_variables(tmp_path: Path):
    test = """
import pytest

@pytest.mark.tablewright(ENVIRONMENT_SUFFIX="blue")
def test_it(sandbox_stack):
    assert sandbox_stack.tables == {"orders": "orders-blue"}
    assert sandbox_stack.outputs["tableNames"] == ["orders-blue"]
    client = sandbox_stack.client("dynamodb")
    assert client.list_tables()["TableNames"] == ["orders-blue"]
"""
    ini = "[pytest]\ntablewright_manifests = tables.yaml\n"
    manifest = (EXAMPLE / "tables.yaml").read_text()
    result = run(project(tmp_path, test, ini=ini, tables=manifest))
    assert "1 passed" in result.stdout, result.stdout + result.stderr


def test_the_plug_in_costs_next_to_nothing_where_nobody_uses_it():
    code = (
        "import sys, tablewright.testing\n"
        "heavy = {'boto3', 'botocore', 'pulumi', 'moto', 'grpc', 'pydantic', 'ruamel'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
