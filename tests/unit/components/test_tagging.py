"""Tags whose values may be known only at deployment."""

import pytest

import pulumi
from tablewright.components.failure import ProgramError
from tablewright.components.tagging import all_tags

MANDATORY = {"Environment": "dev", "Team": "data", "CostCenter": "engineering"}


@pytest.fixture
def tags(deploy):
    """The tags that a program's layers come to."""

    def run(*layers, preview=False, **options):
        def program():
            given = [layer() if callable(layer) else layer for layer in layers]
            pulumi.export("tags", all_tags("table events", *given, **options))

        return deploy(program, preview=preview).exports["tags"]

    return run


def known_late(value):
    return lambda: pulumi.Output.from_input(value)


def test_a_later_layer_wins(tags):
    assert tags(MANDATORY, {"Team": "own"})["Team"] == "own"


def test_a_layer_that_is_not_there_changes_nothing(tags):
    assert tags(None, MANDATORY) == MANDATORY


def test_a_value_may_be_an_output(tags):
    late = lambda: {**MANDATORY, "Team": pulumi.Output.from_input("late")}  # noqa: E731
    assert tags(late)["Team"] == "late"


def test_all_tags_together_may_be_an_output(tags):
    assert tags(known_late(MANDATORY), {"Team": "own"}) == {**MANDATORY, "Team": "own"}


@pytest.mark.parametrize("name", sorted(MANDATORY))
@pytest.mark.parametrize("value", [None, ""])
def test_a_missing_mandatory_tag_is_named(tags, name, value):
    incomplete = {**MANDATORY, name: value}
    if value is None:
        del incomplete[name]
    with pytest.raises(ProgramError, match=f"table events lacks the mandatory tag {name}"):
        tags(incomplete)


def test_several_missing_tags_are_named_together(tags):
    with pytest.raises(ProgramError, match="the mandatory tags Environment, Team, CostCenter"):
        tags({})


def test_a_missing_tag_is_found_at_once_if_the_names_are_known_even_where_values_are_not():
    with pytest.raises(ProgramError, match="mandatory tag CostCenter"):
        all_tags("table events", {"Environment": "dev", "Team": object()})


def test_a_missing_tag_is_found_as_soon_as_the_output_is_known(tags):
    with pytest.raises(ProgramError, match="mandatory tags Team, CostCenter"):
        tags(known_late({"Environment": "dev"}))


def test_a_mandatory_tag_whose_output_turns_out_empty_is_missing(tags):
    late = lambda: {**MANDATORY, "Team": pulumi.Output.from_input("")}  # noqa: E731
    with pytest.raises(ProgramError, match="mandatory tag Team"):
        tags(late)


def test_nothing_is_mandatory_if_a_stack_says_so(tags):
    assert tags({"Owner": "me"}, mandatory=()) == {"Owner": "me"}


def test_the_engine_is_told_a_sentence_and_no_traceback():
    assert issubclass(ProgramError, pulumi.RunError)
    assert str(ProgramError("what is wrong", "what to do")) == "what is wrong\n  → what to do"
