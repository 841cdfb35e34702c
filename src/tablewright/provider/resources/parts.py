"""Parts of a resource that others have added: what no program has declared, and nobody has seen.

A preview compares what is recorded with what is declared. So a part that is live and in neither of
the two is left by a change of something else, and not recorded by it either: else the next run
would remove it, and nobody would have asked for that. A look at what is live (a refresh, an import)
records it, and what was looked at is shown (ADR 0049). Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from tablewright.provider.configuration import Configuration

from .documents import without_unrecorded
from .tags import wanted_tags

if TYPE_CHECKING:
    from .resource import Bag, ResourceType


def unrecorded_parts(
    kind: ResourceType, live: Bag, recorded: Bag, declared: Bag
) -> Iterator[tuple[str, list[Any]]]:
    """By property, the parts that are live, and neither recorded nor declared.

    Args:
        kind: of the resource.
        live: its outputs as they are.
        recorded: outputs; a property that they do not tell has no such parts.
        declared: inputs.
    """
    for name, member in kind.parts.items():
        if name not in recorded:
            continue
        known = {*_keys(recorded[name], member), *_keys(declared.get(name), member)}
        if strange := [part for part in live.get(name) or () if _key(part, member) not in known]:
            yield name, strange


def as_recorded(
    kind: ResourceType,
    live: Bag,
    recorded: Bag,
    declared: Bag,
    configuration: Configuration,
    *,
    is_done: bool = True,
) -> dict[str, Any]:
    """Live outputs as an update records them: without the parts that it left alone.

    Args:
        kind: of the resource.
        live: its outputs as they are.
        recorded: outputs before; empty for what is new, all of which is recorded.
        declared: inputs.
        configuration: of the provider, which has tags of its own.
        is_done: whether the update came to its end.
    """
    kept = dict(live)
    if not recorded:
        return kept
    for name, member in kind.parts.items():
        if live.get(name) is None or not (kind.said_whole or declared.get(name) is not None):
            continue  # a program that does not speak of it removes none
        known = {*_keys(recorded.get(name), member), *_keys(declared.get(name), member)}
        kept[name] = [part for part in live[name] if _key(part, member) in known]
    kept |= without_unrecorded(kind.shape, live, recorded, declared, is_done=is_done)
    if isinstance(recorded.get("tagsAll"), Mapping):
        given = wanted_tags(configuration, declared, {}, {})
        for name in ("tags", "tagsAll"):
            tags = live.get(name) or {}
            kept[name] = {
                key: value for key, value in tags.items() if key in {*recorded["tagsAll"], *given}
            }
    return kept


def inputs_found(kind: ResourceType, outputs: Bag, before: Bag | None) -> dict[str, Any]:
    """The inputs that would make a live resource; after a refresh those that were given.

    Args:
        kind: of the resource.
        outputs: as it is.
        before: what the program gave last; None for an import.
    """
    given = kind.inputs_of(outputs, before)
    if before is None:
        return given
    for name, member in kind.parts.items():
        if isinstance(given.get(name), list):
            known = {*_keys(before.get(name), member)}
            given[name] = [part for part in given[name] if _key(part, member) in known]
    if isinstance(given.get("tags"), Mapping):
        own = before.get("tags") or {}
        given["tags"] = {key: value for key, value in given["tags"].items() if key in own}
    return given


def _keys(parts: Iterable[Any] | None, member: str) -> Iterator[Any]:
    return (_key(part, member) for part in parts or ())


def _key(part: Any, member: str) -> Any:
    """What AWS tells a part by: a member of it, or the part itself."""
    return part.get(member) if member and isinstance(part, Mapping) else part
