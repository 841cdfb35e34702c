"""Outputs behind placeholders."""

import doctest

from hypothesis import given
from hypothesis import strategies as st

from tablewright.components import output_placeholders as module
from tablewright.components.output_placeholders import OutputPlaceholders
from tablewright.plan.declaration.declared import Trust

SHAPE = "arn:aws:iam::000000000000:role/{id}"


class Later:
    """Stands for an output where only identity matters."""


def test_text_is_not_held():
    late = OutputPlaceholders()
    assert late.hold("arn", SHAPE) == "arn"
    assert late.fill({"role": "arn"}) == {"role": "arn"}


def test_an_output_travels_as_a_placeholder_of_the_wanted_shape():
    placeholder = OutputPlaceholders().hold(Later(), SHAPE)
    assert placeholder.startswith("arn:aws:iam::000000000000:role/")


def test_each_output_has_a_placeholder_of_its_own():
    late = OutputPlaceholders()
    assert late.hold(Later(), SHAPE) != late.hold(Later(), SHAPE)


@given(
    st.recursive(
        st.text() | st.integers() | st.none(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner),
    )
)
def test_filling_touches_nothing_but_placeholders(value):
    late = OutputPlaceholders()
    late.hold(Later(), "placeholder {id}")
    assert late.fill(value) == value


def test_a_placeholder_gives_way_wherever_it_stands():
    late, output = OutputPlaceholders(), Later()
    held = late.hold(output, SHAPE)
    filled = late.fill({"a": [held, {"b": (held, 1)}], "c": Trust(principals=(held,))})
    assert filled == {"a": [output, {"b": (output, 1)}], "c": Trust(principals=(output,))}


def test_a_value_of_another_region_is_held_with_the_rest():
    late, output = OutputPlaceholders("eu-west-1"), Later()
    held = late.elsewhere("eu-central-1").hold(output, "arn:aws:kms:{region}:1:key/{id}")
    assert held.startswith("arn:aws:kms:eu-central-1:")
    assert late.fill([held]) == [output]


def test_the_example_in_the_documentation_holds():
    assert doctest.testmod(module).failed == 0
