"""Which names what is recorded moves to: never is anything deleted that is still declared."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright import resource_kinds
from tablewright.engine.changes import shown_name
from tablewright.engine.run.moves import Moves, Records, Registration, arranged
from tablewright.engine.state.checkpoint import State, read_checkpoint
from tablewright.errors import InputError

TYPE = "shelf:index:Box"


def urn(name: str, type_: str = TYPE) -> str:
    return f"urn:pulumi:dev::tests::{type_}::{name}"


def document(things: Mapping[str, str]) -> dict:
    """The state of a stack: by logical name, what each resource is."""
    resources = [
        {"urn": urn(name), "type": TYPE, "custom": True, "id": thing, "inputs": {"name": thing}}
        for name, thing in things.items()
    ]
    return {"version": 3, "checkpoint": {"latest": {"resources": resources}}}


def identify(_type: str, inputs: Mapping, region: str) -> str | None:
    name = inputs.get("name")
    return f"{name}@{inputs.get('region') or region}" if name else None


def records(state: dict) -> Records:
    return Records(read_checkpoint(state), identify, "here")


def meet(moves: Moves, things: Mapping[str, str]) -> dict[str, str | None]:
    """The aliases of a program that registers these in their order."""
    return {
        urn(name): moves.meet(Registration(urn(name), TYPE, {"name": thing}))
        for name, thing in things.items()
    }


class EngineRefusedError(Exception):
    """The engine does not run such a program."""


def run(state: dict, things: Mapping[str, str]) -> tuple[Moves, dict[str, str], set[str]]:
    """What the engine makes of a program: which record each resource takes, and which it deletes.

    It looks for a URN among the records, then for its alias, and lets nobody take what is taken.
    """
    recorded = {each["urn"]: each for each in state["checkpoint"]["latest"]["resources"]}
    moves = Moves(records(state))
    taken: dict[str, str] = {}
    for name, alias in meet(moves, things).items():
        found = next((each for each in (name, alias) if each in recorded), None)
        if name in taken.values() or found in taken.values() or (found and found in taken):
            raise EngineRefusedError
        if found:
            taken[name] = found
    left = recorded.keys() - set(taken.values())
    kept = {name: recorded[found]["id"] for name, found in taken.items()}
    return moves, kept, {recorded[each]["id"] for each in left}


def settle(before: Mapping[str, str], after: Mapping[str, str]) -> tuple[dict[str, str], set[str]]:
    """Run the program as often as its state has to be rearranged."""
    state = document(before)
    for _ in range(3):
        moves = Moves(records(state))
        meet(moves, after)
        if more := moves.rearrangement():
            state = arranged(state, [more])
            continue
        _, kept, deleted = run(state, after)
        return kept, deleted
    raise AssertionError("it never settles")


@st.composite
def stacks(draw: st.DrawFn) -> dict[str, str]:
    names = draw(st.lists(st.sampled_from("abcdef"), unique=True, max_size=6))
    things = draw(st.permutations([f"thing-{number}" for number in range(8)]))
    return dict(zip(names, things, strict=False))


@given(stacks(), stacks())
def test_whatever_is_recorded_and_declared_is_kept_under_its_new_name(before, after):
    kept, deleted = settle(before, after)

    both = {*before.values()} & {*after.values()}
    assert {urn(name): thing for name, thing in after.items() if thing in both}.items() <= (
        kept.items()
    )
    assert not deleted & {*after.values()}


@given(stacks(), stacks())
def test_what_keeps_its_name_and_its_identity_is_left_where_it_is(before, after):
    moves = Moves(records(document(before)))
    aliases = meet(moves, after)

    for name, thing in before.items():
        if after.get(name) == thing:
            assert aliases[urn(name)] is None
            assert urn(name) not in moves.rearrangement().aside


@pytest.mark.parametrize(
    "after",
    [{"a": "x", "b": "y"}, {"a": "x"}, {"a": "z", "b": "y"}, {"a": "x", "b": "y", "c": "z"}],
)
def test_without_a_move_the_state_is_left_alone(after):
    moves = Moves(records(document({"a": "x", "b": "y"})))

    assert set(meet(moves, after).values()) == {None}
    assert not moves.rearrangement()


def test_a_second_record_of_one_thing_is_forgotten_and_not_deleted():
    moves = Moves(records(document({"a": "x", "b": "x"})))
    meet(moves, {"a": "x"})

    assert moves.rearrangement().forgotten == {urn("b")}


def test_a_name_that_was_set_aside_by_a_killed_run_is_found_again_under_its_own():
    state = document({"a": "x", "b": "y"})
    moves = Moves(records(state))
    meet(moves, {"a": "y", "b": "x"})
    killed = arranged(state, [moves.rearrangement()])

    moves = Moves(records(killed))
    back = meet(moves, {"a": "x", "b": "y"})

    assert not moves.rearrangement()
    assert {new: shown_name(old or "") for new, old in back.items()} == {
        urn("a"): "a",
        urn("b"): "b",
    }


def test_one_thing_declared_twice_is_refused_with_both_names():
    moves = Moves(records(document({})))

    with pytest.raises(InputError, match=r"b is the same as a: both are x@here"):
        meet(moves, {"a": "x", "b": "x"})


TARGET, POLICY = resource_kinds.types.TARGET, resource_kinds.types.SCALING_POLICY
READS = {
    "serviceNamespace": "dynamodb",
    "resourceId": "table/orders",
    "scalableDimension": "dynamodb:table:ReadCapacityUnits",
}


def scaling(name: str, policy: str, place: Mapping[str, str] = READS) -> list[Registration]:
    """A target and its policy, as a table of a logical name registers them."""
    return [
        Registration(urn(f"{name}-read", TARGET), TARGET, place),
        Registration(urn(f"{name}-read-policy", POLICY), POLICY, {**place, "name": policy}),
    ]


@pytest.mark.parametrize(
    ("after", "former"),
    [
        (scaling("new", "other"), "old-read-policy"),  # AWS has one policy at a place
        (scaling("new", "usual"), "old-read-policy"),  # the same policy
        (scaling("old", "other"), None),  # the engine finds it by its URN
        (scaling("new", "other", {**READS, "resourceId": "table/others"}), None),
    ],
)
def test_what_has_to_go_first_is_replaced_where_what_it_is_part_of_moves(after, former):
    resources = [
        {
            "urn": recorded.urn,
            "type": recorded.type,
            "custom": True,
            "id": recorded.urn,
            "inputs": recorded.inputs,
            "outputs": recorded.inputs,
        }
        for recorded in scaling("old", "usual")
    ]
    state = read_checkpoint({"version": 3, "checkpoint": {"latest": {"resources": resources}}})
    for for_real in (False, True):
        moves = Moves(Records(state, resource_kinds.identify, "eu-west-1"))
        moves.begin(for_real=for_real)
        [_, found] = [moves.meet(registration) for registration in after]
        assert found == (former and urn(former, POLICY))
        assert not moves.rearrangement()


@pytest.mark.parametrize(("parent", "former"), [("gone", "old-read-policy"), ("", None)])
def test_it_is_replaced_as_well_where_a_killed_run_has_moved_what_it_is_part_of(parent, former):
    target, policy = scaling("new", "other")[0], scaling("old", "usual")[1]
    component = "tablewright:Table"
    resources = [{"urn": urn("gone", component), "type": component, "custom": False}]
    resources += [
        {
            "urn": recorded.urn,
            "type": recorded.type,
            "custom": True,
            "id": recorded.urn,
            "parent": parent and urn(parent, component),
            "inputs": recorded.inputs,
            "outputs": recorded.inputs,
        }
        for recorded in (target, policy)
    ]
    state = read_checkpoint({"version": 3, "checkpoint": {"latest": {"resources": resources}}})
    moves = Moves(Records(state, resource_kinds.identify, "eu-west-1"))
    [_, found] = [moves.meet(registration) for registration in scaling("new", "other")]
    assert found == (former and urn(former, POLICY))


def test_an_alarm_of_either_form_has_its_name_to_itself():
    moves = Moves(Records(State(), resource_kinds.identify, "eu-west-1"))
    named = {"name": "errors", "alarmName": "errors"}
    types = [kind.type for kind in resource_kinds.KINDS.values() if kind.space == "alarm"]
    first, second = (Registration(urn(type_, type_), type_, named) for type_ in types)
    assert moves.meet(first) is None
    with pytest.raises(InputError, match="both are errors@eu-west-1"):
        moves.meet(second)


def test_a_region_makes_another_thing_of_the_same_name():
    moves = Moves(records(document({"a": "x"})))

    elsewhere = Registration(urn("b"), TYPE, {"name": "x", "region": "elsewhere"})
    assert moves.meet(elsewhere) is None
    said = Registration(urn("c"), TYPE, {"name": "x", "region": "here"})
    assert moves.meet(said) == urn("a")


def test_a_provider_of_the_programs_own_makes_another_thing_too():
    provider = urn("other-account", "pulumi:providers:shelf")
    moves = Moves(records(document({"a": "x"})))

    assert moves.meet(Registration(urn("b"), TYPE, {"name": "x"}, "", f"{provider}::id")) is None


def test_a_secret_name_tells_nothing():
    moves = Moves(records(document({"a": "[secret]"})))

    assert moves.meet(Registration(urn("b"), TYPE, {"name": "[secret]"})) is None


def test_for_real_a_move_that_no_preview_showed_is_refused_where_a_record_is_in_its_way():
    moves = Moves(records(document({"a": "x", "b": "y"})))
    moves.begin(for_real=True)

    with pytest.raises(InputError, match="is now what b was"):
        meet(moves, {"a": "y"})
