"""What is rendered is read back as the same."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.manifest.rendering import document_of, render

HERE = Path(__file__).parent
GOOD = sorted((HERE / "good").iterdir())


@pytest.mark.parametrize("path", GOOD, ids=lambda path: path.name)
def test_a_rendered_manifest_is_the_same_manifest(path: Path) -> None:
    before = manifest.load([path], {})
    text = render([document_of(before.stack), *(document_of(table) for table in before.tables)])
    after = manifest.load_text(text, {})
    assert (after.stack, after.tables) == (before.stack, before.tables)


TAGS = st.dictionaries(
    st.text(st.sampled_from("aZ09 _.:/=+-@é<"), min_size=1, max_size=8).filter(
        lambda name: not name.lower().startswith("aws:") and "<" not in name
    ),
    st.one_of(
        st.text(st.sampled_from("aZ09 _.:/=+-@é"), max_size=8),
        st.sampled_from(["true", "null", "1e3", "0042", "N", "yes", "<<", "- a", "1.0", ".5"]),
    ).filter(lambda value: "<" not in value),
    max_size=5,
)


@settings(max_examples=200, deadline=None)
@given(tags=TAGS)
def test_any_tags_survive(tags: dict[str, str]) -> None:
    stack = {
        "apiVersion": "tablewright.dev/v1",
        "kind": "Stack",
        "metadata": {"name": "shop"},
        "spec": {"region": "eu-west-1", "environment": "e", "mandatoryTags": [], "tags": tags},
    }
    assert manifest.load_text(render([stack]), {}).stack.spec.tags == tags


def test_what_looks_like_a_variable_is_kept() -> None:
    text = render([{"a": "${aws:username}", "b": ["$5", "1e3", "N", "true", ""]}])
    assert "$${aws:username}" in text
    assert text.count('"') == 6
