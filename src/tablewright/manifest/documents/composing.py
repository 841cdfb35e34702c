"""From YAML or JSON text to documents with places, within bounds that no input can exceed.

The parser's events come from libyaml, which is quick and keeps positions; the tree is built here
because a loader that resolves values early loses what was written: quotes, positions, repeated
keys, the text `N`. Nothing recurses, nesting and size are bounded, and what an alias names is
shared, so an input of any kind costs time and memory in proportion to its own length.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field

import yaml  # type: ignore[import-untyped]

from tablewright.errors import Problem

from .node import Items, Mapping, Node, Scalar, dotted
from .syntax import syntax_problem

DEEPEST = 50
MOST_VALUES_IN_A_DOCUMENT = 50_000
MOST_DOCUMENTS_IN_A_FILE = 10_000
MOST_SYNTAX_PROBLEMS = 25

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TEXT_TAG = "tag:yaml.org,2002:str"
_KNOWN_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")
)
_MERGE = "<<"
_SURROGATES = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")


class _TooMuchError(Exception):
    """The input goes beyond a bound; the rest of the file is not read."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        super().__init__(problem.message)


@dataclass(slots=True)
class Composed:
    """What a file holds: its documents in order, and what is wrong with the text itself.

    Args:
        documents: root value of each document; documents without any content are left out.
        problems: syntax, repeated keys, unknown aliases, bounds.
        begun: how many documents were begun, empty ones too.
    """

    documents: list[Node] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    begun: int = 0


def compose(text: str, file: str) -> Composed:
    """Read all documents of a text; after a broken one reading goes on at the next `---`."""
    composed = Composed()
    rest, lines_before = _from_json(text), 0
    for _ in range(MOST_SYNTAX_PROBLEMS):
        try:
            _Builder(file, lines_before, composed).read(rest)
        except _TooMuchError as error:
            composed.problems.append(error.problem)
        except yaml.YAMLError as error:
            problem = syntax_problem(error, file, lines_before)
            composed.problems.append(problem)
            rest, skipped = _next_document(rest, (problem.line or 1) - lines_before)
            lines_before += skipped
            if rest:
                continue
        return composed
    fix = "fix those above first"
    message = "the rest of the file is not read: too much of it is not valid YAML"
    composed.problems.append(Problem(message, fix, file, lines_before + 1, 1))
    return composed


def _next_document(text: str, broken_line: int) -> tuple[str, int]:
    """The text from the next `---` at or after a line, and how many lines come before it.

    Lines count from 1; the first is never meant, it begins the document that is broken.
    """
    start = 0
    for number in range(1, broken_line + 1):
        start = text.find("\n", start) + 1
        if start == 0:
            return "", 0
        if number == broken_line - 1 and text.startswith("---", start):
            return text[start:], number
    separator = text.find("\n---", start - 1)
    if separator < 0:
        return "", 0
    return text[separator + 1 :], text.count("\n", 0, separator + 1)


def _from_json(text: str) -> str:
    """Make JSON that is not YAML into YAML: tabs between tokens, surrogate pairs in escapes."""
    if not text.lstrip().startswith(("{", "[")) or ("\t" not in text and "\\u" not in text):
        return text
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return text
    return _SURROGATES.sub(_joined, text.replace("\t", " "))


def _joined(pair: re.Match[str]) -> str:
    high, low = int(pair[1], 16), int(pair[2], 16)
    return f"\\U{0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF):08X}"


@dataclass(slots=True)
class _Open:
    """A list or mapping whose end has not been read.

    Args:
        node: what is being filled.
        is_key: it stands where a key belongs, which is a mistake already reported.
        size: values in it so far, with all that its aliases stand for.
        key: of a mapping, the key whose value comes next; None while a key comes next.
        key_place: line and column of that key.
        drops: the next value has a key that is a mistake already reported.
        merging: the next value is that of `<<`.
        merged: values of `<<`.
    """

    node: Items | Mapping
    is_key: bool = False
    size: int = 1
    key: str | None = None
    key_place: tuple[int, int] = (0, 0)
    drops: bool = False
    merging: bool = False
    merged: list[Node] = field(default_factory=list)

    @property
    def expects_key(self) -> bool:
        waits = self.key is not None or self.merging or self.drops
        return isinstance(self.node, Mapping) and not waits

    def attach(self, node: Node) -> None:
        """Tell a value where it lies as soon as it begins: problems inside need their path."""
        node.parent = self.node
        node.key = len(self.node.items) if isinstance(self.node, Items) else self.key or ""

    def take(self, node: Node, size: int) -> None:
        """Put a value where it belongs."""
        self.size += size
        if isinstance(self.node, Items):
            self.node.items.append(node)
        elif self.merging:
            self.merged.append(node)
        elif self.key is not None:
            self.node.entries[self.key] = node
            self.node.key_places[self.key] = self.key_place
        self.key, self.merging, self.drops = None, False, False


class _Builder:
    """Builds the documents of one text from the parser's events."""

    def __init__(self, file: str, lines_before: int, composed: Composed) -> None:
        self.file = file
        self.lines_before = lines_before
        self.composed = composed
        self.stack: list[_Open] = []
        self.anchors: dict[str, Node] = {}
        self.sizes: dict[int, int] = {}
        self.line = 0

    def read(self, text: str) -> None:
        """Feed all events of the text; raises the parser's own error on bad syntax."""
        for event in _events(text):
            kind = type(event)
            if kind is yaml.ScalarEvent:
                self._scalar(event)
            elif kind is yaml.MappingStartEvent:
                self._open(event, Mapping(self.file, *self._place(event)))
            elif kind is yaml.SequenceStartEvent:
                self._open(event, Items(self.file, *self._place(event)))
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                self._close()
            elif kind is yaml.AliasEvent:
                self._alias(event)
            elif kind is yaml.DocumentStartEvent:
                self._begin_document(event)

    def _begin_document(self, event: yaml.Event) -> None:
        self.anchors, self.sizes = {}, {}
        self.composed.begun += 1
        if self.composed.begun > MOST_DOCUMENTS_IN_A_FILE:
            message = f"holds more than {MOST_DOCUMENTS_IN_A_FILE:,} documents"
            raise _TooMuchError(self._problem(event, message, "split the file"))

    def _scalar(self, event: yaml.Event) -> None:
        plain = not event.style and event.tag is None
        text = sys.intern(event.value)  # the same words come in each document
        node = Scalar(self.file, *self._place(event), text=text, plain=plain)
        if event.tag is not None:
            self._check_tag(event)
            node.plain = event.tag not in (_TEXT_TAG, "!")
        if event.anchor:
            self.anchors[event.anchor] = node
        if self.stack and self.stack[-1].expects_key:
            self._key(self.stack[-1], node)
        else:
            self._add(node, 1)

    def _key(self, top: _Open, key: Scalar) -> None:
        if key.plain and key.text == _MERGE:
            top.merging = True
            return
        node = top.node
        place = (key.line, key.column)
        if isinstance(node, Mapping) and key.text in node.key_places:
            first = node.key_places[key.text][0]
            message = f"`{key.text}` is given twice, first in line {first}"
            if key.text in ("apiVersion", "api_version") and len(self.stack) == 1:
                self._split(top, node, key)
                return
            fix = "remove one of the two"
            path = dotted((*node.path, key.text))
            self.composed.problems.append(Problem(message, fix, self.file, *place, path))
        top.key, top.key_place = key.text, place

    def _split(self, top: _Open, node: Mapping, key: Scalar) -> None:
        """Go on as if a `---` stood before a second `apiVersion`: what follows is a document."""
        message, fix = "a new document begins without `---`", "write a line with `---` above it"
        place = (key.line, key.column)
        self.composed.problems.append(Problem(message, fix, self.file, *place))
        self._merge(node, top.merged)
        self._finish(node)
        top.node, top.merged = Mapping(self.file, *place), []
        top.key, top.key_place = key.text, place

    def _open(self, event: yaml.Event, node: Mapping | Items) -> None:
        if len(self.stack) >= DEEPEST:
            message = f"is nested more than {DEEPEST} levels deep"
            raise _TooMuchError(self._problem(event, message, "no manifest needs that"))
        if event.tag is not None:
            self._check_tag(event)
        top = self.stack[-1] if self.stack else None
        is_key = top is not None and top.expects_key
        if is_key:
            message = "a list or a mapping cannot be a key"
            self.composed.problems.append(self._problem(event, message, "use text as the key"))
        elif top:
            top.attach(node)
        self.stack.append(_Open(node, is_key=is_key))
        if event.anchor:
            self.anchors[event.anchor] = node

    def _close(self) -> None:
        done = self.stack.pop()
        node = done.node
        if isinstance(node, Mapping):
            self._merge(node, done.merged)
        self.sizes[id(node)] = done.size
        if done.is_key:
            self.stack[-1].drops = True
        else:
            self._add(node, done.size)

    def _merge(self, node: Mapping, merged: list[Node]) -> None:
        """Put what `<<` names under the mapping's own fields; earlier ones win over later ones."""
        for value in merged:
            for source in value.items if isinstance(value, Items) else [value]:
                if isinstance(source, Mapping):
                    for key, below in source.entries.items():
                        if key not in node.entries:
                            node.entries[key] = below
                            node.key_places[key] = source.key_places[key]
                elif not (isinstance(source, Scalar) and source.unresolved):
                    message = "`<<` takes over the fields of a mapping, and this is none"
                    fix = "write `<<: *NAME` with the name of a mapping, or remove it"
                    place = (source.line, source.column)
                    self.composed.problems.append(Problem(message, fix, self.file, *place))

    def _alias(self, event: yaml.Event) -> None:
        node = self.anchors.get(event.anchor)
        if node is None or any(opened.node is node for opened in self.stack):
            wrong = "names nothing above it" if node is None else "contains itself"
            fix = f"write `&{event.anchor}` at the value that is meant, above this line"
            problem = self._problem(event, f"`*{event.anchor}` {wrong}", fix)
            self.composed.problems.append(problem)
            node = Scalar(self.file, *self._place(event), text=event.anchor, unresolved=True)
        if not self.stack or not self.stack[-1].expects_key:
            self._add(node, self.sizes.get(id(node), 1))
            return
        text = node.text if isinstance(node, Scalar) else ""
        key = Scalar(self.file, *self._place(event), text=text, plain=False)
        self._key(self.stack[-1], key)

    def _add(self, node: Node, size: int) -> None:
        if not self.stack:
            if not (isinstance(node, Scalar) and node.is_null):
                self._finish(node)
            return
        top = self.stack[-1]
        if top.size + size > MOST_VALUES_IN_A_DOCUMENT:
            message = f"has more than {MOST_VALUES_IN_A_DOCUMENT:,} values in one document"
            fix = "split it into documents; check its aliases, which multiply what they name"
            raise _TooMuchError(Problem(message, fix, self.file, node.line, node.column))
        if node.parent is None:
            top.attach(node)
        top.take(node, size)

    def _finish(self, document: Node) -> None:
        if isinstance(document, Mapping):
            document.position = len(self.composed.documents)
        self.composed.documents.append(document)

    def _check_tag(self, event: yaml.Event) -> None:
        if event.tag != "!" and event.tag not in _KNOWN_TAGS:
            name = event.tag.replace("tag:yaml.org,2002:", "!!")
            self.composed.problems.append(
                self._problem(event, f"the tag `{name}` means nothing here", "remove the tag")
            )

    def _place(self, event: yaml.Event) -> tuple[int, int]:
        mark = event.start_mark
        line = self.lines_before + mark.line + 1
        if line != self.line:
            self.line = line
        return self.line, mark.column + 1  # one number for all values of a line

    def _problem(self, event: yaml.Event, message: str, fix: str) -> Problem:
        line, column = self._place(event)
        return Problem(message, fix, self.file, line, column)


def _events(text: str) -> Iterator[yaml.Event]:
    loader = _Loader(text)
    try:
        while not isinstance(event := loader.get_event(), yaml.StreamEndEvent):
            yield event
    finally:
        loader.dispose()
