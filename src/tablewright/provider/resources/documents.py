"""Statements of a policy and widgets of a dashboard that others have added by hand.

A document is written as a whole. What is live in it, and neither recorded nor declared, would go
with a change of something else, and no preview would have shown it. So it is a part as an index
or a tag is (`parts`, ADR 0049): an update keeps it and does not record it, and a look at what is
live records it. Pure.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from tablewright.plan.effects import effects, is_policy, names_only_the_living

from .difference import canonical
from .shape import Shape, ValueKind

Bag = Mapping[str, Any]


def with_unrecorded(shape: Shape, live: Bag, recorded: Bag, declared: Bag) -> dict[str, Any]:
    """By property, the documents to write: as declared, with what others have added since.

    Args:
        shape: of the resource; a document in a block is not looked at.
        live: its outputs as they are.
        recorded: its outputs on record; without any all of it is the program's.
        declared: inputs.
    """
    written = {}
    for name, known in shape.items():
        bags = (declared, live, recorded)
        if known.kind is not ValueKind.DOCUMENT or any(not bag.get(name) for bag in bags):
            continue
        documents = [_parsed(bag[name]) for bag in bags]
        if added := _added(*documents):
            merged = {**documents[0].content, **added}
            written[name] = json.dumps(merged, separators=(",", ":"))
    return written


def without_unrecorded(shape: Shape, live: Bag, recorded: Bag, declared: Bag) -> dict[str, Any]:
    """By property, the documents to record where an update has kept what others added."""
    written = with_unrecorded(shape, live, recorded, declared)
    return {
        name: declared[name]
        for name, text in written.items()
        if canonical(shape[name], text) == canonical(shape[name], live[name])
    }


@dataclass(frozen=True, slots=True)
class _Document:
    """A document, the property that has its elements, and these."""

    content: Bag
    member: str = ""
    elements: tuple[Any, ...] = ()

    def keys(self) -> Iterator[Any]:
        """What its elements are known by."""
        for element in self.elements:
            yield from self.keys_of(element)

    def keys_of(self, element: Any) -> Collection[Any]:
        """What one is known by: what a statement does, and its Sid; a widget's title or graphs."""
        if self.member == "Statement":
            return effects({**self.content, "Statement": element})
        return [_face(element)]

    def sids(self) -> set[Any]:
        """The names of its statements."""
        return {element.get("Sid") for element in self.elements} - {None, ""}


def _added(declared: _Document, live: _Document, recorded: _Document) -> dict[str, list[Any]]:
    """The property of a document that others have added to, with all of its elements."""
    member = declared.member
    if not member or {live.member, recorded.member} != {member}:
        return {}
    known = {*declared.keys(), *recorded.keys()}
    sids = declared.sids() | recorded.sids() if member == "Statement" else set()
    strange = [
        element
        for element in live.elements
        if not known.issuperset(live.keys_of(element))
        and not (sids and element.get("Sid") in sids)
        and (member != "Statement" or names_only_the_living(element))
    ]
    return {member: [*chain(declared.elements, strange)]} if strange else {}


def _parsed(value: Any) -> _Document:
    try:
        content = json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return _Document({})
    if is_policy(content):
        statements = content["Statement"] or ()
        alone = isinstance(statements, Mapping)
        return _Document(content, "Statement", (statements,) if alone else tuple(statements))
    widgets = content.get("widgets") if isinstance(content, Mapping) else None
    if isinstance(widgets, list) and all(isinstance(widget, Mapping) for widget in widgets):
        return _Document(content, "widgets", tuple(widgets))
    return _Document({})


def _face(widget: Bag) -> str:
    """What a person knows a widget by: where it lies and how large it is may change."""
    properties = widget.get("properties")
    shown = properties if isinstance(properties, Mapping) else {}
    heading = next((shown[name] for name in ("title", "markdown") if shown.get(name)), None)
    face = [widget.get("type"), heading or shown.get("metrics", properties)]
    return json.dumps(face, sort_keys=True)
