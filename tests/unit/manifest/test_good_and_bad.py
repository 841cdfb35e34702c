"""Manifests as they should be, and as they should not: each mistake is marked in its own line.

In `bad/` a comment `#! text` says that a problem whose message contains the text is reported in
that line; nothing else may be reported.
"""

import re
from pathlib import Path

import pytest

from tablewright import manifest
from tablewright.plan.declaration.declare import declare

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").iterdir())
BAD = sorted((HERE / "bad").iterdir())
MARK = re.compile(r"#! ?(.*?)\s*(?=#!|$)")


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_good_manifest_has_no_problem_and_declares_a_stack(path: Path) -> None:
    assert manifest.validate([path], {}) == []
    assert declare(manifest.load([path], {})).name == "shop"


def marks(path: Path) -> list[tuple[int, str]]:
    return [
        (number, text)
        for number, line in enumerate(path.read_text().splitlines(), start=1)
        for text in MARK.findall(line)
    ]


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_every_mistake_is_found_in_its_line_and_nothing_else(path: Path) -> None:
    expected = marks(path)
    assert expected
    left = list(expected)
    surplus = []
    for problem in manifest.validate([path], {}):
        mark = next((m for m in left if m[0] == problem.line and m[1] in problem.message), None)
        if mark is None:
            surplus.append(str(problem))
        else:
            left.remove(mark)
    assert (surplus, left) == ([], [])


@pytest.mark.parametrize("path", BAD, ids=lambda path: path.name)
def test_every_problem_says_where_it_is_and_how_to_mend_it(path: Path) -> None:
    for problem in manifest.validate([path], {}):
        assert problem.file == str(path)
        assert problem.line
        assert problem.column
        assert problem.message
        assert problem.fix, problem
