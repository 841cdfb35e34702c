"""Values set from outside: `--set spec.recovery.days=7`, typed by the field they are for.

An override is applied to the documents before anything is checked, so a wrong one is reported like
a wrong line, under the name `--set`. `NAME:PATH=VALUE` chooses the document by its `metadata.name`;
without a name it is meant for the only table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pydantic.alias_generators import to_camel

from tablewright.errors import Problem
from tablewright.manifest.documents.composing import compose
from tablewright.manifest.documents.node import Items, Mapping, Node, Path, Scalar, dotted, find
from tablewright.manifest.kinds import ManifestDocument

SOURCE = "--set"

_TEXT = re.compile(r"(?:(?P<target>[^=:]+):)?(?P<path>[^=:]+)=(?P<value>.*)", re.DOTALL)
_PART = re.compile(r"([^.\[\]]+)|\[(\d+)\]")
_LONGEST_LIST = 1000


@dataclass(frozen=True, slots=True)
class Override:
    """A value for a field of the document called `target`; None means the only table."""

    path: Path
    value: str
    target: str | None = None


def parse_override(text: str) -> Override | Problem:
    """Read `[NAME:]PATH=VALUE`; list items are `path[0]` or `path.0`."""
    match = _TEXT.fullmatch(text)
    fix = "write `--set spec.recovery.days=7`"
    if match is None:
        return Problem(f"`{text[:80]}` sets nothing", fix, SOURCE)
    path: list[str | int] = []
    position = 0
    for part in _PART.finditer(match["path"]):
        gap = match["path"][position : part.start()]
        if gap not in ("", "."):
            break
        word, number = part[1], part[2]
        path.append(int(number or word) if number or word.isdigit() else word)
        position = part.end()
    if position != len(match["path"]) or not path or isinstance(path[0], int):
        return Problem(f"`{match['path'][:80]}` is not the path of a field", fix, SOURCE)
    return Override(tuple(path), match["value"], match["target"])


def apply_overrides(
    documents: Sequence[ManifestDocument], overrides: Sequence[Override]
) -> list[Problem]:
    """Put all values in their places, in order; what cannot be placed is reported."""
    return [problem for override in overrides for problem in _apply(documents, override)]


def _apply(documents: Sequence[ManifestDocument], override: Override) -> Iterator[Problem]:
    targets = [document for document in documents if _is_meant(document, override)]
    if len(targets) != 1:
        what = f"document `{override.target}`" if override.target else "table"
        message = f"there is no {what}" if not targets else f"there are several {what}s"
        fix = "choose one by its name: `--set NAME:PATH=VALUE`"
        yield Problem(message, fix, SOURCE, path=_text_of(override))
        return
    composed = compose(override.value, SOURCE) if override.value[:1] in ("[", "{") else None
    if composed and (composed.problems or len(composed.documents) != 1):
        yield Problem(
            "the value is not valid YAML", "check its brackets", SOURCE, path=_text_of(override)
        )
        return
    value = composed.documents[0] if composed else _scalar(override.value)
    wrong = _put(targets[0].root, override.path, value)
    if wrong:
        yield Problem(wrong, "check the path", SOURCE, path=_text_of(override))


def _is_meant(document: ManifestDocument, override: Override) -> bool:
    if override.target is None:
        return document.kind != "Stack"
    node, rest = find(document.root, ("metadata", "name"))
    return not rest and isinstance(node, Scalar) and node.text == override.target


def _scalar(text: str) -> Scalar:
    """A value that is whatever its field needs."""
    return Scalar(SOURCE, 1, 1, text=text, plain=False, from_variable=True)


def _put(root: Mapping, path: Path, value: Node) -> str | None:
    """Put a value at a path, making what lies between; says what is in the way, if anything."""
    here: Node = root
    for position, part in enumerate(path):
        last = position == len(path) - 1
        below: Node = value if last else _container(path[position + 1])
        if isinstance(here, Mapping) and isinstance(part, str):
            name = _spelling(here, part)
            if last or name not in here.entries or _is_nothing(here.entries[name]):
                here.entries[name] = below
                here.key_places.setdefault(name, (1, 1))
                below.parent, below.key = here, name
            here = here.entries[name]
        elif isinstance(here, Items) and isinstance(part, int):
            if part > len(here.items) or part >= _LONGEST_LIST:
                return f"the list has {len(here.items)} entries; there is no place for [{part}]"
            if part == len(here.items):
                here.items.append(below)
            elif last:
                here.items[part] = below
            below.parent, below.key = here, part
            here = here.items[part]
        else:
            what = "a number in brackets" if isinstance(here, Items) else "a field"
            return f"`{part}` cannot follow: {what} is expected, or nothing"
    return None


def _container(part: str | int) -> Node:
    return Items(SOURCE, 1, 1) if isinstance(part, int) else Mapping(SOURCE, 1, 1)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.is_null


def _spelling(holder: Mapping, name: str) -> str:
    """The name under which the field stands there already: Planton's fields have two."""
    if name in holder.entries:
        return name
    camel = to_camel(name)
    return next((key for key in holder.entries if to_camel(key) == camel), name)


def _text_of(override: Override) -> str:
    return dotted(override.path)
