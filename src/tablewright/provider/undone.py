"""Inputs that an update was to take away when it failed, kept until an update ends well. Pure.

An input that is left out keeps the live value unless it had been given before. After an update that
stopped half-way the engine records the new inputs as if they had come through (Pulumi's providers
cannot say otherwise), so what had been given before is noted here, among the outputs.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

_NOTE: Final = "__undone"


def noted(
    outputs: Mapping[str, Any], old_inputs: Iterable[str], news: Mapping[str, Any]
) -> dict[str, Any]:
    """Outputs after a failure, with the names of the inputs that are left out now."""
    plain = {name: value for name, value in outputs.items() if name != _NOTE}
    names = sorted(name for name in old_inputs if news.get(name) is None)
    return {**plain, _NOTE: names} if names else plain


def carried(outputs: Mapping[str, Any], recorded: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs as they were read again, with the note that was recorded."""
    return {**outputs, **{name: recorded[name] for name in (_NOTE,) if name in recorded}}


def inputs_before(
    outputs: Mapping[str, Any], old_inputs: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The outputs without the note, and the inputs that had been given before the failure."""
    plain = {name: value for name, value in outputs.items() if name != _NOTE}
    undone = {name: plain[name] for name in outputs.get(_NOTE) or () if name in plain}
    return plain, {**undone, **old_inputs}
