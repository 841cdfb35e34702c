"""From a document to a model, with all mistakes at once.

A document with mistakes still yields a model: what is wrong is replaced by its default or a neutral
value and remembered as broken, so that the rules find what else is wrong; a rule that looks at
something broken keeps silent.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as MappingType
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from tablewright.errors import Problem
from tablewright.manifest.documents.node import (
    Items,
    Mapping,
    Node,
    Path,
    Scalar,
    find,
    plain_value,
)
from tablewright.manifest.messages.model_introspection import field_at, fields_of, model_at, sample
from tablewright.manifest.messages.vocabulary import shown
from tablewright.manifest.messages.wording import missing, phrase, unknown_field
from tablewright.manifest.models.base import Model

TEXT_FIELDS = frozenset(
    {
        "tags",
        "tableTags",
        "enforcedTags",
        "dimensions",
        "conditions",
        "resourcePolicy",
        "streamResourcePolicy",
    }
)
"""Fields below which every value is text, as written: `CostCenter: 0042` keeps its zeros."""

MOST_SUGGESTIONS = 200
"""Looking for the nearest word takes time; a document of nothing but mistakes must not take it."""

MOST_PROBLEMS = 1_000
"""So many are shown of one document; one with more is not looked at any further."""

M = TypeVar("M", bound=Model)


@dataclass(slots=True)
class Checked(Generic[M]):
    """What came of a document.

    Args:
        root: the document.
        model: what it says, mistakes replaced; None if not even that can be had.
        problems: what is wrong with single fields.
        broken: paths whose values in `model` are not what was written.
    """

    root: Node
    model: M | None = None
    problems: list[Problem] = field(default_factory=list)
    broken: set[Path] = field(default_factory=set)

    def break_at(self, path: Path) -> None:
        """Remember that the value at a path is not what was written."""
        self.broken.add(path)

    def is_sound(self, path: Path) -> bool:
        """Whether the value at a path is there as written, whatever is wrong below it."""
        return self.broken.isdisjoint(path[:length] for length in range(len(path) + 1))


def check(root: Node, kind: type[M], broken: Iterable[Path] = ()) -> Checked[M]:
    """Read a document as a model of the given kind.

    Args:
        root: the document.
        kind: the model.
        broken: what is known to be missing or wrong, and reported already.
    """
    checked: Checked[M] = Checked(root, broken=set(broken))
    _report_gaps(root, checked)
    value = plain_value(root, TEXT_FIELDS, with_nulls=False)
    try:
        checked.model = kind.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        details = (detail for detail in error.errors(include_url=False) if not _follows(detail))
        errors = sorted(details, key=_unknown_first)
    else:
        return checked
    for number, detail in enumerate(errors[:MOST_PROBLEMS]):
        _report(checked, kind, detail, suggest=number < MOST_SUGGESTIONS)
    if len(errors) > MOST_PROBLEMS:
        more = f"has {len(errors) - MOST_PROBLEMS:,} more problems of this kind"
        checked.problems.append(root.problem(more, "fix those that are shown first"))
        return checked
    for path in _repair(value, kind, errors):
        checked.break_at(path)
    try:
        checked.model = kind.model_validate(value, by_alias=True, by_name=False)
    except ValidationError:
        checked.model = None
    return checked


def _follows(error: MappingType[str, Any]) -> bool:
    """A list of nothing but wrong entries counts as empty; that is said of the entries already."""
    given = error.get("input")
    least = error.get("ctx", {}).get("min_length", 0)
    is_short = isinstance(given, list | tuple) and len(given) < least
    return error["type"] == "too_short" and not is_short


def _unknown_first(error: MappingType[str, Any]) -> bool:
    """A field under a wrong name is reported once, not also as missing under the right one."""
    return bool(error["type"] != "extra_forbidden")


def _report_gaps(root: Node, checked: Checked[M]) -> None:
    """Fields that are followed by nothing; an explicit `null` says that there is to be none."""
    waiting: list[tuple[Node, Path]] = [(root, ())]
    while waiting:
        node, path = waiting.pop()
        below: list[tuple[str | int, Node]] = []
        if isinstance(node, Mapping):
            below = list(node.entries.items())
        elif isinstance(node, Items):
            below = list(enumerate(node.items))
        for part, value in below:
            if isinstance(value, Scalar):
                _report_gap(value, (*path, part), checked)
            else:
                waiting.append((value, (*path, part)))


def _report_gap(node: Scalar, path: Path, checked: Checked[M]) -> None:
    if node.unresolved:
        checked.break_at(path)
    elif node.is_null and (not node.text or isinstance(path[-1], int)):
        checked.break_at(path)
        value = "a value" if isinstance(path[-1], int) else "a value, or `null` for none of it"
        fix = f'write {value} (`""` is an empty text), or remove the line'
        checked.problems.append(node.problem("is empty", fix))


def _report(
    checked: Checked[M], kind: type[Model], error: MappingType[str, Any], *, suggest: bool
) -> None:
    path: Path = tuple(error["loc"])
    node, rest = find(checked.root, path)
    if error["type"] == "extra_forbidden":
        _report_unknown(checked, kind, path, suggest=suggest)
        return
    sound = checked.is_sound(path)
    checked.break_at(path)
    if not sound:
        return
    if error["type"] == "missing":
        checked.problems.append(node.problem(*missing(kind, path), *rest))
    else:
        further = () if isinstance(node, Scalar) else rest
        checked.problems.append(node.problem(*phrase(error, kind, path), *further))


def _report_unknown(checked: Checked[M], kind: type[Model], path: Path, *, suggest: bool) -> None:
    word = str(path[-1])
    owner, _ = find(checked.root, path[:-1])
    model = model_at(kind, path[:-1])
    message, fix, meant = f"unknown field `{shown(word)}`", "remove it", None
    if model and suggest:
        given = owner.entries if isinstance(owner, Mapping) else ()
        message, fix, meant = unknown_field(word, model, given, kind)
    if meant:
        checked.break_at((*path[:-1], meant))
    below = owner.entries[word] if isinstance(owner, Mapping) and word in owner.entries else None
    holder = below.parent if below else None
    if isinstance(holder, Mapping):
        checked.problems.append(holder.at_key(word, message, fix))
    else:
        checked.problems.append(owner.problem(message, fix, word))


def _repair(
    value: Any, kind: type[Model], errors: Sequence[MappingType[str, Any]]
) -> Iterator[Path]:
    """Replace what is wrong in `value`, in place, so that the rest of it can be read.

    Yields:
        The paths of what was replaced by something that nobody wrote.
    """
    for error in sorted(errors, key=lambda error: len(error["loc"]), reverse=True):
        holder, path = _holder(value, tuple(error["loc"]))
        last = path[-1] if path else None
        if isinstance(holder, dict) and isinstance(last, str):
            _repair_field(holder, last, kind, path, unknown=error["type"] == "extra_forbidden")
        elif isinstance(holder, list) and isinstance(last, int):
            info = field_at(kind, path)
            holder[last] = sample(info, item=True) if info else None
        if error["type"] != "extra_forbidden":
            yield path


def _repair_field(
    holder: dict[str, Any], name: str, kind: type[Model], path: Path, *, unknown: bool
) -> None:
    model = model_at(kind, path[:-1])
    info = fields_of(model).get(name) if model else None
    if unknown or (info and not info.is_required()):
        holder.pop(name, None)
    else:
        holder[name] = sample(info) if info else "sample"


def _holder(value: Any, path: Path) -> tuple[Any, Path]:
    """What holds the value at a path, and the path as far as there is something to replace.

    One value may stand for a list, and a word for a mapping: then it is the word that is replaced.
    """
    holder: Any = None
    reached: Path = ()
    here = value
    for number, part in enumerate(path):
        if isinstance(part, int) and not isinstance(here, list):
            continue
        if isinstance(here, dict) and isinstance(part, str):
            holder, here = here, here.get(part)
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            holder, here = here, here[part]
        else:
            break
        reached = path[: number + 1]
    return holder, reached
