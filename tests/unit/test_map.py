"""What the pages say of where things are is so: packages, rooms, layers, paths."""

from __future__ import annotations

import ast
import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/tablewright"
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
ARCHITECTURE = (ROOT / "docs/architecture.md").read_text("utf-8")
NOT_CODE = {"__pycache__", "data"}
PACKAGES = sorted(
    path.name for path in SOURCE.iterdir() if path.is_dir() and path.name not in NOT_CODE
)
PLACES = {"SERVICE", "FOLDER", "NAME", "NAME_command"}
"""What stands for any name in a path."""


def rows(page: str, heading: str) -> list[list[str]]:
    """Cells of the table under a head."""
    _, _, rest = page.partition(heading)
    lines = rest.lstrip("\n").splitlines()
    table = lines[: next(n for n, line in enumerate([*lines, ""]) if not line.startswith("|"))]
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table[1:]]


def paths_in(text: str) -> list[str]:
    """What is in backticks and looks like a path, without what a link leads to."""
    names = re.findall(r"`([^`\s]+)`", text)
    return [name for name in names if "/" in name or name.endswith((".py", ".toml"))]


def exists(path: str) -> bool:
    parts = [part for part in path.replace("...", "**").split("/") if part]
    pattern = "/".join("*" if part.partition(".")[0] in PLACES else part for part in parts)
    if path.endswith((".py", ".toml")) and parts[-1].partition(".")[0] in PLACES:
        pattern = pattern.removesuffix("*") + "*.py"
    return any(any(base.glob(pattern)) for base in (SOURCE, ROOT, ROOT / "emulator/src"))


def subfolders(package: str) -> list[str]:
    # A folder that was moved leaves byte code behind, which is no folder of the project.
    folders = (path for path in (SOURCE / package).iterdir() if path.is_dir())
    return sorted(
        path.name
        for path in folders
        if path.name != "__pycache__"
        and {child.name for child in path.iterdir()} != {"__pycache__"}
    )


@pytest.mark.parametrize("row", rows(CONTRIBUTING, "| to change | look in |"), ids=lambda r: r[0])
def test_what_contributing_says_to_look_in_is_there(row: list[str]) -> None:
    for path in paths_in(row[1]):
        assert exists(path), path


@pytest.mark.parametrize("row", rows(CONTRIBUTING, "| file | what |"), ids=lambda r: r[0])
def test_what_a_new_setting_touches_is_there(row: list[str]) -> None:
    paths = paths_in(row[0])
    assert paths
    for path in paths:
        folder = "emulator/src/tablewright_emulator/dynamodb/control_plane/"
        assert exists(path) or exists(folder + path), path


@pytest.mark.parametrize("package", PACKAGES)
def test_a_package_is_on_both_pages(package: str) -> None:
    table = "\n".join(row[1] for row in rows(CONTRIBUTING, "| to change | look in |"))
    assert re.search(rf"`{package}/", table), f"CONTRIBUTING.md: to change X, look in {package}/"
    names = " ".join(row[0] for row in rows(ARCHITECTURE, "| package | what it is | touches |"))
    assert f"`{package}`" in names, f"docs/architecture.md: what the package {package} is"


@pytest.mark.parametrize("package", [name for name in PACKAGES if subfolders(name)])
def test_a_package_says_what_its_folders_are(package: str) -> None:
    text = ast.get_docstring(ast.parse((SOURCE / package / "__init__.py").read_text("utf-8")))
    assert text
    for name in subfolders(package):
        assert f"`{name}/`" in text, f"say in src/tablewright/{package}/__init__.py what {name}/ is"


def test_the_layers_are_those_that_are_held() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    layers = settings["tool"]["importlinter"]["contracts"][0]["layers"]
    _, _, drawing = ARCHITECTURE.partition("```\n")
    assert drawing.partition("```")[0].splitlines() == layers
