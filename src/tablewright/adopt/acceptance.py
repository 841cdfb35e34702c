"""A live value in the words of a manifest: the edits that declare what is live of one field. Pure.

The same specification that `adopt` writes says what the value is; what is nested is edited leaf by
leaf, so that comments beside the other leaves stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from tablewright.aws.tables import users_tags
from tablewright.fleet.live import LiveTable
from tablewright.manifest.documents.node import Path
from tablewright.manifest.messages.vocabulary import UNREAD
from tablewright.plan.facets import FACETS, Facet

from .specification import specification

Edit = tuple[Path, Any]
"""A path in a document, and the value to set; None removes the field."""

_CAPACITY: Final = ("provisionedThroughput", "autoScaling", "onDemandThroughput")
_FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "billing mode": ("billingMode", *_CAPACITY),
    "capacity": ("provisionedThroughput",),
    "scaling of reads": ("autoScaling",),
    "scaling of writes": ("autoScaling",),
    "insights": ("contributorInsights",),
    "Kinesis": ("kinesisDestination",),
    "resource policy": ("resourcePolicy",),
    "stream policy": ("streamResourcePolicy",),
}
"""By what a report calls them, the fields of a table's specification; facets say it themselves."""
_FACETS: Final[Mapping[str, Facet[Any]]] = {facet.fact: facet for facet in FACETS}
_TAGS: Final = "tags"
_INDEX: Final = "index "


def field_of(fact: str) -> str | None:
    """The field of a table's specification that declares a fact; None if none does by itself."""
    if fact in _FACETS:
        return _FACETS[fact].path
    if fact in _FIELDS:
        return _FIELDS[fact][0]
    if fact == _TAGS:
        return _TAGS
    if index := _index_of(fact):
        return f"globalSecondaryIndexes[{index}]"
    return None


def ways(
    fact: str, spec: Mapping[str, Any], declared_tags: Mapping[str, str], live: LiveTable
) -> Iterator[tuple[Edit, ...]]:
    """The ways to declare what is live, the likeliest first; none where no field says it.

    Args:
        fact: what differs, as `verify` calls it.
        spec: of the table, defaults merged.
        declared_tags: of the table, those of its stack among them.
        live: the table.
    """
    wanted = specification(live)
    if fact in _FACETS:
        yield from _of_facet(_FACETS[fact], spec, live)
    elif fact == _TAGS:
        yield tuple(_tags(spec, users_tags(declared_tags), wanted))
    elif fact in _FIELDS:
        edits = _several(("spec",), _FIELDS[fact], spec, wanted)
        if fact == "billing mode":
            edits = [*edits, *_of_indexes(spec, wanted)]
        yield tuple(edits)
    elif index := _index_of(fact):
        yield tuple(_of_index(index, spec, wanted))


def _of_facet(
    facet: Facet[Any], spec: Mapping[str, Any], live: LiveTable
) -> Iterator[tuple[Edit, ...]]:
    value, path = facet.of(live.table), ("spec", facet.path)
    if value is None:
        return
    if value == facet.default and not isinstance(value, bool):
        yield ((path, None),)
    yield tuple(_leaves(path, spec.get(facet.path), facet.manifest(value)))


def _several(
    place: Path, fields: tuple[str, ...], spec: Mapping[str, Any], wanted: Mapping[str, Any]
) -> list[Edit]:
    """The edits of whole fields; what is unread is not touched."""
    return [
        edit
        for field in fields
        if wanted.get(field) != UNREAD
        for edit in _leaves((*place, field), spec.get(field), wanted.get(field))
    ]


def _tags(
    spec: Mapping[str, Any], declared: Mapping[str, str], wanted: Mapping[str, Any]
) -> Iterator[Edit]:
    """Tags where the table has them already, new ones as its own alone."""
    live = wanted.get("tableTags") or {}
    if live == UNREAD:
        return
    for key in {**declared, **live}:
        if live.get(key) != declared.get(key):
            field = "tags" if key in (spec.get("tags") or {}) else "tableTags"
            yield ("spec", field, key), live.get(key)


def _of_indexes(spec: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Edit]:
    live = {index["name"]: index for index in wanted.get("globalSecondaryIndexes", ())}
    for index in spec.get("globalSecondaryIndexes") or ():
        place = ("spec", "globalSecondaryIndexes", index["name"])
        yield from _several(place, _CAPACITY, index, live.get(index["name"], {}))


def _of_index(name: str, spec: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[Edit]:
    """One index, which both have; the first one can be added, a further one only by hand."""
    live = {index["name"]: index for index in wanted.get("globalSecondaryIndexes", ())}
    declared = {index["name"]: index for index in spec.get("globalSecondaryIndexes") or ()}
    place = ("spec", "globalSecondaryIndexes")
    if name in live and name in declared:
        fields = (*_CAPACITY, "projection", "contributorInsights")
        yield from _several((*place, name), fields, declared[name], live[name])
    elif name in live and not declared:
        yield place, [live[name]]


def _index_of(fact: str) -> str:
    """The index that a fact is about; empty if it is about none."""
    head = fact.partition(":")[0]
    for prefix in (_INDEX, f"global {_INDEX}", f"insights on {_INDEX}"):
        if head.startswith(prefix):
            return head.removeprefix(prefix)
    return ""


def _leaves(path: Path, old: Any, new: Any) -> Iterator[Edit]:
    """From one value to another, in the smallest edits."""
    if new in ({}, None):
        if old is not None:
            yield path, None
    elif isinstance(old, Mapping) and isinstance(new, Mapping) and old:
        for key, value in new.items():
            yield from _leaves((*path, key), old.get(key), value)
        for key in old.keys() - new.keys():
            yield (*path, key), None
    elif old != new:
        yield path, new
