"""From text to documents with places."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.node import dotted, find, plain_value


def value_of(text: str) -> object:
    composed = compose(text, "x.yaml")
    assert composed.problems == []
    [root] = composed.documents
    return plain_value(root)


def problems_of(text: str) -> list[tuple[int | None, int | None, str]]:
    return [(one.line, one.column, one.message) for one in compose(text, "x.yaml").problems]


def test_every_value_knows_its_line_and_column() -> None:
    [root] = compose("spec:\n  index:\n    - name: é\n      type: N\n", "x.yaml").documents
    node, rest = find(root, ("spec", "index", 0, "type"))
    assert (node.line, node.column, rest) == (4, 13, ())
    assert dotted(node.path) == "spec.index[0].type"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("N", "N"),
        ("y", "y"),
        ("yes", "yes"),
        ("off", "off"),
        ("true", True),
        ("FALSE", False),
        ("12", 12),
        ("-3", -3),
        ("0042", "0042"),
        ("1.10", Decimal("1.10")),
        ("1e3", Decimal("1e3")),
        ("1_000", "1_000"),
        ("0x1F", "0x1F"),
        (".inf", ".inf"),
        ("2026-11-20", "2026-11-20"),
        ("12:30:45", "12:30:45"),
        ("~", None),
        ("null", None),
        ('"12"', "12"),
        ("'true'", "true"),
        ("!!str 12", "12"),
        ('!!int "12"', 12),
    ],
)
def test_a_scalar_means_what_yaml_1_2_says(text: str, value: object) -> None:
    assert value_of(f"key: {text}") == {"key": value}


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(10**30), 10**30) | st.text(),
        lambda inner: (
            st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=50), inner, max_size=4)
        ),
        max_leaves=20,
    ).filter(lambda value: isinstance(value, dict | list) and bool(value))
)
def test_json_is_read_as_json(value: object) -> None:
    import json

    for indent in (None, 2, "\t"):
        assert value_of(json.dumps(value, indent=indent)) == value


def test_a_repeated_field_is_reported_where_it_is_repeated() -> None:
    assert problems_of("a:\n  b: 1\n  c: 2\n  b: 3\n") == [
        (4, 3, "`b` is given twice, first in line 2")
    ]


def test_fields_of_a_merge_key_lie_under_the_mappings_own() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: &more {b: 3, c: 4}\nall: {<<: [*base, *more], a: 9}\n"
    assert value_of(text)["all"] == {"a": 9, "b": 2, "c": 4}


def test_an_alias_stands_for_what_it_names_and_a_key_can_be_one() -> None:
    assert value_of("a: &x {n: &k name}\nb: *x\n*k : c\n") == {
        "a": {"n": "name"},
        "b": {"n": "name"},
        "name": "c",
    }


def test_an_alias_of_nothing_and_one_of_itself_are_reported() -> None:
    assert [message for *_, message in problems_of("a: *b\nc: &c [*c]\n")] == [
        "`*b` names nothing above it",
        "`*c` contains itself",
    ]


def test_after_a_broken_document_the_next_ones_are_read() -> None:
    composed = compose("a: [1\n---\nb: 2\n---\nc: }\n---\nd: 4\n", "x.yaml")
    assert [plain_value(root) for root in composed.documents] == [{"b": 2}, {"d": 4}]
    assert [problem.line for problem in composed.problems] == [2, 5]


def test_lines_are_counted_from_the_top_of_the_file_after_a_broken_document() -> None:
    [root] = compose("a: }\n---\n\nb: 2\n", "x.yaml").documents
    assert find(root, ("b",))[0].line == 4


def test_reading_stops_after_many_broken_documents_and_says_so() -> None:
    problems = compose("a: }\n---\n" * 100, "x.yaml").problems
    assert len(problems) < 40
    assert "the rest of the file is not read" in problems[-1].message


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: b: c\n", "a second colon"),
        ("a:\n\t- b\n", "a value cannot begin with this character"),
        ("a: 1\n\tb: 2\n", "the line is indented with a tab"),
        ("a: @b\n", "a value cannot begin with this character"),
        ('a: "b\n', "the text ends inside a quote"),
        ("a: {b: c\nd: e\n", "is not closed"),
        ('a: "\\q"\n', "this backslash sequence does not exist"),
        ("a\nb: c\n", "is not valid YAML"),
        ("a: 1\n b: 2\n", "is not valid YAML"),
    ],
)
def test_bad_syntax_is_put_into_words(text: str, words: str) -> None:
    [problem] = compose(text, "x.yaml").problems
    assert words in problem.message
    assert problem.fix
