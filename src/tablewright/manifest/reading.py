"""From documents to stacks: kinds, variables, defaults, models, rules. Pure.

Nothing stops at the first mistake. What can still be understood is checked further, and a finding
that would only follow from another mistake is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from tablewright.errors import Problem
from tablewright.manifest.checking import Checked, check
from tablewright.manifest.defaults import merged_document
from tablewright.manifest.kinds import Document, recognise
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.node import Mapping as MappingNode
from tablewright.manifest.node import Node, Scalar, child, find
from tablewright.manifest.rules import Finding, Subject, stack_findings, table_findings
from tablewright.manifest.stacks import StackManifest
from tablewright.manifest.substitution import substitute
from tablewright.manifest.vocabulary import nearest_word


@dataclass(slots=True)
class Reading:
    """What the documents hold: whole stacks, and everything that is wrong."""

    stacks: list[StackManifest] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """A stack's document and the documents of its tables."""

    stack: Checked[Stack] | None
    tables: list[MappingNode] = field(default_factory=list)


def read(roots: Iterable[Node], environment: Mapping[str, str]) -> Reading:
    """Read all documents of all sources together."""
    reading = Reading()
    documents = list(_documents(roots, environment, reading.problems))
    for group in _groups(documents, reading.problems):
        _read_group(group, reading)
    reading.problems = ordered(reading.problems)
    return reading


def ordered(problems: Iterable[Problem]) -> list[Problem]:
    """Each problem once, file by file, from top to bottom."""
    files: dict[str | None, int] = {}
    unique = list(dict.fromkeys(problems))
    for problem in unique:
        files.setdefault(problem.file, len(files))
    return sorted(unique, key=lambda one: (files[one.file], one.line or 0, one.column or 0))


def _documents(
    roots: Iterable[Node], environment: Mapping[str, str], problems: list[Problem]
) -> Iterable[Document]:
    for root in roots:
        problems.extend(substitute(root, environment))
        document, found = recognise(root)
        problems.extend(found)
        if document:
            yield document


def _groups(documents: Sequence[Document], problems: list[Problem]) -> Iterable[_Group]:
    """Put each table into its stack: the one it names, the one of its file, or the only one."""
    groups = [_Group(check(one.root, Stack)) for one in documents if one.kind == "Stack"]
    by_name: dict[str, _Group] = {}
    for group in groups:
        name = group.stack.model.metadata.name if group.stack and group.stack.model else ""
        if name in by_name and group.stack:
            root = group.stack.root
            node, _ = find(root, ("metadata", "name"))
            message = f"two stacks are called `{name}`"
            problems.append(node.problem(message, "rename one, or join their documents"))
        by_name.setdefault(name, group)
    orphans = _Group(None)
    for one in documents:
        if one.kind == "Table":
            group = _group_of(one.root, groups, by_name, problems) or orphans
            group.tables.append(one.root)
    return [*groups, orphans] if orphans.tables else groups


def _group_of(
    root: MappingNode,
    groups: Sequence[_Group],
    by_name: Mapping[str, _Group],
    problems: list[Problem],
) -> _Group | None:
    named, rest = find(root, ("metadata", "stack"))
    if not rest and isinstance(named, Scalar) and not named.is_null:
        if named.text not in by_name:
            meant = nearest_word(named.text, by_name) if by_name else None
            fix = f"did you mean `{meant}`?" if meant else "add a document of kind Stack"
            problems.append(named.problem(f"there is no stack `{named.text}`", fix))
        return by_name.get(named.text)
    in_file = [group for group in groups if group.stack and group.stack.root.file == root.file]
    candidates = in_file or list(groups)
    if len(candidates) == 1:
        return candidates[0]
    if candidates:
        names = ", ".join(sorted(by_name))
        problems.append(
            root.problem(
                f"there are several stacks ({names}), and the table names none",
                "add `stack: NAME` to its `metadata`",
                "metadata",
            )
        )
    else:
        problems.append(
            root.problem(
                "there is no document of kind Stack",
                "add one, or name its file as well; `tablewright init` writes an example",
            )
        )
    return None


def _read_group(group: _Group, reading: Reading) -> None:
    stack = group.stack
    problems = list(stack.problems) if stack else []
    defaults = _defaults(stack.root) if stack else None
    tables = [check(merged_document(root, defaults), Table) for root in group.tables]
    for table in tables:
        problems.extend(table.problems)
    if stack and stack.model:
        problems.extend(_findings(stack, stack.model, tables))
        if not problems:
            models = tuple(table.model for table in tables if table.model)
            files = {
                table.model.metadata.name: table.root.file or "" for table in tables if table.model
            }
            manifest = StackManifest(stack.model, models, files, stack.root.file)
            reading.stacks.append(manifest)
    reading.problems.extend(problems)


def _defaults(root: Node) -> MappingNode | None:
    spec = child(root, "spec")
    defaults = child(spec, "defaults") if spec else None
    return defaults if isinstance(defaults, MappingNode) else None


def _findings(
    stack: Checked[Stack], model: Stack, tables: Sequence[Checked[Table]]
) -> Iterable[Problem]:
    readable = [table for table in tables if table.model]
    for table in readable:
        if table.model:
            for finding in table_findings(Subject(model, table.model)):
                yield from _located(table, finding, stack)
    models = [table.model for table in readable if table.model]
    for placed in stack_findings(model, models):
        document = stack if placed.table is None else readable[placed.table]
        yield from _located(document, placed.finding, stack)


def _located(
    document: Checked[Stack] | Checked[Table], finding: Finding, stack: Checked[Stack]
) -> Iterable[Problem]:
    """The finding at its place, unless it follows from something that is broken anyway."""
    for path in (finding.path, *finding.reads):
        sound = stack.is_sound(path[1:]) if path[:1] == ("stack",) else document.is_sound(path)
        if not sound:
            return
    node, rest = find(document.root, finding.path)
    yield node.problem(finding.message, finding.fix, *rest)
