"""From a document to a model, with all mistakes at once.

A document with mistakes still yields a model: what is wrong is replaced by its default or a neutral
value and remembered as broken, so that the rules find what else is wrong; a rule that looks at
something broken keeps silent.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from tablewright.errors import Problem
from tablewright.manifest.anatomy import field_at, fields_of, model_at, sample
from tablewright.manifest.models.base import Model
from tablewright.manifest.node import Items, Mapping, Node, Path, Scalar, find, plain_value
from tablewright.manifest.wording import missing, phrase, unknown_field

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
    _above: set[Path] = field(default_factory=set)

    def break_at(self, path: Path) -> None:
        """Remember that the value at a path is not what was written."""
        self.broken.add(path)
        self._above.update(path[:length] for length in range(len(path)))

    def is_sound(self, path: Path) -> bool:
        """Whether nothing at, above or below a path is broken."""
        above = (path[:length] for length in range(len(path) + 1))
        return path not in self._above and self.broken.isdisjoint(above)


def check(root: Node, kind: type[M]) -> Checked[M]:
    """Read a document as a model of the given kind."""
    checked: Checked[M] = Checked(root)
    _report_gaps(root, checked)
    value = plain_value(_without_nulls(root), TEXT_FIELDS)
    try:
        checked.model = kind.model_validate(value, by_alias=True, by_name=False)
    except ValidationError as error:
        errors = sorted(error.errors(include_url=False), key=_unknown_first)
    else:
        return checked
    for number, one in enumerate(errors):
        _report(checked, kind, one, suggest=number < MOST_SUGGESTIONS)
    _repair(value, kind, errors)
    try:
        checked.model = kind.model_validate(value, by_alias=True, by_name=False)
    except ValidationError:
        checked.model = None
    return checked


def _unknown_first(error: MappingType[str, Any]) -> bool:
    """A field under a wrong name is reported once, not also as missing under the right one."""
    return bool(error["type"] != "extra_forbidden")


def _report_gaps(root: Node, checked: Checked[M]) -> None:
    """Fields that are followed by nothing; an explicit `null` is as good as leaving them out."""
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
        fix = 'write a value (`""` for an empty one), or remove the line'
        checked.problems.append(node.problem("is empty", fix))


def _without_nulls(node: Node) -> Node:
    """The same tree without the fields that say nothing; list items keep their indices."""
    if isinstance(node, Mapping):
        entries = {
            key: _without_nulls(value)
            for key, value in node.entries.items()
            if not (isinstance(value, Scalar) and value.is_null)
        }
        return Mapping(
            node.file, node.line, node.column, node.parent, node.key, entries, node.key_places
        )
    if isinstance(node, Items):
        items = [_without_nulls(item) for item in node.items]
        return Items(node.file, node.line, node.column, node.parent, node.key, items)
    return node


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
        checked.problems.append(node.problem(*missing(str(path[-1])), *rest))
    else:
        further = () if isinstance(node, Scalar) else rest
        checked.problems.append(node.problem(*phrase(error, kind, path), *further))


def _report_unknown(checked: Checked[M], kind: type[Model], path: Path, *, suggest: bool) -> None:
    word = str(path[-1])
    owner, _ = find(checked.root, path[:-1])
    model = model_at(kind, path[:-1])
    message, fix, meant = f"unknown field `{word[:60]}`", "remove it", None
    if model and suggest:
        message, fix, meant = unknown_field(word, model)
    if meant:
        checked.break_at((*path[:-1], meant))
    below = owner.entries[word] if isinstance(owner, Mapping) and word in owner.entries else None
    holder = below.parent if below else None
    if isinstance(holder, Mapping):
        checked.problems.append(holder.at_key(word, message, fix))
    else:
        checked.problems.append(owner.problem(message, fix, word))


def _repair(value: Any, kind: type[Model], errors: Sequence[MappingType[str, Any]]) -> None:
    """Replace what is wrong in `value`, in place, so that the rest of it can be read."""
    for error in sorted(errors, key=lambda error: len(error["loc"]), reverse=True):
        path = tuple(error["loc"])
        holder, last = _holder(value, path)
        if isinstance(holder, dict) and isinstance(last, str):
            _repair_field(holder, last, kind, path, unknown=error["type"] == "extra_forbidden")
        elif isinstance(holder, list) and isinstance(last, int) and last < len(holder):
            field_info = field_at(kind, path)
            holder[last] = sample(field_info, item=True) if field_info else None


def _repair_field(
    holder: dict[str, Any], name: str, kind: type[Model], path: Path, *, unknown: bool
) -> None:
    model = model_at(kind, path[:-1])
    info = fields_of(model).get(name) if model else None
    if unknown or (info and not info.is_required()):
        holder.pop(name, None)
    else:
        holder[name] = sample(info) if info else "sample"


def _holder(value: Any, path: Path) -> tuple[Any, str | int | None]:
    """What holds the last part of a path, and that part; one value may stand for a list."""
    holder: Any = None
    last: str | int | None = None
    here = value
    for part in path:
        if isinstance(part, int) and not isinstance(here, list):
            continue
        holder, last = here, part
        if isinstance(here, dict):
            here = here.get(str(part))
        elif isinstance(here, list) and isinstance(part, int) and part < len(here):
            here = here[part]
        else:
            here = None
    return holder, last
