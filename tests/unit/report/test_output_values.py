"""Single outputs, for scripts."""

from __future__ import annotations

import shlex

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.errors import UsageError
from tablewright.report.runs.output_values import raw, variables


def test_a_name_with_dots_is_found():
    outputs = {"tables": {"a.b": {"arn": "arn:a.b"}}, "number": 3}
    assert raw(outputs, "tables.a.b.arn") == "arn:a.b"
    assert raw(outputs, "number") == "3"
    assert raw(outputs, "tables.a.b") == '{"arn": "arn:a.b"}'


def test_two_outputs_of_one_variable_are_refused():
    with pytest.raises(UsageError, match="would both be the variable T_A_B"):
        list(variables({"t": {"a-b": "1", "a.b": "2"}}))


@given(st.text())
def test_no_value_gets_out_of_its_quotes(value):
    (line,) = variables({"tableName": value})
    assert shlex.split(line) == [f"TABLE_NAME={value}"] or not value.isprintable()
