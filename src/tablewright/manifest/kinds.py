"""Which kind of document a document is, and the first things that can be wrong with it."""

from __future__ import annotations

from collections.abc import Mapping as MappingType
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from tablewright.errors import Problem
from tablewright.manifest.documents.node import Mapping, Node, Scalar
from tablewright.manifest.messages.vocabulary import nearest_word, shown
from tablewright.manifest.models.base import API_VERSION

if TYPE_CHECKING:
    from tablewright.manifest.kubernetes.combining import KubernetesTable

Kind = Literal["Stack", "Table", "AwsDynamodb", "StackDefaults", "StackPolicy"]
STANDARD_KINDS: tuple[Kind, ...] = ("StackDefaults", "StackPolicy")
"""Kinds that declare nothing, and hold for all stacks."""

PLANTON_API_VERSION = "aws.project-planton.org/v1"
API_VERSIONS: MappingType[Kind, str] = {
    "Stack": API_VERSION,
    "Table": API_VERSION,
    "AwsDynamodb": PLANTON_API_VERSION,
    "StackDefaults": API_VERSION,
    "StackPolicy": API_VERSION,
}


@dataclass(frozen=True, slots=True)
class ManifestDocument:
    """A document whose kind is known; `kubernetes` is the table of a controller's that it was."""

    kind: Kind
    root: Mapping
    kubernetes: KubernetesTable | None = None


def recognise(root: Node) -> tuple[ManifestDocument | None, list[Problem]]:
    """The document with its kind, or what keeps it from being one."""
    if not isinstance(root, Mapping):
        what = "a list" if not isinstance(root, Scalar) else "a single value"
        fix = f"begin with `apiVersion: {API_VERSION}` and `kind: Table`"
        return None, [root.problem(f"is {what}, not a document", fix)]
    kind_node = root.entries.get("kind")
    if kind_node is None:
        fix = "add `kind: Table` or `kind: Stack`"
        return None, [root.problem("`kind` is missing", fix, "kind")]
    kind = _kind(kind_node)
    if kind is None:
        return None, [_unknown_kind(kind_node)]
    return ManifestDocument(kind, root), _version_problems(root, kind)


def _kind(node: Node) -> Kind | None:
    text = node.text if isinstance(node, Scalar) else ""
    if text == "Stack":
        return "Stack"
    if text == "Table":
        return "Table"
    if text == "StackDefaults":
        return "StackDefaults"
    if text == "StackPolicy":
        return "StackPolicy"
    bare = text.replace("-", "").replace("_", "").lower()
    return "AwsDynamodb" if bare == "awsdynamodb" else None


def _unknown_kind(node: Node) -> Problem:
    text = node.text if isinstance(node, Scalar) else ""
    if isinstance(node, Scalar) and node.unresolved:
        return node.problem("the kind is not known", "set the variable above")
    meant = nearest_word(text, API_VERSIONS)
    others = "use `Stack`, `Table`, `AwsDynamodb`, `StackDefaults` or `StackPolicy`"
    fix = f"did you mean `{meant}`?" if meant else others
    return node.problem(f"unknown kind `{shown(text)}`", fix)


def _version_problems(root: Mapping, kind: Kind) -> list[Problem]:
    expected = API_VERSIONS[kind]
    node = root.entries.get("apiVersion")
    if node is None and kind == "AwsDynamodb":
        node = root.entries.get("api_version")  # Planton knows each field by two names
    if node is None:
        message = "`apiVersion` is missing"
        return [root.problem(message, f"add `apiVersion: {expected}`", "apiVersion")]
    return []
