"""What others have changed since it was recorded, and an update would write over.

A preview compares what is recorded with what is declared. What has neither tags nor an id, as a
scheduled action, is known by its contents alone, and may be another one: of a state restored from
a backup the names may have been given away since. So where it is live as nobody has recorded it, an
update is refused, until a look at what is live has recorded it (ADR 0049). So is one of a policy,
a dashboard or another document in which somebody has changed what is recorded (`documents`), and
of an inline policy that somebody has rewritten. Pure.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from tablewright.errors import RefusedError
from tablewright.provider.creation_id import creation_id_of
from tablewright.resource_kinds import KINDS

from .difference import canonical
from .documents import edited_documents
from .shape import ValueKind

if TYPE_CHECKING:
    from tablewright.provider.configuration import Configuration

    from .resource import Bag, Live, Recorded, ResourceType

LOOK_FIRST: Final = (
    "look at it with `tablewright preview PATH --refresh` or `pulumi preview --refresh`, and "
    "declare what is to stay; then `tablewright up PATH --refresh` or `pulumi up --refresh` writes "
    "what is declared"
)
"""The remedy for what somebody has changed since it was recorded."""


def is_known_by_contents(kind: ResourceType, outputs: Bag) -> bool:
    """Whether only what is in it tells a part of something from another one of its name.

    Args:
        kind: of the resource.
        outputs: on record.
    """
    known = KINDS.get(kind.tok)
    is_part = known is not None and known.parent is not None
    return is_part and not kind.is_tagged and not creation_id_of(outputs)


def can_be_written_over(kind: ResourceType, outputs: Bag) -> bool:
    """Whether an update of it could write over what others have written."""
    return is_known_by_contents(kind, outputs) or any(
        member.kind is ValueKind.DOCUMENT
        for known in kind.shape.values()
        for member in (known, *known.members.values())
    )


def written_over(
    kind: ResourceType, live: Live, recorded: Recorded, configuration: Configuration
) -> list[str]:
    """The inputs that an update would write, and that are live as nobody has recorded them.

    Args:
        kind: of the resource.
        live: as it is.
        recorded: what is on record and what is wanted; what the program is told to ignore stays.
        configuration: of the provider.
    """
    differing = _differing(kind, live, recorded, recorded.news, configuration)
    edited = {*_edited_elements(kind, live, recorded), *_edited_documents(kind, live, recorded)}
    if is_known_by_contents(kind, recorded.outputs):
        edited |= {
            name
            for name in _unrecorded(kind, live, recorded, configuration)
            if not _is_document(kind, name)
        }
    return sorted(
        name
        for name in edited & differing - {*kind.changing_by_itself}
        if _is_said(kind, name, live)  # of what is gone nothing is lost
    )


def _is_said(kind: ResourceType, name: str, live: Live) -> bool:
    known, value = kind.shape.get(name), live.outputs.get(name)
    return value is not None and (known is None or canonical(known, value) != known.default)


def refusal_of(subjects: Mapping[str, Sequence[str]]) -> RefusedError:
    """The refusal of an update.

    Args:
        subjects: the inputs that it would write over, by resource in words.
    """
    listed = ", ".join(f"{', '.join(names)} of {subject}" for subject, names in subjects.items())
    return RefusedError(
        f"{listed} would be written over, and is not as it is recorded: somebody has changed it "
        "since; nothing was touched",
        LOOK_FIRST,
    )


def is_edited(
    kind: ResourceType, live: Live, recorded: Recorded, configuration: Configuration
) -> bool:
    """Whether a live resource is not what is on record.

    Args:
        kind: of the resource.
        live: as it is.
        recorded: what is on record.
        configuration: of the provider.
    """
    return bool(_unrecorded(kind, live, recorded, configuration) - {*kind.changing_by_itself})


def _unrecorded(
    kind: ResourceType, live: Live, recorded: Recorded, configuration: Configuration
) -> set[str]:
    """Names of the inputs that are live neither as they were given nor as they were read last."""
    outputs = recorded.outputs
    return {
        name
        for name in _differing(kind, live, recorded, recorded.old_inputs, configuration)
        if name not in outputs
        or name not in kind.shape
        or canonical(kind.shape[name], outputs[name])
        != canonical(kind.shape[name], live.outputs.get(name))
    }


def _differing(
    kind: ResourceType, live: Live, recorded: Recorded, inputs: Bag, configuration: Configuration
) -> set[str]:
    """Names of the inputs that would make another resource than the live one."""
    outputs = kind.settle(live.outputs, inputs, recorded.outputs)
    against = replace(recorded, outputs=outputs, news=inputs)
    return {change.top for change in kind.diff(against, configuration)}


def _edited_elements(kind: ResourceType, live: Live, recorded: Recorded) -> Iterator[str]:
    """Lists of which an element has a document that is not as it is recorded."""
    for name in _lists_of_documents(kind):
        if name in recorded.ignored or name not in recorded.outputs:
            continue
        bags = (recorded.outputs, live.outputs, recorded.news)
        if _has_edited_element(kind, name, *(bag.get(name) or () for bag in bags)):
            yield name


def _has_edited_element(
    kind: ResourceType, name: str, recorded: Any, live: Any, declared: Any
) -> bool:
    """Whether an element is neither what is recorded nor what is declared of its name.

    One that is not recorded is left alone by itself (`parts`), unless its name is declared.
    """
    member, known = kind.parts[name], kind.shape[name]
    was, now, wanted = (
        {element[member]: canonical(known, [element]) for element in elements if member in element}
        for elements in (recorded, live, declared)
    )
    return any(
        was.get(key) != element and wanted.get(key) != element
        for key, element in now.items()
        if key in was or key in wanted
    )


def _lists_of_documents(kind: ResourceType) -> Iterator[str]:
    """Inputs that are lists of parts which hold documents."""
    for name in kind.parts:
        known = kind.shape.get(name)
        if known and any(inner.kind is ValueKind.DOCUMENT for inner in known.members.values()):
            yield name


def _edited_documents(kind: ResourceType, live: Live, recorded: Recorded) -> frozenset[str]:
    """Documents of which an update would write over what somebody has changed."""
    bags = live.outputs, recorded.outputs, recorded.news
    return edited_documents(kind.shape, *bags, recorded.old_inputs)


def _is_document(kind: ResourceType, name: str) -> bool:
    known = kind.shape.get(name)
    return known is not None and known.kind is ValueKind.DOCUMENT
