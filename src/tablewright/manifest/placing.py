"""Where a field of a table is written for one environment, so that no other gets it. Pure.

What is live in `prod`, or costs too much there, is a fact of `prod` alone: where a manifest is of
several environments, it is written below `environments.prod`.
"""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from tablewright.errors import InputError

from .defaults import ONLY_WITH, WHOLE
from .documents.edit import path_parts, remove_field, root_of, set_field
from .documents.node import Path, dotted, plain_value
from .stacks import StackManifest

_SPEC = "spec"
_SCALING = "autoScaling"
_BY_HAND = "write it by hand"


@dataclass(frozen=True, slots=True)
class Placement:
    """For which environment something is written.

    Args:
        environment: of the stack, as it was read.
        others: environments that have the same manifests.
        declared: whether the stack's `environments` name this one, so that a table may.
    """

    environment: str
    others: tuple[str, ...] = ()
    declared: bool = True

    @classmethod
    def of(cls, stack: StackManifest, chosen: str | None = None) -> Placement:
        """Of a stack.

        Args:
            stack: as it was read.
            chosen: the environment that was chosen, whatever its manifest says.
        """
        spec = stack.stack.spec
        here, known = spec.environment, tuple(spec.environments)
        others = tuple(name for name in known if name != here)
        if chosen is not None and known and not others:
            others = ("that the manifest names",)
        return cls(here, others, here in known)


def write_field(
    text: str,
    name: str | int,
    path: str | Path,
    value: Any,
    spec: Mapping[str, Any],
    placement: Placement,
    variables: Mapping[str, str],
) -> str:
    """The text with one field of one table set for one environment, and for no other.

    Args:
        text: a whole file.
        name: `metadata.name` of the table; or the position of its document in the file.
        path: `spec.recovery.days`, or its parts.
        value: plain data; None removes the field, for which an environment says null where others
            keep it.
        spec: of the table, defaults and what differs by environment merged.
        placement: for which environment.
        variables: for those in the document's name.

    Raises:
        InputError: the field cannot be set, or removed, by itself, or another environment has it.
    """
    (_, *parts), where = path_parts(path), (_SPEC, "environments", placement.environment)
    document = plain_value(root_of(text, "-", name, variables, kind="Table"))
    overlay = _at(document, where) or {}
    is_there = parts[0] in overlay
    if value is None:
        shared = _at(document, (_SPEC, *parts)) is not None and bool(placement.others or is_there)
        if not shared:
            place = (*where, *parts) if is_there else (_SPEC, *parts)
            return remove_field(text, name, place, variables, kind="Table")
        if _goes_with_its_mode(parts[0], overlay):
            return remove_field(text, name, (*where, *parts), variables, kind="Table")
        if not (is_there or placement.declared):
            raise _undeclared(parts, placement, "removed from")
        field, value = _without(tuple(parts), spec, placement)
        return set_field(text, name, (*where, *field), value, variables, kind="Table")
    if not (is_there or placement.others):
        return set_field(text, name, (_SPEC, *parts), value, variables, kind="Table")
    if not (is_there or placement.declared):
        raise _undeclared(parts, placement, "set in")
    field, value = _whole(tuple(parts), value, spec, overlay, placement)
    field, value = _over_null(overlay, field, value)
    return set_field(text, name, (*where, *field), value, variables, kind="Table")


def _whole(
    path: Path,
    value: Any,
    spec: Mapping[str, Any],
    overlay: Mapping[str, Any],
    placement: Placement,
) -> tuple[Path, Any]:
    """The same change as a field that an environment can say, with what belongs to it."""
    depth = next((n for n, part in enumerate(path, 1) if part in WHOLE), len(path))
    if path[0] == _SCALING:
        depth = min(len(path), 2)  # a side says its least and its most together
    if _at(overlay, path[:depth]) is not None:
        return path, value
    if any(isinstance(_at(spec, path[:n]), list | tuple) for n in range(1, len(path))):
        raise _shared(path, placement, "set in")  # an environment replaces lists as a whole
    if depth == len(path):
        return path, value
    merged = deepcopy(_at(spec, path[:depth]) or {})
    here = merged
    for part in path[depth:-1]:
        here = here.setdefault(part, {})
    here[path[-1]] = value
    return path[:depth], merged


def _without(path: Path, spec: Mapping[str, Any], placement: Placement) -> tuple[Path, Any]:
    """What an environment says so that it lacks a field that all have: null in its place.

    Raises:
        InputError: it is part of a list, which an environment replaces as a whole.
    """
    if any(isinstance(_at(spec, path[:n]), list | tuple) for n in range(1, len(path))):
        raise _shared(path, placement, "removed from")
    depth = next((n for n, part in enumerate(path, 1) if part in WHOLE), len(path))
    if depth == len(path):
        return path, None
    merged = deepcopy(_at(spec, path[:depth]) or {})
    holder = _at(merged, path[depth:-1])
    if isinstance(holder, dict):
        holder.pop(path[-1], None)
    return path[:depth], merged


def _over_null(overlay: Mapping[str, Any], path: Path, value: Any) -> tuple[Path, Any]:
    """The same change, in place of the `null` above it that removes the field."""
    for depth in range(1, len(path)):
        holder = _at(overlay, path[: depth - 1])
        if isinstance(holder, Mapping) and holder.get(str(path[depth - 1]), "") is None:
            for part in reversed(path[depth:]):
                value = {part: value}
            return path[:depth], value
    return path, value


def _goes_with_its_mode(field: Any, overlay: Mapping[str, Any]) -> bool:
    """Whether an environment that takes another billing mode leaves this capacity behind."""
    mode = overlay.get("billingMode")
    return mode is not None and any(
        field in names for other, names in ONLY_WITH.items() if other != mode
    )


def _at(document: Any, path: Path) -> Any:
    for part in path:
        if isinstance(document, list | tuple) and isinstance(part, int):
            document = document[part] if part < len(document) else None
        elif isinstance(document, list | tuple):
            named = (item for item in document if isinstance(item, Mapping))
            document = next((item for item in named if item.get("name") == part), None)
        elif isinstance(document, Mapping):
            document = document.get(part)
        else:
            return None
    return document


def _undeclared(path: Any, placement: Placement, what: str) -> InputError:
    here = placement.environment
    return InputError(
        f"`{dotted(tuple(path))}` would be {what} {_listed(placement)} as well: "
        f"`environments` of the stack lack `{here}: {{}}`.",
        f"add `{here}: {{}}` to `environments` of the stack, then run the same command again",
    )


def _shared(path: Any, placement: Placement, what: str) -> InputError:
    return InputError(
        f"`{dotted(tuple(path))}` would be {what} {_listed(placement)} as well.", _BY_HAND
    )


def _listed(placement: Placement) -> str:
    names = ", ".join(placement.others)
    return f"the environment{'s' if placement.others[1:] else ''} {names}"
