"""Without the packages of an extra: what does not need them works, the rest says what to type."""

import subprocess
import sys
from pathlib import Path

import pytest

from tablewright.errors import ExtraMissingError

HEAVY = ("tablewright_emulator", "moto", "flask", "werkzeug", "numpy", "numba", "pyarrow")
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
    ],
)
def test_what_needs_no_extra_works_without_it(words, folder):
    ended = without_extras(command(*words), folder)
    assert ended.returncode == 0, ended.stderr


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
