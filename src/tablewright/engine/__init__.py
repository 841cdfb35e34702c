"""Border to Pulumi's engine."""

from tablewright.engine.changes import (
    SECRET,
    UNKNOWN,
    Diagnostic,
    DiffKind,
    Operation,
    PropertyDiff,
    ResourceChange,
    RunResult,
)
from tablewright.engine.events import Notice, Progress, StepFailed, StepFinished, StepStarted

__all__ = [
    "SECRET",
    "UNKNOWN",
    "Diagnostic",
    "DiffKind",
    "Notice",
    "Operation",
    "Progress",
    "PropertyDiff",
    "ResourceChange",
    "RunResult",
    "StepFailed",
    "StepFinished",
    "StepStarted",
]
