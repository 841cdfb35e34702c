"""How a controller of Kubernetes lets go of its tables, as lines to print, in order. Pure.

Sources: ACK, "Deletion policy" (the annotation on a resource wins over that of its namespace and
over the controller's default, which is to delete); Crossplane, "Managed resources": a deletion
policy of `Orphan`, or management policies without `Delete`, keep what is in AWS.
"""

from __future__ import annotations

import json
import shlex
from collections.abc import Iterator, Sequence

from tablewright.manifest.documents.node import Items, Mapping, Node, Scalar

from .combining import KubernetesTable
from .kinds import KubernetesDocument

POLICY = "services.k8s.aws/deletion-policy"
_RETAIN = "retain"
_COMPOSED = "crossplane.io/composite"


def steps(tables: Sequence[KubernetesTable]) -> Iterator[str]:
    """The hand-over of tables with what stands beside them; none for none."""
    documents = [document for table in tables for document in (*table.beside, table.source)]
    if not documents:
        return
    yield (
        "\nThe hand-over from Kubernetes, in this order; nothing is deleted on the way. What a "
        "pipeline or GitOps applies it would apply again: there, make each change in its "
        "repository instead, and wait until it is in the cluster."
    )
    yield "1. Tell the controller to keep what is in AWS:"
    yield from (f"     {_kept(document)}" for document in documents)
    for document in documents:
        if _is_composed(document):
            yield (
                f"   {document.kind} {document.name} is composed: set this in its Composition, "
                "which else sets it back."
            )
    yield "   Go on only when each of these prints what stands behind it:"
    yield from (f"     {_asked(document)}" for document in documents)
    yield "2. Delete the objects, tables last; what they stand for stays in AWS:"
    yield from (f"     {_kubectl(document, 'delete')}" for document in documents)
    yield "3. Write the manifests of the live tables:"
    for region in dict.fromkeys(table.region for table in tables):
        names = [table.name for table in tables if table.region == region]
        place = f" --region {region}" if region else " --region REGION"
        yield f"     tablewright adopt {shlex.join(names)}{place} --target aws --directory tables/"
    about = [document for table in tables for document in table.about]
    if about:
        yield "   It finds their scaling and alarms, too. Let each of these go in the same way, but"
        yield "   for those that it names as left as they are, which stay with their controller;"
        yield "   delete one only when the line before prints what stands behind it:"
        for document in about:
            way = (_kept(document), _asked(document), _kubectl(document, "delete"))
            yield from (f"     {line}" for line in way)
    yield "4. Take the tables over; the preview shows imports, and the tag of the owner:"
    yield "     tablewright preview tables/ --target aws"
    yield "     tablewright up tables/ --target aws"


def _kept(document: KubernetesDocument) -> str:
    """The command after which a deletion keeps what is in AWS."""
    if document.is_ack:
        return _kubectl(document, "annotate", f"{POLICY}={_RETAIN}", "--overwrite")
    patch = json.dumps({"spec": _orphaned(document)})
    return _kubectl(document, "patch", "--type", "merge", "--patch", patch)


def _orphaned(document: KubernetesDocument) -> dict[str, object]:
    """What of Crossplane's keeps it: management policies win over the deletion policy."""
    if document.is_namespaced or _policies(document) not in ([], ["*"]):
        return {"managementPolicies": ["Observe"]}
    return {"deletionPolicy": "Orphan"}


def _asked(document: KubernetesDocument) -> str:
    """The command that shows whether it is so, with what it prints."""
    if document.is_ack:
        path = ".metadata.annotations." + POLICY.replace(".", "\\.")
        expected = _RETAIN
    else:
        [(name, value)] = _orphaned(document).items()
        path = f".spec.{name}"
        expected = value if isinstance(value, str) else json.dumps(value)
    return f"{_kubectl(document, 'get', '--output', f'jsonpath={{{path}}}')}  # {expected}"


def _kubectl(document: KubernetesDocument, verb: str, *more: str) -> str:
    place = ["--namespace", document.namespace] if document.namespace else []
    return shlex.join(["kubectl", verb, document.resource, document.name, *more, *place])


def _policies(document: KubernetesDocument) -> list[str]:
    spec = document.root.entries.get("spec")
    node = spec.entries.get("managementPolicies") if isinstance(spec, Mapping) else None
    items = node.items if isinstance(node, Items) else []
    return [item.text for item in items if isinstance(item, Scalar)]


def _is_composed(document: KubernetesDocument) -> bool:
    metadata: Node | None = document.root.entries.get("metadata")
    labels = metadata.entries.get("labels") if isinstance(metadata, Mapping) else None
    return isinstance(labels, Mapping) and _COMPOSED in labels.entries
