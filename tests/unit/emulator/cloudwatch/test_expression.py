import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright_emulator.cloudwatch.queries.expression import (
    Array,
    Call,
    Chain,
    ExpressionError,
    Keyword,
    Negative,
    Number,
    Reference,
    Text,
    functions,
    parse,
    references,
)

OPERATORS = ["+", "-", "*", "/", "^", "<", ">", "<=", ">=", "==", "!=", "AND", "OR"]

leaves = (
    st.builds(Number, st.floats(0, 1e9))
    | st.builds(Reference, st.from_regex(r"[a-z][A-Za-z0-9_]{0,4}", fullmatch=True))
    | st.builds(Text, st.text("ab {}=", max_size=5))
)


def trees(inner):
    several = st.lists(inner, max_size=3).map(tuple)
    return (
        st.builds(Negative, inner)
        | st.builds(
            lambda a, sign, b: Chain(a, ((sign, b),)), inner, st.sampled_from(OPERATORS), inner
        )
        | st.builds(Call, st.sampled_from(["SUM", "IF", "FILL"]), several)
        | st.builds(Array, several)
    )


def written(node):  # noqa: PLR0911 - one for each kind of node
    """A tree as text, every operand in parentheses."""
    match node:
        case Number(value):
            return repr(value)
        case Reference(identity):
            return identity
        case Text(text):
            return f"'{text}'"
        case Negative(operand):
            return f"-({written(operand)})"
        case Chain(left, ((operator, right),)):
            return f"({written(left)}) {operator} ({written(right)})"
        case Call(function, parts):
            return f"{function}({', '.join(map(written, parts))})"
        case Array(parts):
            return f"[{', '.join(map(written, parts))}]"


@given(st.recursive(leaves, trees, max_leaves=20))
def test_a_written_tree_reads_back_as_itself(tree):
    assert parse(written(tree)) == tree


@pytest.mark.parametrize(
    ("short", "long"),
    [
        ("a + b * c", "a + (b * c)"),
        ("-a ^ b", "-(a ^ b)"),
        ("a ^ b ^ c", "a ^ (b ^ c)"),
        ("a < b AND c > d OR e == f", "((a < b) AND (c > d)) OR (e == f)"),
        ("a - b * c - d", "a - (b * c) - d"),
        ("a || b && c", "a OR (b AND c)"),
        ("a + b > c - d", "(a + b) > (c - d)"),
        ("- - a", "(a)"),
        ("2e3*a", "2000 * a"),
        ("100*(1-.5)", "100 * (1 - 0.5)"),
    ],
)
def test_operators_bind_as_in_algebra(short, long):
    assert parse(short) == parse(long)


def test_words_in_upper_case_are_keywords_for_functions():
    assert parse("SORT(METRICS('x'), SUM, DESC, 5)") == Call(
        "SORT", (Call("METRICS", (Text("x"),)), Keyword("SUM"), Keyword("DESC"), Number(5.0))
    )


def test_an_expression_tells_whom_it_names_and_what_it_calls():
    tree = parse("IF(m1 > -m2, FILL([m3, m1], 0), SUM(METRICS('m9')))")
    assert references(tree) == {"m1", "m2", "m3"}
    assert functions(tree) == {"IF", "FILL", "SUM", "METRICS"}


@pytest.mark.parametrize(
    "text",
    ["", "m1 +", "(m1", "m1)", "SUM(m1", "SUM(m1,,m2)", "[m1", "m1 m2", "* m1", "m1 $ m2", "'open",
     "SUM(,)", "m1 = m2", "(" * 200 + "m1" + ")" * 200],
)  # fmt: skip
def test_what_is_not_an_expression_is_refused(text):
    with pytest.raises(ExpressionError):
        parse(text)


def test_operators_of_one_rank_make_one_flat_chain():
    names = [f"a{n}" for n in range(400)]
    tree = parse("-".join(names))
    assert tree.first == Reference("a0")
    assert [operand.id for _, operand in tree.rest] == names[1:]
    assert references(tree) == set(names)


def test_a_tower_of_powers_is_too_deep():
    with pytest.raises(ExpressionError, match="too deeply"):
        parse("^".join(["a"] * 500))


def test_a_deep_chain_of_signs_is_no_burden():
    assert parse("-" * 2000 + "m1") == Reference("m1")
