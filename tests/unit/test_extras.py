"""Without the packages of an extra: what does not need them works, the rest says what to type."""

import subprocess
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from tablewright.errors import ExtraMissingError
from tablewright.provider.hosting.plugin import CARRIED_VERSION

HEAVY = (
    "tablewright_emulator", "moto", "flask", "werkzeug", "numpy", "numba", "pyarrow", "pulumi_aws",
)  # fmt: skip
BLOCKED = f"""
import sys

class Blocked:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name.partition(".")[0] in {HEAVY}:
            raise ModuleNotFoundError(f"No module named {{name!r}}", name=name)

sys.meta_path.insert(0, Blocked)
"""


def without_extras(code: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BLOCKED + code],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin", "TABLEWRIGHT_PULUMI": "/bin/false"},
    )


def command(*words: str) -> str:
    return f"from tablewright.cli import main\nmain({list(words)!r})\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("base")
    init = without_extras(command("init", "orders.yaml"), made)
    assert init.returncode == 0, init.stderr
    return made


@pytest.mark.parametrize(
    "words",
    [
        ("--help",),
        ("validate", "orders.yaml"),
        ("schema",),
        ("sandbox", "stop"),
        ("demo", "--help"),
        ("audit", "--help"),
    ],
)
def test_what_needs_no_extra_works_without_it(words, folder):
    ended = without_extras(command(*words), folder)
    assert ended.returncode == 0, ended.stderr


def test_an_audit_needs_nothing_but_an_aws(folder):
    ended = without_extras(command("audit"), folder)
    assert "error TW-E630: the sandbox default does not run" in ended.stderr


@pytest.mark.parametrize(
    "words",
    [
        ("sandbox", "start"),
        ("sandbox", "exec", "--", "true"),
        ("demo",),
        ("preview", "orders.yaml"),
        ("up", "orders.yaml", "--yes"),
    ],
)
def test_what_needs_the_sandbox_says_the_line_to_type(words, folder):
    ended = without_extras(command(*words), folder)
    assert ended.returncode == ExtraMissingError.exit_status, ended.stdout
    assert f"error {ExtraMissingError.code}: the embedded AWS is not installed" in ended.stderr
    assert ended.stderr.endswith("→ pip install 'tablewright[sandbox]'\n")


LOAD_ALL = """
import click
from tablewright.cli.commands import root
from tablewright.errors import ExtraMissingError

def load(name, command):
    if isinstance(command, click.Group):
        for own in command.list_commands(None):
            load(f"{name} {own}", command.get_command(None, own))
    elif hasattr(command.callback, "load"):
        try:
            command.callback.load()
        except ExtraMissingError:
            pass
        except ImportError as error:
            print(name, error)

load("tablewright", root)
"""


def test_every_command_loads_without_the_packages_of_an_extra_or_names_it(folder):
    ended = without_extras(LOAD_ALL, folder)
    assert (ended.stdout, ended.stderr, ended.returncode) == ("", "", 0)


def test_the_capacity_model_says_the_line_to_type(folder):
    code = "from tablewright.errors import ExtraMissingError\nfrom tablewright import cost\n"
    code += "try:\n    cost.capacity_hours\nexcept ExtraMissingError as error:\n    print(error)\n"
    ended = without_extras(code, folder)
    assert ended.stdout.endswith("→ pip install 'tablewright[optimize]'\n"), ended.stderr


@pytest.mark.parametrize(
    "words", [("optimize", "--all"), ("explain", "orders"), ("usage", "show", "orders")]
)
def test_what_measures_and_decides_says_the_line_to_type(words, folder):
    ended = without_extras(command(*words), folder)
    assert ended.returncode == 1
    assert "what usage and decisions need is not installed" in ended.stderr
    assert ended.stderr.endswith("→ pip install 'tablewright[optimize]'\n")


def test_spark_says_the_line_to_type_and_java_is_not_asked_for_before(tmp_path):
    blocked = BLOCKED.replace(str(HEAVY), str(("pyspark", "pandas")))
    code = command("optimize", "--all", "--engine", "spark")
    ended = subprocess.run(
        [sys.executable, "-c", blocked + code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"HOME": str(tmp_path), "PATH": "/nowhere"},
    )
    assert ended.returncode == ExtraMissingError.exit_status
    assert "Apache Spark is not installed" in ended.stderr
    assert ended.stderr.endswith("→ pip install 'tablewright[spark]'\n")


def test_programs_say_what_brings_the_sdk(folder):
    for name in ("Table", "TableStack", "Alarms", "AccessRoles"):
        ended = without_extras(f"from tablewright.components import {name}\n", folder)
        assert "pip install 'tablewright[programs]'" in ended.stderr
    values = "from tablewright.components import TableArgs, Key, Existing\n"
    assert without_extras(values, folder).returncode == 0


@pytest.mark.parametrize(
    "text", ["from tablewright.components import Table\n", "import pulumi_aws.dynamodb\n"]
)
def test_a_module_of_ones_own_says_what_brings_the_sdk(folder, text):
    (folder / "main.py").write_text(text)
    code = (
        "from pathlib import Path\n"
        "from tablewright.deploy.user_program import load_program\n"
        "from tablewright.errors import ExtraMissingError\n"
        "try:\n    load_program(Path('.'))\n"
        "except ExtraMissingError as error:\n    print(error.next_step)\n"
    )
    ended = without_extras(code, folder)
    assert ended.stdout == "pip install 'tablewright[programs]'\n", ended.stderr


def test_the_demo_needs_the_sandbox_alone(folder):
    blocked = BLOCKED.replace(str(HEAVY), str(("numba", "pyarrow", "duckdb", "pulumi_aws")))
    code = "import tablewright.cli.sandbox.demo\n"
    ended = subprocess.run([sys.executable, "-c", blocked + code], check=False, cwd=folder)
    assert ended.returncode == 0


def test_without_the_sdk_the_version_is_the_one_that_the_tests_are_held_to():
    assert version("pulumi_aws") == CARRIED_VERSION
