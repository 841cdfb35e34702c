"""Tags: those of the provider's configuration under those of the resource, and what must change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tablewright.aws.tables import tags as live_tags
from tablewright.dynamodb_values import LONGEST_TAG_KEY, LONGEST_TAG_VALUE, MOST_TAGS
from tablewright.plan.owner import OWNER_TAG
from tablewright.provider.configuration import Configuration
from tablewright.provider.protocol.unknown import UNKNOWN

from .difference import Change
from .shape import InputFailure, at


@dataclass(frozen=True, slots=True)
class TagChange:
    """Tags to set and keys to remove; both empty when nothing is to do."""

    put: Mapping[str, str]
    removed: tuple[str, ...]


def wanted_tags(
    configuration: Configuration,
    news: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    live: Mapping[str, str],
) -> Any:
    """The tags a resource shall have: UNKNOWN, or a map whose values may be unknown.

    A program that never spoke of tags leaves the live ones alone; the provider's default tags and
    the keys it ignores hold in any case. The owner's tag, which a run adds, is none of its words.
    """
    given = news.get("tags")
    if given is UNKNOWN:
        return UNKNOWN
    defaults = configuration.default_tags
    before = old_inputs.get("tags")
    silent = given is None and "tags" not in old_inputs
    if silent or (_is_owners_alone(given or before) and not _speaks(before)):
        kept = {key: value for key, value in live.items() if key != OWNER_TAG or silent}
        return {**kept, **defaults, **(given or {})}
    ignored = {key: value for key, value in live.items() if configuration.ignores_tag(key)}
    return {**defaults, **(given or {}), **ignored}


def _speaks(tags: Mapping[str, str] | None) -> bool:
    """Whether a program has said something of tags."""
    return bool(tags) and not _is_owners_alone(tags)


def _is_owners_alone(tags: Mapping[str, str] | None) -> bool:
    return {*(tags or ())} == {OWNER_TAG}


def unrecorded_tags(live: Mapping[str, str], recorded: Mapping[str, Any]) -> dict[str, str]:
    """Tags that somebody has put on since a resource was recorded: no preview showed that they go.

    Args:
        live: the tags as they are.
        recorded: outputs; where they tell of no tags, none is strange.
    """
    known = recorded.get("tagsAll")
    if not isinstance(known, Mapping):
        return {}
    return {key: value for key, value in live.items() if key not in known}


def tag_change(live: Mapping[str, str], wanted: Mapping[str, str]) -> TagChange:
    """What takes a resource from its live tags to the wanted ones."""
    put = {key: value for key, value in sorted(wanted.items()) if live.get(key) != value}
    return TagChange(put, tuple(sorted(key for key in live if key not in wanted)))


def tag_changes(live: Mapping[str, str], wanted: Any) -> list[Change]:
    """The same as changes of properties."""
    if wanted is UNKNOWN:
        return [Change("tags", "update")]
    changes: list[Change] = []
    for key in sorted({*live, *wanted}):
        if key not in wanted:
            changes.append(Change(at("tags", key), "delete"))
        elif key not in live:
            changes.append(Change(at("tags", key), "add"))
        elif live[key] != wanted[key]:
            changes.append(Change(at("tags", key), "update"))
    return changes


def own_tags(
    configuration: Configuration, live: Mapping[str, str], declared: Mapping[str, Any] | None
) -> dict[str, str]:
    """The part of live tags that is the resource's own: what the provider's defaults do not give.

    A tag that the program declares itself stays its own even where it equals the default. Where it
    declares the owner's alone, the others are none of its own.
    """
    defaults = configuration.default_tags
    own = declared or {}
    if _is_owners_alone(own):
        return {key: value for key, value in live.items() if key in own}
    return {
        key: value
        for key, value in live.items()
        if not configuration.ignores_tag(key) and (key in own or defaults.get(key) != value)
    }


def wrong_tags(tags: Any) -> list[InputFailure]:
    """What AWS's limits say against these tags."""
    if not isinstance(tags, dict):
        return []
    failures = [
        InputFailure(at("tags", key), reason)
        for key, value in tags.items()
        if (reason := _wrong_tag(key, value))
    ]
    if len(tags) > MOST_TAGS:
        failures.append(
            InputFailure("tags", f"has {len(tags)} tags; AWS takes {MOST_TAGS} at most")
        )
    return failures


def _wrong_tag(key: str, value: Any) -> str:
    if not key:
        return "has an empty key"
    if key.lower().startswith("aws:"):
        return "begins with aws:, which AWS keeps for itself"
    if len(key) > LONGEST_TAG_KEY:
        return f"has a key of {len(key)} characters; AWS takes {LONGEST_TAG_KEY} at most"
    if isinstance(value, str) and len(value) > LONGEST_TAG_VALUE:
        return f"has a value of {len(value)} characters; AWS takes {LONGEST_TAG_VALUE} at most"
    return ""


def as_list(tags: Mapping[str, str]) -> list[dict[str, str]]:
    """Tags as most of AWS's operations want them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def as_map(listed: Any) -> dict[str, str]:
    """Tags from AWS's list of pairs, without those that are not the user's."""
    return live_tags(listed or ())
