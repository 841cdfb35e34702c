from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.dynamodb.values import (
    canonical_number,
    check_value,
    item_size,
    key_value,
    value_size,
)
from tablewright_emulator.request import AwsFault

NUMBERS = st.decimals(allow_nan=False, allow_infinity=False, places=None).filter(
    lambda number: number == 0 or Decimal("1E-130") <= abs(number) <= Decimal("9.9E125")
)


@given(st.integers(-(10**37), 10**37), st.integers(-60, 60))
def test_the_writing_of_a_number_keeps_its_value_and_is_a_fixed_point(digits, exponent):
    written = canonical_number(f"{digits}E{exponent}")
    assert Decimal(written) == Decimal(f"{digits}E{exponent}")
    assert canonical_number(written) == written
    assert "E" not in written


@given(st.integers(-(10**30), 10**30), st.integers(-(10**30), 10**30))
def test_keys_sort_as_their_numbers(one, other):
    first, second = key_value({"N": str(one)}), key_value({"N": str(other)})
    assert (first < second) is (one < other)


@pytest.mark.parametrize(
    "text", ["", " 1", "1 ", "1_000", "0x10", "nan", "Infinity", "--1", "1e", "1.2.3", "\u0661"]
)
def test_what_is_no_number_is_refused(text):
    with pytest.raises(AwsFault):
        canonical_number(text)


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "ü€"}, 5),
        ({"N": "0"}, 1),
        ({"N": "1"}, 2),
        ({"N": "100"}, 2),
        ({"N": "12345"}, 4),
        ({"N": "-12345"}, 5),
        ({"N": "0.0001"}, 2),
        ({"B": "YWJj"}, 3),
        ({"B": "YQ=="}, 1),
        ({"B": ""}, 0),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": []}, 3),
        ({"L": [{"S": "ab"}]}, 6),
        ({"M": {"k": {"S": "ab"}}}, 7),
        ({"SS": ["a", "bc"]}, 3),
        ({"NS": ["1", "22"]}, 4),
        ({"BS": ["YQ=="]}, 1),
    ],
)
def test_sizes_are_those_of_dynamodb(value, size):
    assert value_size(value) == size
    assert item_size({"é": value}) == size + 2


def test_nesting_ends_at_31_levels():
    value: dict = {"S": "deep"}
    for _ in range(31):
        value = {"L": [value]}
    assert check_value(value) == value
    with pytest.raises(AwsFault, match="Nesting Levels"):
        check_value({"M": {"x": value}})


VALUES = st.recursive(
    st.builds(lambda text: {"S": text}, st.text(max_size=5))
    | st.builds(lambda number: {"N": str(number)}, st.integers())
    | st.builds(lambda flag: {"BOOL": flag}, st.booleans())
    | st.just({"NULL": True})
    | st.builds(lambda texts: {"SS": sorted(texts)}, st.sets(st.text(max_size=3), min_size=1)),
    lambda inner: st.builds(lambda items: {"L": items}, st.lists(inner, max_size=3))
    | st.builds(
        lambda items: {"M": items}, st.dictionaries(st.text(max_size=3), inner, max_size=3)
    ),
    max_leaves=10,
).filter(lambda value: "N" not in value or len(value["N"]) < 38)  # fmt: skip


@given(VALUES)
def test_a_checked_value_is_the_same_when_checked_again(value):
    try:
        checked = check_value(value)
    except AwsFault:
        return
    assert check_value(checked) == checked
    assert value_size(checked) >= 0


@pytest.mark.parametrize(
    "value",
    [{"X": "a"}, {}, {"S": None}, {"B": "not base64!"}, {"B": 5}, {"L": {}}, {"M": []}, {"SS": "a"},
     {"SS": [1]}, {"BOOL": "true"}, {"NULL": "true"}, {"BS": ["a", "a"]}, "a", 5, None, []],
)  # fmt: skip
def test_what_is_no_value_is_refused_with_a_400(value):
    with pytest.raises(AwsFault) as caught:
        check_value(value)
    assert caught.value.status == 400
