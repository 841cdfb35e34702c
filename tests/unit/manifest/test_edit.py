"""Editing a manifest in place: one field changes, every other character stays."""

import doctest
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.errors import InputError
from tablewright.manifest.documents import edit
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.edit import remove_field, set_field
from tablewright.manifest.documents.node import Mapping, Scalar, dotted, walk

HERE = Path(__file__).parent
EVERYTHING = (HERE / "good" / "everything.yaml").read_text()

TEXT = """\
# The stack.
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1      # Ireland
  environment: test
  tags: {Team: web, CostCenter: "7"}
---
apiVersion: tablewright.dev/v1
kind: Table
metadata:
  name: orders           # as it has always been called
spec:
  partitionKey: {name: id, type: S}

  # Capacity was chosen in March.
  billingMode: PROVISIONED
  provisionedThroughput:
    readCapacityUnits: 50     # peak of the sale
    writeCapacityUnits: 20

  globalSecondaryIndexes:
    - name: by-user           # for the profile page
      partitionKey: {name: user, type: S}
      provisionedThroughput: {readCapacityUnits: 10, writeCapacityUnits: 10}
    - name: by-day
      partitionKey: {name: day, type: S}
      provisionedThroughput: {readCapacityUnits: 1, writeCapacityUnits: 1}
  # The end.
"""


def changed(before: str, after: str) -> tuple[list[str], list[str]]:
    """Lines that went and lines that came."""
    old, new = before.splitlines(), after.splitlines()
    return [one for one in old if one not in new], [one for one in new if one not in old]


def test_a_number_is_replaced_where_it_stands() -> None:
    after = set_field(TEXT, "orders", "spec.provisionedThroughput.readCapacityUnits", 30)
    assert changed(TEXT, after) == (
        ["    readCapacityUnits: 50     # peak of the sale"],
        ["    readCapacityUnits: 30     # peak of the sale"],
    )


def test_an_item_of_a_list_is_found_by_its_name_or_position() -> None:
    by_name = set_field(
        TEXT,
        "orders",
        "spec.globalSecondaryIndexes[by-day].provisionedThroughput.readCapacityUnits",
        7,
    )
    by_position = set_field(
        TEXT, "orders", "spec.globalSecondaryIndexes[1].provisionedThroughput.readCapacityUnits", 7
    )
    assert by_name == by_position
    assert "provisionedThroughput: {readCapacityUnits: 7, writeCapacityUnits: 1}" in by_name


def test_a_new_field_is_added_behind_its_neighbours() -> None:
    after = set_field(TEXT, "orders", "spec.recovery.days", 7)
    assert changed(TEXT, after) == ([], ["  recovery: {days: 7}"])
    assert after.endswith("  recovery: {days: 7}\n  # The end.\n")


def test_a_new_field_in_brackets_is_added_in_the_brackets() -> None:
    after = set_field(TEXT, "shop", "spec.tags.Owner", "me, myself")
    assert '  tags: {Team: web, CostCenter: "7", Owner: "me, myself"}' in after.splitlines()


def test_a_large_value_gets_lines_of_its_own() -> None:
    scaling = {"read": {"minCapacity": 5, "maxCapacity": 90, "targetUtilization": 60}}
    after = set_field(TEXT, "orders", "spec.autoScaling", scaling)
    assert changed(TEXT, after)[1] == [
        "  autoScaling:",
        "    read:",
        "      minCapacity: 5",
        "      maxCapacity: 90",
        "      targetUtilization: 60",
    ]


def test_a_whole_mapping_is_replaced_with_all_its_lines() -> None:
    value = {"readCapacityUnits": 1, "writeCapacityUnits": 2}
    after = set_field(TEXT, "orders", "spec.provisionedThroughput", value)
    assert "  provisionedThroughput: {readCapacityUnits: 1, writeCapacityUnits: 2}\n\n" in after
    assert "peak of the sale" not in after


def test_a_field_is_removed_with_its_lines_and_nothing_else() -> None:
    after = remove_field(TEXT, "orders", "spec.provisionedThroughput")
    gone, come = changed(TEXT, after)
    assert come == []
    assert gone == [
        "  provisionedThroughput:",
        "    readCapacityUnits: 50     # peak of the sale",
        "    writeCapacityUnits: 20",
    ]


def test_a_field_is_removed_from_brackets_wherever_it_stands() -> None:
    first = remove_field(TEXT, "shop", "spec.tags.Team")
    last = remove_field(TEXT, "shop", "spec.tags.CostCenter")
    assert '  tags: {CostCenter: "7"}' in first.splitlines()
    assert "  tags: {Team: web}" in last.splitlines()
    assert "  tags: {}" in remove_field(first, "shop", "spec.tags.CostCenter").splitlines()


def test_what_is_not_there_is_removed_without_a_trace() -> None:
    assert remove_field(TEXT, "orders", "spec.recovery.days") == TEXT


def test_the_first_field_of_a_list_item_can_be_removed() -> None:
    after = remove_field(TEXT, "orders", "spec.globalSecondaryIndexes[0].name")
    assert "    - partitionKey: {name: user, type: S}" in after


def test_a_switch_of_billing_mode_keeps_the_file_as_it_is_otherwise() -> None:
    after = set_field(TEXT, "orders", "spec.billingMode", "PAY_PER_REQUEST")
    after = remove_field(after, "orders", "spec.provisionedThroughput")
    for index in ("by-user", "by-day"):
        path = f"spec.globalSecondaryIndexes[{index}].provisionedThroughput"
        after = remove_field(after, "orders", path)
    assert manifest.load_text(after, {}).tables[0].spec.billing_mode == "PAY_PER_REQUEST"
    for comment in ("# The stack.", "# Ireland", "# Capacity was chosen in March.", "# The end."):
        assert comment in after


def test_a_document_is_found_although_its_name_holds_a_variable() -> None:
    text = TEXT.replace("name: orders ", "name: orders-${STAGE:-dev} ")
    after = set_field(text, "orders-dev", "spec.recovery.days", 7, {})
    assert "  recovery: {days: 7}" in after
    assert "${STAGE:-dev}" in after


def test_line_ends_of_windows_are_kept() -> None:
    text = TEXT.replace("\n", "\r\n")
    after = set_field(text, "orders", "spec.recovery.days", 7)
    assert after.replace("\r\n", "") == after.replace("\r\n", "").replace("\n", "")
    assert "  recovery: {days: 7}\r\n" in after


def test_an_empty_field_is_filled() -> None:
    text = TEXT.replace("  # The end.", "  timeToLive:\n  # The end.")
    after = set_field(text, "orders", "spec.timeToLive.attributeName", "gone")
    assert "  timeToLive: {attributeName: gone}\n" in after


@pytest.mark.parametrize(
    ("text", "name", "path"),
    [
        (TEXT, "visits", "spec.recovery.days"),
        (TEXT, "orders", "spec.billingMode.x"),
        (TEXT, "orders", "spec.globalSecondaryIndexes[7].name"),
        ("metadata: {name: orders", "orders", "spec.x"),
        (TEXT + "---\na: &a {b: 5}\nmetadata: {name: x}\nc: *a\n", "x", "c.b"),
    ],
)
def test_what_cannot_be_edited_by_itself_is_refused(text: str, name: str, path: str) -> None:
    with pytest.raises(InputError):
        set_field(text, name, path, 1)


VALUES: st.SearchStrategy[Any] = st.recursive(
    st.booleans()
    | st.integers(-99, 99)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text("abc_", min_size=1, max_size=3), inner, max_size=3)
    ),
    max_leaves=6,
)
NAMES = {0: "shop", 1: "orders"}


@settings(max_examples=100, deadline=None)
@given(data=st.data(), value=VALUES)
def test_any_value_can_be_set_anywhere_and_nothing_else_changes(
    data: st.DataObject, value: Any
) -> None:
    number = data.draw(st.sampled_from([0, 1]))
    root = compose(EVERYTHING, "x").documents[number]
    places = [node.path for node in walk(root) if node.path[:1] == ("spec",) and len(node.path) > 1]
    path = data.draw(st.sampled_from(places))
    try:
        after = set_field(EVERYTHING, NAMES[number], path, value)
    except InputError:
        return  # refused, with the text untouched
    kept = [line for line in EVERYTHING.splitlines() if line.startswith(("kind:", "metadata:"))]
    assert [line for line in after.splitlines() if line.startswith(("kind:", "metadata:"))] == kept


def test_every_single_value_of_a_manifest_can_be_replaced() -> None:
    for number, name in NAMES.items():
        for node in walk(compose(EVERYTHING, "x").documents[number]):
            if isinstance(node, Scalar) and node.path[0] == "spec":
                after = set_field(EVERYTHING, name, node.path, "changed")
                assert len(after.splitlines()) == len(EVERYTHING.splitlines()), dotted(node.path)


def test_every_field_of_a_manifest_can_be_removed() -> None:
    for number, name in NAMES.items():
        for node in walk(compose(EVERYTHING, "x").documents[number]):
            alone = isinstance(node.parent, Mapping) and len(node.parent.entries) == 1
            if node.path[:1] == ("spec",) and isinstance(node.key, str) and not alone:
                after = remove_field(EVERYTHING, name, node.path)
                assert not re.search(r"[{\[]\s*,|,\s*[}\]]", after), dotted(node.path)


def test_the_example_in_the_documentation_is_true() -> None:
    assert doctest.testmod(edit).failed == 0


def test_of_two_documents_of_one_name_the_kind_decides():
    text = "---\n".join(
        f"kind: {kind}\nmetadata: {{name: shop}}\nspec: {{}}\n" for kind in ("Stack", "Table")
    )
    edited = set_field(text, "shop", "spec.billingMode", "PROVISIONED", kind="Table")
    assert edited == text[: text.rindex("{}")] + "{billingMode: PROVISIONED}\n"
    assert remove_field(edited, "shop", "spec.billingMode", kind="Stack") == edited
    with pytest.raises(InputError, match="no document called"):
        set_field(text, "shop", "spec.x", 1, kind="Alarm")
