"""Names for what has none, and tags from two sources."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tablewright.provider.configuration import Configuration, read_configuration, seconds_of
from tablewright.provider.protocol.unknown import UNKNOWN
from tablewright.provider.resources.naming import NameRequest, ResourceNaming, name_of
from tablewright.provider.resources.shape import InputFailure
from tablewright.provider.resources.tags import (
    as_map,
    own_tags,
    tag_change,
    tag_changes,
    wanted_tags,
    wrong_tags,
)

ROLE = ResourceNaming(longest=20, prefix_property="namePrefix")
tags = st.dictionaries(st.sampled_from("abcd"), st.sampled_from("123"), max_size=4)


def named(inputs: dict[str, Any], old: dict[str, Any] | None = None, **wish: Any) -> Any:
    return name_of(ROLE, inputs, old or {}, NameRequest("orders", b"seed", **wish))


def test_a_name_is_the_logical_one_with_seven_digits_and_the_same_for_a_seed() -> None:
    name = named({})
    assert name == named({})
    assert name.startswith("orders-")
    assert len(name) == len("orders-") + 7


def test_without_a_seed_names_differ() -> None:
    assert name_of(ROLE, {}, {}, NameRequest("orders")) != name_of(
        ROLE, {}, {}, NameRequest("orders")
    )


def test_a_long_logical_name_is_cut_so_that_the_digits_fit() -> None:
    assert len(name_of(ROLE, {}, {}, NameRequest("a" * 50, b"x"))) == 20  # type: ignore[arg-type]


def test_a_name_that_was_given_once_is_kept() -> None:
    assert named({}, {"name": "mine"}) == "mine"


def test_a_prefix_is_completed_and_a_changed_one_makes_a_new_name() -> None:
    first = named({"namePrefix": "read-"})
    assert first.startswith("read-")
    assert named({"namePrefix": "read-"}, {"name": first}) == first
    assert named({"namePrefix": "write-"}, {"name": first}).startswith("write-")


def test_the_settings_of_the_stack_are_followed() -> None:
    assert named({}, proposed="mine", mode="propose") == "mine"
    assert named({}, proposed="mine", mode="enforce") == "mine"
    assert named({}, proposed="m" * 30, mode="propose").startswith("orders-")
    assert isinstance(named({}, proposed="m" * 30, mode="enforce"), InputFailure)
    assert isinstance(named({}, mode="disable"), InputFailure)


@given(tags, tags)
def test_a_tag_change_leads_from_the_live_tags_to_the_wanted(
    live: dict[str, str], wanted: dict[str, str]
) -> None:
    change = tag_change(live, wanted)
    kept = {key: value for key, value in live.items() if key not in change.removed}
    assert {**kept, **change.put} == wanted
    assert len(tag_changes(live, wanted)) == len(change.put) + len(change.removed)


CONFIGURED = Configuration(
    {
        "defaultTags": {"tags": {"Team": "a"}},
        "ignoreTags": {"keys": ["Cost"], "keyPrefixes": ["auto:"]},
    }
)


def test_default_tags_lie_under_those_of_the_resource() -> None:
    assert wanted_tags(CONFIGURED, {"tags": {"Team": "b"}}, {}, {}) == {"Team": "b"}
    assert wanted_tags(CONFIGURED, {"tags": {}}, {}, {"Old": "1"}) == {"Team": "a"}


def test_a_program_that_never_spoke_of_tags_leaves_the_live_ones() -> None:
    assert wanted_tags(CONFIGURED, {}, {}, {"Old": "1"}) == {"Old": "1", "Team": "a"}
    assert wanted_tags(CONFIGURED, {}, {"tags": {"Old": "1"}}, {"Old": "1"}) == {"Team": "a"}


def test_ignored_tags_stay_and_are_not_the_resources_own() -> None:
    live = {"Cost": "9", "auto:x": "1", "A": "1", "Team": "a"}
    assert wanted_tags(CONFIGURED, {"tags": {"A": "1"}}, {}, live) == live
    assert own_tags(CONFIGURED, live, {}) == {"A": "1"}
    assert own_tags(CONFIGURED, live, {"Team": "a"}) == {"A": "1", "Team": "a"}


def test_unknown_tags_make_all_tags_unknown() -> None:
    assert wanted_tags(CONFIGURED, {"tags": UNKNOWN}, {}, {}) is UNKNOWN
    (change,) = tag_changes({}, UNKNOWN)
    assert change.path == "tags"


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"": "x"}, "empty key"),
        ({"aws:x": "x"}, "AWS keeps for itself"),
        ({"k" * 129: "x"}, "128 at most"),
        ({"k": "v" * 257}, "256 at most"),
        ({str(n): "x" for n in range(51)}, "has 51 tags"),
    ],
)
def test_tags_beyond_the_limits_are_told(given: dict[str, str], words: str) -> None:
    (failure,) = wrong_tags(given)
    assert words in failure.reason


def test_tags_of_aws_itself_are_not_ours() -> None:
    assert as_map([{"Key": "aws:x", "Value": "1"}, {"Key": "A", "Value": "2"}]) == {"A": "2"}


@pytest.mark.parametrize(
    ("duration", "seconds"),
    [("1h", 3600), ("1h30m", 5400), ("45m", 2700), ("10s", 10), ("", None), ("soon", None)],
)
def test_durations_are_read_as_go_writes_them(duration: str, seconds: int | None) -> None:
    assert seconds_of(duration) == seconds


def test_configuration_comes_as_json_in_texts_and_the_region_from_the_environment() -> None:
    values = {
        "defaultTags": '{"tags":{"A":"1"}}',
        "endpoints": '{"dynamodb":"http://localhost:8000","appautoscaling":"http://localhost:1"}',
        "maxRetries": "3",
        "insecure": "true",
    }
    read, failures = read_configuration(values, {"AWS_DEFAULT_REGION": "eu-west-1"})
    assert failures == []
    assert read.region == "eu-west-1"
    assert read.default_tags == {"A": "1"}
    assert read.endpoints["application-autoscaling"] == "http://localhost:1"
    assert (read.get("maxRetries"), read.get("insecure")) == (3, True)


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"endpoints": '["x"]'}, "endpoints"),
        ({"endpoints": '[{"dynamodb":"localhost"}]'}, "endpoints[0].dynamodb"),
        ({"assumeRoleWithWebIdentity": '{"duration":"x"}'}, "assumeRoleWithWebIdentity.duration"),
        ({"maxRetries": "x"}, "maxRetries"),
        ({"tagPolicyCompliance": "warning"}, "tagPolicyCompliance"),
    ],
)
def test_what_is_wrong_in_the_configuration_is_told(values: dict[str, str], path: str) -> None:
    _, failures = read_configuration(values, {})
    assert [failure.path for failure in failures] == [path]


def test_unknown_endpoints_pass() -> None:
    assert read_configuration({"endpoints": UNKNOWN}, {})[1] == []
