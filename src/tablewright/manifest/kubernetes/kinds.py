"""Which controller a Kubernetes document is for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
ABOUT_TABLES = {
    "applicationautoscaling.services.k8s.aws": {"ScalableTarget", "ScalingPolicy"},
    "appautoscaling.aws.upbound.io": {"Policy", "ScheduledAction", "Target"},
    "appautoscaling.aws.m.upbound.io": {"Policy", "ScheduledAction", "Target"},
    "cloudwatch.services.k8s.aws": {"MetricAlarm"},
    "cloudwatch.aws.upbound.io": {"MetricAlarm"},
    "cloudwatch.aws.m.upbound.io": {"MetricAlarm"},
}
"""Kinds of other groups whose scaling or alarm `adopt` takes over with its table."""
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
        name = self.kind.lower()
        plural = f"{name[:-1]}ies" if name.endswith("y") else f"{name}s"
        return f"{PLURALS.get(self.kind, plural)}.{self.group}"

    @property
    def is_ack(self) -> bool:
        """Whether it is for one of ACK's controllers; else it is Crossplane's."""
        return self.group.endswith(".services.k8s.aws")

    @property
    def is_namespaced(self) -> bool:
        """Whether it is of Crossplane 2, whose objects have no deletion policy."""
        return self.group.endswith(".m.upbound.io")

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


def dialects_apart(roots: Iterable[Node]) -> tuple[list[Node], list[Node]]:
    """Documents of ours and of Planton's, and those of Kubernetes if it has any tables."""
    every = [document for root in roots for document in unfolded(root)]
    if not any(is_kubernetes(root) for root in every):
        return every, []
    foreign = [root for root in every if kubernetes_document(root) is not None]
    others = {id(root) for root in foreign}
    return [root for root in every if id(root) not in others], foreign


def _text(root: Mapping, *path: str) -> str:
    node: Node | None = root
    for part in path:
        node = node.entries.get(part) if isinstance(node, Mapping) else None
    return node.text if isinstance(node, Scalar) and not node.is_null else ""
