"""What a preview and a run are to those who asked for them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tablewright.engine import RunResult

if TYPE_CHECKING:
    from .explanation import Explanation
    from .unchanged import Unchanged


@dataclass(frozen=True, slots=True)
class Preview:
    """What `up` would do.

    Args:
        result: the engine's own account.
        explanation: the same in words, steps and risks.
        notes: what a reader must know besides.
        known_from: the preview from which this is known, if the engine was not asked again.
    """

    result: RunResult
    explanation: Explanation
    notes: tuple[str, ...] = ()
    known_from: Unchanged | None = None


@dataclass(frozen=True, slots=True)
class DeploymentOutcome:
    """What a run has done; `notes` say what a reader must know besides."""

    explanation: Explanation
    outputs: Mapping[str, Any]
    duration_seconds: float
    notes: tuple[str, ...] = ()
