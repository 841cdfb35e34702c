import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.cloudwatch.alarms.rule import (
    All,
    Constant,
    InState,
    Negation,
    RuleError,
    Some,
    children,
    holds,
    parse_rule,
)

YES, NO = Constant(value=True), Constant(value=False)
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")

leaves = st.builds(Constant, st.booleans()) | st.builds(
    InState, st.text("ab-:/ é", min_size=1).filter(lambda name: name == name.strip()),
    st.sampled_from(STATES),
)  # fmt: skip


def combined(inner):
    operands = st.lists(inner, min_size=2, max_size=3).map(tuple)
    return st.builds(Negation, inner) | st.builds(All, operands) | st.builds(Some, operands)


def written(rule):
    """A rule as text, every part in parentheses."""
    match rule:
        case Constant(value):
            return str(value).upper()
        case InState(alarm, state):
            return f'{state}("{alarm}")'
        case Negation(operand):
            return f"NOT ({written(operand)})"
        case All(operands):
            return " AND ".join(f"({written(each)})" for each in operands)
        case Some(operands):
            return " OR ".join(f"({written(each)})" for each in operands)


@given(st.recursive(leaves, combined, max_leaves=20))
def test_a_written_rule_reads_back_as_itself(rule):
    assert parse_rule(written(rule)) == rule


def test_and_binds_stronger_than_or_and_not_strongest():
    rule = parse_rule("TRUE OR FALSE AND NOT TRUE")
    assert rule == Some((YES, All((NO, Negation(YES)))))


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("ALARM(cpu)", "cpu"),
        ('ALARM("cpu high")', "cpu high"),
        ("ALARM( cpu high )", "cpu high"),
        ("ALARM(arn:aws:cloudwatch:eu-west-1:123456789012:alarm:x)",
         "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:x"),
    ],
)  # fmt: skip
def test_names_may_be_quoted_bare_or_arns(text, alarm):
    assert parse_rule(text) == InState(alarm, "ALARM")


def test_a_rule_holds_by_the_states_of_its_alarms():
    states = {"a": "ALARM", "b": "OK"}
    assert holds(parse_rule("ALARM(a) AND NOT ALARM(b)"), states.get)
    assert not holds(parse_rule("ALARM(a) AND OK(unknown)"), states.get)
    assert holds(parse_rule("(INSUFFICIENT_DATA(a) OR OK(b)) AND TRUE"), states.get)


def test_children_are_named_once_in_order():
    assert children(parse_rule("OK(b) OR ALARM(a) AND OK(b) OR FALSE")) == ("b", "a")


@pytest.mark.parametrize(
    "text",
    ["", "ALARM", "ALARM()", "ALARM(a", "TRUE FALSE", "(TRUE", "TRUE)", "AND TRUE", "BROKEN(a)",
     "NOT", "ALARM(a) XOR OK(b)"],
)  # fmt: skip
def test_what_is_not_a_rule_is_refused(text):
    with pytest.raises(RuleError):
        parse_rule(text)


def test_a_rule_has_at_most_a_hundred_children_and_five_hundred_elements():
    parse_rule(" OR ".join(f"OK(n{n})" for n in range(100)))
    with pytest.raises(RuleError, match="100 alarms"):
        parse_rule(" OR ".join(f"OK(n{n})" for n in range(101)))
    with pytest.raises(RuleError, match="500 elements"):
        parse_rule("TRUE OR " * 500 + "TRUE")


@pytest.mark.parametrize("text", ["NOT " * 400 + "TRUE", "(" * 240 + "TRUE" + ")" * 240])
def test_a_rule_nested_too_deeply_is_refused(text):
    with pytest.raises(RuleError, match="too deeply"):
        parse_rule(text)
