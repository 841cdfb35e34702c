"""Which controller a Kubernetes document is for. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar

ACK = "dynamodb.services.k8s.aws"
CROSSPLANE = "dynamodb.aws.upbound.io"
CROSSPLANE_NAMESPACED = "dynamodb.aws.m.upbound.io"
VERSIONS = {
    ACK: ("v1alpha1",),
    CROSSPLANE: ("v1beta1", "v1beta2"),
    CROSSPLANE_NAMESPACED: ("v1beta1",),
}
"""API groups, and the versions of them whose fields are known (their CustomResourceDefinitions)."""
SIBLINGS = frozenset({
    "ContributorInsights", "KinesisStreamingDestination", "ResourcePolicy", "TableReplica", "Tag",
})  # fmt: skip
"""Kinds of Crossplane that say something more of a table."""
PLURALS = {
    "Backup": "backups",
    "ContributorInsights": "contributorinsights",
    "GlobalTable": "globaltables",
    "KinesisStreamingDestination": "kinesisstreamingdestinations",
    "ResourcePolicy": "resourcepolicies",
    "Table": "tables",
    "TableItem": "tableitems",
    "TableReplica": "tablereplicas",
    "Tag": "tags",
}
"""Names of the kinds on a command line of kubectl."""
_OURS = "tablewright.dev"


@dataclass(frozen=True, slots=True)
class KubernetesDocument:
    """A document of Kubernetes.

    Args:
        root: of it.
        group: its API group; empty for the core.
        version: of the group.
        kind: of the document.
    """

    root: Mapping
    group: str
    version: str
    kind: str

    @property
    def is_dynamodb(self) -> bool:
        """Whether it is for a controller that manages tables."""
        return self.group in VERSIONS

    @property
    def is_table(self) -> bool:
        """Whether it declares a table."""
        return self.is_dynamodb and self.kind == "Table"

    @property
    def resource(self) -> str:
        """What kubectl calls its kind: `tables.dynamodb.services.k8s.aws`."""
        return f"{PLURALS.get(self.kind, self.kind.lower() + 's')}.{self.group}"

    @property
    def name(self) -> str:
        """Its name in the cluster."""
        return _text(self.root, "metadata", "name")

    @property
    def namespace(self) -> str:
        """Its namespace; empty where it says none."""
        return _text(self.root, "metadata", "namespace")


def kubernetes_document(root: Node) -> KubernetesDocument | None:
    """The document, if it is one of Kubernetes and neither ours nor Planton's."""
    if not isinstance(root, Mapping):
        return None
    text, kind = _text(root, "apiVersion"), _text(root, "kind")
    group, slash, version = text.rpartition("/")
    if not text or not kind or group == _OURS or group.endswith("project-planton.org"):
        return None
    return KubernetesDocument(root, group if slash else "", version, kind)


def unfolded(root: Node) -> Iterator[Node]:
    """A document, or those in a list as `kubectl get --output yaml` prints it."""
    document = kubernetes_document(root)
    items = root.entries.get("items") if isinstance(root, Mapping) else None
    if document and document.kind.endswith("List") and isinstance(items, Items):
        yield from items.items
    else:
        yield root


def is_kubernetes(root: Node) -> bool:
    """Whether a document is for a controller that manages tables."""
    document = kubernetes_document(root)
    return document is not None and document.is_dynamodb


def _text(root: Mapping, *path: str) -> str:
    node: Node | None = root
    for part in path:
        node = node.entries.get(part) if isinstance(node, Mapping) else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""
