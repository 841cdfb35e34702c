"""Which stacks are declared somewhere, for those who add to them: tables may be wrong. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tablewright.errors import Problem
from tablewright.manifest.checking import check
from tablewright.manifest.defaults import merged_document
from tablewright.manifest.documents.node import Mapping as MappingNode
from tablewright.manifest.documents.node import Node, child
from tablewright.manifest.environments import choose_environment, environment_of, overlaid
from tablewright.manifest.grouping import ManifestGroup, groups
from tablewright.manifest.kinds import STANDARD_KINDS
from tablewright.manifest.kubernetes.kinds import dialects_apart
from tablewright.manifest.models import Stack, Table
from tablewright.manifest.naming import table_name
from tablewright.manifest.reading import ordered, recognised
from tablewright.manifest.standard import Standard, misplaced, standard_of
from tablewright.stack_id import StackId


@dataclass(frozen=True, slots=True)
class SurveyedStack:
    """A stack that is declared.

    Args:
        model: the stack as it holds in its environment, with a company's defaults below it.
        file: where it is declared.
        tables: files of its tables, by their names in AWS.
    """

    model: Stack
    file: str
    tables: Mapping[str, str] = field(default_factory=dict)

    @property
    def id(self) -> StackId:
        """What it is called."""
        return self.model.id


@dataclass(frozen=True, slots=True)
class StackSurvey:
    """What is declared.

    Args:
        stacks: that somebody wrote down, in their order.
        standard: what holds for all stacks.
        problems: what is wrong with either.
    """

    stacks: tuple[SurveyedStack, ...] = ()
    standard: Standard = field(default_factory=Standard)
    problems: tuple[Problem, ...] = ()


def surveyed_stacks(
    roots: Iterable[Node],
    standard_roots: Iterable[Node],
    environment: Mapping[str, str],
    chosen_environment: str | None,
) -> StackSurvey:
    """The stacks among some documents; see `tablewright.manifest.reading.read`."""
    problems: list[Problem] = []
    standing, _ = recognised(standard_roots, environment, problems)
    problems += misplaced(standing)
    documents, _ = recognised(dialects_apart(roots)[0], environment, [])
    standing += [document for document in documents if document.kind in STANDARD_KINDS]
    documents = [document for document in documents if document.kind not in STANDARD_KINDS]
    standard = standard_of(standing)
    problems += standard.problems
    if chosen_environment is not None:
        problems += choose_environment(documents, chosen_environment, complete=False)
    stacks = []
    count = sum(document.kind == "Stack" for document in documents)
    declared = groups(documents, environment, None, [], standard, complete=False)[:count]
    for group in declared:
        if group.stack is None:
            continue
        problems += group.stack.problems
        if group.stack.model:
            file = group.stack.root.file or ""
            stacks.append(SurveyedStack(group.stack.model, file, _tables(group)))
    return StackSurvey(tuple(stacks), standard, tuple(ordered(problems)))


def _tables(group: ManifestGroup) -> dict[str, str]:
    """Files of the tables of a stack, by their names in AWS as far as these can be told."""
    if group.stack is None or group.stack.model is None:
        return {}
    root, stack = group.stack.root, group.stack.model
    spec = child(root, "spec")
    defaults = child(spec, "defaults") if spec else None
    below = defaults if isinstance(defaults, MappingNode) else None
    environment = environment_of(root) if isinstance(root, MappingNode) else ""
    files = {}
    for document in group.tables:
        merged = merged_document(overlaid(document.root, environment), below)
        if table := check(merged, Table, document.broken).model:
            files[table_name(stack, table)] = document.root.file or ""
    return files
