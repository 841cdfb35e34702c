"""All documents of Kubernetes' dialects together: each table with what stands beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from tablewright.errors import Problem
from tablewright.manifest.documents.building import planted
from tablewright.manifest.documents.node import Mapping, Node, Scalar, walk
from tablewright.manifest.models.base import API_VERSION

from .ack import REGION, ack_spec
from .crossplane import EXTERNAL_NAME, LIFECYCLE, OF_CLUSTER, add_sibling, crossplane_spec
from .fields import Fields, Findings
from .keys import Spec
from .kinds import ABOUT_TABLES, ACK, SIBLINGS, VERSIONS, KubernetesDocument, kubernetes_document

_ARN_PARTS = 6
_TARGETS = {
    "TableReplica": "globalTableArn",
    "Tag": "resourceArn",
    "ResourcePolicy": "resourceArn",
    "ContributorInsights": "tableName",
    "KinesisStreamingDestination": "tableName",
}
"""The field in which a document names its table; with `Ref` and `Selector` behind it as well."""


@dataclass(slots=True)
class KubernetesTable:
    """A table in our words.

    Args:
        root: a document of kind Table.
        source: the document it was.
        region: where the table is; empty where the document does not say.
        beside: documents that were taken into it.
        about: documents of scaling and alarms, which `adopt` takes over with the table.
        uncarried: what no manifest has a word for, with its place.
        is_broken: what is wrong with it is told already.
    """

    root: Mapping
    source: KubernetesDocument
    region: str
    beside: tuple[KubernetesDocument, ...] = ()
    about: tuple[KubernetesDocument, ...] = ()
    uncarried: tuple[str, ...] = ()
    is_broken: bool = False

    @property
    def name(self) -> str:
        """Of the table in AWS."""
        metadata = self.root.entries["metadata"]
        node = metadata.entries.get("name") if isinstance(metadata, Mapping) else None
        return node.text if isinstance(node, Scalar) else ""


@dataclass(slots=True)
class _Draft:
    """A table while documents beside it are being added."""

    document: KubernetesDocument
    findings: Findings
    name: Scalar | None
    spec: Spec
    region: str
    beside: list[KubernetesDocument] = field(default_factory=list)
    about: list[KubernetesDocument] = field(default_factory=list)


def combine(
    roots: Iterable[Node], problems: list[Problem]
) -> tuple[list[KubernetesTable], tuple[str, ...]]:
    """The tables of documents, and what of the documents is about no table of them.

    Args:
        roots: all documents for controllers, and others that stand among them.
        problems: takes what is wrong.
    """
    documents = [document for root in roots if (document := kubernetes_document(root))]
    for document in documents:
        problems.extend(_version(document))
    drafts = [_draft(document) for document in documents if document.is_table]
    left: list[str] = []
    for document in documents:
        if document.is_table:
            continue
        if document.group != ACK and document.is_dynamodb and document.kind in SIBLINGS:
            _add(document, drafts, problems)
        elif holder := _holder(document, drafts):
            holder.about.append(document)
        else:
            left.append(_left(document))
    return [_finished(draft, problems) for draft in drafts], tuple(left)


def _holder(document: KubernetesDocument, drafts: Sequence[_Draft]) -> _Draft | None:
    """The only table that scaling or an alarm is about, if it says so by name."""
    if document.kind not in ABOUT_TABLES.get(document.group, ()):
        return None
    spec = document.root.entries.get("spec")
    names = {text for text in _named(spec) if text} if spec is not None else set()
    holders = [draft for draft in drafts if draft.name is not None and draft.name.text in names]
    return holders[0] if len(holders) == 1 and len(names) == 1 else None


def _named(spec: Node) -> Iterator[str]:
    """Names of tables in scaled resources and in dimensions, however deep these are."""
    for node in walk(spec):
        if not isinstance(node, Mapping):
            continue
        for field_name in ("resourceID", "resourceId"):
            value = node.entries.get(field_name)
            if isinstance(value, Scalar) and value.text.startswith("table/"):
                yield value.text.split("/")[1]
        value = node.entries.get("TableName")
        if node.key == "dimensions" and isinstance(value, Scalar):
            yield value.text
        name, value = node.entries.get("name"), node.entries.get("value")
        if isinstance(name, Scalar) and isinstance(value, Scalar) and name.text == "TableName":
            yield value.text


def _version(document: KubernetesDocument) -> Iterable[Problem]:
    known = VERSIONS.get(document.group, ())
    if document.is_dynamodb and document.version not in known:
        node = document.root.entries["apiVersion"]
        names = ", ".join(f"`{document.group}/{version}`" for version in known)
        yield node.problem("this version of the API is not known", f"write {names}")


def _left(document: KubernetesDocument) -> str:
    """What stays with the cluster, in words."""
    root = document.root
    what = f"{root.file or 'input'}:{root.line}: {document.kind} {document.name}"
    if not document.is_dynamodb:
        return f"{what}: it is for another controller, and stays there"
    if document.kind == "Backup":
        return f"{what}: backups are not declared; deleting it deletes the backup, if it may"
    return f"{what}: no manifest has a word for it"


def _draft(document: KubernetesDocument) -> _Draft:
    findings = Findings()
    metadata, spec = _parts(document, findings)
    annotations = metadata.mapping("annotations") if metadata else None
    if spec is None:
        return _Draft(document, findings, None, {}, "")
    if document.group == ACK:
        name, table = ack_spec(spec, findings)
        region = annotations.text(REGION) if annotations else ""
        name, of_arn = _bare(name)
        region = of_arn or region
    else:
        given = _provider(spec)
        table = crossplane_spec(given, findings) if given else {}
        region = given.text("region") if given else ""
        external = annotations.scalar(EXTERNAL_NAME) if annotations else None
        name = external or (metadata.needed("name") if metadata else None)
    if annotations:
        annotations.skip(*annotations.node.entries)
    return _Draft(document, findings, name, table, region)


def _parts(document: KubernetesDocument, findings: Findings) -> tuple[Fields | None, Fields | None]:
    """Metadata, of which labels and the like concern the cluster alone, and the specification."""
    root = Fields(document.root, findings)
    root.skip("apiVersion", "kind", "status")
    metadata, spec = root.mapping("metadata"), root.mapping("spec")
    if metadata:
        metadata.skip(*metadata.node.entries)
    if spec is None and not findings.problems:
        findings.problems.append(document.root.problem("`spec` is missing", "add it", "spec"))
    return metadata, spec


def _provider(spec: Fields) -> Fields | None:
    """What Crossplane's provider is given."""
    spec.skip(*OF_CLUSTER, *LIFECYCLE)
    given = spec.mapping("forProvider")
    if given is None:
        spec.findings.problems.append(
            spec.node.problem("`forProvider` is missing", "add it", "forProvider")
        )
    return given


def _bare(name: Scalar | None) -> tuple[Scalar | None, str]:
    """A table's name, which may be written as its ARN, and the region that such one tells."""
    parts = name.text.split(":") if name is not None else []
    if name is None or len(parts) != _ARN_PARTS or parts[0] != "arn":
        return name, ""
    text = parts[5].removeprefix("table/")
    place = (name.file, name.line, name.column, name.parent, name.key)
    return Scalar(*place, text=text, plain=False), parts[3]


def _add(document: KubernetesDocument, drafts: Sequence[_Draft], problems: list[Problem]) -> None:
    """Take a document into the table that it names."""
    findings = Findings()
    _, spec = _parts(document, findings)
    given = _provider(spec) if spec else None
    if given is not None:
        tables, where = _tables(given, _TARGETS[document.kind], document, drafts)
        if len(tables) == 1:
            given.skip("region")
            add_sibling(document.kind, given, tables[0].spec, findings)
            findings.finish()
            tables[0].beside.append(document)
            tables[0].findings.uncarried += findings.uncarried
        else:
            count = "several tables" if tables else "no table that is here"
            message = f"this {document.kind} is for {count}"
            fix = "give the file of its table as well, or leave it out"
            findings.problems.append((where or given.node).problem(message, fix))
    problems.extend(findings.problems)


def _tables(
    given: Fields, name: str, document: KubernetesDocument, drafts: Sequence[_Draft]
) -> tuple[list[_Draft], Node | None]:
    """The tables that a document may mean, and where it says so."""
    value = given.scalar(name)
    reference, selector = given.node_at(f"{name}Ref"), given.node_at(f"{name}Selector")
    same = [
        draft
        for draft in drafts
        if draft.document.group == document.group and draft.document.namespace == document.namespace
    ]
    if value is not None:
        text = value.text.partition(":table/")[2].partition("/")[0] or value.text
        return [draft for draft in same if draft.name and draft.name.text == text], value
    if isinstance(reference, Mapping):
        target = reference.entries.get("name")
        text = target.text if isinstance(target, Scalar) else ""
        return [draft for draft in same if draft.document.name == text], reference
    if isinstance(selector, Mapping):
        wanted = _labels(selector.entries.get("matchLabels"))
        return [
            draft for draft in same if wanted and wanted.items() <= _own_labels(draft).items()
        ], selector
    return [], None


def _labels(node: Node | None) -> dict[str, str]:
    entries = node.entries if isinstance(node, Mapping) else {}
    return {name: below.text for name, below in entries.items() if isinstance(below, Scalar)}


def _own_labels(draft: _Draft) -> dict[str, str]:
    metadata = draft.document.root.entries.get("metadata")
    return _labels(metadata.entries.get("labels")) if isinstance(metadata, Mapping) else {}


def _finished(draft: _Draft, problems: list[Problem]) -> KubernetesTable:
    findings = draft.findings
    findings.finish()
    problems.extend(findings.problems)
    root = draft.document.root
    metadata = {"name": draft.name} if draft.name is not None else {}
    table = Mapping(root.file, root.line, root.column)
    values = {"apiVersion": API_VERSION, "kind": "Table", "metadata": metadata, "spec": draft.spec}
    for name, value in values.items():
        near = root.entries.get(name, root)
        table.entries[name] = planted(value, near)
        table.key_places[name] = near.place
    label = draft.name.text if draft.name is not None else draft.document.name
    return KubernetesTable(
        root=table,
        source=draft.document,
        region=draft.region,
        beside=tuple(draft.beside),
        about=tuple(draft.about),
        uncarried=tuple(f"{label}: {text}" for text in findings.uncarried),
        is_broken=bool(findings.problems) or draft.name is None,
    )
