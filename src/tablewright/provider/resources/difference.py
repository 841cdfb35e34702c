"""What changed between what is recorded of a resource and what its program says now.

The rule: an input that is given is enforced, an input that is left out keeps the live value;
lists and maps that had been given and disappear are taken as empty, unless the input `keeps`.
No call to AWS is made here, so an unchanged preview costs nothing.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from tablewright.plan.effects import effects, is_policy
from tablewright.provider.protocol.unknown import has_unknown

from .shape import Input, Shape, ValueKind, at, moment_of

ChangeKind = Literal["add", "delete", "update"]


@dataclass(frozen=True, slots=True)
class Change:
    """One property that differs: where, how, and whether only a new resource can have it."""

    path: str
    kind: ChangeKind
    replaces: bool = False

    @property
    def top(self) -> str:
        """The top-level property the path starts at."""
        return self.path.split(".", 1)[0].split("[", 1)[0]


def changes(
    shape: Shape,
    recorded: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    news: Mapping[str, Any],
) -> list[Change]:
    """Compare new inputs with the recorded outputs of a resource, property by property."""
    differences: list[Change] = []
    for name, known in shape.items():
        if known.refused:
            continue
        old, new = recorded.get(name), news.get(name)
        if new == "" and known.keeps:
            continue  # says nothing, as leaving it out does
        if new is not None:
            differences.extend(_compare(known, name, old, new))
        elif name in old_inputs and not known.keeps and canonical(known, old) != known.default:
            differences.append(Change(name, "delete", known.replaces))
    return differences


def _compare(known: Input, path: str, old: Any, new: Any) -> Iterable[Change]:
    if has_unknown(new) and known.kind not in (ValueKind.MAP, ValueKind.BLOCK):
        yield Change(path, "add" if _empty(old) else "update", known.replaces)
    elif canonical(known, new) == canonical(known, old):
        return
    elif known.kind is ValueKind.MAP and isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_maps(known, path, old, new)
    elif known.kind is ValueKind.BLOCK and isinstance(old, dict) and isinstance(new, dict):
        for name, member in known.members.items():
            if new.get(name) is not None:
                inner = _inheriting(member, known)
                yield from _compare(inner, f"{path}.{name}", old.get(name), new[name])
    else:
        yield Change(path, "add" if _empty(old) else "update", known.replaces)


def _inheriting(member: Input, block: Input) -> Input:
    if not block.replaces or member.replaces:
        return member
    return Input(member.kind, replaces=True, members=member.members, ordered=member.ordered)


def _compare_maps(
    known: Input, path: str, old: Mapping[str, Any], new: Mapping[str, Any]
) -> Iterable[Change]:
    for name in sorted({*old, *new}):
        if name not in new:
            yield Change(at(path, name), "delete", known.replaces)
        elif name not in old:
            yield Change(at(path, name), "add", known.replaces)
        elif old[name] != new[name]:
            yield Change(at(path, name), "update", known.replaces)


def _empty(value: Any) -> bool:
    return value is None or value in ("", [], {})


def canonical(known: Input, value: Any) -> Any:
    """A form in which two values are equal when they mean the same to AWS."""
    if _empty(value):
        return known.default
    match known.kind:
        case ValueKind.TEXTS if isinstance(value, list):
            return value if known.ordered else sorted(value)
        case ValueKind.BLOCK if isinstance(value, dict):
            return _canonical_members(known.members, value)
        case ValueKind.BLOCKS if isinstance(value, list):
            # A block without members says that there is none: `inlinePolicies: [{}]`.
            members = (_canonical_members(known.members, item) for item in value)
            items = [item for item in members if not _empty(item)]
            return (items if known.ordered else sorted(items, key=_sort_key)) or known.default
        case ValueKind.DOCUMENT:
            return _parsed(value) if known.ordered else canonical_document(value)
        case _:
            return (known.kind is ValueKind.MOMENT and moment_of(value)) or value


def _canonical_members(shape: Shape, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    members = {name: canonical(member, value.get(name)) for name, member in shape.items()}
    return {name: member for name, member in members.items() if not _empty(member)}


def _sort_key(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str)


def canonical_document(value: Any) -> Any:
    """What a policy document does, however it is written; another document as it is."""
    document = _parsed(value)
    return tuple(sorted(effects(document))) if is_policy(document) else document


def _parsed(value: Any) -> Any:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        return value
