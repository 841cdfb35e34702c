"""Environment variables in values."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright import manifest
from tablewright.errors import ManifestError
from tablewright.manifest.documents.substitution import expand

STACK = """\
apiVersion: tablewright.dev/v1
kind: Stack
metadata: {name: shop}
spec:
  region: eu-west-1
  environment: ${ENVIRONMENT_SUFFIX:-dev}
  tags: {Team: web, CostCenter: "${COST}"}
  defaults:
    recovery: {enabled: "${ON:-true}", days: "${DAYS:-7}"}
    alarms: {userErrors: {threshold: "${LIMIT:-2.5}"}}
"""


def refuse(message: str, fix: str) -> None:
    raise AssertionError(message, fix)


def filled(text: str, **environment: str) -> str:
    return expand(text, environment, refuse)


def test_a_variable_is_filled_in_wherever_it_stands() -> None:
    assert filled("a-${X}-${Y}", X="1", Y="2") == "a-1-2"


def test_a_default_is_taken_where_the_variable_is_unset_or_empty() -> None:
    assert filled("${X:-a b}") == "a b"
    assert filled("${X:-a}", X="") == "a"
    assert filled("${X:-a}", X="b") == "b"
    assert filled("${X:-}") == ""


def test_a_variable_that_is_set_to_nothing_is_nothing() -> None:
    assert filled("[${X}]", X="") == "[]"


def test_a_default_can_hold_another_variable() -> None:
    assert filled("${X:-${Y:-z}}") == "z"
    assert filled("${X:-${Y:-z}}", Y="y") == "y"


def test_a_doubled_dollar_keeps_the_braces() -> None:
    assert filled("$${aws:username} and ${X}", X="1") == "${aws:username} and 1"


def test_what_a_variable_holds_is_not_filled_in_again() -> None:
    assert filled("${X}", X="${Y}") == "${Y}"


@given(st.text())
def test_text_without_an_opening_stays_as_it_is(text: str) -> None:
    escaped = text.replace("${", "$${")
    assert filled(escaped) == text


@pytest.mark.parametrize(
    "text", ["${", "${X", "${}", "${1X}", "${X Y}", "${X:+y}", "${aws:username}"]
)
def test_what_is_no_variable_is_reported(text: str) -> None:
    said: list[str] = []
    expand(text, {"X": "1"}, lambda message, fix: said.append(f"{message} {fix}"))
    assert len(said) == 1
    assert "$${" in said[0]


def test_a_missing_variable_is_named_with_its_place() -> None:
    with pytest.raises(ManifestError) as raised:
        manifest.load_text(STACK, {})
    [problem] = raised.value.problems
    assert (problem.line, problem.path) == (7, "spec.tags.CostCenter")
    assert "COST is not set" in problem.message
    assert problem.fix == "set it, or give a default: `${COST:-value}`"


def test_a_placeholder_that_is_written_as_a_variable_is_told_how_to_write_it() -> None:
    said: list[str] = []
    expand("orders-${environment}", {}, lambda message, fix: said.append(fix))
    assert said[0].endswith("is written `{environment}`")


def test_a_variable_is_a_number_or_a_boolean_where_one_is_needed() -> None:
    stack = manifest.load_text(STACK, {"COST": "1", "DAYS": "35", "ON": "False"}).stack
    recovery = stack.spec.defaults.recovery
    assert recovery
    assert (recovery.enabled, recovery.days) == (False, 35)
    assert str(stack.spec.defaults.alarms.user_errors.threshold) == "2.5"


def test_a_variable_that_looks_like_a_number_is_text_where_text_is_needed() -> None:
    stack = manifest.load_text(STACK, {"COST": "007", "ENVIRONMENT_SUFFIX": "1234"}).stack
    assert stack.spec.environment == "1234"
    assert stack.spec.tags["CostCenter"] == "007"


def test_a_variable_cannot_change_the_structure_of_a_document() -> None:
    with pytest.raises(ManifestError) as raised:
        manifest.load_text(STACK, {"COST": 'x", Owner: "me'})
    assert {problem.path for problem in raised.value.problems} == {"spec.tags.CostCenter"}
