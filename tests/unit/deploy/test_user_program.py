"""Programs of the user's own."""

from __future__ import annotations

import pytest

from tablewright.deploy.user_program import TEMPLATE, load_program
from tablewright.errors import UsageError


def test_the_program_of_a_folder_is_found_with_the_modules_beside_it(tmp_path):
    (tmp_path / "beside_it_in_the_test.py").write_text("ANSWER = 42\n")
    (tmp_path / "main.py").write_text(
        "from beside_it_in_the_test import ANSWER\n"
        "def program(resource, context):\n    return ANSWER, resource\n"
    )
    assert load_program(tmp_path)({"a": 1}, None) == (42, {"a": 1})


def test_the_template_is_a_program(tmp_path):
    (tmp_path / "main.py").write_text(TEMPLATE)
    assert callable(load_program(tmp_path))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("def program(:\n", "line 1"),
        ("import no_such_module_anywhere\n", "no_such_module_anywhere"),
        ("program = 3\n", "no function program"),
        ("", "no function program"),
    ],
)
def test_a_module_that_cannot_be_run_is_said_to_be_wrong(tmp_path, text, says):
    (tmp_path / "main.py").write_text(text)
    with pytest.raises(UsageError, match=says):
        load_program(tmp_path)


def test_a_folder_without_a_program_says_how_to_get_one(tmp_path):
    with pytest.raises(UsageError) as caught:
        load_program(tmp_path)
    assert "init --module" in caught.value.next_step
