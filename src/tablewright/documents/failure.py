"""From an error to the document that says it."""

from __future__ import annotations

from dataclasses import fields
from typing import Any

from tablewright.errors import ManifestError, Problem, TablewrightError

from .error import ErrorsDocument, FaultDocument, ProblemDocument

_IN_THE_TEXT = frozenset({"message", "next_step", "problems"})


def document(error: TablewrightError) -> ErrorsDocument:
    """What a command prints that failed with this error."""
    return {"errors": faults(error), "exitStatus": error.exit_status}


def faults(error: TablewrightError) -> list[FaultDocument]:
    """The mistakes of a manifest one by one; every other error is one."""
    mistakes: tuple[Problem, ...] = (Problem(error.message, error.next_step),)
    if isinstance(error, ManifestError) and error.problems:
        mistakes = error.problems
    details = _details(error)
    return [{**problem(mistake), "code": error.code, "details": details} for mistake in mistakes]


def problem(mistake: Problem) -> ProblemDocument:
    """One mistake in a manifest."""
    return {
        "file": mistake.file,
        "line": mistake.line,
        "column": mistake.column,
        "path": mistake.path,
        "message": mistake.message,
        "fix": mistake.fix,
    }


def _details(error: TablewrightError) -> dict[str, Any]:
    return {
        field.name: getattr(error, field.name)
        for field in fields(error)
        if field.name not in _IN_THE_TEXT
    }
