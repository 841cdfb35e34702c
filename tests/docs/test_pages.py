"""The generated pages say what the code says."""

from __future__ import annotations

import pytest

from scripts import docs


@pytest.mark.parametrize("name", sorted(docs.PAGES))
def test_a_generated_page_is_current(name):
    page = docs.DOCS / name
    assert page.read_text("utf-8") == docs.PAGES[name]().rstrip() + "\n", "run `make docs`"


def test_every_error_code_is_used_once():
    codes = [each.code for each in docs.error_classes()]
    assert len(codes) == len(set(codes))


def test_every_command_has_a_help_text_of_its_own():
    for context in docs.walk(docs.root, "tablewright"):
        assert context.command.help, context.command_path
