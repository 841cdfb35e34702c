"""Bytes that UpdateItem charges for an expression, as dynamodb-conformance measured them."""

import pytest

from tablewright_emulator.dynamodb.expressions.tokens import Placeholders
from tablewright_emulator.dynamodb.expressions.update import read_update
from tablewright_emulator.dynamodb.expressions.update_charge import charge

TEN, ONE = {"S": "y" * 10}, {"N": "1"}


@pytest.mark.parametrize(
    ("text", "values", "attributes", "size"),
    [
        ("SET c = :v", {":v": TEN}, {}, 19 + 1 + 10),
        ("SET c.leaf = :v", {":v": TEN}, {}, 19 + 1 + 4 + 4 + 10),
        ("SET c[10] = :v", {":v": TEN}, {}, 19 + 1 + 4 + 2 + 10),
        ("SET c = abcdefghij", {}, {"abcdefghij": TEN}, 19 + 1 + 15 + 10),
        ("SET c = m.z", {}, {"m": {"M": {"z": TEN}}}, 19 + 1 + 15 + 1 + 14 + 1),
        ("SET n = n + :v", {":v": ONE}, {"n": ONE}, 19 + 1 + 34 + 16 + 2),
        ("SET n = n - :v", {":v": ONE}, {"n": ONE}, 19 + 1 + 37 + 16 + 2),
        ("SET c = if_not_exists(c, :v)", {":v": TEN}, {"c": ONE}, 19 + 1 + 39 + 16 + 10),
        ("SET l = list_append(l, :v)", {":v": {"L": [TEN]}}, {}, 19 + 1 + 37 + 16 + 3 + 1 + 10),
        ("ADD n :v", {":v": ONE}, {}, 19 + 1 + 2),
        ("ADD s :v", {":v": {"SS": ["a", "bb"]}}, {"s": {"SS": ["a"]}}, 19 + 1 + 2),
        ("REMOVE abcdefghij", {}, {}, 1 + 10),
        ("REMOVE l[10]", {}, {}, 1 + 1 + 4 + 2),
        ("DELETE s :v", {":v": {"SS": ["a"]}}, {"s": {"SS": ["a", "b"]}}, 1 + 1),
    ],
)
def test_each_kind_of_clause_and_operand_has_its_charge(text, values, attributes, size):
    update = read_update(text, Placeholders({}, values))
    assert charge(update, attributes) == 3 + size


def test_every_clause_and_every_use_of_a_value_is_charged():
    update = read_update("SET c = :v, d = :v REMOVE e", Placeholders({}, {":v": TEN}))
    assert charge(update, {}) == 3 + 2 * (19 + 1 + 10) + (1 + 1)
