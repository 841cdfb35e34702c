"""Exceptions that stand in manifests, below `metadata` of a table or of its stack."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

from tablewright.errors import ManifestError, Problem
from tablewright.manifest import StackManifest
from tablewright.manifest.documents.edit import root_of
from tablewright.manifest.documents.node import Node, find
from tablewright.manifest.models import AcceptedProblem
from tablewright.manifest.naming import table_name
from tablewright.manifest.rules.acceptance import is_mistaken, no_rule

from .exceptions import ANY, AuditException

FIELD = ("metadata", "auditExceptions")


def declared_exceptions(stack: StackManifest, rules: Collection[str]) -> tuple[AuditException, ...]:
    """What a stack and its tables accept.

    Args:
        stack: with its tables.
        rules: ids that there are.

    Raises:
        ManifestError: a rule does not exist; each with its line.
    """
    accepted: list[AuditException] = []
    problems: list[Problem] = []
    for name, kind, file, position, pattern, entries in _accepting(stack):
        nodes = _nodes(file, position, len(entries))
        for node, entry in zip(nodes, entries, strict=True):
            if is_mistaken(entry.rule, rules):
                problems.append(node.problem(*no_rule(entry.rule, rules)))
            accepted.append(
                AuditException(
                    rule=entry.rule,
                    table=pattern,
                    reason=entry.reason,
                    until=date.fromisoformat(entry.until),
                    account=stack.stack.spec.account or ANY,
                    region=stack.stack.spec.region,
                    place=f"{node.file}:{node.line}" if node.file else f"{kind} {name}",
                )
            )
    if problems:
        raise ManifestError(
            "The manifests accept what there is not.", problems=tuple(dict.fromkeys(problems))
        )
    return tuple(accepted)


Accepting = tuple[str, str, str | None, int, str, Sequence[AcceptedProblem]]


def _accepting(stack: StackManifest) -> Iterator[Accepting]:
    """Name, kind, file, position in it, the tables' names, and what is accepted."""
    metadata = stack.stack.metadata
    if metadata.audit_exceptions:
        names = {table_name(stack.stack, table) for table in stack.tables}
        for name in sorted(names):
            file, position = stack.stack_file, stack.stack_position
            yield metadata.name, "Stack", file, position, name, metadata.audit_exceptions
    for table in stack.tables:
        if table.metadata.audit_exceptions:
            yield (
                table.metadata.name,
                "Table",
                stack.files.get(table.metadata.name),
                stack.positions.get(table.metadata.name, 0),
                table_name(stack.stack, table),
                table.metadata.audit_exceptions,
            )


def _nodes(file: str | None, position: int, count: int) -> list[Node]:
    """Where the entries stand; what came from no file has no lines."""
    if file is None or not Path(file).is_file():
        return [Node(None, 0, 0)] * count
    root = root_of(Path(file).read_text("utf-8"), file, position)
    return [find(root, (*FIELD, number))[0] for number in range(count)]
