"""The order of scans, their segments, and of equal keys of an index, as on AWS (dynalite)."""

from decimal import Decimal

import pytest

from tablewright_emulator.dynamodb.items.hashing import boundary, hash_of, in_segment, number_bytes
from tablewright_emulator.dynamodb.items.partitions import IndexView, Item, KeySchema

TEXTS = ["2", "8", "9", "1", "6", "hello", "0", "5", "4", "äáöü", "aardman", "7", "3", "zapf"]
NUMBERS = ["7", "999.9", "8", "3", "2", "-999.9", "9", "4", "-0.09", "6", "1", "0", "0.012345", "5"]
HOMES = ["bb", "aa", "ce", "ea", "da", "cd"]  # letters of partition and sort key


@pytest.mark.parametrize("values", [TEXTS, [Decimal(number) for number in NUMBERS]])
def test_a_scan_has_the_order_of_aws(values):
    assert sorted(values, key=lambda value: hash_of((value,))) == values


@pytest.mark.parametrize(
    ("value", "segment"),
    [("3635", 0), ("228", 0), ("1668", 1), ("3435", 4), (251, 1), (2388, 4095)],
)
def test_a_key_is_in_the_segment_of_aws(value, segment):
    assert in_segment((value,), segment, 4096)
    assert boundary(segment, 4096) <= hash_of((value,)) < boundary(segment + 1, 4096)


@pytest.mark.parametrize("total", [1, 3, 4095, 4097, 10_000])
def test_a_key_is_in_one_segment(total):
    for value in ("a", "b", 1, Decimal("-2.5"), b"\xff"):
        assert sum(in_segment((value,), segment, total) for segment in range(total)) == 1


def test_bytes_of_numbers_sort_as_numbers():
    digits = ("-1", "-2.5", "-9.9", "1", "2.5", "9.9")
    exact = [Decimal(f"{text}E{power}") for text in digits for power in (-130, -3, 0, 1, 2, 125)]
    numbers = sorted({*exact, Decimal(0), Decimal("1" * 38)})
    assert sorted(numbers, key=number_bytes) == numbers


def test_equal_keys_of_a_global_index_have_the_order_of_their_items_hashes():
    view = IndexView(KeySchema(("c",)), KeySchema(("a",), ("b",)), {"c": "S"}, "ALL", frozenset())
    for a, b in sorted(HOMES):
        item = Item.of({"a": {"S": a}, "b": {"S": b}, "c": {"S": "x"}})
        view.apply(None, view.entry(item, ((a,), (b,))))
    entries = view.shelf.read(("x",))
    assert [entry.home[0][0] + entry.home[1][0] for entry in entries] == HOMES
