"""From bytes to text."""

import pytest

from tablewright.errors import Problem
from tablewright.manifest.documents.encoding import decode

TEXT = "name: Zoë 🙂\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_utf_8_is_text_with_and_without_a_byte_order_mark(encoding: str) -> None:
    assert decode(TEXT.encode(encoding), "x") == TEXT


@pytest.mark.parametrize(
    ("encoding", "name"),
    [
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
    ],
)
def test_another_unicode_encoding_is_named(encoding: str, name: str) -> None:
    problem = decode(("name: orders\n" * 9).encode(encoding), "x")
    assert isinstance(problem, Problem)
    assert name in problem.message
    assert "UTF-8" in problem.fix


def test_a_byte_that_is_not_utf_8_is_reported_where_it_is() -> None:
    problem = decode("kind: Table\nname: Zoë\n".encode("latin-1"), "x")
    assert isinstance(problem, Problem)
    assert (problem.line, problem.column) == (2, 9)
    assert "0xeb" in problem.message


def test_a_control_character_is_reported_where_it_is() -> None:
    problem = decode(b"kind: Table\nname: a\x07b\n", "x")
    assert isinstance(problem, Problem)
    assert (problem.line, problem.column) == (2, 8)
    assert "U+0007" in problem.message
