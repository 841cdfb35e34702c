"""Statements of a policy and widgets of a dashboard that others have added or changed by hand.

A document is written as a whole. What is live in it, and neither recorded nor declared, would go
with a change of something else, and no preview would have shown it. So it is a part as an index
or a tag is (`parts`, ADR 0049): an update keeps it and does not record it, and a look at what is
live records it. What was recorded and is live as nobody has recorded it, somebody has changed: an
update that would write over it is refused (`outside`). Pure.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from tablewright.plan.effects import Effect, effects, is_policy, names_only_the_living
from tablewright.resource_kinds import UNKNOWN

from .difference import canonical
from .shape import Input, Shape, ValueKind

Bag = Mapping[str, Any]
Parts = tuple[dict[str, Any], bool]
"""Members to write beside what is declared, and whether somebody's change would be written over."""
_OPAQUE: Final = "?"
"""Stands for the member of a document of which nobody knows parts."""
_STATEMENTS: Final = "Statement"
_WIDGETS: Final = "widgets"
_LAYOUT: Final = frozenset({"x", "y", "width", "height"})
"""Where a widget lies and how large it is: whoever adds one in the console moves others."""


def with_unrecorded(
    shape: Shape, live: Bag, recorded: Bag, declared: Bag, given: Collection[str] = ()
) -> dict[str, str]:
    """By property, the documents to write: as declared, with what others have added since.

    Args:
        shape: of the resource; a document in a block is not looked at.
        live: its outputs as they are.
        recorded: its outputs on record; without any all of it is the program's.
        declared: inputs.
        given: names of the inputs that the program gave last: what is declared no more goes.
    """
    merged = _merged(shape, live, recorded, declared, given)
    return {name: document.text for name, document in merged if document.text}


def without_unrecorded(
    shape: Shape, live: Bag, recorded: Bag, declared: Bag, *, is_done: bool = True
) -> dict[str, Any]:
    """By property, the documents to record where an update has kept what others added.

    Args:
        shape: of the resource.
        live: its outputs after the update.
        recorded: those before.
        declared: inputs.
        is_done: whether the update came to its end; what it has not written stays as recorded.
    """
    documents = dict[str, Any]()
    for name, merged in _merged(shape, live, recorded, declared, shape):
        known, wanted = shape[name], declared.get(name) or ""
        if canonical(known, merged.text or wanted) == canonical(known, live[name]):
            documents[name] = wanted
        elif not is_done:
            documents[name] = recorded.get(name)
    return documents


def edited_documents(
    shape: Shape, live: Bag, recorded: Bag, declared: Bag, given: Collection[str] = ()
) -> frozenset[str]:
    """The documents of which an update would write over what somebody has changed; see above."""
    merged = _merged(shape, live, recorded, declared, given)
    return frozenset(name for name, document in merged if document.is_edited)


@dataclass(frozen=True, slots=True)
class _Merged:
    """What an update makes of a document.

    Args:
        text: what it writes; none where that is what is declared.
        is_edited: whether it would write over what somebody has changed since the record.
    """

    text: str = ""
    is_edited: bool = False


@dataclass(frozen=True, slots=True)
class _Document:
    """A document, the property that has its elements, and these."""

    content: Bag
    member: str = ""
    elements: tuple[Bag, ...] = ()

    def keys(self) -> set[Effect]:
        """What its statements do."""
        return {key for element in self.elements for key in self.keys_of(element)}

    def keys_of(self, statement: Bag) -> frozenset[Effect]:
        """What one of them does."""
        return effects({**self.content, self.member: statement})

    def sids(self) -> set[Any]:
        """The names of its statements."""
        return {element.get("Sid") for element in self.elements} - {None, ""}


def _merged(
    shape: Shape, live: Bag, recorded: Bag, declared: Bag, given: Collection[str]
) -> Iterator[tuple[str, _Merged]]:
    for name, known in shape.items():
        if known.kind is not ValueKind.DOCUMENT or not recorded or not live.get(name):
            continue
        wanted = declared.get(name)
        is_written = bool(wanted) or not (known.keeps or (wanted is None and name not in given))
        if is_written and wanted != UNKNOWN:
            yield name, _merge(known, live[name], recorded.get(name), wanted)


def _merge(known: Input, live: Any, recorded: Any, declared: Any) -> _Merged:
    values = [canonical(known, value) for value in (live, recorded, declared)]
    if values[0] == values[2]:
        return _Merged()
    documents = [_parsed(value) for value in (live, recorded, declared)]
    now, was, wanted = documents
    merge = _MERGES.get(now.member)
    if merge is None or any(document.member not in ("", now.member) for document in documents):
        return _Merged(is_edited=values[0] != values[1])
    kept, is_edited = merge(now, was, wanted)
    if not kept:
        return _Merged(is_edited=is_edited)
    content = {**(wanted.content or now.content), **kept}
    return _Merged(json.dumps(content, separators=(",", ":")), is_edited)


def _merge_statements(live: _Document, recorded: _Document, declared: _Document) -> Parts:
    """Keep the statements of others, and find what somebody has changed of the program's.

    It is changed if it does live what is neither recorded nor written again, or if it does only
    some of what is recorded. What is gone altogether is written again: nothing is lost by that.
    """
    was, wanted = recorded.keys(), declared.keys()
    known, sids = was | wanted, recorded.sids() | declared.sids()
    living = [statement for statement in live.elements if names_only_the_living(statement)]
    own = {
        key
        for statement in live.elements
        if known.issuperset(live.keys_of(statement))
        for key in live.keys_of(statement)
    }

    def is_strange(statement: Bag) -> bool:
        keys = live.keys_of(statement)
        return not (known >= keys or (keys & was) - own or statement.get("Sid") in sids)

    strange = [statement for statement in living if is_strange(statement)]
    now = {key for statement in living for key in live.keys_of(statement)}
    frame = declared if declared.member else live
    written = wanted.union(*(frame.keys_of(statement) for statement in strange))
    is_edited = bool(now - written - was) or any(
        _is_narrowed(recorded.keys_of(statement), live, written) for statement in recorded.elements
    )
    return {_STATEMENTS: [*declared.elements, *strange]} if strange else {}, is_edited


def _is_narrowed(recorded: frozenset[Effect], live: _Document, written: set[Effect]) -> bool:
    """Whether somebody has let a statement do less, and it is to be written as it was.

    A principal that was deleted takes what it could do with it, which nobody has decided here.
    """
    missing = (recorded - live.keys()) & written
    return bool(missing) and any(
        names_only_the_living(statement) and recorded & live.keys_of(statement)
        for statement in live.elements
    )


def _merge_widgets(live: _Document, recorded: _Document, declared: _Document) -> Parts:
    """Keep the widgets of others, and what else they have set; find what they have changed.

    A widget is known by what it shows. One that shows something else under the title of a recorded
    one that is not there is that one, changed; beside it, it is another of the same title.
    """
    was, wanted = Counter(map(_shown, recorded.elements)), Counter(map(_shown, declared.elements))
    left, unknown = was | wanted, list[Bag]()
    for widget in live.elements:
        if left[_shown(widget)] > 0:
            left[_shown(widget)] -= 1
        else:
            unknown.append(widget)
    missing = Counter(_title(widget) for widget in recorded.elements if left[_shown(widget)] > 0)
    strange, is_edited = list[Bag](), False
    for widget in unknown:
        if missing[_title(widget)] > 0:
            missing[_title(widget)] -= 1
            is_edited = True
        else:
            strange.append(widget)
    kept: dict[str, Any] = {_WIDGETS: [*declared.elements, *strange]} if strange else {}
    for name, value in live.content.items():
        others = [document.content for document in (recorded, declared) if name in document.content]
        if name != _WIDGETS and not others:
            kept[name] = value
        elif name != _WIDGETS:
            is_edited |= all(content[name] != value for content in others)
    return kept, is_edited


def _parsed(value: Any) -> _Document:
    try:
        content = json.loads(value) if isinstance(value, str) and value else value or {}
    except ValueError:
        return _Document({}, _OPAQUE)
    if is_policy(content):
        statements = content[_STATEMENTS] or ()
        listed = (statements,) if isinstance(statements, Mapping) else statements
        return _Document(content, _STATEMENTS, tuple(listed))
    widgets = content.get(_WIDGETS) if isinstance(content, Mapping) else None
    if isinstance(widgets, list) and all(isinstance(widget, Mapping) for widget in widgets):
        return _Document(content, _WIDGETS, tuple(widgets))
    return _Document({}, _OPAQUE if content else "")


def _shown(widget: Bag) -> str:
    """What it shows, and how."""
    return json.dumps(
        {name: value for name, value in widget.items() if name not in _LAYOUT}, sort_keys=True
    )


def _title(widget: Bag) -> str:
    """What a person knows it by."""
    properties = widget.get("properties")
    shown = properties if isinstance(properties, Mapping) else {}
    heading = next((shown[name] for name in ("title", "markdown") if shown.get(name)), None)
    return json.dumps([widget.get("type"), heading or shown.get("metrics", properties)])


_MERGES: Final[Mapping[str, Callable[[_Document, _Document, _Document], Parts]]] = {
    _STATEMENTS: _merge_statements,
    _WIDGETS: _merge_widgets,
}
