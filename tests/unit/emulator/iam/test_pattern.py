import fnmatch
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.iam.pattern import (
    UnfilledError,
    action_matches,
    arn_matches,
    compiled,
    filled,
    matches,
    widened,
)

TABLE = "arn:aws:dynamodb:eu-west-1:123456789012:table/orders"


@given(st.text("ab*?[.", max_size=8), st.text("ab[.", max_size=8))
def test_stars_and_question_marks_match_as_a_regular_expression_would(pattern, text):
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    assert matches(compiled(pattern), text) == bool(re.fullmatch(expression, text))


@given(st.text("ab*?", max_size=8), st.text("ab", max_size=8))
def test_patterns_agree_with_file_names(pattern, text):
    assert matches(compiled(pattern), text) == fnmatch.fnmatchcase(text, pattern)


def test_a_hostile_pattern_takes_no_time():
    assert not matches(compiled("*a" * 60), "a" * 59 + "b" * 20_000)


@pytest.mark.parametrize(
    ("pattern", "fits"),
    [
        ("*", True),
        (TABLE, True),
        ("arn:aws:dynamodb:*:*:table/orders", True),
        ("arn:aws:dynamodb:eu-*:123456789012:table/*", True),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/order?", True),
        ("arn:aws:dynamodb:*:table/orders", False),
        ("arn:aws:dynamodb:*", False),
        ("arn:aws:*:*:*:*", True),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/Orders", False),
        ("arn:aws:dynamodb:eu-west-1:123456789012:table/orders/index/*", False),
    ],
)
def test_a_star_stays_within_its_part_of_an_arn(pattern, fits):
    assert arn_matches(compiled(pattern), TABLE) is fits


def test_actions_are_the_same_in_upper_and_lower_case():
    assert action_matches("DynamoDB:get*", "dynamodb:GetItem")
    assert not action_matches("dynamodb:Get", "dynamodb:GetItem")


def test_variables_are_filled_in_and_their_values_are_only_text():
    values = {"aws:username": ("a*",)}
    assert matches(compiled("user-${aws:username}", values), "user-a*")
    assert not matches(compiled("user-${aws:username}", values), "user-ab")
    assert filled("${aws:username}/x", values) == "a*/x"
    assert filled("${AWS:UserName}", values) == "a*"


def test_signs_can_be_meant_as_themselves():
    pattern = compiled("a${*}b${?}c${$}", {})
    assert matches(pattern, "a*b?c$")
    assert not matches(pattern, "axbyc$")


def test_a_variable_without_a_value_takes_its_default_or_fails():
    assert filled("${aws:x, 'none'}", {}) == "none"
    with pytest.raises(UnfilledError):
        filled("${aws:x}", {})
    with pytest.raises(UnfilledError):
        compiled("${aws:tagkeys}", {"aws:tagkeys": ("a", "b")})


def test_without_variables_the_text_stands_as_it_is():
    assert filled("${aws:username}", None) == "${aws:username}"


def test_a_widened_pattern_fits_whatever_the_variable_could_be():
    wide = widened("arn:aws:dynamodb:*:123456789012:table/${aws:username}")
    assert arn_matches(wide, TABLE)
    assert not arn_matches(wide, TABLE.replace("123456789012", "999999999999"))
