"""docs/testing.md shows the files of the example project as they are."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "testing.md").read_text("utf-8")
SHOWN = re.findall(r"<!-- file: (\S+) -->\n```\w+\n(.*?)```\n", PAGE, re.DOTALL)


@pytest.mark.parametrize(("path", "text"), SHOWN, ids=[path for path, _ in SHOWN])
def test_a_file_is_shown_as_it_is(path: str, text: str):
    assert (ROOT / path).read_text("utf-8") == text


def test_every_file_of_the_project_is_shown():
    project = ROOT / "examples" / "pytest-project"
    files = {str(file.relative_to(ROOT)) for file in project.iterdir() if file.is_file()}
    assert {path for path, _ in SHOWN} == files


@pytest.mark.parametrize("name", ["sandbox", "sandbox_stack", "sandbox_process"])
def test_every_fixture_is_on_the_page(name: str):
    assert f"`{name}`" in PAGE
