import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.iam.condition import parse_condition


def holds(operator, values, given_=None, *, variables=True, **context):
    condition = parse_condition(operator, "aws:Key", values)
    assert condition is not None
    found = {name: tuple(value) for name, value in context.items()}
    if given_ is not None:
        found["aws:key"] = tuple(given_)
    return condition.holds(found, variables=variables)


@pytest.mark.parametrize(
    ("operator", "values", "given_", "expected"),
    [
        ("StringEquals", ["a", "b"], ["b"], True),
        ("StringEquals", ["a*"], ["ab"], False),
        ("StringEquals", ["A"], ["a"], False),
        ("StringNotEquals", ["a", "b"], ["b"], False),
        ("StringNotEquals", ["a", "b"], ["c"], True),
        ("StringEqualsIgnoreCase", ["A"], ["a"], True),
        ("StringNotEqualsIgnoreCase", ["A"], ["a"], False),
        ("StringLike", ["a*", "?x"], ["bx"], True),
        ("StringNotLike", ["a*"], ["ab"], False),
        ("NumericEquals", ["5"], ["5.0"], True),
        ("NumericNotEquals", ["5"], ["6"], True),
        ("NumericLessThan", ["5"], ["4.9"], True),
        ("NumericLessThanEquals", ["5"], ["5"], True),
        ("NumericGreaterThan", ["5"], ["5"], False),
        ("NumericGreaterThanEquals", ["5"], ["5"], True),
        ("NumericEquals", ["five"], ["5"], False),
        ("DateLessThan", ["2026-03-11T00:00:00Z"], ["2026-03-10T12:00:00Z"], True),
        ("DateGreaterThan", ["2026-03-11T00:00:00Z"], ["2026-03-10T12:00:00Z"], False),
        ("DateEquals", ["1773144000"], ["2026-03-10T12:00:00Z"], True),
        ("DateLessThan", ["tomorrow"], ["2026-03-10T12:00:00Z"], False),
        ("Bool", ["true"], ["True"], True),
        ("Bool", ["false"], ["true"], False),
        ("BinaryEquals", ["AQID"], ["AQID"], True),
        ("BinaryEquals", ["!!"], ["AQID"], False),
        ("IpAddress", ["10.0.0.0/8"], ["10.1.2.3"], True),
        ("NotIpAddress", ["10.0.0.0/8"], ["10.1.2.3"], False),
        ("IpAddress", ["2001:db8::/32"], ["2001:db8::1"], True),
        ("IpAddress", ["nowhere"], ["10.1.2.3"], False),
        ("ArnLike", ["arn:aws:sns:*:1:t*"], ["arn:aws:sns:eu:1:topic"], True),
        ("ArnEquals", ["arn:aws:sns:*:1:t*"], ["arn:aws:sns:eu:1:topic"], True),
        ("ArnNotLike", ["arn:aws:sns:*:1:t*"], ["arn:aws:sns:eu:1:topic"], False),
        ("ArnLike", ["arn:aws:*"], ["arn:aws:sns:eu:1:topic"], False),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "b"], True),
        ("ForAllValues:StringEquals", ["a", "b"], ["a", "c"], False),
        ("ForAnyValue:StringEquals", ["a", "b"], ["a", "c"], True),
        ("ForAnyValue:StringEquals", ["a", "b"], ["c"], False),
        ("ForAllValues:StringNotEquals", ["a"], ["b", "c"], True),
        ("ForAllValues:StringNotEquals", ["a"], ["a", "c"], False),
        ("ForAnyValue:StringNotEquals", ["a"], ["a", "c"], True),
        ("forallvalues:stringlikeifexists", ["a*"], ["ab"], True),
    ],
)
def test_an_operator_judges_the_values_of_a_request(operator, values, given_, expected):
    assert holds(operator, values, given_) is expected


@pytest.mark.parametrize(
    ("operator", "expected"),
    [
        ("StringEquals", False),
        ("StringNotEquals", True),
        ("StringEqualsIfExists", True),
        ("NumericLessThan", False),
        ("Bool", False),
        ("BoolIfExists", True),
        ("ArnNotLike", True),
        ("NotIpAddress", True),
        ("ForAllValues:StringEquals", True),
        ("ForAnyValue:StringEquals", False),
        ("ForAnyValue:StringNotEquals", False),
    ],
)
def test_what_an_operator_says_when_the_key_is_not_there(operator, expected):
    assert holds(operator, ["x"]) is expected
    assert holds(operator, ["x"], []) is expected


def test_null_asks_whether_the_key_is_there():
    assert holds("Null", ["true"])
    assert not holds("Null", ["false"])
    assert holds("Null", ["false"], ["anything"])
    assert not holds("Null", ["true"], ["anything"])


def test_variables_are_filled_into_strings_and_arns():
    assert holds("StringEquals", ["${aws:username}"], ["bob"], **{"aws:username": ["bob"]})
    assert not holds(
        "StringEquals", ["${aws:username}"], ["bob"], variables=False, **{"aws:username": ["bob"]}
    )
    arn = "arn:aws:sns:*:*:${aws:username}"
    assert holds("ArnLike", [arn], ["arn:aws:sns:x:y:bob"], **{"aws:username": ["bob"]})


def test_a_variable_without_a_value_fulfils_neither_an_operator_nor_its_contrary():
    assert not holds("StringEquals", ["${aws:username}"], ["bob"])
    assert not holds("StringNotEquals", ["${aws:username}"], ["bob"])


@pytest.mark.parametrize("operator", ["StringIs", "NullIfExists", "ForSome:StringEquals", ""])
def test_what_is_no_operator_is_not_read(operator):
    assert parse_condition(operator, "k", ["x"]) is None


pairs = [
    ("StringEquals", "StringNotEquals"), ("StringLike", "StringNotLike"),
    ("StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"), ("ArnLike", "ArnNotLike"),
    ("NumericEquals", "NumericNotEquals"), ("IpAddress", "NotIpAddress"),
    ("DateEquals", "DateNotEquals"),
]  # fmt: skip
texts = st.sampled_from(["a", "ab", "A", "5", "6", "10.0.0.1", "arn:aws:sns:e:1:t", "2026-01-01"])


@given(st.sampled_from(pairs), st.lists(texts, min_size=1, max_size=3), texts)
def test_for_one_value_an_operator_and_its_contrary_never_agree(pair, values, value):
    assert holds(pair[0], values, [value]) != holds(pair[1], values, [value])


@given(st.sampled_from(pairs), st.lists(texts, min_size=1, max_size=3), st.lists(texts, min_size=1))
def test_all_implies_any_and_sets_are_each_others_contraries(pair, values, given_):
    every = holds(f"ForAllValues:{pair[0]}", values, given_)
    some = holds(f"ForAnyValue:{pair[0]}", values, given_)
    assert some or not every
    assert every != holds(f"ForAnyValue:{pair[1]}", values, given_)
