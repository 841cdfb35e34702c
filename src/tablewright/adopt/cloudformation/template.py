"""A template's text as values with their places, within bounds that no input can exceed. Pure.

YAML with CloudFormation's short tags and JSON are read alike, from the events of libyaml. Nothing
is understood here: a tag stays a tag, a scalar stays its text. Where each value begins and ends is
kept, so that a template can be edited as text, with its comments.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import yaml  # type: ignore[import-untyped]

from tablewright.errors import Problem, UsageError

DEEPEST = 80
"""Levels; templates that people and programs write have some fifteen."""
MOST_VALUES = 1_000_000
LARGEST_CHARACTERS = 16 * 1024 * 1024
"""CloudFormation itself takes 1 MB (quota "template body size in an Amazon S3 object")."""

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MERGE = "<<"
_PAIR = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_PAIR_SHRINKS = 2  # `\ud83d\ude00` becomes `\U0001F600`
_STANDARD = "tag:yaml.org,2002:"
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


@dataclass(slots=True, eq=False)
class Value:
    """A value as it was written.

    Args:
        start: where it begins in the text, in characters; a tag belongs to it.
        end: where it ends, without what follows in its line.
        line: where it begins, 1-based.
        content: the text of a scalar, items, or entries by key.
        tag: `!Ref`; empty without one.
        plain: a scalar without quotes.
        flow: in brackets, as all of JSON is.
        anchored: other places of the text name it by an alias.
    """

    start: int
    end: int
    line: int
    content: str | list[Value] | dict[str, TemplateEntry]
    tag: str = ""
    plain: bool = False
    flow: bool = False
    anchored: bool = False

    @property
    def entries(self) -> dict[str, TemplateEntry]:
        """Its entries; none where it is no mapping."""
        return self.content if isinstance(self.content, dict) else {}

    @property
    def is_null(self) -> bool:
        """Whether it says nothing."""
        return self.plain and not self.tag and self.content in _NULL


@dataclass(slots=True, eq=False)
class TemplateEntry:
    """A key with its value; `end` is that of what is written there, be it an alias."""

    start: int
    column: int
    line: int
    value: Value
    end: int
    alias: bool = False


@dataclass(slots=True, eq=False)
class Template:
    """A template.

    Args:
        file: as the user gave it, or the stack's name.
        text: of the file.
        root: its mapping.
        problems: keys that are given twice.
    """

    file: str
    text: str
    root: Value
    problems: list[Problem] = field(default_factory=list)

    def section(self, name: str) -> dict[str, TemplateEntry]:
        """The entries of `Resources`, `Parameters`, ...; none where it is not there."""
        entry = self.root.entries.get(name)
        return entry.value.entries if entry else {}


def read_template(text: str, file: str) -> Template:
    """The template in a text.

    Raises:
        UsageError: it is no YAML or JSON, not a template, or beyond a bound.
    """
    if len(text) > LARGEST_CHARACTERS:
        size = f"{LARGEST_CHARACTERS // (1024 * 1024)} MB"
        raise UsageError(f"{file} has more than {size}", "CloudFormation takes 1 MB")
    builder = _Builder(file, _shortened(text))
    try:
        builder.read()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{file}:{mark.line + 1}:{mark.column + 1}" if mark else file
        what = getattr(error, "problem", None) or "it cannot be read"
        raise UsageError(f"{where}: this is not valid YAML or JSON: {what}", _FIX) from error
    root = builder.root
    if root is None or not isinstance(root.content, dict) or "Resources" not in root.content:
        raise UsageError(f"{file} is no CloudFormation template: it has no `Resources`", _FIX)
    return Template(file, text, root, builder.problems)


_FIX = "give a template in YAML or JSON, or a cdk.out folder"


@dataclass(frozen=True, slots=True)
class _Shortened:
    """A text that libyaml reads, and where its places are in the original.

    Args:
        text: JSON's surrogate pairs are one escape each, and its tabs are blanks.
        cuts: places in it behind which the original is longer.
    """

    text: str
    cuts: list[int]

    def original(self, place: int) -> int:
        return place + _PAIR_SHRINKS * bisect_right(self.cuts, place) if self.cuts else place


def _shortened(text: str) -> _Shortened:
    if not text.lstrip("\ufeff \t\r\n").startswith("{"):
        return _Shortened(text, [])
    pairs = [match.end() for match in _PAIR.finditer(text)]
    cuts = [end - _PAIR_SHRINKS * (count + 1) for count, end in enumerate(pairs)]
    return _Shortened(_PAIR.sub(_joined, text).replace("\t", " "), cuts)


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF):08X}"


@dataclass(slots=True)
class _Open:
    """A collection whose end was not read; of a mapping, the key whose value comes next."""

    value: Value
    size: int = 1
    key: str | None = None
    key_mark: Any = None
    merged: list[Value] = field(default_factory=list)

    @property
    def expects_key(self) -> bool:
        return isinstance(self.value.content, dict) and self.key is None


class _Builder:
    """Builds the first document of a text from the parser's events; nothing recurses."""

    def __init__(self, file: str, text: _Shortened) -> None:
        self.file = file
        self.source = text
        self.root: Value | None = None
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, Value] = {}
        self._sizes: dict[int, int] = {}

    def read(self) -> None:
        """Read the events up to the end of the first document."""
        for event in self._events():
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, {})
            elif kind is yaml.SequenceStartEvent:
                self._open(event, [])
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close(event)
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentEndEvent:
                return

    def _events(self) -> Iterator[Any]:
        loader = _LOADER(self.source.text)
        try:
            while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
                yield event
        finally:
            loader.dispose()

    def _value(self, event: Any, content: Any) -> Value:
        start = self.source.original(event.start_mark.index)
        value = Value(start, start, event.start_mark.line + 1, content, _tag(event.tag))
        if event.anchor:
            value.anchored = True
            self._anchors[event.anchor] = value
        return value

    def _scalar(self, event: Any) -> None:
        value = self._value(event, event.value)
        value.plain = not event.style
        value.end = self._end(event)
        top = self._stack[-1] if self._stack else None
        if top is not None and top.expects_key:
            top.key, top.key_mark = event.value, event.start_mark
        else:
            self._add(value, 1, value.end)

    def _end(self, event: Any) -> int:
        """End of what an event wrote; a block scalar ends with its last line."""
        place = event.end_mark.index
        if getattr(event, "style", None) in {"|", ">"}:
            place = self._trimmed(place)
        return self.source.original(place)

    def _trimmed(self, place: int) -> int:
        while place and self.source.text[place - 1].isspace():
            place -= 1
        return place

    def _open(self, event: Any, content: Any) -> None:
        if len(self._stack) >= DEEPEST:
            raise self._beyond(event, f"it is nested more than {DEEPEST} levels deep")
        value = self._value(event, content)
        value.flow = bool(event.flow_style)
        self._stack.append(_Open(value))

    def _close(self, event: Any) -> None:
        done = self._stack.pop()
        value = done.value
        if value.flow:
            value.end = self._end(event)
        for source in done.merged:
            for key, entry in source.entries.items():
                value.entries.setdefault(key, replace(entry, alias=True))
        self._sizes[id(value)] = done.size
        if self._stack and self._stack[-1].expects_key:
            raise self._beyond(event, "a list or a mapping cannot be a key")
        self._add(value, done.size, value.end)

    def _alias(self, event: Any) -> None:
        value = self._anchors.get(event.anchor)
        if value is None or any(opened.value is value for opened in self._stack):
            raise self._beyond(event, f"`*{event.anchor}` names nothing above it")
        top = self._stack[-1]
        if top.expects_key:
            top.key, top.key_mark = str(value.content), event.start_mark
        else:
            self._add(value, self._sizes.get(id(value), 1), self._end(event), alias=True)

    def _add(self, value: Value, size: int, end: int, *, alias: bool = False) -> None:
        if not self._stack:
            self.root = value
            return
        top = self._stack[-1]
        top.size += size
        if top.size > MOST_VALUES:
            what = f"it has more than {MOST_VALUES:,} values, with those that its aliases name"
            raise UsageError(f"{self.file}:{value.line}: {what}", _FIX)
        if not top.value.flow:
            top.value.end = max(top.value.end, end)
        content = top.value.content
        if isinstance(content, list):
            content.append(value)
        elif isinstance(content, dict) and top.key is not None:
            self._put(top, content, value, end, alias=alias)
        top.key = None

    def _put(
        self, top: _Open, content: dict[str, TemplateEntry], value: Value, end: int, *, alias: bool
    ) -> None:
        key, mark = top.key or "", top.key_mark
        if key == _MERGE:
            items = value.content if isinstance(value.content, list) else [value]
            top.merged += items
            return
        if key in content:
            message = f"`{key}` is given twice; the last one counts"
            self.problems.append(
                Problem(message, "", self.file, mark.line + 1, mark.column + 1, key)
            )
        start = self.source.original(mark.index)
        content[key] = TemplateEntry(start, mark.column, mark.line + 1, value, end, alias)

    def _beyond(self, event: Any, what: str) -> UsageError:
        mark = event.start_mark
        return UsageError(f"{self.file}:{mark.line + 1}:{mark.column + 1}: {what}", _FIX)


def _tag(tag: str | None) -> str:
    """A short tag; those of YAML itself say nothing here."""
    return "" if tag is None or tag == "!" or tag.startswith(_STANDARD) else tag
