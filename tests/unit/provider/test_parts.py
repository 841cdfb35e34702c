"""What others have added is left by an update, not recorded by it, and declared by nobody."""

from __future__ import annotations

import pytest

from tablewright.provider.catalogue import RESOURCES
from tablewright.provider.configuration import Configuration
from tablewright.provider.resources.parts import as_recorded, inputs_found, unrecorded_parts

WITH_PARTS = sorted(tok for tok, kind in RESOURCES.items() if kind.parts)
TAGGED = sorted(tok for tok, kind in RESOURCES.items() if kind.is_tagged)


def parts(kind, *names):
    """Each list of the kind with elements of these names."""
    return {
        name: [{member: element} if member else element for element in names]
        for name, member in kind.parts.items()
    }


@pytest.mark.parametrize("tok", WITH_PARTS)
def test_a_part_of_others_is_not_recorded_by_an_update(tok):
    kind = RESOURCES[tok]
    live, own = parts(kind, "own", "new", "theirs"), parts(kind, "own")
    declared = parts(kind, "own", "new")
    assert as_recorded(kind, live, own, declared, Configuration()) == declared
    assert dict(unrecorded_parts(kind, live, own, declared)) == parts(kind, "theirs")


@pytest.mark.parametrize("tok", WITH_PARTS)
def test_all_of_what_is_new_is_recorded_and_what_was_recorded_stays_so(tok):
    kind = RESOURCES[tok]
    live, own = parts(kind, "own", "theirs"), parts(kind, "own")
    assert as_recorded(kind, live, {}, own, Configuration()) == live
    assert as_recorded(kind, live, live, own, Configuration()) == live
    assert not dict(unrecorded_parts(kind, live, live, own))
    assert not dict(unrecorded_parts(kind, live, {}, own))


@pytest.mark.parametrize("tok", TAGGED)
def test_a_tag_of_others_is_not_recorded_by_an_update_and_a_default_of_the_provider_is(tok):
    kind = RESOURCES[tok]
    tags = {"Team": "a", "Theirs": "1", "Cost": "2"}
    configuration = Configuration({"defaultTags": {"tags": {"Cost": "2"}}})
    assert configuration.default_tags == {"Cost": "2"}
    recorded = {"tags": {}, "tagsAll": {}}
    kept = as_recorded(
        kind, {"tags": tags, "tagsAll": tags}, recorded, {"tags": {"Team": "a"}}, configuration
    )
    assert kept == {name: {"Team": "a", "Cost": "2"} for name in ("tags", "tagsAll")}


@pytest.mark.parametrize("tok", WITH_PARTS)
def test_a_refresh_finds_no_input_that_no_program_has_given(tok):
    kind = RESOURCES[tok]
    own, live = parts(kind, "own"), parts(kind, "own", "theirs")
    found = inputs_found(kind, live, own)
    assert {name: len(found[name]) for name in kind.parts} == dict.fromkeys(kind.parts, 1)
    assert inputs_found(kind, {"tags": {"Team": "b", "Theirs": "1"}}, {"tags": {"Team": "a"}})[
        "tags"
    ] == ({"Team": "b"})
