"""`Fn::ForEach` written out: what the transform AWS::LanguageExtensions makes of a template. Pure.

A loop is an entry `Fn::ForEach::NAME: [IDENTIFIER, COLLECTION, {KEY: VALUE}]`; its place takes an
entry for each item of the collection, with `${IDENTIFIER}`, and `&{IDENTIFIER}` without what is no
letter or digit, filled in (template reference, "Fn::ForEach"). A collection that cannot be known
leaves the loop where it is, to be told.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from tablewright.errors import Problem

from .references import function_of
from .resolving import Resolver
from .surroundings import Surroundings, Unknown
from .template import Template, TemplateEntry, Value

PREFIX = "Fn::ForEach::"
_PARTS = 3
_OTHER = re.compile(r"[^A-Za-z0-9]")
MOST_MADE = 100_000
"""Values that loops make; a stack has 500 resources at most (CloudFormation quotas)."""
_MOST_NESTED = 5
"""Loops within loops (template reference, "Fn::ForEach")."""

_Items = Mapping[str, str]
"""Items of the loops around a value, by their identifiers."""


def unrolled(template: Template, around: Surroundings) -> tuple[Template, tuple[Problem, ...]]:
    """The template with its loops written out, and what is wrong with those that are not."""
    if PREFIX not in template.text:
        return template, ()
    writer = _Writer(template, Resolver(template, around))
    try:
        root = writer.value(template.root, {}, "")
    except _TooLongError:
        what = f"its loops make more than {MOST_MADE:,} values, and were not written out"
        return template, (Problem(what, "", template.file, template.root.line),)
    return replace(template, root=root), tuple(dict.fromkeys(writer.problems))


class _TooLongError(Exception):
    """More values than a template may have."""


class _Writer:
    """Copies values, each with its place, with loops written out."""

    def __init__(self, template: Template, resolver: Resolver) -> None:
        self.template, self.resolver = template, resolver
        self.problems: list[Problem] = []
        self._left = MOST_MADE

    def value(self, value: Value, items: _Items, path: str) -> Value:
        """A value in its loops."""
        self._left -= bool(items)
        if self._left < 0:
            raise _TooLongError
        if items and (called := function_of(value)) is not None:
            name, argument = called
            if name == "Ref" and isinstance(argument.content, str) and argument.content in items:
                return replace(value, content=items[argument.content], tag="", plain=False)
        content = value.content
        if isinstance(content, dict):
            entries = dict(self._entries(content, items, path))
            return replace(value, content=entries)
        if isinstance(content, list):
            return replace(value, content=[self.value(item, items, path) for item in content])
        return replace(value, content=_filled(content, items))

    def _entries(
        self, content: Mapping[str, TemplateEntry], items: _Items, path: str
    ) -> Iterator[tuple[str, TemplateEntry]]:
        for name, entry in content.items():
            below = f"{path}.{name}" if path else name
            if not name.startswith(PREFIX):
                written = self.value(entry.value, items, below)
                yield _filled(name, items), replace(entry, value=written)
                continue
            yield from self._loop(entry, items, below)

    def _loop(
        self, entry: TemplateEntry, items: _Items, path: str
    ) -> Iterator[tuple[str, TemplateEntry]]:
        """What a loop makes; the loop itself where its collection is not known."""
        name = path.rpartition(".")[2]
        parts = entry.value.content
        is_loop = isinstance(parts, list) and len(parts) == _PARTS
        if not is_loop or not isinstance(parts, list) or not isinstance(parts[0].content, str):
            self._tell(entry, path, "a loop takes an identifier, a collection and a mapping")
            yield name, entry
            return
        identifier, body = parts[0].content, parts[2].entries
        collection = self.resolver.resolve(self.value(parts[1], items, path), path)
        unknown = collection if isinstance(collection, Unknown) else None
        given = collection if isinstance(collection, list) else []
        unknown = unknown or next((item for item in given if isinstance(item, Unknown)), None)
        if unknown is not None:
            self.problems.append(unknown.problem)
        elif not given or not body or not all(isinstance(item, str) for item in given):
            self._tell(entry, path, "a loop takes a list of texts and a mapping")
        elif len(items) >= _MOST_NESTED:
            self._tell(entry, path, f"it is within more than {_MOST_NESTED} loops")
        else:
            for item in given:
                yield from self._entries(body, {**items, identifier: item}, path)
            return
        yield name, entry

    def _tell(self, entry: TemplateEntry, path: str, why: str) -> None:
        self.problems.append(Problem(why, "", self.template.file, entry.line, None, path))


def _filled(text: str, items: _Items) -> str:
    """A text with the items of its loops."""
    for identifier, item in items.items():
        text = text.replace("${" + identifier + "}", item)
        text = text.replace("&{" + identifier + "}", _OTHER.sub("", item))
    return text
