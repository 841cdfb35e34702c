"""Annotations of a GitHub workflow: a line on standard output shows at a line of a file. Pure.

The form is that of GitHub's "Workflow commands": `::error file=a.yaml,line=3,col=5::what`, in which
a message has no line end and a property neither a colon nor a comma.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from tablewright.documents.failure import faults
from tablewright.errors import Problem, TablewrightError
from tablewright.files import from_here

_IN_A_MESSAGE: Final = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_A_PROPERTY: Final = {**_IN_A_MESSAGE, ":": "%3A", ",": "%2C"}


def of_error(error: TablewrightError) -> Iterator[str]:
    """An annotation for each mistake of a manifest, or one for any other error."""
    for fault in faults(error):
        where = Problem("", "", fault["file"], fault["line"], fault["column"], fault["path"])
        yield annotation("error", fault["message"], fault["fix"], where, fault["code"])


def of_problem(problem: Problem, code: str) -> str:
    """The annotation of one mistake."""
    return annotation("error", problem.message, problem.fix, problem, code)


def annotation(
    level: str, message: str, fix: str = "", where: Problem | None = None, title: str = ""
) -> str:
    """One annotation.

    Args:
        level: `error`, `warning` or `notice`.
        message: what it says.
        fix: what to do about it; may be empty.
        where: the place that it is about.
        title: its heading.
    """
    properties: dict[str, object] = {}
    path = ""
    if where is not None:
        path = f"{where.path}: " if where.path else ""
        if where.file not in (None, "-"):
            properties = {
                "file": from_here(str(where.file)),
                "line": where.line,
                "col": where.column,
            }
    properties["title"] = title
    listed = ",".join(
        f"{name}={_escaped(str(value), _IN_A_PROPERTY)}"
        for name, value in properties.items()
        if value not in (None, "")
    )
    text = f"{path}{message}" + (f"\n→ {fix}" if fix else "")
    return f"::{level}{f' {listed}' if listed else ''}::{_escaped(text, _IN_A_MESSAGE)}"


def _escaped(text: str, signs: dict[str, str]) -> str:
    return "".join(signs.get(sign, sign) for sign in text)
