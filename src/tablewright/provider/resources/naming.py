"""Names for resources whose program gives none.

The rule of Pulumi: the logical name, a hyphen and seven random hexadecimal digits, unless the
stack's autonaming settings say otherwise. A name once given by us is kept.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .shape import InputFailure

_DIGITS = 7


@dataclass(frozen=True, slots=True)
class ResourceNaming:
    """How a type is named: the input that holds the name, how long it may be, how it begins."""

    longest: int
    property: str = "name"
    prefix_property: str | None = None
    beginning: str = ""


@dataclass(frozen=True, slots=True)
class NameRequest:
    """What the engine asks of a name that the program does not give."""

    logical_name: str
    seed: bytes = b""
    proposed: str = ""
    mode: Literal["propose", "enforce", "disable"] = "propose"


def name_of(
    naming: ResourceNaming,
    inputs: Mapping[str, Any],
    old_inputs: Mapping[str, Any],
    wish: NameRequest,
) -> str | InputFailure:
    """The name for a resource whose program gives none, or why there can be none."""
    prefix = (inputs.get(naming.prefix_property) if naming.prefix_property else None) or None
    old = old_inputs.get(naming.property)
    if isinstance(old, str) and (prefix is None or old.startswith(str(prefix))):
        return old
    if wish.mode == "disable" and prefix is None:
        return InputFailure(
            naming.property, "is required: automatic naming is disabled for this stack"
        )
    if isinstance(prefix, str):
        return prefix + _random(wish.seed)
    if wish.proposed and len(naming.beginning + wish.proposed) <= naming.longest:
        return naming.beginning + wish.proposed
    if wish.proposed and wish.mode == "enforce":
        reason = f"is longer than {naming.longest} characters: {wish.proposed}"
        return InputFailure(naming.property, reason)
    stem = (naming.beginning + wish.logical_name)[: naming.longest - _DIGITS - 1]
    return f"{stem}-{_random(wish.seed)}"


def _random(seed: bytes) -> str:
    digits = hashlib.sha256(seed).hexdigest() if seed else secrets.token_hex(_DIGITS)
    return digits[:_DIGITS]
