"""A preview as a comment on a pull request: it fits, whatever the stack, and reads as it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from tablewright.deploy.explanation import explain
from tablewright.engine.changes import DiffKind, Operation, PropertyDiff
from tablewright.errors import RefusedError
from tablewright.report.formats.markdown import MAX_LENGTH, bounded, escaped
from tablewright.report.preview.markdown import markdown
from tests.unit.deploy.samples import (
    ALARM,
    SESSIONS_TODAY,
    TABLE,
    change,
    created_alarm,
    replaced_table,
)

HOSTILE = "`rm`|<script>alert(1)</script> @all **b** _i_ [x](http://y) #12 $a$ \\| <!-- &lt; ~~s~~"


def retagged(name, tag="Owner", value="data"):
    tags = {"Team": "data"}
    old = {**SESSIONS_TODAY, "name": name, "tags": tags}
    return change(
        TABLE,
        name,
        Operation.UPDATE,
        old_inputs=old,
        old_outputs=old,
        new_inputs={**old, "tags": {**tags, tag: value}},
        diffs=(PropertyDiff(f"tags.{tag}", DiffKind.ADD),),
    )


def tokens(text):
    """All inline tokens, and the text that is read."""
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [child for token in parsed for child in token.children or ()]


def test_a_change_is_a_row_of_a_table():
    shown = markdown(explain([created_alarm("a|b")]), "analytics/dev")
    row = next(line for line in shown.splitlines() if "a\\|b" in line)
    assert row.startswith("| `+` | alarm **a\\|b** | create")
    assert row.endswith("| in place |")


@given(st.text() | st.sampled_from(HOSTILE.split()) | st.just(HOSTILE))
def test_any_text_reads_as_it_is_and_formats_nothing(text):
    inline = tokens(f"x {escaped(text)} y")
    assert {token.type for token in inline} <= {"text", "text_special"}
    read = "".join(token.content for token in inline).replace("\N{ZERO WIDTH SPACE}", "")
    wanted = " ".join("".join(s for s in text if s.isprintable() or s.isspace()).split())
    assert read == f"x {wanted} y".replace("  ", " ") or not wanted or len(wanted) >= 500


@pytest.mark.parametrize("tag", ["Owner", HOSTILE])
def test_names_and_tags_of_any_kind_stay_in_their_cells(tag):
    shown = markdown(explain([retagged("a", tag, HOSTILE)]), HOSTILE, [HOSTILE])
    inline = tokens(shown)
    assert {token.content for token in inline if token.type == "html_inline"} <= {"<br>"}
    assert {token.content for token in inline if token.type == "code_inline"} == {"~"}
    assert not [token for token in inline if token.type in {"link_open", "em_open", "s_open"}]
    assert "@all" not in shown


def test_equal_changes_of_many_resources_are_told_once():
    shown = markdown(explain([retagged(f"table-{n:02}") for n in range(48)]), "shop/dev")
    assert "48 tables: **table\\-00**" not in shown  # a dash needs no escape
    assert "48 tables: **table-00**, **table-01**" in shown
    assert "and 36 more" in shown
    assert shown.count("Owner data") == 1


@pytest.mark.parametrize("number", [1, 30, 400, 3_000])
def test_a_stack_of_any_size_fits_into_a_comment(number):
    long = "n" * 200
    changes = [
        created_alarm(f"{long}-{n}") if n % 2 else retagged(f"{long}{n}", f"T{n}", long)
        for n in range(number)
    ]
    notes = [HOSTILE * 20] * number
    refused = RefusedError("x" * 100_000, "y" * 100_000)
    shown = markdown(explain(changes), "t" * 1000, notes, refused)
    assert len(shown) <= MAX_LENGTH
    assert shown.count("<details>") == shown.count("</details>") == (number >= 30)
    assert ("more lines: run the same preview" in shown) == (number >= 400)


def test_what_is_left_out_is_counted():
    text = bounded("head", ["r" * 999] * 100, "tail", "and {} more")
    assert len(text) <= MAX_LENGTH
    assert text.endswith("\nand 41 more\ntail")


def test_a_refusal_is_in_the_heading_and_says_why():
    refused = RefusedError("table sessions would be replaced", "allow it with --allow-replace x")
    shown = markdown(explain([replaced_table()]), "shop/dev", refused=refused)
    assert shown.startswith("### shop/dev: *refused*\n")
    assert (
        "> **Refused**: table sessions would be replaced allow it with --allow-replace x" in shown
    )
    assert "1 LOST OR REPLACED" in shown
    assert "refused" not in markdown(explain([created_alarm()]), "shop/dev")


def test_an_unchanged_stack_is_a_line():
    assert ALARM not in markdown(explain([]), "shop/dev")
    assert markdown(explain([]), "shop/dev").count("\n") < 6
