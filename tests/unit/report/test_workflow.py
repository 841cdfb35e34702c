"""Annotations of a GitHub workflow."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from tablewright.errors import ManifestError, Problem, RefusedError
from tablewright.report.formats.workflow import annotation, of_error, of_problem

FORM = re.compile(r"::error(?: (?P<properties>[^:]*))?::(?P<message>.*)")


def unescaped(text):
    for code, sign in (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%")):
        text = text.replace(code, sign)
    return text


def test_a_mistake_stands_at_its_line():
    problem = Problem("is no mode", "choose one", "tables/a.yaml", 3, 5, "spec.billingMode")
    assert of_problem(problem, "TW-E110") == (
        "::error file=tables/a.yaml,line=3,col=5,title=TW-E110::"
        "spec.billingMode: is no mode%0A→ choose one"
    )


def test_standard_input_is_no_file(tmp_path, monkeypatch):
    assert of_problem(Problem("is empty", file="-"), "TW-E110") == "::error title=TW-E110::is empty"
    monkeypatch.chdir(tmp_path)
    inside = of_problem(Problem("is empty", file=str(tmp_path / "a.yaml"), line=1), "TW-E110")
    assert "file=a.yaml,line=1" in inside


def test_each_mistake_of_an_error_is_one_and_any_other_error_is_one():
    mistakes = ManifestError("bad", "", (Problem("a", file="x"), Problem("b", file="y")))
    assert len([*of_error(mistakes)]) == 2
    (refused,) = of_error(RefusedError("table a would be deleted", "name it"))
    assert refused == "::error title=TW-E300::table a would be deleted%0A→ name it"


@given(st.text(), st.text(min_size=1), st.text(min_size=1))
def test_no_text_ends_an_annotation_or_a_property(message, file, title):
    made = annotation("error", message, where=Problem("", file=file, line=7), title=title)
    found = FORM.fullmatch(made)
    assert found is not None
    properties = dict(part.split("=", 1) for part in found["properties"].split(","))
    assert unescaped(properties["title"]) == title
    assert found["message"].isprintable() or "\n" not in found["message"]
