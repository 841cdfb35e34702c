"""Tags of everything a stack makes, worked out as outputs, so that a value may be known late."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import pulumi
from tablewright.components.failure import ProgramError

MANDATORY_TAGS: tuple[str, ...] = ("Environment", "Team", "CostCenter")
"""What nothing may lack, unless a stack says otherwise."""

TagInputs: TypeAlias = pulumi.Input[Mapping[str, pulumi.Input[str]]]
"""Tags as a program gives them: any value, or all of them together, may be an output."""


def all_tags(
    subject: str, *layers: TagInputs | None, mandatory: Sequence[str] = MANDATORY_TAGS
) -> pulumi.Input[Mapping[str, pulumi.Input[str]]]:
    """The tags of `subject`: later layers win over earlier ones.

    Mandatory tags are checked as soon as they are known: at once as far as the layers are plain
    mappings, else when the outputs have values. Plain text stays plain: outputs cost time.

    Raises:
        ProgramError: a mandatory tag is missing.
    """
    given = [layer for layer in layers if layer is not None]
    plain = [dict(layer) for layer in given if isinstance(layer, Mapping)]
    if len(plain) == len(given):
        tags = _merged(plain)
        _check(subject, tags, mandatory)
        if all(isinstance(value, str) for value in tags.values()):
            return tags
        given = [tags]

    def together(known: Sequence[Mapping[str, str]]) -> dict[str, str]:
        tags = _merged(known)
        _check(subject, tags, mandatory)
        return tags

    inputs = [dict(layer) if isinstance(layer, Mapping) else layer for layer in given]
    return pulumi.Output.all(*inputs).apply(together)


def _merged(layers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    tags: dict[str, Any] = {}
    for layer in layers:
        tags.update(layer)
    return dict(sorted(tags.items()))


def _check(subject: str, tags: Mapping[str, Any], mandatory: Sequence[str]) -> None:
    missing = [name for name in mandatory if tags.get(name) in (None, "")]
    if missing:
        names = ", ".join(missing)
        message = f"{subject} lacks the mandatory {'tag' if len(missing) == 1 else 'tags'} {names}"
        raise ProgramError(message, "give them to the stack, or to the table alone")
