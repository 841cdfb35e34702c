"""The manifest's rules, applied to what a program says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic.alias_generators import to_camel

from tablewright.components.failure import ProgramError
from tablewright.manifest.documents.node import dotted
from tablewright.manifest.messages.wording import phrase
from tablewright.manifest.models import Model, Stack, Table
from tablewright.manifest.rules import (
    Finding,
    Subject,
    outline_of,
    stack_findings,
    table_findings,
)

M = TypeVar("M", bound=Model)


def model_of(model: type[M], subject: str, name: str, spec: Mapping[str, Any]) -> M:
    """A stack or a table of that name, with what is wrong with single fields told together.

    Raises:
        ProgramError: something is.
    """
    try:
        return model.model_validate({"metadata": {"name": name}, "spec": spec})
    except ValidationError as error:
        raise _failure(_mistake(subject, mistake, model) for mistake in error.errors()) from None


def check_rules(stack: Stack, tables: Sequence[Table]) -> None:
    """DynamoDB's own rules and the stack's.

    Raises:
        ProgramError: one or more are broken.
    """
    mistakes = list(_broken(stack, tables))
    if mistakes:
        raise _failure(mistakes)


def _broken(stack: Stack, tables: Sequence[Table]) -> Iterator[str]:
    subjects = [Subject(stack, table) for table in tables]
    for subject in subjects:
        for finding in table_findings(subject):
            yield _sentence(f"table {subject.table.metadata.name}", finding)
    for placed in stack_findings(stack, [outline_of(subject) for subject in subjects]):
        owner = "stack" if placed.table is None else f"table {tables[placed.table].metadata.name}"
        yield _sentence(owner, placed.finding)


def _mistake(subject: str, error: Mapping[str, Any], model: type[Model]) -> str:
    """The place in the words of the manifest, where each field is explained."""
    path = [part if isinstance(part, int) else to_camel(part) for part in error["loc"]]
    return _sentence(subject, Finding(tuple(path), *phrase(error, model, path)))


def _sentence(subject: str, finding: Finding) -> str:
    place = dotted(finding.path).removeprefix("spec.")
    return f"{subject}: {place}: {finding.message}; {finding.fix}"


def _failure(mistakes: Iterable[str]) -> ProgramError:
    lines = list(dict.fromkeys(mistakes))
    if len(lines) == 1:
        return ProgramError(lines[0])
    return ProgramError("\n".join([f"{len(lines)} mistakes in the program:", *lines]))
