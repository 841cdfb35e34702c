"""Which documents belong together: each stack with its tables.

A table belongs to the stack it names, else to the one of its file, else to the one of its folder or
of the nearest folder above it, else to the only one. Among several stacks of the name that it gives
the nearest is its own. Planton's tables need no stack of ours: their labels, `--stack`, or their
own name give them one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import TYPE_CHECKING

from tablewright.errors import Problem
from tablewright.manifest.checking import Checked, check
from tablewright.manifest.defaults import copied
from tablewright.manifest.documents.building import planted
from tablewright.manifest.documents.loader import STANDARD_INPUT
from tablewright.manifest.documents.node import Mapping as MappingNode
from tablewright.manifest.documents.node import Node, Path, Scalar, find
from tablewright.manifest.kinds import ManifestDocument
from tablewright.manifest.messages.vocabulary import nearest_word, shown
from tablewright.manifest.models import Stack
from tablewright.manifest.models.base import API_VERSION, REGION_PATTERN
from tablewright.manifest.planton.labels import StackName
from tablewright.manifest.standard import Standard
from tablewright.stack_id import StackId

if TYPE_CHECKING:
    from tablewright.manifest.kubernetes.combining import KubernetesTable

REGION_VARIABLES = ("AWS_REGION", "AWS_DEFAULT_REGION")
REGION_OF_NOBODY = "us-east-1"
ENVIRONMENT_OF_NOBODY = "dev"
LONGEST_LABEL = 100

_ID_PATHS = (("metadata", "name"), ("spec", "environment"))
_OUTPUTS = {
    "table_name": "tableName",
    "table_arn": "tableArn",
    "table_id": "tableId",
    "stream_arn": "streamArn",
    "stream_label": "streamLabel",
    "aws_region": "region",
}
"""Names of the outputs of Planton's kind, and what they show."""


@dataclass(slots=True)
class TableDocument:
    """A table's document in our words.

    Args:
        root: the document.
        broken: as in `Checked`.
        planton: it was Planton's.
        stack: that Planton's labels name.
        uncarried: what it says and no manifest does.
        kubernetes: what it was, if it is a controller's.
    """

    root: MappingNode
    broken: set[Path] = field(default_factory=set)
    planton: bool = False
    stack: StackName | None = None
    uncarried: tuple[str, ...] = ()
    kubernetes: KubernetesTable | None = None

    @property
    def is_foreign(self) -> bool:
        """Whether it needs no stack of ours."""
        return self.planton or self.kubernetes is not None

    @property
    def region(self) -> str:
        """Where it says that it is; empty for nothing."""
        return self.kubernetes.region if self.kubernetes else ""


@dataclass(slots=True)
class ManifestGroup:
    """A stack's document and the documents of its tables.

    Args:
        stack: None until it is known.
        tables: documents of its tables.
        name: the Pulumi stack that Planton's labels or `--stack` name.
        notes: what the user should know.
        imagined: nobody wrote the stack; it only lets the tables be checked for themselves.
    """

    stack: Checked[Stack] | None
    tables: list[TableDocument] = field(default_factory=list)
    name: StackName | None = None
    notes: list[str] = field(default_factory=list)
    imagined: bool = False


def groups(
    documents: Sequence[ManifestDocument],
    environment: Mapping[str, str],
    flag: StackName | None,
    problems: list[Problem],
    standard: Standard,
    *,
    complete: bool,
) -> list[ManifestGroup]:
    """All groups in the order of their stacks, then those that follow from Planton's manifests.

    Args:
        documents: of all sources.
        environment: tells the region of tables that Planton's manifests declare.
        flag: what `--stack` says.
        problems: takes what is wrong.
        standard: holds for all stacks.
        complete: these are all documents; else a stack that is not here may be among the others.
    """
    declared = [
        ManifestGroup(standard.checked(document.root))
        for document in documents
        if document.kind == "Stack"
    ]
    problems.extend(_called_alike(declared))
    orphans = ManifestGroup(None, imagined=True)
    implied: dict[tuple[StackName | None, str], ManifestGroup] = {}
    for document in documents:
        if document.kind == "Stack":
            continue
        table = _table(document, problems)
        if table.is_foreign and not declared:
            key = (table.stack, table.region)
            implied.setdefault(key, ManifestGroup(None)).tables.append(table)
            continue
        group, problem = _group_of(table.root, declared, complete=complete)
        problems.extend([problem] if problem else [])
        (group or orphans).tables.append(table)
    if orphans.tables:
        orphans.stack = _imagined(orphans.tables[0].root)
    for (name, given), group in implied.items():
        region = given or _region(environment, group, problems)
        _imply_stack(group, name, flag, region or REGION_OF_NOBODY, standard, len(implied) > 1)
        if group.stack and region is None:
            group.stack.break_at(("spec", "region"))  # nobody said it, so nothing follows from it
    return [*declared, *implied.values(), *([orphans] if orphans.tables else [])]


def _table(document: ManifestDocument, problems: list[Problem]) -> TableDocument:
    if (table := document.kubernetes) is not None:
        broken: set[Path] = {()} if table.is_broken else set()
        return TableDocument(table.root, broken, uncarried=table.uncarried, kubernetes=table)
    if document.kind == "Table":
        return TableDocument(document.root)
    from tablewright.manifest.planton.adapter import adapt  # noqa: PLC0415 - a dialect of its own

    adapted = adapt(document.root)
    problems.extend(adapted.problems)
    return TableDocument(
        adapted.table,
        adapted.broken,
        planton=True,
        stack=adapted.stack,
        uncarried=adapted.uncarried,
    )


def _called_alike(declared: Sequence[ManifestGroup]) -> Iterator[Problem]:
    """Stacks whose states would be one: of one name and one environment."""
    first: dict[StackId, ManifestGroup] = {}
    for group in declared:
        if group.stack is None or group.stack.model is None:
            continue
        if not all(group.stack.is_sound(path) for path in _ID_PATHS):
            continue
        called = group.stack.model.id
        if called in first:
            node, _ = find(group.stack.root, ("metadata", "name"))
            message = f"two stacks are called `{called}`{_also_at(first[called])}"
            fix = "give each an `environment` or a name of its own, or join their documents"
            yield node.problem(message, fix)
        first.setdefault(called, group)


def _also_at(group: ManifestGroup) -> str:
    """Where the other of two stacks has its name; nothing where it came from no file."""
    if group.stack is None:
        return ""
    node, _ = find(group.stack.root, ("metadata", "name"))
    return f" (the other is at {node.problem('', '').place})"


def _group_of(
    root: MappingNode, declared: Sequence[ManifestGroup], *, complete: bool
) -> tuple[ManifestGroup | None, Problem | None]:
    """The group of a table, or why it has none, unless its stack may only have been lost."""
    named, rest = find(root, ("metadata", "stack"))
    meant = declared
    if not rest and isinstance(named, Scalar) and not named.is_null:
        meant = [group for group in declared if _name_of(group) == named.text]
        if not meant:
            near = nearest_word(named.text, sorted({*map(_name_of, declared)} - {""}))
            fix = f"did you mean `{near}`?" if near else "add a document of kind Stack"
            problem = named.problem(f"there is no stack `{shown(named.text)}`", fix)
            return None, problem if complete else None
    candidates = _nearest(root.file, meant)
    if len({_called(group) for group in candidates}) == 1:  # of two of one the first
        return candidates[0], None
    if candidates:
        message, fix = _several(candidates)
        return None, root.problem(message, fix, "metadata")
    fix = "add one, or name its file as well; `tablewright init` writes an example"
    problem = root.problem("there is no document of kind Stack", fix)
    return None, problem if complete else None


def _several(candidates: Sequence[ManifestGroup]) -> tuple[str, str]:
    """What is wrong with a table that may belong to any of these, and what to do."""
    names = sorted({_name_of(group) for group in candidates})
    if len(names) > 1:
        message = f"there are several stacks ({', '.join(names)}), and the table names none"
        return message, "add `stack: NAME` to its `metadata`"
    called = ", ".join(sorted({_called(group) for group in candidates}))
    message = f"there are several stacks called {names[0]} ({called}), and none is nearest"
    return message, "put the table into the file, or the folder, of its stack"


def _name_of(group: ManifestGroup) -> str:
    return group.stack.model.metadata.name if group.stack and group.stack.model else ""


def _called(group: ManifestGroup) -> str:
    return str(group.stack.model.id) if group.stack and group.stack.model else ""


def _nearest(file: str | None, declared: Sequence[ManifestGroup]) -> Sequence[ManifestGroup]:
    """The stacks of a file, else of the nearest folder at or above it that has any, else all."""
    if len(declared) < 2:  # noqa: PLR2004 - there is no choice
        return declared
    files = [group.stack.root.file if group.stack else None for group in declared]
    same = [group for group, other in zip(declared, files, strict=True) if other == file]
    if same or file is None or file == STANDARD_INPUT:
        return same or declared
    folders = [PurePath(other).parent if other else None for other in files]
    for folder in PurePath(file).parents:
        beside = [group for group, other in zip(declared, folders, strict=True) if other == folder]
        if beside:
            return beside
    return declared


def _imply_stack(
    group: ManifestGroup,
    label: StackName | None,
    flag: StackName | None,
    region: str,
    standard: Standard,
    several: bool,  # noqa: FBT001 - whether there are others beside it
) -> None:
    """Give foreign tables the stack that their labels name, else the flag, else themselves."""
    group.name = label or flag
    if label and flag and label != flag:
        group.notes.append(
            f"The manifest's labels name the stack {label}; they win over --stack {flag}."
        )
    first = group.tables[0]
    alone = len(group.tables) == 1 and ("metadata", "name") not in first.broken
    name = _text(first.root, "metadata", "name")[:LONGEST_LABEL] if alone else "tables"
    if first.kubernetes and several:
        name = f"{name}-{region}"
    project = group.name.project if group.name else name
    stack = group.name.stack if group.name else ENVIRONMENT_OF_NOBODY
    alone = alone and first.planton
    outputs = _outputs(_text(first.root, "metadata", "name")) if alone else []
    group.stack = _made(first.root, project, region, stack, outputs, standard)


def _imagined(near: Node) -> Checked[Stack]:
    """A stack of which nothing is known: what follows from it is no finding."""
    stack = _made(near, "unknown", REGION_OF_NOBODY, ENVIRONMENT_OF_NOBODY, [], Standard())
    stack.break_at(())
    return stack


def _made(
    near: Node,
    name: str,
    region: str,
    environment: str,
    outputs: list[dict[str, str]],
    standard: Standard,
) -> Checked[Stack]:
    """A stack without a document; what is wrong with its name is said where that comes from."""
    spec = {"region": region, "environment": environment, "mandatoryTags": [], "outputs": outputs}
    document = {
        "apiVersion": API_VERSION,
        "kind": "Stack",
        "metadata": {"name": name},
        "spec": spec,
    }
    root = planted(document, near)
    if isinstance(root, MappingNode):
        root = _with_names_of_their_own(standard.under(root))
    stack = check(root, Stack)
    stack.problems.clear()
    return stack


def _with_names_of_their_own(root: MappingNode) -> MappingNode:
    """Tables of another dialect are called what that says, whatever a company calls its own."""
    spec = root.entries.get("spec")
    naming = spec.entries.get("naming") if isinstance(spec, MappingNode) else None
    if not isinstance(spec, MappingNode) or not isinstance(naming, MappingNode):
        return root
    root, spec, naming = copied(root), copied(spec), copied(naming)
    naming.entries.pop("table", None)
    spec.entries["naming"], root.entries["spec"] = naming, spec
    return root


def _region(
    environment: Mapping[str, str], group: ManifestGroup, problems: list[Problem]
) -> str | None:
    """What the environment says, None if nothing."""
    variable = next((name for name in REGION_VARIABLES if environment.get(name)), None)
    if variable is None:
        return None
    if not re.fullmatch(REGION_PATTERN, environment[variable]):
        message = f"the environment variable {variable} is not an AWS region"
        fix = "set it to one such as `eu-west-1`"
        problems.append(group.tables[0].root.problem(message, fix))
        return None
    return environment[variable]


def _outputs(table: str) -> list[dict[str, str]]:
    return [
        {"name": name, "value": value} | ({} if value == "region" else {"table": table})
        for name, value in _OUTPUTS.items()
    ]


def _text(root: Node, *path: str) -> str:
    node, rest = find(root, path)
    return node.text if not rest and isinstance(node, Scalar) else ""
