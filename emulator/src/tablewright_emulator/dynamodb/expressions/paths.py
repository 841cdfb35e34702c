"""Document paths, such as `a.b[3].#c`: reading, projecting, telling whether two overlap."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from tablewright_emulator.dynamodb.expressions.tokens import Placeholders, Reader
from tablewright_emulator.dynamodb.values import Attributes

Path: TypeAlias = tuple["str | int", ...]


def read_path(reader: Reader) -> Path:
    """Read a document path."""
    parts: list[str | int] = [reader.path_part()]
    while reader.peek().kind == "sign" and reader.peek().text in ".[":
        if reader.sign("."):
            parts.append(reader.path_part())
        else:
            reader.expect("[")
            if reader.peek().kind != "number":
                raise reader.syntax()
            parts.append(int(reader.next().text))
            reader.expect("]")
    return tuple(parts)


def lookup(attributes: Mapping[str, Any], path: Path) -> dict[str, Any] | None:
    """The value at a path; None when there is none."""
    value: dict[str, Any] | None = attributes.get(str(path[0]))
    for part in path[1:]:
        if value is None:
            return None
        if isinstance(part, int):
            items = value.get("L")
            value = items[part] if items is not None and part < len(items) else None
        else:
            value = value.get("M", {}).get(part)
    return value


def shown(path: Path) -> str:
    """A path as DynamoDB's texts show it."""
    return f"[{', '.join(f'[{part}]' if isinstance(part, int) else part for part in path)}]"


def report_clashes(reader: Reader, paths: Sequence[Path]) -> None:
    """Report two paths of which one contains the other, or that take one place for two kinds.

    Neighbours in order are enough to tell whether there are any.
    """
    if len(paths) < 2:  # noqa: PLR2004 - a path and another
        return
    ordered = sorted(
        range(len(paths)),
        key=lambda number: [(isinstance(part, int), str(part)) for part in paths[number]],
    )
    for position, number in enumerate(ordered):
        for other in ordered[position + 1 :]:
            if _clash(paths[number], paths[other]):
                _report_first_clashes(reader, paths)
                return
            if paths[number][:1] != paths[other][:1]:
                break


def _report_first_clashes(reader: Reader, paths: Sequence[Path]) -> None:
    """Of each kind the first one, of paths as they were written."""
    reported: set[str] = set()
    for number, path in enumerate(paths):
        for other in paths[:number]:
            problem = _clash(other, path)
            if problem and problem not in reported:
                reported.add(problem)
                reader.report(
                    problem,
                    f"Two document paths {problem} with each other; must remove or rewrite one of "
                    f"these paths; path one: {shown(other)}, path two: {shown(path)}",
                )


def _clash(path: Path, other: Path) -> str:
    """What two paths do that cannot both be followed; empty when they can."""
    if other[: len(path)] == path or path[: len(other)] == other:
        return "overlap"
    fork = next(i for i, pair in enumerate(zip(path, other, strict=False)) if pair[0] != pair[1])
    return "conflict" if isinstance(path[fork], int) != isinstance(other[fork], int) else ""


def read_projection(text: Any, placeholders: Placeholders) -> tuple[Path, ...]:
    """Read a `ProjectionExpression`."""
    reader = Reader("ProjectionExpression", text, placeholders)
    paths = [read_path(reader)]
    while reader.sign(","):
        paths.append(read_path(reader))
    report_clashes(reader, paths)
    reader.end()
    return tuple(paths)


def project(attributes: Attributes, paths: Sequence[Path]) -> Attributes:
    """The parts of an item that the paths name, in the shape they have in the item."""
    tree: dict[str | int, Any] = {}
    for path in paths:
        branch = tree
        for part in path:
            branch = branch.setdefault(part, {})
    picked = _pick({"M": attributes}, tree)
    return picked["M"] if picked else {}


def columns(attributes: Attributes, paths: Sequence[Path]) -> Attributes:
    """What PartiQL shows of the paths: each under its last name, without what is around it."""
    cells: Attributes = {}
    for path in paths:
        value = lookup(attributes, path)
        if value is not None:
            last = max(number for number, part in enumerate(path) if isinstance(part, str))
            places = "".join(f"[{part}]" for part in path[last + 1 :])
            cells[f"{path[last]}{places}"] = value
    return cells


def _pick(value: Any, tree: Mapping[str | int, Any]) -> Any:
    """What `tree` names of a value; None when it names nothing that is there."""
    if not tree:
        return value
    if "M" in value:
        members = {
            name: picked
            for name, item in value["M"].items()
            if name in tree and (picked := _pick(item, tree[name])) is not None
        }
        return {"M": members} if members else None
    if "L" in value:
        items = [
            picked
            for position, item in enumerate(value["L"])
            if position in tree and (picked := _pick(item, tree[position])) is not None
        ]
        return {"L": items} if items else None
    return None
